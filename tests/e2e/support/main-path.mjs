// What every browser must show: the way of a visitor's number over one page, from the first sight to the release.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { openClinic, ownNumber } from './clinic.mjs';
import { openGate } from './gate.mjs';
import { fullWidth, parts } from './page.mjs';

/** Collects whatever the page throws, from its first line on. */
const ear = `<script>
  window.thrown = [];
  addEventListener('error', (event) => thrown.push(event.message));
  addEventListener('unhandledrejection', (event) => thrown.push(String(event.reason)));
</script>`;

/** Runs in the page: waits until the footer shows the clinic's own number, or another; gives what it shows. */
const footer = ([own, isOwn]) => new Promise((resolve) => {
  const look = () => {
    const { textContent } = document.querySelector('[data-test="footer"]');
    if ((textContent === own) !== isOwn) return false;
    resolve(textContent);
    return true;
  };
  if (look()) return;
  const observer = new MutationObserver(() => look() && observer.disconnect());
  observer.observe(document, { subtree: true, childList: true, characterData: true });
});

/** Runs in the page: text or link of every marked part, and what must stay. */
const shown = (names) => {
  const found = {};
  for (const [name, kind] of Object.entries(names)) {
    const element = document.querySelector(`[data-test="${name}"]`);
    if (element) found[name] = kind === 'href' ? element.getAttribute('href') : element[kind === 'html' ? 'innerHTML' : 'textContent'];
  }
  return found;
};
const watched = { ...parts, split: 'html', 'json-ld': 'text' };

/** What the top page shows for a number. Links that are swapped hold nothing but digits. */
const pageWith = (number) => {
  const digits = number.replaceAll('-', '');
  const [first, second, third] = number.split('-');
  return {
    'header-text': number,
    'header-link': `tel:${digits}`,
    'body-prose': `ご予約・ご相談は、お電話（${number}）またはWEBから承ります。`,
    'tel-hyphen': `tel:${number === ownNumber ? number : digits}`,
    'tel-plus': `tel:+81${digits.slice(1)}`,
    'full-width': fullWidth(number),
    split: `<span>${first}</span>-<b>${second}</b>-${third}`,
    footer: number,
    fax: `TEL ${number} / FAX 03-5550-1299`,
  };
};

/** A page that never shows what is waited for must not keep the browsers open. */
const limits = { timeout: 30_000 };

/** The tests, one after the other on one page. */
export function mainPath(openBrowser) {
  let gate;
  let clinic;
  let page;
  let number;
  before(async () => {
    gate = await openGate();
    const settings = { HATSUBAN_HTTP__PUBLIC_URL: gate.url };
    clinic = await openClinic({ openBrowser, settings, transform: (html) => html.replace('<head>', `<head>${ear}`) });
    gate.leadTo(clinic.service.url);
    page = clinic.browser;
  });
  after(async () => {
    await clinic?.close();
    await gate?.close();
  });
  const everythingShows = async (expected) => {
    const { 'json-ld': data, ...rest } = await page.run(shown, watched);
    assert.deepEqual(rest, pageWith(expected));
    assert.equal(JSON.parse(data).telephone, ownNumber);
    assert.deepEqual(await page.run(() => window.thrown), []);
  };

  test('every form of the number is the visitor\'s', limits, async () => {
    await page.goto(`${clinic.site.url}/?gclid=TEST-other_1`);
    number = await page.run(footer, [ownNumber, false]);
    await everythingShows(number);
    const { body } = await clinic.attribution(number);
    assert.equal(body.attribution, 'certain');
    assert.equal(body.lease.visitor.click_ids[0].value, 'TEST-other_1');
  });

  test('a number that is written anew is swapped again in the same frame', limits, async () => {
    const seen = await page.run(async (own) => {
      const nextFrame = () => new Promise((resolve) => requestAnimationFrame(resolve));
      const link = document.querySelector('[data-test="header-link"]');
      document.querySelector('[data-test="footer"]').textContent = own;
      document.querySelector('[data-test="header-text"]').firstChild.data = own;
      document.querySelector('[data-test="split"]').innerHTML = '<span>0120</span>-<b>123</b>-456';
      link.setAttribute('href', 'tel:0120123456');
      await nextFrame();
      return link.getAttribute('href');
    }, ownNumber);
    assert.equal(seen, `tel:${number.replaceAll('-', '')}`);
    await everythingShows(number);
  });

  test('a reload shows the same number, although the service does not answer', limits, async () => {
    gate.hold('/v1/leases');
    const renewal = gate.asked('/v1/leases');
    await page.reload();
    assert.equal(await page.run(footer, [ownNumber, false]), number);
    await everythingShows(number);
    await renewal;
  });

  test('a release puts the page\'s own number back', limits, async () => {
    const told = gate.asked('/v1/leases/release');
    await page.run(() => window.hatsuban('release'));
    await page.run(footer, [ownNumber, true]);
    await everythingShows(ownNumber);
    await told;
  });
}
