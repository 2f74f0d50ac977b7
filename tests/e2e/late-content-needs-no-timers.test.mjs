// Routes of a single-page application, dialogs, pop-ups and whatever comes minutes later are swapped when they appear.
// Nobody has to call anything, and nothing looks at the page by the clock.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { openClinic, ownNumber } from './support/clinic.mjs';
import { grouped, leased } from './support/page.mjs';

let clinic;
let page;
let errors;
let number;
before(async () => {
  clinic = await openClinic();
  ({ page, errors } = await clinic.visitor());
  await page.goto(`${clinic.site.url}/?gclid=TEST-route_1`);
  number = grouped(await leased(page));
});
after(() => clinic.close());

/** Changes the page, and gives what an element shows once the browser's own tasks are done. No clock ticks in between. */
const shownAfter = (change, css) => page.evaluate(async ([source, selector]) => {
  new Function('own', source)('0120-123-456');
  await Promise.resolve();
  await Promise.resolve();
  return document.querySelector(selector).textContent.trim();
}, [change, css]);

test('routes by pushState, replaceState and the back button', async () => {
  for (const how of ['pushState', 'replaceState']) {
    const change = `history.${how}({}, '', '/other-${how}'); document.querySelector('main').innerHTML = '<p id="route">' + own + '</p>'`;
    assert.equal(await shownAfter(change, '#route'), number, how);
  }
  await page.evaluate((own) => {
    addEventListener('popstate', () => { document.querySelector('main').innerHTML = `<p id="back">${own}</p>`; }, { once: true });
    history.back();
  }, ownNumber);
  await page.waitForFunction((text) => document.getElementById('back')?.textContent === text, number);
});

test('a dialog', async () => {
  const change = `const dialog = document.createElement('dialog');
    dialog.id = 'popup';
    dialog.innerHTML = '<a href="tel:0120123456">' + own + '</a>';
    document.body.append(dialog);
    dialog.showModal();`;
  assert.equal(await shownAfter(change, '#popup a'), number);
  assert.equal(await page.locator('#popup a').getAttribute('href'), `tel:${number.replaceAll('-', '')}`);
  await page.evaluate(() => document.getElementById('popup').close());
});

test('a template that is copied, and an element that is put back in', async () => {
  const copy = `const template = document.createElement('template');
    template.innerHTML = '<p class="copy">' + own + '</p>';
    document.body.append(template.content.cloneNode(true), template.content.cloneNode(true));`;
  assert.equal(await shownAfter(copy, '.copy:last-child'), number);
  const detached = `const kept = document.createElement('p');
    kept.id = 'kept';
    document.body.append(kept);
    kept.remove();
    kept.textContent = own;
    document.body.append(kept);`;
  assert.equal(await shownAfter(detached, '#kept'), number);
});

test('what comes minutes later, although no timer of the page runs', async () => {
  const renewed = page.waitForResponse((response) => response.url().endsWith('/v1/leases'));
  await page.clock.fastForward(100_000);
  await renewed;
  // So far ahead that the page's time, which goes on while this is said, cannot be there already.
  await page.clock.pauseAt(new Date(await page.evaluate(() => Date.now() + 30_000)));
  assert.equal(await shownAfter(`document.body.insertAdjacentHTML('beforeend', '<p id="late">' + own + '</p>')`, '#late'), number);
  await page.clock.resume();
});

test('a section that was hidden all along', async () => {
  const hidden = `document.body.insertAdjacentHTML('beforeend', '<section id="hidden" hidden><p>' + own + '</p></section>')`;
  assert.equal(await shownAfter(hidden, '#hidden p'), number);
  assert.deepEqual(errors, []);
});
