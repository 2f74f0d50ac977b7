// A Call-ID may have characters that mean something elsewhere, and some telephones write what SIP does not let it have. Such a call
// is routed and recorded all the same.
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

test('it goes by its name', async () => {
  const { callId } = await dial(side.kamailio, '0120900001', { callId: 'a+b/c?{%u}\\`%p"@%s' });
  assert.match(callId, /^a\+b\/c\?\{/);
  await side.told('ended');
  const [call] = await side.calls();
  assert.equal(call.call_id, callId);
  assert.equal(call.state, 'ended');
  assert.equal(call.destination, desk.uri);
});

test('what SIP does not allow goes by a digest', async () => {
  const { callId } = await dial(side.kamailio, '0120900001', { callId: 'a,b$ci|%u@%s' });
  assert.match(callId, /^a,b\$ci\|/);
  await side.told('ended', 2);
  const call = (await side.calls()).at(-1);
  assert.match(call.call_id, /^[0-9a-f]{32}$/);
  assert.equal(call.state, 'ended');
  assert.equal(call.destination, desk.uri);
});
