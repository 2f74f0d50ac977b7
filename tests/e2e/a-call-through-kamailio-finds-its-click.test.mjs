// A visitor comes from an ad, sees a number and dials it. The call goes through a real Kamailio, which asks the service where
// it goes and tells how it ended; its record has the visitor's click.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { openCallSide } from './support/call-side.mjs';
import { openChromium } from './support/clinic.mjs';
import { digits, leased } from './support/page.mjs';
import { dial, openDestination } from './support/sipp.mjs';

let desk;
let side;
before(async () => {
  desk = await openDestination();
  side = await openCallSide({ destinations: [{ id: 'desk', to: desk.uri }], openBrowser: () => openChromium() });
});
after(async () => {
  await side?.close();
  await desk?.close();
});

test('the number on the page leads to the clinic, and the call to the click', async () => {
  const other = await side.clinic.visitor();
  await other.page.goto(`${side.clinic.site.url}/?gclid=TEST-somebody_else`);
  await leased(other.page);
  const { page } = await side.clinic.visitor();
  await page.goto(`${side.clinic.site.url}/?gclid=TEST-phoned_1`);
  await leased(page);
  const shown = await page.locator('[data-test="footer"]').textContent();

  const { callId } = await dial(side.kamailio, digits(shown), { talkMs: 1_300 });
  await side.told(['answered', 'ended']);

  const [call, ...more] = await side.calls();
  assert.deepEqual(more, []);
  assert.equal(call.call_id, callId);
  assert.equal(call.source, 'kamailio');
  assert.equal(call.number.national, digits(shown));
  assert.deepEqual(call.click_ids.map(({ kind, value }) => [kind, value]), [['gclid', 'TEST-phoned_1']]);
  assert.equal(call.attribution.class, 'certain');
  assert.equal(call.attribution.lease.session, await page.evaluate(() => window.hatsuban.state.session));

  // The destination can find the lease, too.
  assert.match(desk.messages(), /^X-Lease-Id: *\S+/m);
  assert.equal(call.destination, desk.uri);

  // BYE was told as the end.
  assert.equal(call.state, 'ended');
  assert.ok(call.talk_seconds >= 1, `${call.talk_seconds} s`);
});
