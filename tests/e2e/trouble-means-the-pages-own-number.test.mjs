// With the pool empty, the service stopped, Redis stopped, or WebAssembly forbidden, the page keeps the clinic's own
// number, and nothing is thrown.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { openClinic, ownNumber, stores } from './support/clinic.mjs';
import { grouped, leased, linesOf, marked } from './support/page.mjs';

async function keepsItsOwn(page) {
  const shown = await marked(page);
  assert.equal(shown['header-text'], ownNumber);
  assert.equal(shown['header-link'], 'tel:0120123456');
  assert.equal(shown.footer, ownNumber);
  assert.equal(shown.fax, `TEL ${ownNumber} / FAX 03-5550-1299`);
}

const failedRequest = (page) => page.waitForEvent('requestfailed', (request) => request.url().includes('/v1/leases'));
const refusedRequest = (page) => page.waitForResponse((response) => response.url().endsWith('/v1/leases') && response.status() >= 500);

for (const store of stores) {
  describe(store, () => {
    test('an empty pool', async () => {
      const clinic = await openClinic({ store, numbers: ['0120-900-001'] });
      const [first, second] = [await clinic.visitor(), await clinic.visitor()];
      await first.page.goto(clinic.site.url);
      await leased(first.page);
      await second.page.goto(clinic.site.url);
      await leased(second.page, 'exhausted');
      await keepsItsOwn(second.page);
      assert.deepEqual(second.errors, []);
      await clinic.close();
    });

    test('an empty pool with an overflow number', async () => {
      const clinic = await openClinic({ store, numbers: ['0120-900-001'], overflow: '0120-900-999' });
      const [first, second] = [await clinic.visitor(), await clinic.visitor()];
      await first.page.goto(clinic.site.url);
      await leased(first.page);
      await second.page.goto(clinic.site.url);
      assert.equal(await leased(second.page, 'overflow'), '0120900999');
      const { body } = await clinic.attribution('0120-900-999');
      assert.deepEqual([body.attribution, body.number_state, body.candidates.length], ['none', 'overflow', 1]);
      await clinic.close();
    });

    test('a service that stops: the number stays while it is promised, then goes back', async () => {
      const clinic = await openClinic({ store });
      const { page, errors } = await clinic.visitor();
      await page.goto(clinic.site.url);
      const number = await leased(page);
      await clinic.service.kill();
      const failed = failedRequest(page);
      await page.clock.fastForward(61_000);
      await failed;
      assert.equal((await marked(page)).footer, grouped(number));
      await page.clock.fastForward(300_000);
      await leased(page, 'expired');
      await keepsItsOwn(page);
      assert.deepEqual(errors, []);
      await clinic.close();
    });

    test('a service that was never there', async () => {
      const clinic = await openClinic({ store });
      await clinic.service.kill();
      const { page, errors } = await clinic.visitor();
      const failed = page.waitForEvent('requestfailed', (request) => request.url().includes('/tag/'));
      await page.goto(clinic.site.url);
      await failed;
      await keepsItsOwn(page);
      assert.deepEqual(errors, []);
      await clinic.close();
    });
  });
}

test('Redis stopped', async () => {
  const clinic = await openClinic({ store: 'redis' });
  await clinic.redis.close();
  const { page, errors } = await clinic.visitor();
  const refused = refusedRequest(page);
  await page.goto(clinic.site.url);
  const problem = await (await refused).json();
  assert.equal(problem.type, '/problems/store-unavailable');
  await keepsItsOwn(page);
  assert.deepEqual(errors, []);
  const ready = await fetch(`${clinic.service.url}/readyz`);
  assert.equal(ready.status, 503);
  await clinic.close();
});

test('Redis stopped under a page that shows a lease', async () => {
  const clinic = await openClinic({ store: 'redis' });
  const { page, errors } = await clinic.visitor();
  await page.goto(clinic.site.url);
  const number = await leased(page);
  await clinic.redis.close();
  const refused = refusedRequest(page);
  await page.clock.fastForward(61_000);
  await refused;
  assert.equal((await marked(page)).footer, grouped(number));
  await page.clock.fastForward(300_000);
  await leased(page, 'expired');
  await keepsItsOwn(page);
  assert.deepEqual(errors, []);
  await clinic.close();
});

describe('a Content-Security-Policy that forbids a part of it: one line says which directive, and one event tells the page', () => {
  const service = 'http://127.0.0.1:*';
  const policies = {
    "script-src without 'wasm-unsafe-eval'": [`script-src 'self' 'unsafe-inline' ${service}`, /'wasm-unsafe-eval'.*script-src/, 1],
    // Nothing of ours runs then but what is pasted, which says its line.
    'script-src without the service': ["script-src 'self' 'unsafe-inline' 'wasm-unsafe-eval'", /script-src/, 0],
    'connect-src without the service': ["connect-src 'self'", /Content-Security-Policy/, 1],
  };
  for (const [name, [policy, expected, events]] of Object.entries(policies)) {
    test(name, async () => {
      const csp = `<meta http-equiv="Content-Security-Policy" content="${policy}">`;
      const clinic = await openClinic({ transform: (html) => html.replace('<head>', `<head>${csp}`) });
      const { context, page, errors } = await clinic.visitor();
      const lines = linesOf(context);
      const told = context.waitForEvent('console', (line) => line.text().includes('[hatsuban]'));
      await context.addInitScript(() => {
        window.heard = [];
        addEventListener('hatsuban:error', ({ detail }) => window.heard.push(detail));
      });
      await page.goto(clinic.site.url);
      await told;
      await page.clock.fastForward(120_000);
      await keepsItsOwn(page);
      const heard = await page.evaluate(() => window.heard);
      assert.equal(lines.length, 1, lines.join('\n'));
      assert.match(lines[0], expected);
      assert.equal(heard.length, events);
      for (const { cause, cure } of heard) assert.ok(lines[0].includes(cause) && lines[0].includes(cure));
      assert.deepEqual(errors, []);
      await clinic.close();
    });
  }
});
