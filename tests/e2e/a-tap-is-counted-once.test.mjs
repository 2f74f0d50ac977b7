// Tapping a number is what an analytics tool counts. The snippet adds no click, no event and no navigation of its own to
// it, and the browser's leaving of the page, which a tap looks like, ends no lease: the visitor is about to call.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { openClinic } from './support/clinic.mjs';
import { grouped, leased, marked, requestsTo } from './support/page.mjs';

let clinic;
before(async () => (clinic = await openClinic({ site: 'data_layer = true' })));
after(() => clinic.close());

test('one click, no event of ours, and the number stays the caller\'s', async () => {
  const { context, page, errors } = await clinic.visitor();
  const released = requestsTo(context, '/v1/leases/release');
  await page.addInitScript(() => {
    // As a tag manager counts taps: listeners on the document, and one of the page's own on the link.
    window.taps = [];
    for (const name of ['click', 'pointerdown', 'touchstart']) {
      document.addEventListener(name, ({ target }) => {
        const link = target.closest('a[href^="tel:"]');
        if (link) window.taps.push([name, link.getAttribute('href')]);
      }, true);
    }
    document.addEventListener('DOMContentLoaded', () => {
      document.querySelector('[data-test="footer"]').addEventListener('click', () => window.taps.push(['own', '']));
    });
  });
  await page.goto(`${clinic.site.url}/?gclid=TEST-tap_1`);
  const number = await leased(page);
  const layer = () => page.evaluate(() => window.dataLayer.filter(({ event }) => /^hatsuban/.test(event)).map(({ event }) => event));
  const before_ = await layer();
  assert.ok(before_.includes('hatsuban_swapped'));

  await page.locator('[data-test="footer"]').click();
  assert.deepEqual(await page.evaluate(() => window.taps), [['pointerdown', `tel:${number}`], ['click', `tel:${number}`], ['own', '']]);
  assert.deepEqual(await layer(), before_);

  // What phones do next: the page goes out of sight, and is told that it is left.
  const left = page.waitForRequest((request) => request.url().endsWith('/v1/leases/left'));
  await page.evaluate(() => {
    window.shownAs = 'hidden';
    Object.defineProperty(document, 'visibilityState', { get: () => window.shownAs });
    document.dispatchEvent(new Event('visibilitychange', { bubbles: true }));
    window.dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true }));
  });
  assert.deepEqual(Object.keys((await left).postDataJSON()).sort(), ['session', 'site', 'targets']);
  assert.equal((await (await left).response()).status(), 204);
  const call = (await clinic.attribution(number)).body;
  assert.deepEqual([call.attribution, call.number_state], ['certain', 'held']);
  assert.equal(call.lease.visitor.click_ids[0].value, 'TEST-tap_1');

  // After the call they look at the page again.
  await page.evaluate(() => {
    window.shownAs = 'visible';
    window.dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }));
    document.dispatchEvent(new Event('visibilitychange', { bubbles: true }));
  });
  assert.equal((await marked(page)).footer, grouped(number));
  assert.deepEqual((await layer()).filter((event) => event === 'hatsuban_swapped').length, before_.filter((event) => event === 'hatsuban_swapped').length);
  assert.deepEqual([released.length, errors], [0, []]);
  assert.equal((await clinic.attribution(number)).body.attribution, 'certain');
});
