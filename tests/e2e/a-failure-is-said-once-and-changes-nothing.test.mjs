// Whatever fails, the page keeps its own numbers, throws nothing, and says once on the console and once as an event what is
// wrong and what to do.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { openClinic, ownNumber } from './support/clinic.mjs';
import { grouped, leased } from './support/page.mjs';
import { failures, footer, noted, saysOnce, shows, started, works } from './support/spies.mjs';

let clinic;
/** What the next page is served with, and with the one line of way 4, whose script element is no sink. */
let policy = '';
const withPolicy = (html) => html
  .replace('<head>', `<head><meta http-equiv="Content-Security-Policy" content="${policy}">`)
  .replace(/<!-- 発番[^]*?<\/script>/, `<script async crossorigin="anonymous" id="hatsuban-tag" src="${clinic.service.url}/tag/st_clinic.js"></script>`);
before(async () => (clinic = await openClinic({ transform: (html) => (policy ? withPolicy(html) : html) })));
after(() => clinic.close());

const visitor = (change) => noted(clinic, change);

describe('what the service answers', () => {
  const answers = {
    'nothing: offline': [(route) => route.abort('internetdisconnected'), /does not answer.*address in the tag/],
    'a fault of its own': [(route) => route.fulfill({ status: 503, body: '{"title":"down"}' }), /does not answer/],
    'no': [(route) => route.fulfill({ status: 403, contentType: 'application/problem+json', body: '{"type":"/problems/wrong-origin","detail":"This origin is none of the site\'s."}' }), /refused this page. This origin is none.*configuration/],
    'no, without a word': [(route) => route.fulfill({ status: 404, body: 'not found' }), /refused this page/],
    'what is no JSON': [(route) => route.fulfill({ status: 200, body: '<html>captive portal</html>' }), /does not answer/],
    'JSON of another kind': [(route) => route.fulfill({ status: 200, body: '{"leases":"many"}' }), /does not answer/],
  };
  for (const [name, [answer, what]] of Object.entries(answers)) {
    test(name, async () => {
      const one = await visitor();
      await one.page.route('**/v1/leases', answer);
      await one.page.goto(clinic.site.url);
      await saysOnce(one, what);
    });
  }

  test('rows that make no sense: none of them is shown', async () => {
    const one = await visitor();
    const rows = [
      null,
      { target: 'main', status: 'leased', number: { national: '<b>0120</b>' }, lease_for_ms: 150_000, token: 't' },
      { target: 'main', status: 'leased', lease_for_ms: 150_000 },
      { target: 'main', status: 'leased', number: { national: '0120900001' }, lease_for_ms: 'long' },
      { target: 'other', status: 'leased', number: { national: '0120900001' }, lease_for_ms: 150_000 },
      { target: 'main', status: 'gift', number: { national: '0120900001' }, lease_for_ms: 150_000 },
    ];
    await one.page.route('**/v1/leases', (route) => route.fulfill({ json: { heartbeat_ms: 60_000, hidden_hold_ms: 600_000, leases: rows } }));
    const answered = one.page.waitForResponse('**/v1/leases');
    await one.page.goto(clinic.site.url);
    await (await answered).finished();
    await started(one.page);
    assert.equal(await footer(one.page), ownNumber);
    assert.deepEqual(one.errors, []);
  });

  test('nothing for a long time: said once, and the number comes when it answers again', async () => {
    const one = await visitor();
    let isDown = true;
    await one.page.route('**/v1/leases', (route) => (isDown ? route.abort() : route.continue()));
    await one.page.goto(clinic.site.url);
    await saysOnce(one, /does not answer/);
    const again = one.page.waitForEvent('requestfailed');
    await one.page.clock.fastForward(120_000);
    await again;
    await saysOnce(one, /does not answer/);
    isDown = false;
    await one.page.clock.fastForward(300_000);
    await shows(one.page, grouped(await leased(one.page)));
    assert.deepEqual(one.errors, []);
  });
});

describe('the program does not come', () => {
  for (const file of ['hatsuban.js', 'hatsuban_bg.wasm']) {
    test(`${file}: missing`, async () => {
      const one = await visitor();
      await one.page.route(`**/assets/*/${file}`, (route) => route.fulfill({ status: 404, body: '', headers: { 'access-control-allow-origin': '*' } }));
      await one.page.goto(clinic.site.url);
      await saysOnce(one, /Check that http.*answers and that the page's Content-Security-Policy allows it/);
    });
  }

  test('no WebAssembly', async () => {
    const one = await visitor(() => delete window.WebAssembly);
    await one.page.goto(clinic.site.url);
    await saysOnce(one, /no WebAssembly/);
  });
});

describe('a page that demands Trusted Types', () => {
  const rest = "require-trusted-types-for 'script'; trusted-types";
  const serve = async (one, directive) => {
    policy = directive;
    await one.page.goto(clinic.site.url);
    policy = '';
  };
  // No script of the tests runs on such a page either: it is looked at from outside.
  const numberComes = async ({ page, lines, errors }) => {
    await page.locator('[data-test="footer"]').filter({ hasText: /^0120-900-0\d\d$/ }).waitFor();
    assert.deepEqual([lines, errors], [[], []]);
  };

  test('and allows the policy hatsuban: the number comes', async () => {
    const one = await visitor();
    await serve(one, `${rest} hatsuban`);
    await numberComes(one);
  });

  test('and allows any policy: the number comes', async () => {
    const one = await visitor();
    await serve(one, "require-trusted-types-for 'script'");
    await numberComes(one);
  });

  test('and allows none: the line names the directive', async () => {
    const one = await visitor();
    const said = one.page.waitForEvent('console', (line) => line.text().includes('[hatsuban]'));
    await serve(one, `${rest} 'none'`);
    assert.match((await said).text(), /demands Trusted Types\. .*Allow hatsuban in trusted-types/);
    await one.page.waitForLoadState('networkidle');
    assert.equal(await footer(one.page), ownNumber);
    assert.deepEqual([one.lines.length, one.errors], [1, []]);
  });

  test('and allows others without demanding any: the number comes', async () => {
    const one = await visitor();
    await serve(one, 'trusted-types angular');
    await works(one);
  });
});

test('the tag twice: one line, and one program', async () => {
  const one = await visitor();
  await one.page.goto(clinic.site.url);
  const number = await leased(one.page);
  await one.page.evaluate((src) => new Promise((resolve) => {
    const script = document.createElement('script');
    Object.assign(script, { src, onload: resolve });
    document.head.append(script);
  }), `${clinic.service.url}/tag/st_clinic.js?again`);
  assert.equal(one.lines.length, 1);
  assert.match(one.lines[0], /twice.*Remove one/);
  assert.equal(await footer(one.page), grouped(number));
  assert.deepEqual([await failures(one.page), one.errors], [[], []]);
});
