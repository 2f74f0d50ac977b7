// After a redesign the tag may run, keep its session and find nothing. Pages tell whether they found a target, without
// naming visitor or address, so that the operator sees it in the metrics the same day and not months later.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { openClinic } from './support/clinic.mjs';
import { openGate } from './support/gate.mjs';
import { leased } from './support/page.mjs';

let gate;
let clinic;
let redesigned;
before(async () => {
  gate = await openGate();
  const transform = (html) => (redesigned ? html.replace(/<body>[^]*<\/body>/, `<body>${redesigned}</body>`) : html);
  clinic = await openClinic({ healthSample: 1, settings: { HATSUBAN_HTTP__PUBLIC_URL: gate.url }, transform });
  gate.leadTo(clinic.service.url);
});
after(async () => {
  await clinic?.close();
  await gate?.close();
});

const counted = (found) => clinic.counted(`hatsuban_page_sightings_total{site="clinic",found="${found}"}`);

/** Leaves a page, and waits until the service has taken what it told. */
async function leave(page) {
  const told = gate.answered('/v1/sightings');
  await page.goto('about:blank');
  await told;
}

test('a page that prints another number', async () => {
  const { page, errors } = await clinic.visitor();
  redesigned = '<p>0120-123-457</p><a href="tel:0120123457">電話</a>';
  await page.goto(clinic.site.url);
  redesigned = undefined;
  await page.waitForFunction(() => window.hatsuban.extra);
  await leave(page);
  assert.deepEqual([await counted('no'), await counted('yes')], [1, 0]);
  assert.deepEqual(errors, []);
});

test('a page that prints its own', async () => {
  const { page, errors } = await clinic.visitor();
  await page.goto(clinic.site.url);
  await leased(page);
  await page.waitForFunction(() => window.hatsuban.extra);
  await leave(page);
  assert.deepEqual([await counted('no'), await counted('yes')], [1, 1]);
  assert.deepEqual(errors, []);
});

test('what is told names no visitor and no address', async () => {
  const { page } = await clinic.visitor();
  await page.addInitScript(() => {
    window.told = [];
    const send = window.fetch;
    window.fetch = (url, request) => window.told.push([String(url), request?.body]) && send(url, request);
  });
  await page.goto(`${clinic.site.url}/access.html?gclid=TEST-health_1`);
  await leased(page);
  await page.waitForFunction(() => window.hatsuban.extra && window.hatsuban.state.leases.length === 2);
  const told = await page.evaluate(() => {
    window.dispatchEvent(new PageTransitionEvent('pagehide'));
    return window.told;
  });
  const sighting = told.find(([url]) => url.endsWith('/v1/sightings'));
  assert.deepEqual(JSON.parse(sighting[1]), { site: 'st_clinic', found: ['main', 'recruit'] });
});
