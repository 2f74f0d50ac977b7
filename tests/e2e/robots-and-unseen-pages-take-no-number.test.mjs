// Search engines, link previews, checks of speed, driven browsers, and pages that nobody sees are not asked for and given
// no number: a pool is for visitors. The same browser looking like a visitor's gets one.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { openChromium, openClinic, ownNumber } from './support/clinic.mjs';
import { grouped, leased, marked, requestsTo, running } from './support/page.mjs';

const chrome = (name) => `Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) ${name}/140.0.0.0 Safari/537.36`;
const visitorsBrowser = chrome('Chrome');

let clinic;
before(async () => (clinic = await openClinic({
  headless: false,
  openBrowser: () => openChromium('--disable-blink-features=AutomationControlled'),
})));
after(() => clinic.close());

/** Opens a page, lets two minutes pass, and says how often a lease was asked for. */
async function asksFor({ context, page }) {
  const asked = requestsTo(context, '/v1/leases');
  await page.goto(`${clinic.site.url}/?gclid=TEST-robot_1`);
  await running(page);
  await page.clock.fastForward(120_000);
  assert.equal((await marked(page)).footer, ownNumber);
  return asked.length;
}

test('a visitor is leased one', async () => {
  const { context, page, errors } = await clinic.visitor({ userAgent: visitorsBrowser });
  const asked = requestsTo(context, '/v1/leases');
  await page.goto(clinic.site.url);
  const number = grouped(await leased(page));
  assert.equal((await marked(page)).footer, number);
  assert.ok(asked.length > 0);
  assert.deepEqual(errors, []);
});

describe('a robot by its name', () => {
  for (const userAgent of [
    'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)',
    'Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)',
    'Mozilla/5.0 (compatible; Yahoo! Slurp; http://help.yahoo.com/help/us/ysearch/slurp)',
    'AdsBot-Google (+http://www.google.com/adsbot.html)',
    'facebookexternalhit/1.1',
    'Mozilla/5.0 (compatible; Baiduspider/2.0)',
    `${visitorsBrowser} Chrome-Lighthouse`,
    chrome('HeadlessChrome'),
  ]) {
    test(userAgent, async () => {
      const visitor = await clinic.visitor({ userAgent });
      assert.equal(await asksFor(visitor), 0);
      await visitor.context.close();
    });
  }
});

test('a driven browser, whatever it is called', async () => {
  const { context, page } = await clinic.visitor({ userAgent: visitorsBrowser });
  await context.addInitScript(() => Object.defineProperty(Navigator.prototype, 'webdriver', { get: () => true }));
  assert.equal(await asksFor({ context, page }), 0);
});

test('a page that is prerendered asks when it is shown', async () => {
  const { context, page, errors } = await clinic.visitor({ userAgent: visitorsBrowser });
  await context.addInitScript(() => {
    window.isPrerendering = true;
    Object.defineProperty(Document.prototype, 'prerendering', { configurable: true, get: () => window.isPrerendering });
  });
  const asked = requestsTo(context, '/v1/leases');
  await page.goto(clinic.site.url);
  await page.waitForFunction(() => window.hatsuban?.settings);
  await page.clock.fastForward(120_000);
  assert.deepEqual([asked.length, (await marked(page)).footer], [0, ownNumber]);
  await page.evaluate(() => {
    window.isPrerendering = false;
    document.dispatchEvent(new Event('prerenderingchange'));
  });
  const number = grouped(await leased(page));
  assert.equal((await marked(page)).footer, number);
  assert.deepEqual(errors, []);
});

test('a tab in the background asks when it is looked at', async () => {
  const { context, page, errors } = await clinic.visitor({ userAgent: visitorsBrowser });
  await context.addInitScript(() => {
    window.shownAs = 'hidden';
    Object.defineProperty(Document.prototype, 'visibilityState', { get: () => window.shownAs });
    Object.defineProperty(Document.prototype, 'hidden', { get: () => window.shownAs === 'hidden' });
  });
  assert.equal(await asksFor({ context, page }), 0);
  await page.evaluate(() => {
    window.shownAs = 'visible';
    document.dispatchEvent(new Event('visibilitychange', { bubbles: true }));
  });
  const number = grouped(await leased(page));
  assert.equal((await marked(page)).footer, number);
  assert.deepEqual(errors, []);
});
