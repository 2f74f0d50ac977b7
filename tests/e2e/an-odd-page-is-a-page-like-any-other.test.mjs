// A page that keeps nothing, has changed the browser's own functions, is XHTML or very long is a page like any other: the number
// comes, or the page stays as it was and says why.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { openClinic, ownNumber } from './support/clinic.mjs';
import { footer, noted, saysOnce, works } from './support/spies.mjs';

let clinic;
/** What is served instead of the clinic's pages. */
let instead;
// Each page fetches the extra, too: it has as much to trip over.
before(async () => (clinic = await openClinic({ healthSample: 1, transform: (html) => instead ?? html })));
after(() => clinic.close());
const visitor = (change) => noted(clinic, change);

describe('a browser that keeps nothing', () => {
  const blocked = () => {
    const throws = { configurable: true, get() { throw new DOMException('blocked', 'SecurityError'); } };
    Object.defineProperty(window, 'localStorage', throws);
    Object.defineProperty(window, 'sessionStorage', throws);
  };
  test('no storage', async () => {
    const one = await visitor(blocked);
    await one.page.goto(clinic.site.url);
    await works(one);
  });

  test('no cookies', async () => {
    const one = await visitor(() => Object.defineProperty(Document.prototype, 'cookie', { get() { throw new DOMException('blocked', 'SecurityError'); }, set() { throw new DOMException('blocked', 'SecurityError'); } }));
    await one.page.goto(clinic.site.url);
    await works(one);
  });

  test('storage that another program has written into', async () => {
    const one = await visitor();
    const { page } = one;
    await page.goto(clinic.site.url);
    await works(one);
    const session = await page.evaluate(() => window.hatsuban.state.session);
    const garbage = [
      '{"session":"SESSION"}',
      '{"session":"SESSION","heartbeat_ms":60000,"hidden_hold_ms":60000,"leases":"many"}',
      '{"session":"SESSION","heartbeat_ms":60000,"hidden_hold_ms":60000,"leases":[null,{"target":"main"},{"target":"main","number":{"national":"x"},"sent_wall_ms":1,"lease_for_ms":1e99}]}',
      '[[]]', '"text"', '{', 'null',
    ];
    for (const text of garbage) {
      await page.evaluate((value) => {
        for (const key of ['hatsuban:st_clinic', 'hatsuban:st_clinic:visit']) localStorage.setItem(key, value);
      }, text.replace('SESSION', session));
      await page.reload();
      await works(one);
    }
    for (const visit of ['{"clicks":{}}', '{"clicks":[null,7]}', '{"first":7,"last":"x"}']) {
      await page.evaluate((value) => localStorage.setItem('hatsuban:st_clinic:visit', value), visit);
      await page.reload();
      await works(one);
    }
  });
});

