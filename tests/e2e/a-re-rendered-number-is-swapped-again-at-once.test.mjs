// Frameworks and page scripts put the page's own number back; it is swapped again in the same frame, in late content and
// on every route, while handlers and elements stay.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { openClinic, ownNumber } from './support/clinic.mjs';
import { grouped, leased, marked } from './support/page.mjs';

let clinic;
let page;
let number;
before(async () => {
  clinic = await openClinic();
  ({ page } = await clinic.visitor());
  await page.goto(`${clinic.site.url}/reserve/`);
  number = grouped(await leased(page));
});
after(() => clinic.close());

/** Runs a change of the page, and gives what a mark shows in the next frame. */
const inTheNextFrame = (change, selector) => page.evaluate(async ([source, css]) => {
  new Function(source)();
  await new Promise((resolve) => requestAnimationFrame(resolve));
  return document.querySelector(css).textContent;
}, [change, selector]);

test('a text node that is written to', async () => {
  const change = `document.querySelector('[data-test="spa-number"]').firstChild.data = '${ownNumber}'`;
  assert.ok((await inTheNextFrame(change, '[data-test="spa-number"]')).includes(number));
});

test('textContent and innerHTML', async () => {
  for (const property of ['textContent', 'innerHTML']) {
    const change = `document.querySelector('[data-test="footer"]').${property} = '${ownNumber}'`;
    assert.equal(await inTheNextFrame(change, '[data-test="footer"]'), number);
  }
});

test('a link whose address is put back', async () => {
  await page.evaluate(async () => {
    document.querySelector('[data-test="header-link"]').setAttribute('href', 'tel:0120123456');
    await new Promise((resolve) => requestAnimationFrame(resolve));
  });
  assert.equal((await marked(page))['header-link'], `tel:${number.replaceAll('-', '')}`);
});

test("the clinic's own re-render, and its handlers", async () => {
  await page.locator('[data-test="spa-refresh"]').click();
  await page.waitForFunction((text) => document.querySelector('[data-test="spa-number"]').textContent.includes(text), number);
  await page.locator('[data-test="spa-refresh"]').click();
  assert.ok((await marked(page))['spa-number'].includes(number));
});

test('a new route and late content', async () => {
  await page.evaluate(() => document.querySelector('a[href$="/reserve/menu"]').click());
  await page.waitForFunction((text) => document.querySelector('[data-test="spa-late"]')?.textContent.includes(text), number);
});

test('a page that fights back is left alone', async () => {
  const rounds = await page.evaluate(async (own) => {
    const element = document.querySelector('[data-test="footer"]');
    let writes = 0;
    const observer = new MutationObserver(() => {
      if (element.textContent !== own && writes < 10_000) {
        writes += 1;
        element.textContent = own;
      }
    });
    observer.observe(element, { childList: true, characterData: true, subtree: true });
    element.textContent = own;
    for (let frame = 0; frame < 10; frame += 1) await new Promise((resolve) => requestAnimationFrame(resolve));
    observer.disconnect();
    return writes;
  }, ownNumber);
  assert.ok(rounds < 1_000, `${rounds} rounds`);
});
