// Callers choose what their telephone sends. Whatever stands in their address, the service is asked about the number that was
// dialled, and the call goes where it says.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { openCallSide } from './support/call-side.mjs';
import { dial, openDestination } from './support/sipp.mjs';

let desk;
let side;
before(async () => {
  desk = await openDestination();
  side = await openCallSide({ destinations: [{ id: 'desk', to: desk.uri }] });
});
after(async () => {
  await side?.close();
  await desk?.close();
});

test('an address changes nothing of the question', async () => {
  await dial(side.kamailio, '0120900001', { from: '1&to&call_id&from=+81' });
  await side.told('ended');
  const [call] = await side.calls();
  assert.equal(call.number.national, '0120900001');
  assert.equal(call.destination, desk.uri);
});
