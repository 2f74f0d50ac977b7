// Frameworks and page scripts put the page's own number back; it is swapped again in the same frame, before it is painted,
// while handlers and elements stay. A page that does nothing else is left alone, with one line on the console.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { openClinic, ownNumber } from './support/clinic.mjs';
import { grouped, leased, linesOf, marked } from './support/page.mjs';

let clinic;
let context;
let page;
let number;
before(async () => {
  clinic = await openClinic();
  // The browser's own frames: a clock that is played to has none.
  context = await clinic.browser.newContext();
  page = await context.newPage();
  await page.goto(`${clinic.site.url}/reserve/`);
  number = grouped(await leased(page));
});
after(() => clinic.close());

/**
 * Runs a change of the page in a frame, and gives what stands in a place at the end of the same frame: nothing has been
 * painted between the two.
 */
const inTheSameFrame = (change, selector, name) => page.evaluate(([source, css, attribute]) => new Promise((resolve) => {
  requestAnimationFrame(() => new Function(source)());
  requestAnimationFrame(() => {
    const element = document.querySelector(css);
    resolve(attribute ? element.getAttribute(attribute) : element.textContent);
  });
}), [change, selector, name]);

const footer = '[data-test="footer"]';
const link = '[data-test="header-link"]';

test('a text node that is written to', async () => {
  const change = `document.querySelector('[data-test="spa-number"]').firstChild.data = '${ownNumber}'`;
  assert.ok((await inTheSameFrame(change, '[data-test="spa-number"]')).includes(number));
});

test('a text node that is written to in pieces', async () => {
  const change = `const { firstChild } = document.querySelector('${footer}'); firstChild.data = '0120-'; firstChild.appendData('123-456')`;
  assert.equal(await inTheSameFrame(change, footer), number);
});

test('textContent, innerText, innerHTML, and a new text node', async () => {
  for (const property of ['textContent', 'innerText', 'innerHTML']) {
    assert.equal(await inTheSameFrame(`document.querySelector('${footer}').${property} = '${ownNumber}'`, footer), number, property);
  }
  assert.equal(await inTheSameFrame(`document.querySelector('${footer}').replaceChildren('${ownNumber}')`, footer), number);
});

test('an element that is replaced by a new one', async () => {
  const change = `const old = document.querySelector('${footer}');
    old.outerHTML = '<a data-test="footer" href="tel:0120123456" title="${ownNumber}"><i>0120</i>-123-<b>456</b></a>'`;
  assert.equal(await inTheSameFrame(change, footer), number);
  assert.equal(await inTheSameFrame('', footer, 'href'), `tel:${number.replaceAll('-', '')}`);
  assert.equal(await inTheSameFrame('', footer, 'title'), number);
});

test('attributes that are put back', async () => {
  for (const [name, own, shown] of [
    ['href', 'tel:0120123456', `tel:${number.replaceAll('-', '')}`],
    ['aria-label', `お電話でのご予約 ${ownNumber}（通話無料）`, `お電話でのご予約 ${number}（通話無料）`],
    ['title', `${ownNumber} に電話する`, `${number} に電話する`],
  ]) {
    assert.equal(await inTheSameFrame(`document.querySelector('${link}').setAttribute('${name}', '${own}')`, link, name), shown);
  }
  assert.equal(await inTheSameFrame(`document.querySelector('${link}').href = 'tel:+81120123456'`, link, 'href'), `tel:+81${number.slice(1).replaceAll('-', '')}`);
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

describe('a page that fights back is left alone, with one line', () => {
  const text = (element) => element.textContent;
  const fights = {
    'to a text node': [(element, own) => { element.firstChild.data = own; }, text],
    'with a new text node each time': [(element, own) => element.replaceChildren(document.createTextNode(own)), text],
    'to the address of a link': [(element, own) => element.setAttribute('href', `tel:${own}`), (element) => element.getAttribute('href').slice(4)],
    // No place comes back here, so that the page as a whole is given up, and shows one number everywhere: its own.
    'with new elements each time': [(element, own) => { element.innerHTML = `<span>${own}</span>`; }, text, 'all of it'],
  };
  for (const [how, [write, read, isAll]] of Object.entries(fights)) {
    test(how, async () => {
      const other = await clinic.browser.newContext();
      const lines = linesOf(other);
      const fought = await other.newPage();
      await fought.goto(clinic.site.url);
      const shown = grouped(await leased(fought));
      const { rounds, last } = await fought.evaluate(async ([writes, reads, own]) => {
        const [put, get] = [writes, reads].map((source) => new Function(`return ${source}`)());
        // How often within a second is counted: on the slowest machine, too, all of this is within one.
        const now = performance.now();
        performance.now = () => now;
        const element = document.querySelector('[data-test="footer"]');
        let count = 0;
        const observer = new MutationObserver(() => {
          // An end for a snippet that never gives in: the test is to fail then, not to hang.
          if (get(element) === own || count === 10_000) return;
          count += 1;
          put(element, own);
        });
        observer.observe(element, { childList: true, characterData: true, attributes: true, subtree: true });
        put(element, own);
        for (let frame = 0; frame < 10; frame += 1) await new Promise((resolve) => requestAnimationFrame(resolve));
        observer.disconnect();
        return { rounds: count, last: get(element) };
      }, [write.toString(), read.toString(), ownNumber]);
      assert.equal(last, ownNumber);
      assert.ok(rounds > 1 && rounds < 500, `${rounds} rounds`);
      assert.equal(lines.length, 1, lines.join('\n'));
      assert.match(lines[0], /A script of this page/);
      assert.equal((await marked(fought))['header-text'], isAll ? ownNumber : shown, 'the rest of the page');
      await other.close();
    });
  }
});
