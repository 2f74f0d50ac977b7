// What the tag posts has the members and types of the protocol's golden requests and no others; addresses go without their
// fragment and no longer than they are taken; of the cookies go those of ad platforms, of analytics and those that the site
// names, as raw text.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { golden, openClinic } from './support/clinic.mjs';
import { leased } from './support/page.mjs';

const typeOf = (value) => (Array.isArray(value) ? 'array' : typeof value);

/** Where every member of a body is, and its type: rows of a list count as one. */
function shape(value, place = 'body', found = new Set()) {
  found.add(`${place}: ${typeOf(value)}`);
  if (typeOf(value) === 'array') for (const row of value) shape(row, `${place}[]`, found);
  // What a site calls its attributes is its own affair.
  else if (typeOf(value) === 'object') for (const key in value) shape(value[key], place.endsWith('.attributes') ? `${place}.*` : `${place}.${key}`, found);
  return found;
}

const known = new Set([...shape(golden('lease_request')), ...shape(golden('lease_request_known_visitor'))]);
const unknown = (body) => [...shape(body)].filter((member) => !known.has(member));

let clinic;
before(async () => (clinic = await openClinic({ site: 'cookies = ["_biz_uid"]' })));
after(() => clinic.close());

test('from the first request on', async () => {
  const { context, page, errors } = await clinic.visitor();
  const set = { _gcl_aw: 'GCL.1795312800.FromCookie_1', _ga: 'GA1.1.12.34', _biz_uid: '4f6b2c', theme: 'dark', _gid: 'GA1.1.5.6' };
  await context.addCookies(Object.entries(set).map(([name, value]) => ({ name, value, url: clinic.site.url })));
  const bodies = [];
  page.on('request', (request) => {
    if (request.method() === 'POST' && request.url().endsWith('/v1/leases')) bodies.push(JSON.parse(request.postData()));
  });
  const query = `?gclid=Click-1&yj_r=f0&long=${'x'.repeat(2_500)}`;
  await page.goto(`${clinic.site.url}/${query}#access`, { referer: 'https://search.example/' });
  await leased(page);

  const [first] = bodies;
  const address = `${clinic.site.url}/${query}`.slice(0, 2_048);
  assert.deepEqual(unknown(first), []);
  assert.equal(first.site, 'st_clinic');
  assert.equal(first.session, await page.evaluate(() => window.hatsuban.state.session));
  assert.equal(first.page, address);
  assert.equal(first.visitor.landing_page, address);
  assert.equal(first.visitor.first_touch.landing_page, address);
  assert.equal(first.visitor.referrer, 'https://search.example/');
  assert.deepEqual(first.visitor.click_ids.map(({ kind, value, source }) => [kind, value, source]), [['gclid', 'Click-1', 'url'], ['yj_r', 'f0', 'url']]);
  assert.deepEqual(first.visitor.cookie.split('; ').sort(), ['_biz_uid=4f6b2c', '_ga=GA1.1.12.34', '_gcl_aw=GCL.1795312800.FromCookie_1']);

  // The heartbeat proves what is held, and a page tells more as it learns it.
  const next = page.waitForRequest((request) => request.url().endsWith('/v1/leases'));
  await page.evaluate(() => window.hatsuban('attributes', { plan: 'premium' }));
  await next;
  const later = bodies.at(-1);
  assert.deepEqual(unknown(later), []);
  assert.deepEqual(later.visitor.attributes, { plan: 'premium' });
  assert.equal(typeof later.leases[0].token, 'string');
  assert.deepEqual(errors, []);

  const { body } = await clinic.attribution(await leased(page));
  assert.deepEqual(body.lease.visitor.click_ids.map(({ kind, value, source }) => [kind, value, source]),
    [['gclid', 'Click-1', 'url'], ['yjr_yjad', 'f0', 'url'], ['gclid', 'FromCookie_1', 'cookie']]);
  assert.deepEqual(body.lease.visitor.cookies, { ga_client_id: '12.34', _biz_uid: '4f6b2c' });
});
