// `?hatsuban_debug` explains on the page what is leased, or why nothing is, in the visitor's language; it can be closed with the
// keyboard, and works under a strict policy.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { openClinic, ownNumber } from './support/clinic.mjs';
import { leased } from './support/page.mjs';
import { footer } from './support/spies.mjs';

let clinic;
before(async () => (clinic = await openClinic({ numbers: ['0120-900-001'] })));
after(() => clinic.close());

/** The panel lives in a closed tree of its own: these tests keep the key. */
const keepTheKey = () => {
  const { attachShadow } = Element.prototype;
  Element.prototype.attachShadow = function (options) {
    return (window.panel = attachShadow.call(this, options));
  };
};

/** Opens a page with the panel. */
async function open({ options = {}, settings, change, locale = 'en-US' } = {}) {
  const { context, page, errors } = await clinic.visitor({ locale, ...options });
  await context.addInitScript(keepTheKey);
  if (settings) await context.addInitScript((given) => {
    window.hatsuban = (...command) => window.hatsuban.q.push(command);
    Object.assign(window.hatsuban, { q: [], options: given });
  }, settings);
  if (change) await context.addInitScript(change);
  await page.goto(`${clinic.site.url}/?hatsuban_debug`);
  return { page, errors };
}
const says = (page, text) => page.waitForFunction((wanted) => window.panel?.querySelector('section').textContent.includes(wanted), text);

const reasons = {
  'a robot': [{ settings: { headless: false } }, 'A program drives this browser'],
  'channels only': [{ settings: { mode: 'channel' } }, 'Channel numbers only'],
  'no consent yet': [{ settings: { consent: 'required' } }, 'has not consented yet'],
  'Global Privacy Control': [{ change: () => Object.defineProperty(Navigator.prototype, 'globalPrivacyControl', { get: () => true }) }, 'Global Privacy Control'],
  'no click': [{ settings: { media: 'google' } }, 'no click id'],
  'not rolled out': [{ settings: { rollout: 0 } }, 'rollout_percent'],
  'not looked for yet': [{ settings: { lease_on: 'interaction' } }, 'It waits until'],
  'no target on the page': [{ settings: { targets: [{ id: 'main', number: '0312345678' }] } }, "None of the site's targets"],
};
for (const [name, [given, text]] of Object.entries(reasons)) {
  test(`${name}: ${text}`, async () => {
    const { page, errors } = await open(given);
    await says(page, text);
    assert.equal(await footer(page), ownNumber);
    assert.deepEqual(errors, []);
  });
}

test('what is leased, then that it was stopped; in Japanese', async () => {
  const { page, errors } = await open({ locale: 'ja-JP' });
  const number = await leased(page);
  await says(page, '動作しています');
  await says(page, `あり${number}貸し出し中`);
  const next = await open({ locale: 'ja-JP' });
  await leased(next.page, 'exhausted');
  await says(next.page, '空いている番号がプールにありません');
  await page.evaluate(() => window.hatsuban('stop'));
  await page.clock.runFor(1000);
  await says(page, '停止しました');
  assert.deepEqual([...errors, ...next.errors], []);
});

test('the keyboard reaches the button, which stays while the panel changes; Escape closes too', async () => {
  const isOpen = (page) => page.evaluate(() => window.panel.host.isConnected);
  const first = await open();
  await says(first.page, 'Hatsuban debug');
  await first.page.keyboard.press('Shift+Tab');
  await first.page.clock.runFor(3000);
  assert.equal(await first.page.evaluate(() => window.panel.activeElement?.textContent), 'Close');
  await first.page.keyboard.press('Enter');
  assert.equal(await isOpen(first.page), false);
  const second = await open();
  await says(second.page, 'Hatsuban debug');
  assert.equal(await isOpen(second.page), true);
  await second.page.keyboard.press('Escape');
  assert.equal(await isOpen(second.page), false);
  assert.deepEqual([...first.errors, ...second.errors], []);
});
