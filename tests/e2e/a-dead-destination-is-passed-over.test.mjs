// Of two destinations the first one is dead: its host answers nothing. The caller reaches the second one.
import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { after, before, test } from 'node:test';
import { openCallSide } from './support/call-side.mjs';
import { dial, openDestination } from './support/sipp.mjs';

/** Hears everything and says nothing. */
const silent = createSocket('udp4');
let second;
let side;
before(async () => {
  second = await openDestination();
  await new Promise((resolve) => silent.bind(0, '127.0.0.1', resolve));
  const dead = `sip:desk@127.0.0.1:${silent.address().port}`;
  const destinations = [{ id: 'dead', to: dead }, { id: 'second', to: second.uri }];
  side = await openCallSide({ destinations });
});
after(async () => {
  await side?.close();
  await second?.close();
  silent.close();
});

test('the second destination answers, and the record names it', async () => {
  await dial(side.kamailio, '0120900001');
  await side.told(['answered', 'ended']);
  await side.kamailio.logged(/408: next destination/);
  const [call] = await side.calls();
  assert.equal(call.state, 'ended');
  assert.ok(call.answered_at);
  assert.equal(call.destination, second.uri);
  assert.equal(call.hang_up_cause, undefined, 'what the first one did is not what ended the call');
});
