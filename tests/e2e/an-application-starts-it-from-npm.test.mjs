// The npm entry, as an application imports it: typed settings in, events and state out, the same leases and the same rules.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { root } from '../tools/ensure.mjs';
import { openClinic, ownNumber } from './support/clinic.mjs';
import { grouped, marked } from './support/page.mjs';

const types = { js: 'text/javascript', wasm: 'application/wasm' };
let clinic;
let visitor;

before(async () => {
  clinic = await openClinic({ isTagged: false });
  visitor = await clinic.visitor();
  // The package's files, where a bundler would put them.
  await visitor.context.route('**/hatsuban/*', (route) => {
    const name = new URL(route.request().url()).pathname.split('/').pop();
    const body = readFileSync(join(root, 'snippet', 'dist', 'npm', name));
    return route.fulfill({ body, contentType: types[name.split('.').pop()] });
  });
});
after(() => clinic.close());

/** Imports the package on the page and starts it; gives the first lease. */
const start = (page, options) => page.evaluate(async (settings) => {
  const { start: begin } = await import('/hatsuban/index.js');
  const leased = new Promise((resolve) => window.addEventListener('hatsuban:leased', (event) => resolve(event.detail), { once: true }));
  window.running = await begin(settings);
  return leased;
}, options);

test('it leases, swaps, and gives back', async () => {
  const { page, errors } = visitor;
  await page.goto(`${clinic.site.url}/?gclid=TEST-npm_1`);
  assert.equal((await marked(page)).footer, ownNumber, 'no tag is on this page');
  const options = { site: 'st_clinic', service: clinic.service.url, targets: [{ id: 'main', number: ownNumber }] };
  const lease = await start(page, options);
  assert.equal(lease.status, 'leased');
  assert.equal((await marked(page)).footer, grouped(lease.number.national));
  const { body } = await clinic.attribution(lease.number.national);
  assert.equal(body.lease.visitor.click_ids[0].value, 'TEST-npm_1');

  const session = body.lease.session;
  const released = page.waitForResponse((response) => response.url().endsWith('/v1/leases/release'));
  await page.evaluate(() => window.running.release());
  assert.equal((await released).status(), 204);
  assert.equal((await marked(page)).footer, ownNumber);
  const later = await clinic.attribution(lease.number.national);
  assert.equal(later.body.number_state, 'held', 'until no page can show it any more');
  assert.ok(later.body.lease.left_at);
  const kept = await page.evaluate(() => [document.cookie, JSON.stringify(localStorage)].join());
  assert.ok(!kept.includes(session), 'the visitor session is forgotten with the lease');
  assert.deepEqual(errors, []);
});

test('settings that make no sense leave the page alone and say what to do', async () => {
  const { page, errors } = visitor;
  await page.goto(clinic.site.url);
  const said = await page.evaluate(async () => {
    const { start: begin } = await import('/hatsuban/index.js');
    const told = new Promise((resolve) => window.addEventListener('hatsuban:error', (event) => resolve(event.detail), { once: true }));
    const running = await begin({ site: 'st_clinic', service: 'http://localhost', targets: [{ id: 'main', number: '12' }] });
    return { ...(await told), isRunning: running.isRunning };
  });
  assert.equal(said.isRunning, false);
  assert.match(said.cause, /not a Japanese telephone number/);
  assert.equal((await marked(page)).footer, ownNumber);
  assert.deepEqual(errors, []);
});
