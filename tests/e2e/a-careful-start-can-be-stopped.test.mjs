// A site begins with a share of its visitors and can stop the tag on every page; and it can hide its numbers until the right
// ones are there, at most as long as it says.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { openClinic, ownNumber } from './support/clinic.mjs';
import { leased } from './support/page.mjs';
import { footer, noteEvents, noteLines, noteRequests, started } from './support/spies.mjs';

async function visit(clinic, path = '/') {
  const { context, page, errors } = await clinic.visitor();
  await context.addInitScript(noteEvents);
  const [requests, lines] = [noteRequests(page), noteLines(page)];
  await page.goto(clinic.site.url + path);
  return { context, page, errors, requests, lines };
}

test('switched off: nothing but the tag itself is loaded, and not a word is said', async () => {
  const clinic = await openClinic({ site: 'enabled = false' });
  const { context, page, errors } = await clinic.visitor();
  const asked = [];
  page.on('request', (request) => request.url().startsWith(clinic.service.url) && asked.push(new URL(request.url()).pathname));
  const lines = noteLines(page);
  await context.addInitScript(noteEvents);
  await page.goto(clinic.site.url, { waitUntil: 'networkidle' });
  assert.deepEqual(asked, ['/tag/st_clinic.js']);
  assert.equal(await footer(page), ownNumber);
  assert.deepEqual([await page.evaluate(() => window.events), lines, errors, await context.cookies()], [[], [], [], []]);
  await clinic.close();
});

test('rolled out to nobody, nobody is leased a number', async () => {
  const clinic = await openClinic({ site: 'rollout_percent = 0' });
  const { page, requests, errors } = await visit(clinic);
  await started(page);
  assert.equal(await footer(page), ownNumber);
  assert.deepEqual([requests, errors], [[], []]);
  await clinic.close();
});

test('rolled out to half, a visitor is always in or always out', async () => {
  const clinic = await openClinic({ site: 'rollout_percent = 50' });
  const { context, page, errors } = await clinic.visitor();
  await context.addInitScript(noteEvents);
  const isIn = async (session) => {
    await context.clearCookies();
    await context.addCookies([{ name: '_hatsuban', value: session, url: clinic.site.url }]);
    await page.goto(clinic.site.url);
    await started(page);
    return page.evaluate(() => Boolean(window.hatsuban.state.session));
  };
  const sessions = ['AAAAAAAAAAAAAAAAAAAAAA', 'BBBBBBBBBBBBBBBBBBBBBB', 'hatsubanhatsubanhatsub', '0123456789012345678901', 'zyxwvutsrqponmlkjihgfe', 'qwertyuiopasdfghjklzxc'];
  const first = [];
  for (const session of sessions) first.push(await isIn(session));
  const again = [];
  for (const session of sessions) again.push(await isIn(session));
  assert.deepEqual(again, first);
  assert.deepEqual(new Set(first), new Set([true, false]));
  assert.deepEqual(errors, []);
  await clinic.close();
});

describe('numbers that are hidden', () => {
  const hidden = (page) => page.evaluate(() => document.documentElement.classList.contains('hatsuban-wait'));
  const gone = (page) => page.waitForFunction(() => !document.documentElement.classList.contains('hatsuban-wait'));
  /** Runs before the page: what the footer shows when the numbers come out. */
  const watchTheClass = () => {
    new MutationObserver(() => {
      const isHidden = document.documentElement.classList.contains('hatsuban-wait');
      if (window.wasHidden && !isHidden) window.cameOutWith ??= document.querySelector('[data-test="footer"]')?.textContent;
      window.wasHidden ||= isHidden;
    }).observe(document, { attributes: true, attributeFilter: ['class'], subtree: true });
  };
  let clinic;
  before(async () => (clinic = await openClinic({ site: 'hide_until_ready_ms = 800' })));
  after(() => clinic.close());

  test('come out with the visitor\'s own, without waiting for the time to pass', async () => {
    const { context, page, errors } = await clinic.visitor();
    await context.clock.pauseAt(Date.now() + 60_000);
    await context.addInitScript(watchTheClass);
    await page.goto(clinic.site.url);
    await leased(page);
    await gone(page);
    const shown = await page.evaluate(() => window.cameOutWith);
    assert.equal(shown, await footer(page));
    assert.notEqual(shown, ownNumber);
    assert.deepEqual(errors, []);
  });

  test('come out at once where nothing is to be awaited', async () => {
    const { context, page, errors } = await clinic.visitor();
    await context.clock.pauseAt(Date.now() + 60_000);
    await context.addInitScript(watchTheClass);
    await context.addInitScript(() => Object.defineProperty(Navigator.prototype, 'globalPrivacyControl', { get: () => true }));
    await page.goto(clinic.site.url);
    await gone(page);
    assert.equal(await page.evaluate(() => window.wasHidden), true);
    assert.equal(await footer(page), ownNumber);
    assert.deepEqual(errors, []);
  });

  test('come out when the service fails', async () => {
    const { context, page, errors } = await clinic.visitor();
    await context.clock.pauseAt(Date.now() + 60_000);
    await context.addInitScript(watchTheClass);
    await page.route('**/v1/leases', (route) => route.abort());
    await page.goto(clinic.site.url);
    await gone(page);
    assert.equal(await page.evaluate(() => window.wasHidden), true);
    assert.equal(await footer(page), ownNumber);
    assert.deepEqual(errors, []);
  });

  test('come out when the time has passed, and a late answer still counts', async () => {
    const { context, page, errors } = await clinic.visitor();
    await context.clock.pauseAt(Date.now() + 60_000);
    let answer;
    const asked = new Promise((resolve) => page.route('**/v1/leases', (route) => (answer = () => route.continue(), resolve())));
    await page.goto(clinic.site.url);
    await asked;
    assert.equal(await hidden(page), true);
    await context.clock.runFor(799);
    assert.equal(await hidden(page), true);
    await context.clock.runFor(2);
    assert.equal(await hidden(page), false);
    assert.equal(await footer(page), ownNumber);
    await answer();
    await leased(page);
    assert.notEqual(await footer(page), ownNumber);
    assert.deepEqual(errors, []);
  });
});
