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
  const options = { site: 'st_clinic', service: clinic.service.url, targets: [{ id: 'main', number: ownNumber }], headless: true };
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

/** Starts with these options, and tells what it said of them. */
const complaint = (page, options) => page.evaluate(async (given) => {
  const { start: begin } = await import('/hatsuban/index.js');
  const errors = [];
  const listener = (event) => errors.push(event.detail.cause);
  // A function does not come over.
  if (given.channels) given.channels[0].when = () => false;
  window.addEventListener('hatsuban:error', listener);
  const running = await begin(given);
  const { isRunning } = running;
  running.stop();
  window.removeEventListener('hatsuban:error', listener);
  return { isRunning, errors };
}, options);

const least = { site: 'st_clinic', service: 'http://localhost:1', targets: [{ id: 'main', number: ownNumber }], mode: 'channel' };

test('settings that make no sense leave the page alone and say what is wrong', async () => {
  const { page, errors } = visitor;
  await page.goto(clinic.site.url);
  const wrong = [
    [{ targets: [{ id: 'main', number: '12' }] }, /12, of the target main, is no telephone number of Japan/],
    [{ sessionCokie: 'sid' }, /sessionCokie is no option/],
    [{ session_cookie: 'sid' }, /session_cookie is no option/],
    [{ targets: [{ id: 'main', nummer: ownNumber }] }, /targets\.0\.nummer is no option/],
    [{ images: [{ selector: 'img', target: 'main', url: '/x.png', backdrop: true }] }, /images\.0\.backdrop is no option/],
    [{ leaseOn: 'hover' }, /hover/],
    [{ service: undefined }, /missing field `service`/],
  ];
  for (const [options, sentence] of wrong) {
    const said = await complaint(page, { ...least, ...options });
    assert.equal(said.isRunning, false, JSON.stringify(options));
    assert.equal(said.errors.length, 1, JSON.stringify(options));
    assert.match(said.errors[0], sentence);
    assert.equal((await marked(page)).footer, ownNumber);
  }
  assert.deepEqual(errors, []);
});

test('every option that the types name is taken', async () => {
  const { page, errors } = visitor;
  await page.goto(clinic.site.url);
  // With `satisfies Required<Options>` in the types' own test: a new option must come here too.
  const { everyOption } = await import('./support/every-option.mjs');
  const channels = everyOption.channels.map(({ name, numbers }) => ({ name, numbers }));
  const said = await complaint(page, { ...everyOption, channels, wasm: undefined });
  assert.deepEqual(said, { isRunning: true, errors: [] });
  assert.deepEqual(errors, []);
});

test('a wasm that is something else is named', async () => {
  const { page } = visitor;
  await page.goto(clinic.site.url);
  const cure = page.evaluate(() => new Promise((resolve) => {
    window.addEventListener('hatsuban:error', (event) => resolve(event.detail.cure));
  }));
  const said = await complaint(page, { ...least, wasm: '/' });
  assert.equal(said.isRunning, false);
  assert.match(await cure, /hatsuban_bg\.wasm/);
});
