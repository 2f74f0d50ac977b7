// A tag in the head runs before there is a body. What the server sends later is swapped as it arrives, not when the page
// has loaded: neither the order of the scripts nor a slow server leaves the page's own number there.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { after, before, describe, test } from 'node:test';
import { openClinic, ownNumber } from './support/clinic.mjs';
import { grouped, leased, running } from './support/page.mjs';

/** A site whose server sends a page piece by piece, as the test says. */
async function openSlowSite() {
  let arrived;
  const server = createServer((asked, answer) => {
    if (asked.url !== '/') return answer.writeHead(404).end();
    answer.writeHead(200, { 'content-type': 'text/html; charset=utf-8' });
    return arrived(answer);
  });
  await new Promise((resolve, reject) => server.on('error', reject).listen(0, '127.0.0.1', resolve));
  return {
    url: `http://localhost:${server.address().port}`,
    /** The answer to the next request for the page, to be written to. */
    asked: () => new Promise((resolve) => { arrived = resolve; }),
    close() {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(resolve));
    },
  };
}

let slow;
let clinic;
before(async () => {
  slow = await openSlowSite();
  clinic = await openClinic({ origins: [slow.url] });
});
after(async () => {
  await clinic.close();
  await slow.close();
});

const shows = (page, id, text) => page.waitForFunction(([name, wanted]) => document.getElementById(name)?.textContent === wanted, [id, text]);
const head = (tag) => `<!doctype html><html lang="ja"><head><meta charset="utf-8"><title>late</title>${tag}`;

const tags = {
  'the Custom HTML': () => clinic.tag,
  'one script that blocks the page': () => `<script src="${clinic.service.url}/tag/st_clinic.js"></script>`,
};
describe('a body that comes in pieces', () => {
  for (const [name, tag] of Object.entries(tags)) {
    test(name, async () => {
      const { page, errors } = await clinic.visitor();
      const asked = slow.asked();
      const loading = page.goto(slow.url, { waitUntil: 'commit' });
      const answer = await asked;
      answer.write(head(tag()));
      await loading;
      // It runs, and there is not even a body.
      await running(page);
      assert.equal(await page.evaluate(() => document.body?.textContent), undefined);

      answer.write(`</head><body><p id="first">${ownNumber}</p><p>`);
      const number = grouped(await leased(page));
      await shows(page, 'first', number);
      assert.equal(await page.evaluate(() => document.readyState), 'loading');

      // A number that the network cuts in two is none before its second half is there.
      answer.write('<b id="second">0120-12');
      await shows(page, 'second', '0120-12');
      answer.write('3-456</b>');
      await shows(page, 'second', number);
      assert.equal(await page.evaluate(() => document.readyState), 'loading');

      answer.end(`</p><a id="last" href="tel:0120123456">${ownNumber}</a></body></html>`);
      await shows(page, 'last', number);
      assert.equal(await page.locator('#last').getAttribute('href'), `tel:${number.replaceAll('-', '')}`);
      assert.deepEqual(errors, []);
    });
  }
});
