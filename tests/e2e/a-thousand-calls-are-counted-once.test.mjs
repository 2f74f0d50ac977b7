// 1,000 calls, 100 a second, through Kamailio: none fails, each has exactly one record, and every record knows its end.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { openCallSide } from './support/call-side.mjs';
import { dial, openDestination } from './support/sipp.mjs';

const calls = 1_000;
let desk;
let side;
before(async () => {
  desk = await openDestination({ scenario: 'destination-at-once' });
  // One SIP process keeps messages in their order on a busy machine; those that ask and tell are many.
  // Should the service ever take a second, that call goes to the clinic all the same.
  const proxy = { settings: { SIP_WORKERS: 1, DEFAULT_DESTINATION: `"${desk.uri}"` } };
  side = await openCallSide({ destinations: [{ id: 'desk', to: desk.uri }], proxy });
});
after(async () => {
  await side?.close();
  await desk?.close();
});

test('a thousand calls make a thousand records', async () => {
  await dial(side.kamailio, '0120900001', { calls, rate: 100, talkMs: 100, limitMs: 60_000 });
  await side.told(['answered', 'ended'], calls);
  assert.equal(desk.calls(), calls, 'every call reached the clinic');

  const records = await side.calls();
  assert.equal(records.length, calls);
  assert.equal(new Set(records.map(({ call_id }) => call_id)).size, calls);
  assert.deepEqual(records.filter(({ state, answered_at }) => state !== 'ended' || !answered_at), []);
});
