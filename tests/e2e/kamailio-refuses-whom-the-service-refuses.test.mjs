// A caller on the block list hears 603 Decline, and whoever dials a number that nobody has hears 404 Not Found.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { openCallSide } from './support/call-side.mjs';
import { dial, openDestination } from './support/sipp.mjs';

let desk;
let side;
before(async () => {
  desk = await openDestination();
  side = await openCallSide({ destinations: [{ id: 'desk', to: desk.uri }], blocked: ['080-9999-0000'] });
});
after(async () => {
  await side?.close();
  await desk?.close();
});

test('a blocked caller is declined, and the call is kept as blocked', async () => {
  await dial(side.kamailio, '0120900001', { scenario: 'caller-refused', status: 603, from: '08099990000' });
  await side.told('ended', 1);
  const [call] = await side.calls();
  assert.equal(call.blocked, true);
  assert.equal(call.state, 'ended');
  assert.equal(call.hang_up_cause, '603 Decline');
});

test('a number that nobody has is not found', async () => {
  await dial(side.kamailio, '0355509999', { scenario: 'caller-refused', status: 404 });
});

test('others get through', async () => {
  await dial(side.kamailio, '0120900001');
  assert.equal(desk.calls(), 1, 'only this call reached the clinic');
});
