// The answer to Kamailio has all that is known of the visitor: addresses of pages, attributes. However much that is, the call goes
// where it says.
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

test('a visitor of whom much is known is put through', async () => {
  const { service, site } = side.clinic;
  const address = (page) => `${site.url}/${page}?${'a'.repeat(2_000)}`;
  const visitor = {
    landing_page: address('landing'),
    referrer: address('referrer'),
    first_touch: { landing_page: address('first'), referrer: address('before'), at_ms: Date.now() },
    attributes: Object.fromEntries(Array.from({ length: 20 }, (_, at) => [`key-${at}`, 'あ'.repeat(160)])),
  };
  const body = JSON.stringify({ site: 'st_clinic', session: 'taro-taro-taro-taro', visitor, leases: [{ target: 'main' }] });
  const answer = await fetch(`${service.url}/v1/leases`, { method: 'POST', headers: { origin: new URL(site.url).origin }, body });
  const { leases: [{ number }] } = await answer.json();
  await dial(side.kamailio, number.national);
  await side.told('ended');
  const [call] = await side.calls();
  assert.equal(call.destination, desk.uri);
  assert.equal(call.attribution.lease.visitor.landing_page, visitor.landing_page);
  assert.match(desk.messages(), /^X-Lease-Id: clinic-main\./m);
});
