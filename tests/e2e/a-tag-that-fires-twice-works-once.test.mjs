// Tag managers fire before there is a body, long after the page has loaded, twice, and as code that has no script element
// of its own. However often it is run, the program comes once, asks once and swaps once.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { openClinic } from './support/clinic.mjs';
import { grouped, leased, linesOf, put, requestsTo } from './support/page.mjs';

let clinic;
before(async () => (clinic = await openClinic({ isTagged: false })));
after(() => clinic.close());

const body = '<p id="shown">0120-123-456</p><a href="tel:0120123456">電話</a>';
const code = () => /<script>([^]*)<\/script>/.exec(clinic.tag)[1];

/** As Tag Manager does it: the Custom HTML becomes elements, and its scripts are made anew so that they run. */
const injected = (html) => {
  const made = document.createElement('div');
  made.innerHTML = html;
  document.body.append(made);
  for (const old of made.querySelectorAll('script')) {
    const script = document.createElement('script');
    script.text = old.text;
    old.replaceWith(script);
  }
};

/** Opens a page, does something on it, and says what came of it. */
async function visit({ head = '', more = '', act = async () => {} }) {
  const { context, page, errors } = await clinic.visitor();
  const lines = linesOf(context);
  const asked = requestsTo(context, '/v1/leases');
  const fetched = [];
  context.on('request', (request) => request.url().startsWith(clinic.service.url) && request.method() === 'GET' && fetched.push(new URL(request.url()).pathname.split('/').pop()));
  await page.addInitScript(() => {
    window.swapped = [];
    addEventListener('hatsuban:swapped', ({ detail }) => window.swapped.push(detail.count));
  });
  await page.goto(await put(context, clinic, body + more, head));
  await act(page);
  const number = grouped(await leased(page));
  assert.equal(await page.locator('#shown').textContent(), number);
  assert.equal(await page.locator('a').getAttribute('href'), `tel:${number.replaceAll('-', '')}`);
  await page.clock.fastForward(10_000);
  const [swapped, elements] = await page.evaluate(() => [window.swapped, document.querySelectorAll('#hatsuban-tag').length]);
  assert.deepEqual(errors, []);
  assert.equal(asked.length, 1);
  assert.equal(asked[0].postDataJSON().leases.length, 1);
  assert.deepEqual(swapped, [2], 'told once, of both places');
  assert.deepEqual(fetched.sort(), ['hatsuban.js', 'hatsuban_bg.wasm', 'st_clinic.js']);
  await context.close();
  return { lines, elements };
}

describe('once, without a word', () => {
  const cases = {
    'pasted once': () => ({ head: clinic.tag }),
    'pasted twice into the head': () => ({ head: clinic.tag + clinic.tag }),
    'pasted into head and body': () => ({ head: clinic.tag, more: clinic.tag }),
    'fired after the page has loaded, twice': () => ({
      act: async (page) => {
        await page.evaluate(injected, clinic.tag);
        await page.evaluate(injected, clinic.tag);
      },
    }),
    'pasted, and fired again once it runs': () => ({
      head: clinic.tag,
      act: async (page) => {
        await leased(page);
        await page.evaluate(injected, clinic.tag);
      },
    }),
    'run by a timer, where document.currentScript is null': () => ({
      act: (page) => page.evaluate((source) => new Promise((resolve) => {
        setTimeout(() => {
          if (document.currentScript === null) new Function(source)();
          resolve();
        });
      }), code()),
    }),
  };
  for (const [name, make] of Object.entries(cases)) {
    test(name, async () => {
      const { lines, elements } = await visit(make());
      assert.deepEqual([lines, elements], [[], 1]);
    });
  }
});

test('beside the one line of a page: one of the two works, and one line says so', async () => {
  const plain = `<script async crossorigin="anonymous" src="${clinic.service.url}/tag/st_clinic.js"></script>`;
  const { context, page, errors } = await clinic.visitor();
  const lines = linesOf(context);
  const asked = requestsTo(context, '/v1/leases');
  const told = context.waitForEvent('console', (line) => line.text().includes('twice'));
  await page.goto(await put(context, clinic, body, clinic.tag + plain));
  await told;
  const number = grouped(await leased(page));
  assert.equal(await page.locator('#shown').textContent(), number);
  assert.deepEqual([asked.length, lines.length, errors.length], [1, 1, 0]);
});
