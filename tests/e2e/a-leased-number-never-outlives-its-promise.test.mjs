// However a page copies, moves and rewrites a leased number, none of it is left once the lease has gone; and no answer, stored
// lease or second start brings back a number that is not this visitor's.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { openClinic, ownNumber } from './support/clinic.mjs';
import { leased } from './support/page.mjs';
import { footer, noted, shows, started, works } from './support/spies.mjs';

let clinic;
let more = '';
before(async () => (clinic = await openClinic({ transform: (html) => html.replace('</body>', `${more}</body>`) })));
after(() => clinic.close());
async function visit(html = '') {
  more = html;
  const one = await noted(clinic);
  await one.page.goto(clinic.site.url);
  more = '';
  return { ...one, number: await works(one) };
}
const nextFrame = (page) => page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => resolve())));
/** Every place of the page where a leased number of this pool stands. */
const leftovers = (page) => page.evaluate(() => {
  const found = [];
  for (const element of document.querySelectorAll('*')) {
    for (const { name, value } of element.attributes) if (/0120-?900-?0\d\d|120-?900-?0\d\d/.test(value)) found.push(`${name}=${value}`);
    for (const node of element.childNodes) if (node.nodeType === 3 && element.localName !== 'script' && /0120-?900-?0\d\d/.test(node.data)) found.push(node.data);
  }
  return found;
});

test('clones, moved nodes, templates, titles and labels, and a number that the page writes itself', async () => {
  const { page, errors, number } = await visit(`<div id="place"><p id="one" title="Call ${ownNumber}" aria-label="${ownNumber}"><a href="tel:0120123456">${ownNumber}</a></p></div>`);
  await page.evaluate((shown) => {
    const one = document.querySelector('#one');
    const place = document.querySelector('#place');
    window.kept = one.cloneNode(true);
    place.append(one.cloneNode(true));
    document.body.prepend(place);
    const template = document.createElement('template');
    template.innerHTML = place.innerHTML;
    document.body.append(template.content.cloneNode(true));
    document.body.insertAdjacentHTML('beforeend', `<p>By hand: ${shown}</p><p title="${shown}">${shown.replaceAll('-', '')}</p>`);
    const [head, tail] = [shown.slice(0, 6), shown.slice(6)];
    document.body.insertAdjacentHTML('beforeend', `<p id="split"><b>${head}</b>${tail}</p>`);
  }, number);
  await nextFrame(page);
  assert.ok((await leftovers(page)).length > 8);
  await clinic.service.stop();
  await page.clock.fastForward(361_000);
  await leased(page, 'expired');
  assert.deepEqual(await leftovers(page), []);
  assert.equal(await page.locator('#split').textContent(), ownNumber);
  await page.evaluate(() => document.body.append(window.kept));
  await nextFrame(page);
  assert.deepEqual(await leftovers(page), []);
  await clinic.service.restart();
  assert.deepEqual(errors, []);
});

test('a machine that sleeps: the first thing that its page does is to put its own number back', async () => {
  const { page, errors, number } = await visit();
  await page.route('**/v1/leases', () => {});
  // Timers stand still while a machine sleeps, the clock on the wall does not.
  const shown = await page.evaluate(() => {
    const slept = 3_600_000;
    const { now } = Date;
    Date.now = () => now() + slept;
    window.dispatchEvent(new Event('pageshow'));
    return document.querySelector('[data-test="footer"]').textContent;
  });
  assert.notEqual(shown, number);
  assert.equal(shown, ownNumber);
  assert.deepEqual(errors, []);
});

test('a lease in storage counts no longer than it was promised, whatever the clock says', async () => {
  const one = await visit();
  const { page } = one;
  await page.route('**/v1/leases', (route) => route.abort());
  const move = (ms) => page.evaluate((by) => {
    const kept = JSON.parse(localStorage.getItem('hatsuban:st_clinic'));
    for (const lease of kept.leases) lease.sent_wall_ms += by;
    localStorage.setItem('hatsuban:st_clinic', JSON.stringify(kept));
  }, ms);
  await move(-400_000);
  await page.reload();
  await started(page);
  assert.equal(await footer(page), ownNumber, 'long ago');
  assert.deepEqual(one.errors, []);
});

test('a lease that was made in the future is none', async () => {
  const one = await visit();
  const { page } = one;
  await page.route('**/v1/leases', (route) => route.abort());
  await page.evaluate(() => {
    const kept = JSON.parse(localStorage.getItem('hatsuban:st_clinic'));
    for (const lease of kept.leases) lease.sent_wall_ms += 86_400_000;
    localStorage.setItem('hatsuban:st_clinic', JSON.stringify(kept));
  });
  await page.reload();
  await started(page);
  assert.equal(await footer(page), ownNumber);
});

test('another session\'s lease in storage is not this visitor\'s', async () => {
  const one = await visit();
  const { page } = one;
  await page.route('**/v1/leases', (route) => route.abort());
  await one.context.clearCookies();
  await page.evaluate(() => localStorage.removeItem('hatsuban:session'));
  await page.reload();
  await started(page);
  assert.equal(await footer(page), ownNumber);
});

test('a release in another tab ends it in this one, at once', async () => {
  const one = await visit();
  const other = await one.context.newPage();
  await other.goto(clinic.site.url);
  await shows(other, one.number);
  await other.evaluate(() => window.hatsuban('release'));
  await shows(one.page, ownNumber);
  assert.equal(await footer(other), ownNumber);
  assert.deepEqual(one.errors, []);
});

test('stopped, nothing is swapped any more, whatever the page writes, and no answer changes that', async () => {
  const one = await visit();
  const { page } = one;
  let answer;
  const asked = new Promise((resolve) => page.route('**/v1/leases', (route) => (answer = () => route.continue(), resolve())));
  await page.clock.fastForward(61_000);
  await asked;
  await page.evaluate(() => window.hatsuban('stop'));
  assert.deepEqual(await leftovers(page), []);
  const answered = page.waitForResponse('**/v1/leases');
  await answer();
  await (await answered).finished();
  await page.evaluate((own) => document.body.insertAdjacentHTML('beforeend', `<p>${own}</p>`), ownNumber);
  await page.clock.fastForward(61_000);
  await nextFrame(page);
  assert.deepEqual(await leftovers(page), []);
  assert.deepEqual(one.errors, []);
});

test('back and forth: a page out of the browser\'s memory shows nothing that has lapsed meanwhile', async () => {
  const one = await visit();
  const { page } = one;
  await page.evaluate(() => window.dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true })));
  await page.route('**/v1/leases', (route) => route.abort());
  const shown = await page.evaluate(() => {
    const { now } = Date;
    Date.now = () => now() + 600_000;
    window.dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }));
    return document.querySelector('[data-test="footer"]').textContent;
  });
  assert.equal(shown, ownNumber);
  assert.deepEqual(one.errors, []);
});
