// A number of as many digits in the page's own spelling takes as much room: nothing on the page moves when it comes, on a
// first visit and on the next, nor does focus or selection go.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { openClinic, ownNumber } from './support/clinic.mjs';
import { grouped, leased, marked } from './support/page.mjs';

/** A page that is painted once all of it is there: one painted while it is still read moves by itself as the rest comes. */
const paintedWhole = (html) => html
  .replace('<head>', '<head><link rel="expect" href="#whole" blocking="render">')
  .replace('</body>', '<i id="whole" hidden></i></body>');

let clinic;
before(async () => (clinic = await openClinic({ transform: paintedWhole })));
after(() => clinic.close());

/** The sum of all layout shifts since `painted`; a shift made on purpose proves that they are seen. */
const moved = (page) => page.evaluate(() => new Promise((resolve) => {
  const before_ = window.shifts.reduce((sum, value) => sum + value, 0);
  const { length } = window.shifts;
  const observer = new PerformanceObserver(() => {
    observer.disconnect();
    resolve({ sum: before_, provoked: window.shifts.length - length });
  });
  observer.observe({ type: 'layout-shift' });
  const block = document.createElement('div');
  block.style.height = '300px';
  document.body.prepend(block);
}));

test('on a first visit, after the page has been painted, and on the next', async () => {
  // The browser's own frames: a clock that is played to has none.
  const context = await clinic.browser.newContext();
  const page = await context.newPage();
  await context.addInitScript(() => {
    window.shifts = [];
    new PerformanceObserver((list) => {
      for (const { value } of list.getEntries()) window.shifts.push(value);
    }).observe({ type: 'layout-shift', buffered: true });
  });
  // The answer waits until the page's own number has been seen.
  await context.route('**/v1/leases', async (route) => {
    await page.evaluate(() => new Promise((resolve) => {
      requestAnimationFrame(() => requestAnimationFrame(resolve));
    }));
    assert.equal((await marked(page)).footer, isFirst ? ownNumber : grouped(number));
    await route.continue();
  });
  let isFirst = true;
  let number;
  for (const visit of ['first', 'second']) {
    await page.goto(clinic.site.url);
    number = await leased(page);
    await page.evaluate(() => new Promise((resolve) => {
      requestAnimationFrame(() => requestAnimationFrame(resolve));
    }));
    assert.equal((await marked(page)).footer, grouped(number));
    const { sum, provoked } = await moved(page);
    assert.equal(sum, 0, visit);
    assert.ok(provoked > 0, 'shifts are seen');
    isFirst = false;
  }
});

test('focus and selection stay where they are', async () => {
  const { page, errors } = await clinic.visitor();
  await page.route('**/v1/leases', async (route) => {
    await page.waitForLoadState('domcontentloaded');
    await page.evaluate(() => {
      document.querySelector('[data-test="header-link"]').focus();
      getSelection().selectAllChildren(document.querySelector('h1'));
    });
    await route.continue();
  });
  await page.goto(clinic.site.url);
  const number = await leased(page);
  assert.equal((await marked(page))['header-text'], grouped(number));
  const [focused, selected, heading] = await page.evaluate(() => [
    document.activeElement.dataset.test, getSelection().toString(), document.querySelector('h1').innerText,
  ]);
  assert.equal(focused, 'header-link');
  assert.equal(selected, heading);
  assert.deepEqual(errors, []);
});
