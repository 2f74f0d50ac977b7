// SIP lets a Call-ID have characters that a record's id cannot have. Such a call is routed and recorded all the same.
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

test('it goes by a digest of its own', async () => {
  const { callId } = await dial(side.kamailio, '0120900001', { callId: 'a/b?{%u}%p"@%s' });
  assert.match(callId, /^a\/b\?\{/);
  await side.told('ended');
  const [call] = await side.calls();
  assert.match(call.call_id, /^[0-9a-f]{32}$/);
  assert.equal(call.state, 'ended');
  assert.equal(call.destination, desk.uri);
});
