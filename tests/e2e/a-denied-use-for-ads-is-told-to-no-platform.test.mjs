// A page whose visitor lets ids be kept but not be told to ad platforms (Consent Mode's ad_user_data) says so with its lease, and
// again when that changes; a call that begins while it is denied stands in no file of conversions, which says why.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { openClinic } from './support/clinic.mjs';
import { leased, requestsTo } from './support/page.mjs';

let clinic;
before(async () => {
  const conversion = '[[site.conversion]]\ntarget = "google-ads"\nname = "Phone call"\nwhich = "answered"\nconsent_columns = true';
  clinic = await openClinic({ site: conversion });
});
after(() => clinic.close());

/** A page that pushes these commands of Consent Mode before the tag comes; `state`: what Google's own tags have made of them. */
async function visit(commands, state, path = '/?gclid=TEST-ads_1') {
  const visitor = await clinic.visitor();
  await visitor.context.addInitScript(([commands, state]) => {
    window.dataLayer = [];
    window.gtag = function gtag() {
      window.dataLayer.push(arguments);
    };
    for (const command of commands) window.gtag('consent', ...command);
    if (state) window.google_tag_data = { ics: { entries: state } };
  }, [commands, state]);
  const requests = requestsTo(visitor.context, '/v1/leases');
  await visitor.page.goto(clinic.site.url + path);
  const number = await leased(visitor.page);
  return { ...visitor, requests, number, said: () => requests.map((request) => request.postDataJSON().visitor.consent) };
}

/** What the service knows of the visitor. */
const known = async (number) => (await clinic.attribution(number)).body.lease.visitor.consent;

/** Lets a page tell what follows from this, and waits until that has been answered. */
async function tells({ page }, work, argument) {
  const answered = page.waitForResponse((response) => response.url().endsWith('/v1/leases') && response.request().method() === 'POST');
  await page.evaluate(work, argument);
  await (await answered).finished();
}

const update = (states) => window.gtag('consent', 'update', states);
const denied = { ad_user_data: 'denied', ad_personalization: 'denied' };
const granted = { ad_user_data: 'granted', ad_personalization: 'granted' };

test('a call of a visitor who denies stands in no file; once it is granted, the next one does', async () => {
  const token = clinic.service.command('token', 'create', '--name', 'sbc', '--scope', 'route', '--scope', 'calls:write', '--scope', 'conversions').trim();
  const ask = (path, body) => fetch(clinic.service.url + path, { method: body ? 'POST' : 'GET', body, headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' } });
  const visitor = await visit([['default', { ad_storage: 'granted', ...denied }]]);
  const call = async (id) => {
    const routed = await (await ask(`/v1/route?to=${visitor.number}&call_id=${id}&source=sbc`)).json();
    const event = (name) => ask('/v1/calls', JSON.stringify({ source: 'sbc', call_id: id, event: name, number: visitor.number }));
    await event('answered');
    clinic.service.advance(30);
    await event('ended');
    return routed.lease.visitor.consent;
  };
  assert.deepEqual(await call('denied-1'), denied);
  await tells(visitor, update, granted);
  assert.deepEqual(await call('granted-1'), granted);

  clinic.service.advance(7 * 3_600);
  const file = await ask('/v1/conversions/google-ads.csv');
  const lines = (await file.text()).trim().split('\n');
  assert.deepEqual([file.headers.get('x-hatsuban-conversions'), file.headers.get('x-hatsuban-left-out')], ['1', 'no-consent=1']);
  assert.equal(lines.length, 3);
  assert.match(lines[2], /^TEST-ads_1,Phone call,.*,Granted,Granted$/);
  assert.deepEqual(visitor.errors, []);
});

test('a page says what it knows, of each use, and nothing where nobody said anything', async () => {
  for (const [commands, state, said] of [
    [[], undefined, undefined],
    [[['default', { ad_storage: 'granted' }]], undefined, undefined],
    [[['default', { ad_user_data: 'denied' }]], undefined, { ad_user_data: 'denied' }],
    [[['default', denied], ['update', { ad_personalization: 'granted' }]], undefined, { ad_user_data: 'denied', ad_personalization: 'granted' }],
    // What some regions grant is nobody's yet.
    [[['default', { ...granted, region: ['US'] }]], undefined, undefined],
    // Google's own tags know better.
    [[['default', granted]], { ad_user_data: { default: true, update: false } }, { ad_user_data: 'denied', ad_personalization: 'granted' }],
  ]) {
    const visitor = await visit(commands, state);
    assert.deepEqual(visitor.said()[0], said, JSON.stringify(commands));
    assert.deepEqual(await known(visitor.number), said);
    assert.deepEqual(visitor.errors, []);
    await visitor.context.close();
  }
});

test('what changes is told at once, and once', async () => {
  const visitor = await visit([['default', denied]]);
  await tells(visitor, update, { ad_user_data: 'granted' });
  await tells(visitor, update, { ad_user_data: 'denied' });
  // Of this nothing is to be told; what comes next is.
  await visitor.page.evaluate(update, { ad_user_data: 'denied' });
  await visitor.page.evaluate(update, { analytics_storage: 'denied' });
  await tells(visitor, update, { ad_personalization: 'granted' });
  const all = [denied, { ...denied, ad_user_data: 'granted' }, denied, { ...denied, ad_personalization: 'granted' }];
  assert.deepEqual(visitor.said(), all);
  assert.deepEqual(await known(visitor.number), all.at(-1));
  // The page's own word wins, as the template of the tag manager says it.
  await tells(visitor, () => window.hatsuban('consent', 'granted', { ad_user_data: 'granted' }));
  assert.deepEqual(await known(visitor.number), granted);
  assert.deepEqual(visitor.errors, []);
});

test('what changes while the first answer is on its way is told after it', async () => {
  const { context, page, errors } = await clinic.visitor();
  await context.addInitScript(() => (window.dataLayer = [['consent', 'default', { ad_user_data: 'denied' }]]));
  let answer;
  const asked = new Promise((resolve) => {
    page.route('**/v1/leases', async (route) => {
      if (answer || route.request().method() !== 'POST') return route.continue();
      answer = () => route.continue();
      return resolve();
    });
  });
  const requests = requestsTo(context, '/v1/leases');
  await page.goto(clinic.site.url);
  await asked;
  await page.evaluate(() => window.dataLayer.push(['consent', 'update', { ad_user_data: 'granted' }]));
  // The program looks after the page's own listeners have.
  await page.evaluate(() => new Promise((resolve) => setTimeout(resolve)));
  assert.equal(requests.length, 1);
  const told = page.waitForRequest((request) => request.url().endsWith('/v1/leases') && request.method() === 'POST');
  await answer();
  assert.deepEqual((await told).postDataJSON().visitor.consent, { ad_user_data: 'granted' });
  assert.deepEqual(errors, []);
});
