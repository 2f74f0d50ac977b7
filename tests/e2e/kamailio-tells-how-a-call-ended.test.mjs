// Whatever ends a call, its record says so: a talk with its seconds, a caller who gave up, a destination that was busy.
import assert from 'node:assert/strict';
import { after, afterEach, test } from 'node:test';
import { openCallSide } from './support/call-side.mjs';
import { dial, openDestination } from './support/sipp.mjs';

const open = [];
const opened = (what) => {
  open.push(what);
  return what;
};
const closeAll = async () => {
  for (const each of open.splice(0).reverse()) await each.close();
};
afterEach(closeAll);
after(closeAll);

/** A clinic whose calls reach one telephone. */
async function openWith(scenario, settings = {}) {
  const desk = opened(await openDestination({ scenario }));
  return opened(await openCallSide({ destinations: [{ id: 'desk', to: desk.uri }], proxy: { settings } }));
}

test('a talk has its seconds', async () => {
  const side = await openWith('destination');
  await dial(side.kamailio, '0120900003', { talkMs: 2_300 });
  await side.told(['answered', 'ended']);
  const [call] = await side.calls();
  assert.equal(call.state, 'ended');
  assert.ok(call.talk_seconds >= 2, `${call.talk_seconds} s`);
  const told = (Date.parse(call.ended_at) - Date.parse(call.answered_at)) / 1_000;
  assert.equal(call.talk_seconds, Math.floor(told), 'as Kamailio told answer and end');
  assert.equal(call.hang_up_cause, undefined);
});

test('a caller who gives up has not talked', async () => {
  // One SIP process answers the CANCEL before it hands on what the call is answered then: the caller reads them in that order.
  const side = await openWith('destination-rings', { SIP_WORKERS: 1 });
  await dial(side.kamailio, '0120900003', { scenario: 'caller-gives-up' });
  await side.told(['ringing', 'ended']);
  const [call] = await side.calls();
  assert.equal(call.state, 'ended');
  assert.equal(call.answered_at, undefined);
  assert.ok(call.ringing_at);
  assert.equal(call.hang_up_cause, '487 Request Terminated');
});

test('a busy destination is named', async () => {
  const side = await openWith('destination-busy');
  await dial(side.kamailio, '0120900003', { scenario: 'caller-refused', status: 486 });
  await side.told('ended');
  const [call] = await side.calls();
  assert.equal(call.state, 'ended');
  assert.equal(call.answered_at, undefined);
  assert.equal(call.hang_up_cause, '486 Busy Here');
});
