// A consent banner delays everything, and by the time the visitor agrees the address may have lost its click id. Without
// consent nothing is kept or sent, but what the address said is remembered in the page, and credited once consent comes.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { openClinic, ownNumber } from './support/clinic.mjs';
import { grouped, leased, marked, requestsTo, running } from './support/page.mjs';

let clinic;
before(async () => (clinic = await openClinic({ site: 'consent = "required"' })));
after(() => clinic.close());

const kept = (page) => page.evaluate(() => [document.cookie, ...Object.keys(localStorage), ...Object.keys(sessionStorage)]);

/** Opens the single-page section by an ad, and changes the route before anybody has agreed. */
async function arrive() {
  const { context, page, errors } = await clinic.visitor();
  const asked = requestsTo(context, '/v1/leases');
  await page.goto(`${clinic.site.url}/reserve/?gclid=TEST-banner_1&utm_source=google`, { referer: 'https://www.google.com/' });
  await running(page);
  await page.evaluate(() => document.querySelector('a[href$="/reserve/menu"]').click());
  await page.waitForFunction(() => document.querySelector('[data-test="spa-late"]'));
  assert.ok(!page.url().includes('gclid'), page.url());
  await page.clock.fastForward(120_000);
  assert.deepEqual(await kept(page), ['']);
  assert.deepEqual(asked, []);
  assert.equal((await marked(page)).footer, ownNumber);
  return { page, errors, asked };
}

const consents = {
  'our own command': () => window.hatsuban('consent', 'granted'),
  "Google's Consent Mode": () => {
    window.dataLayer = window.dataLayer || [];
    // As Google's own function does it: its queue holds arguments, not arrays.
    (function gtag() { window.dataLayer.push(arguments); })('consent', 'update', { ad_storage: 'granted' });
  },
};
describe('the click is credited after', () => {
  for (const [how, agree] of Object.entries(consents)) {
    test(how, async () => {
      const { page, errors } = await arrive();
      await page.evaluate(agree);
      const number = await leased(page);
      assert.equal((await marked(page)).footer, grouped(number));
      const { body } = await clinic.attribution(number);
      assert.deepEqual(body.lease.visitor.click_ids.map(({ kind, value, source }) => [kind, value, source]), [['gclid', 'TEST-banner_1', 'url']]);
      const { pathname, search } = new URL(body.lease.visitor.landing_page);
      assert.equal(pathname + search, '/reserve/?gclid=TEST-banner_1&utm_source=google');
      assert.equal(body.lease.visitor.referrer, 'https://www.google.com/');
      assert.deepEqual(errors, []);
    });
  }
});

test('a refusal keeps nothing and sends nothing', async () => {
  const { page, errors, asked } = await arrive();
  await page.evaluate(() => window.hatsuban('consent', 'denied'));
  await page.clock.fastForward(120_000);
  assert.deepEqual(await kept(page), ['']);
  assert.deepEqual([asked.length, (await marked(page)).footer, errors.length], [0, ownNumber, 0]);
});

test('a consent that is withdrawn takes everything with it', async () => {
  const { page, errors } = await arrive();
  await page.evaluate(() => window.hatsuban('consent', 'granted'));
  const number = await leased(page);
  assert.notDeepEqual(await kept(page), ['']);
  const released = page.waitForResponse((response) => response.url().endsWith('/v1/leases/release'));
  await page.evaluate(() => window.hatsuban('consent', 'denied'));
  await released;
  assert.equal((await marked(page)).footer, ownNumber);
  assert.deepEqual(await kept(page), ['']);
  assert.equal((await clinic.attribution(number)).body.number_state, 'held');
  assert.deepEqual(errors, []);
});
