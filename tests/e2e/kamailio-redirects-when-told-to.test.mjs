// In redirect mode Kamailio answers 302 with all destinations in their order, and the carrier follows them.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { openCallSide } from './support/call-side.mjs';
import { dial } from './support/sipp.mjs';

let side;
before(async () => {
  const destinations = [
    { id: 'desk', to: 'sip:desk@192.0.2.1:5070' },
    { id: 'second', to: 'sip:second@192.0.2.2' },
  ];
  side = await openCallSide({ destinations, proxy: { options: ['WITH_REDIRECT'] } });
});
after(() => side?.close());

test('the answer names every destination', async () => {
  const { callId, messages } = await dial(side.kamailio, '0120900002', { scenario: 'caller-refused', status: 302 });
  const answer = messages.slice(messages.indexOf('SIP/2.0 302'));
  assert.match(answer, /^Contact: <sip:desk@192\.0\.2\.1:5070>;q=0\.9, <sip:second@192\.0\.2\.2>;q=0\.8\r?$/m);
  const [call] = await side.calls();
  assert.equal(call.call_id, callId);
  assert.equal(call.state, 'begun');
});
