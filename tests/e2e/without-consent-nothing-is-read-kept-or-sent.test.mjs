// On a site that needs consent the program waits: no cookie and no storage is touched, nothing is sent. A channel's number, chosen
// by the address in memory, stands there all the same. It hears of the decision by its own command, by Google's Consent Mode in either form, or by Global Privacy Control.
// Consent that comes late finds the ad click; consent that goes takes everything with it.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { openClinic, ownNumber } from './support/clinic.mjs';
import { grouped, leased } from './support/page.mjs';
import { footer, noteEvents, noteRequests, noteWhatIsTouched, shows, started } from './support/spies.mjs';

/** What the channel shows to everybody. */
const channelNumber = '0120-900-900';

let clinic;
before(async () => {
  clinic = await openClinic({
    site: 'consent = "required"\n[[site.channel]]\nname = "everybody"\nwhen = ""\nnumbers = { main = "0120-900-900" }',
  });
});
after(() => clinic.close());

/** A visitor whose page has said this before the tag came. */
async function visit(said, argument, path = '/?gclid=TEST-late_1') {
  const { context, page, errors } = await clinic.visitor();
  await context.addInitScript(noteWhatIsTouched);
  await context.addInitScript(noteEvents);
  if (said) await context.addInitScript(said, argument);
  const requests = noteRequests(page);
  await page.goto(clinic.site.url + path);
  await started(page);
  return { context, page, errors, requests };
}

/** Nothing has happened so far. */
async function isUntouched({ page, context, requests, errors }, shown = channelNumber) {
  assert.deepEqual(await page.evaluate(() => window.touched), []);
  assert.deepEqual(requests, []);
  assert.deepEqual(await context.cookies(), []);
  assert.equal(await footer(page), shown);
  assert.equal(await page.evaluate(() => window.hatsuban.state.session), undefined);
  assert.deepEqual(errors, []);
}

/** The visitor's number stands there now. */
async function isLeased({ page, requests, errors }) {
  const number = await leased(page);
  assert.equal(await footer(page), grouped(number));
  assert.ok(requests.includes('/v1/leases'));
  assert.ok((await page.evaluate(() => window.touched)).includes('cookie written'), 'the spies see what is touched');
  assert.deepEqual(errors, []);
  return number;
}

test('nothing before the page says so; then the number, and the click of the address', async () => {
  const visitor = await visit();
  await isUntouched(visitor);
  await visitor.page.evaluate(() => history.replaceState(null, '', '/'));
  await visitor.page.evaluate(() => window.hatsuban('consent', 'granted'));
  const number = await isLeased(visitor);
  const { body } = await clinic.attribution(number);
  assert.equal(body.lease.visitor.click_ids[0].value, 'TEST-late_1');
});

test('a page that has decided before the tag came is heard first', async () => {
  const queue = (state) => {
    window.hatsuban = (...command) => window.hatsuban.q.push(command);
    window.hatsuban.q = [];
    window.hatsuban('consent', state);
  };
  await isLeased(await visit(queue, 'granted'));
  await isUntouched(await visit(queue, 'denied'));
  const first = clinic;
  // Also where the site needs no consent, and would have begun at once.
  clinic = await openClinic();
  try {
    await isUntouched(await visit(queue, 'denied'), ownNumber);
  } finally {
    await clinic.close();
    clinic = first;
  }
});

test('Consent Mode: the queue of commands, default and update', async () => {
  const visitor = await visit(() => {
    window.dataLayer = [];
    window.gtag = function gtag() {
      window.dataLayer.push(arguments);
    };
    window.gtag('consent', 'default', { ad_storage: 'denied', analytics_storage: 'denied' });
  });
  await isUntouched(visitor);
  await visitor.page.evaluate(() => window.gtag('consent', 'update', { analytics_storage: 'granted' }));
  await visitor.page.evaluate(() => window.gtag('event', 'page_view'));
  await isUntouched(visitor);
  await visitor.page.evaluate(() => window.gtag('consent', 'update', { ad_storage: 'granted' }));
  await isLeased(visitor);
});

