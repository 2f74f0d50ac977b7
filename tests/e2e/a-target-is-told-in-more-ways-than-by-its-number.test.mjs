// A target may be told by where it stands, a portal's by asking the service, an application's by its own question; the visitor
// session may be a cookie of the site's own, of which only a digest leaves the page.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { openClinic } from './support/clinic.mjs';
import { leased } from './support/page.mjs';
import { noteRequests, noted, started, works } from './support/spies.mjs';

let clinic;
let more = '';
const openWith = (site) => async () => (clinic = await openClinic({ site, transform: (html) => html.replace('</body>', `${more}</body>`) }));
const close = () => clinic.close();
async function visit(html) {
  more = html;
  const one = await noted(clinic);
  await one.page.goto(clinic.site.url);
  more = '';
  return one;
}
const text = (page, selector) => page.locator(selector).textContent();
const says = (page, selector, wanted) => page.locator(selector).filter({ hasText: wanted }).waitFor();

describe('by where it stands', () => {
  const pool = '[[site.target]]\nid = "desk"\nselector = "#desk .tel"\npool = "clinic-main"\n[[site.target]]\nid = "plain"\npool = "clinic-main"\nselector = ".plain"\n';
  before(openWith(pool));
  after(close);

  test('there alone, whatever number it is, and what is written there later', async () => {
    const one = await visit('<div id="desk"><p class="tel">03-5550-7001</p></div><p id="elsewhere">03-5550-7001</p>');
    const { page } = one;
    await works(one);
    await says(page, '#desk .tel', /^0120-900-0/);
    const number = await text(page, '#desk .tel');
    assert.equal(await text(page, '#elsewhere'), '03-5550-7001');
    await page.evaluate(() => (document.querySelector('#desk').innerHTML = '<p class="tel">TEL 03-5550-7002</p>'));
    await says(page, '#desk .tel', number);
    await page.evaluate(() => window.hatsuban('release'));
    assert.equal(await text(page, '#desk .tel'), 'TEL 03-5550-7002');
  });
});

describe('on a portal', () => {
  before(openWith('discovery = true\nconsent = "required"'));
  after(close);

  test('the page asks which of its numbers are targets, but not before consent', async () => {
    const one = await noted(clinic);
    const { page } = one;
    const requests = noteRequests(page);
    await page.goto(clinic.site.url);
    await started(page);
    await page.clock.runFor(2000);
    assert.deepEqual(requests, []);
    const asked = page.waitForRequest('**/v1/lookup');
    await page.evaluate(() => window.hatsuban('consent', 'granted'));
    await page.clock.runFor(2000);
    assert.ok((await asked).postDataJSON().numbers.includes('0120123456'));
    await works(one);
  });
});

describe('by a question of the application', () => {
  before(openWith(''));
  after(close);

  test('lookup answers what to show for each number, in any spelling', async () => {
    const one = await visit('');
    const number = await works(one);
    const answer = await one.page.evaluate(() => new Promise((resolve) => window.hatsuban('lookup', ['0120-123-456', '０３−５５５０−１２３４', '03-0000-0000'], resolve)));
    assert.equal(answer['0120-123-456'].national, number.replaceAll('-', ''));
    assert.match(answer['０３−５５５０−１２３４'].national, /^03555013/);
    assert.equal(answer['03-0000-0000'], null);
    await one.page.evaluate(() => window.hatsuban('release'));
    const later = await one.page.evaluate(() => new Promise((resolve) => window.hatsuban('lookup', ['0120-123-456'], resolve)));
    assert.deepEqual(later, { '0120-123-456': null });
    assert.deepEqual(one.errors, []);
  });

  test('attributes come with the lease, those of later at once', async () => {
    const one = await visit('');
    const number = await works(one);
    const told = one.page.waitForResponse('**/v1/leases');
    await one.page.evaluate(() => window.hatsuban('attributes', { plan: 'gold' }));
    await (await told).finished();
    const { body } = await clinic.attribution(number);
    assert.deepEqual(body.lease.visitor.attributes, { plan: 'gold' });
  });
});

describe('the site\'s own session cookie', () => {
  before(openWith('session_cookie = "PHPSESSID"'));
  after(close);

  test('only its digest leaves the page, beside the snippet\'s own id; one line says what would be better', async () => {
    const secret = 'k3jd8s7dk2ls0dk4jf7slq9wmv';
    const one = await noted(clinic);
    await one.context.addCookies([{ name: 'PHPSESSID', value: secret, url: clinic.site.url }]);
    const sent = [];
    one.page.on('request', (request) => sent.push(`${request.url()} ${request.url().startsWith(clinic.service.url) ? request.postData() : ''}`));
    await one.page.goto(clinic.site.url);
    await leased(one.page);
    assert.ok(sent.some((each) => each.includes('/v1/leases')));
    assert.ok(sent.every((each) => !each.includes(secret)));
    const { session, visitor_id: id } = await one.page.evaluate(() => window.hatsuban.state);
    assert.match(session, /^[\w-]{22}$/);
    assert.equal(id, (await one.context.cookies()).find(({ name }) => name === '_hatsuban').value);
    assert.notEqual(session, id);
    assert.equal(one.lines.length, 1);
    assert.match(one.lines[0], /PHPSESSID.*Only its digest leaves the page/);
    await one.page.reload();
    await leased(one.page);
    assert.equal(await one.page.evaluate(() => window.hatsuban.state.session), session);
    assert.deepEqual(one.errors, []);
  });
});