describe('a page that has changed the browser', () => {
  const changes = {
    'enumerable properties on every object and list': () => {
      Object.prototype.extend = function extend() {};
      Array.prototype.last = function last() { return this[this.length - 1]; };
      Object.prototype.href = 'a property';
    },
    'functions that wrap fetch, JSON and MutationObserver': () => {
      const { fetch, MutationObserver } = window;
      window.fetch = (...given) => fetch(...given);
      window.MutationObserver = class extends MutationObserver {};
      const { stringify, parse } = JSON;
      JSON.stringify = (...given) => stringify(...given);
      JSON.parse = (...given) => parse(...given);
    },
  };
  for (const [name, change] of Object.entries(changes)) {
    test(name, async () => {
      const one = await visitor(change);
      await one.page.goto(clinic.site.url);
      await works(one);
      await one.page.evaluate(() => window.hatsuban('release'));
      assert.equal(await footer(one.page), ownNumber);
      assert.deepEqual(one.errors, []);
    });
  }

  test('lists that become texts, as an old library makes them', async () => {
    const one = await visitor(() => (Array.prototype.toJSON = function toJSON() { return `[${this.join()}]`; }));
    await one.page.goto(clinic.site.url);
    await saysOnce(one, /refused this page/);
  });

  test('a fetch that throws at once', async () => {
    const one = await visitor(() => {
      const { fetch } = window;
      navigator.sendBeacon = undefined;
      window.fetch = (url, ...more) => {
        if (String(url).includes('/v1/')) throw new Error('not allowed here');
        return fetch(url, ...more);
      };
    });
    await one.page.goto(clinic.site.url);
    await saysOnce(one, /does not answer/);
  });

  test('a fetch that throws at the end: the page\'s own number comes back all the same', async () => {
    const one = await visitor();
    await one.page.goto(clinic.site.url);
    await works(one);
    await one.page.evaluate(() => {
      navigator.sendBeacon = undefined;
      window.fetch = () => { throw new Error('not allowed here'); };
      window.hatsuban('release');
    });
    assert.equal(await footer(one.page), ownNumber);
    assert.equal(await one.page.evaluate(() => localStorage.getItem('hatsuban:session')), null);
    assert.deepEqual(one.errors, []);
  });

  test('an observer that throws', async () => {
    const one = await visitor(() => {
      const { observe } = MutationObserver.prototype;
      // Ours alone: the tests' own tools have some too.
      MutationObserver.prototype.observe = function (node, options) {
        if (options.attributeFilter?.includes('aria-label')) throw new Error('not here');
        return observe.call(this, node, options);
      };
    });
    await one.page.goto(clinic.site.url);
    await saysOnce(one, /could not be started/);
  });
});

test('a page of XHTML', async () => {
  const one = await visitor();
  const page = `<?xml version="1.0" encoding="UTF-8"?><html xmlns="http://www.w3.org/1999/xhtml"><head><title>x</title>
    <script async="async" crossorigin="anonymous" src="${clinic.service.url}/tag/st_clinic.js"></script></head>
    <body><p data-test="footer">${ownNumber}</p><p><a id="link" href="tel:0120123456"><![CDATA[0120-123-456]]></a></p></body></html>`;
  const server = createServer((_, response) => response.setHeader('content-type', 'application/xhtml+xml').end(page));
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${server.address().port}`;
  const file = join(clinic.service.data, 'clinic.toml');
  writeFileSync(file, readFileSync(file, 'utf8').replace('origins = [', `origins = ["${origin}",`));
  clinic.service.command('apply', file);
  await one.page.goto(origin);
  assert.equal(await one.page.evaluate(() => document.contentType), 'application/xhtml+xml');
  await works(one);
  const link = one.page.locator('#link');
  assert.equal(await link.textContent(), await footer(one.page));
  assert.equal(await link.getAttribute('href'), `tel:${(await footer(one.page)).replaceAll('-', '')}`);
  await one.page.close();
  await new Promise((resolve) => server.close(resolve));
});

test('a page of 100,000 elements: the number comes, in what was there and in what is added', async () => {
  const one = await visitor();
  const { page } = one;
  const items = Array.from({ length: 50_000 }, (_, at) => `<li><b></b>item ${at}</li>`).join('');
  instead = `<!DOCTYPE html><script async crossorigin="anonymous" src="${clinic.service.url}/tag/st_clinic.js"></script>
    <ul>${items}</ul><p data-test="footer">${ownNumber}</p>`;
  await page.goto(clinic.site.url);
  instead = undefined;
  const number = await works(one);
  const late = await page.evaluate(async (own) => {
    document.querySelector('li:nth-child(25000)').append(` ${own}`);
    await new Promise((resolve) => requestAnimationFrame(resolve));
    return document.querySelector('li:nth-child(25000)').textContent;
  }, ownNumber);
  assert.equal(late, `item 24999 ${number}`);
  await page.evaluate(() => window.hatsuban('release'));
  assert.equal(await footer(page), ownNumber);
  assert.equal(await page.locator('li:nth-child(25000)').textContent(), `item 24999 ${ownNumber}`);
  assert.deepEqual(one.errors, []);
});