test('Consent Mode: an update wins over a default that comes after it, and a region of a default is not taken for all', async () => {
  const push = (commands) => {
    window.dataLayer = [];
    for (const command of commands) window.dataLayer.push(command);
  };
  const update = ['consent', 'update', { ad_storage: 'granted' }];
  const denied = ['consent', 'default', { ad_storage: 'denied' }];
  await isLeased(await visit(push, [update, denied]));
  await isUntouched(await visit(push, [['consent', 'default', { ad_storage: 'granted', region: ['US'] }]]));
});

test("Consent Mode: what Google's tags have made of it, in booleans and in words, wins over the queue", async () => {
  const state = (entry) => {
    window.dataLayer = [['consent', 'default', { ad_storage: 'granted' }]];
    window.google_tag_data = { ics: { entries: { ad_storage: entry } } };
  };
  await isUntouched(await visit(state, { default: true, update: false }));
  await isUntouched(await visit(state, { default: 'denied' }));
  await isLeased(await visit(state, { default: false, update: true }));
  const visitor = await visit(state, { default: 'denied', update: undefined });
  await isUntouched(visitor);
  await visitor.page.evaluate(() => {
    window.google_tag_data.ics.entries.ad_storage.update = 'granted';
    window.dataLayer.push({ event: 'consent_given' });
  });
  await isLeased(visitor);
});

test('Global Privacy Control wins over Consent Mode, the visitor\'s own word over both', async () => {
  const visitor = await visit(() => {
    Object.defineProperty(Navigator.prototype, 'globalPrivacyControl', { get: () => true });
    window.dataLayer = [['consent', 'update', { ad_storage: 'granted' }]];
  });
  await isUntouched(visitor);
  await visitor.page.evaluate(() => window.hatsuban('consent', 'granted'));
  await isLeased(visitor);
});

test('consent that is withdrawn ends the lease and leaves nothing behind; given again, it is somebody new', async () => {
  const visitor = await visit();
  const { page, context } = visitor;
  await page.evaluate(() => window.hatsuban('consent', 'granted'));
  await isLeased(visitor);
  const session = await page.evaluate(() => window.hatsuban.state.session);
  const told = page.waitForRequest((request) => request.url().endsWith('/v1/leases/release'));
  await page.evaluate(() => window.hatsuban('consent', 'denied'));
  const sent = (await told).postDataJSON();
  assert.equal(sent.session, session);
  assert.ok(sent.targets.includes('main'));
  assert.equal(await footer(page), channelNumber);
  assert.deepEqual(await context.cookies(), []);
  assert.deepEqual(await page.evaluate(() => Object.keys(localStorage)), []);
  assert.equal(await page.evaluate(() => window.hatsuban.state.session), undefined);
  await page.evaluate(() => window.hatsuban('consent', 'granted'));
  await leased(page);
  assert.notEqual(await page.evaluate(() => window.hatsuban.state.session), session);
  assert.deepEqual(visitor.errors, []);
});

test('consent that is withdrawn while the first answer is on its way: the answer is nobody\'s', async () => {
  const visitor = await visit();
  const { page } = visitor;
  let answer;
  const asked = new Promise((resolve) => {
    page.route('**/v1/leases', async (route) => {
      if (route.request().method() !== 'POST') return route.continue();
      const response = await route.fetch();
      answer = () => route.fulfill({ response });
      return resolve();
    });
  });
  await page.evaluate(() => window.hatsuban('consent', 'granted'));
  await asked;
  await page.evaluate(() => window.hatsuban('consent', 'denied'));
  const arrived = page.waitForResponse((response) => response.url().endsWith('/v1/leases'));
  await answer();
  await (await arrived).finished();
  await started(page);
  assert.equal(await footer(page), channelNumber);
  assert.deepEqual(await page.evaluate(() => Object.keys(localStorage)), []);
  assert.deepEqual(await visitor.context.cookies(), []);
  assert.deepEqual(visitor.errors, []);
});

test('with consent, the channel\'s number until the lease comes', async () => {
  const visitor = await visit();
  await isUntouched(visitor);
  await visitor.page.route('**/v1/leases', (route) => route.abort());
  await visitor.page.evaluate(() => window.hatsuban('consent', 'granted'));
  await shows(visitor.page, '0120-900-900');
  assert.deepEqual(visitor.errors, []);
});
