// A number stands in shadow roots, frames and pictures too; a target may be told by where it stands, and asked for only when
// somebody looks or reaches for it. What was swapped there goes back with everything else.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { openClinic, ownNumber } from './support/clinic.mjs';
import { grouped, leased } from './support/page.mjs';
import { noteRequests, noted, works } from './support/spies.mjs';

const own = ownNumber;
let clinic;
/** What is added to the next pages. */
let more = '';
const openWith = (site) => async () => (clinic = await openClinic({ site, transform: (html) => html.replace('</body>', `${more}</body>`) }));
const close = () => clinic.close();
async function visit(html, change) {
  more = html;
  const one = await noted(clinic, change);
  const assets = [];
  one.page.on('request', (request) => request.url().includes('/assets/') && request.url().startsWith(clinic.service.url) && assets.push(request.url().split('/').pop()));
  await one.page.goto(clinic.site.url);
  more = '';
  return { ...one, assets };
}
/** Waits until an expression in the page says so. */
const says = (page, expression, wanted) => page.waitForFunction(([code, text]) => new Function(`return ${code}`)() === text, [expression, wanted]);

describe('open shadow roots, on a site that says nothing of them', () => {
  before(openWith(''));
  after(close);
  const define = `<script>
    class Card extends HTMLElement {
      connectedCallback() {
        if (this.shadowRoot) return;
        this.attachShadow({ mode: 'open' }).innerHTML = '<p>TEL ${own}</p>' + (this.dataset.deep ? '<clinic-card></clinic-card>' : '');
      }
    }
    window.define = () => customElements.define('clinic-card', Card);
  </script>`;
  const inner = "document.querySelector('#card').shadowRoot?.querySelector('p').textContent";
  const deepest = "document.querySelector('#card').shadowRoot?.querySelector('clinic-card').shadowRoot?.textContent";

  test('there from the start, and one in another', async () => {
    const one = await visit(`${define}<script>define()</script><clinic-card id="card" data-deep="1"></clinic-card>`);
    const number = await works(one);
    await says(one.page, inner, `TEL ${number}`);
    await says(one.page, deepest, `TEL ${number}`);
    await one.page.evaluate(() => window.hatsuban('release'));
    assert.equal(await one.page.evaluate(inner), `TEL ${own}`);
    assert.equal(await one.page.evaluate(deepest), `TEL ${own}`);
  });

  test('an element whose class comes late, one that is added late, and a text that is written late', async () => {
    const one = await visit(`${define}<clinic-card id="card"></clinic-card>`);
    const number = await works(one);
    await one.page.evaluate(() => window.define());
    await says(one.page, inner, `TEL ${number}`);
    await one.page.evaluate(() => document.body.insertAdjacentHTML('beforeend', '<div><clinic-card id="late"></clinic-card></div>'));
    await says(one.page, inner.replace('#card', '#late'), `TEL ${number}`);
    await one.page.evaluate((text) => (document.querySelector('#card').shadowRoot.querySelector('p').textContent = `Call ${text}`), own);
    await says(one.page, inner, `Call ${number}`);
  });

  test('one that was away while the lease ended does not come back with its number', async () => {
    const one = await visit(`${define}<script>define()</script><clinic-card id="card"></clinic-card>`);
    const number = await works(one);
    await says(one.page, inner, `TEL ${number}`);
    const text = await one.page.evaluate(async (code) => {
      const card = document.querySelector('#card');
      card.remove();
      window.hatsuban('scan');
      // A copy that the snippet has never written.
      const shown = card.shadowRoot.querySelector('p');
      shown.replaceWith(shown.cloneNode(true));
      await new Promise((resolve) => requestAnimationFrame(resolve));
      window.hatsuban('release');
      document.body.append(card);
      await new Promise((resolve) => requestAnimationFrame(resolve));
      return new Function(`return ${code}`)();
    }, inner);
    assert.equal(text, `TEL ${own}`);
  });

  test('not those that the site has marked; and a page without any fetches nothing more', async () => {
    const one = await visit(`${define}<script>define()</script><div data-hatsuban-ignore><clinic-card id="card"></clinic-card></div><clinic-card id="other"></clinic-card>`);
    const number = await works(one);
    await says(one.page, inner.replace('#card', '#other'), `TEL ${number}`);
    assert.equal(await one.page.evaluate(inner), `TEL ${own}`);
    assert.ok(one.assets.includes('extra.js'));
    const plain = await visit('');
    await works(plain);
    await plain.page.evaluate(() => new Promise((resolve) => requestIdleCallback(resolve)));
    assert.deepEqual(plain.assets, ['hatsuban_bg.wasm', 'hatsuban.js']);
  });
});

describe('frames and pictures', () => {
  before(openWith(`iframes = true
[[site.image]]
selector = ".tel-picture"
target = "main"
url = "/assets/tel-{number}.svg"
[[site.image]]
selector = ".tel-background"
target = "main"
url = "/assets/tel-{number}.svg"
background = true`));
  after(close);
  const inner = "document.querySelector('#frame').contentDocument?.querySelector('p')?.textContent";
  const drawn = (context) => context.route('**/assets/tel-*.svg', (route) => route.fulfill({ contentType: 'image/svg+xml', body: '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>' }));

  test('a frame of the same origin, when it navigates, and one within it', async () => {
    const one = await visit(`<iframe id="frame" srcdoc="<p>${own}</p><iframe id=deep srcdoc='<b>${own}</b>'></iframe>"></iframe>`);
    const number = await works(one);
    await says(one.page, inner, number);
    await says(one.page, "document.querySelector('#frame').contentDocument?.querySelector('#deep')?.contentDocument?.querySelector('b')?.textContent", number);
    await one.page.evaluate((text) => (document.querySelector('#frame').srcdoc = `<p>Anew: ${text}</p>`), own);
    await says(one.page, inner, `Anew: ${number}`);
    await one.page.evaluate((text) => (document.querySelector('#frame').contentDocument.querySelector('p').textContent = text), own);
    await says(one.page, inner, number);
    await one.page.evaluate(() => window.hatsuban('release'));
    assert.equal(await one.page.evaluate(inner), own);
  });

  test('a picture and a background, which go back when the lease has lapsed', async () => {
    more = '<img class="tel-picture" src="/assets/own.svg" srcset="/assets/own.svg 2x"><i class="tel-background" style="background-image: url(/assets/own.svg)"></i>';
    const one = await noted(clinic);
    const { page } = one;
    await drawn(one.context);
    await page.goto(clinic.site.url);
    more = '';
    const number = (await works(one)).replaceAll('-', '');
    const picture = () => page.locator('.tel-picture').evaluate((element) => [element.getAttribute('src'), element.getAttribute('srcset')]);
    const background = () => page.locator('.tel-background').evaluate((element) => element.style.backgroundImage);
    await says(page, "document.querySelector('.tel-picture').getAttribute('src')", `/assets/tel-${number}.svg`);
    assert.deepEqual(await picture(), [`/assets/tel-${number}.svg`, null]);
    assert.equal(await background(), `url("/assets/tel-${number}.svg")`);
    await page.evaluate(() => window.hatsuban('release'));
    assert.deepEqual(await picture(), ['/assets/own.svg', '/assets/own.svg 2x']);
    assert.equal(await background(), 'url("/assets/own.svg")');
    assert.deepEqual(one.errors, []);
  });

  test('a picture that is not there: the page\'s own', async () => {
    more = '<img class="tel-picture" src="/assets/own.svg">';
    const one = await noted(clinic);
    await one.context.route('**/assets/tel-*.svg', (route) => route.fulfill({ status: 404, body: '' }));
    const refused = one.page.waitForResponse('**/assets/tel-*.svg');
    await one.page.goto(clinic.site.url);
    more = '';
    await refused;
    await says(one.page, "document.querySelector('.tel-picture').getAttribute('src')", '/assets/own.svg');
    assert.deepEqual(one.errors, []);
  });
});

for (const how of ['sight', 'interaction']) {
  describe(`leased on ${how}`, () => {
    before(openWith(`lease_on = "${how}"`));
    after(close);
    test('not before; then at once', async () => {
      // The number stands far below what is seen.
      const one = await noted(clinic);
      const requests = noteRequests(one.page);
      await one.page.setViewportSize({ width: 800, height: 300 });
      more = `<style>body > * { display: none } body > .below { display: block; margin-top: 3000px }</style><p class="below" id="below">${own}</p>`;
      await one.page.goto(clinic.site.url);
      more = '';
      await one.page.waitForLoadState('networkidle');
      assert.deepEqual(requests, []);
      assert.equal(await one.page.locator('#below').textContent(), own);
      await (how === 'sight' ? one.page.locator('#below').scrollIntoViewIfNeeded() : one.page.locator('#below').hover());
      const number = await leased(one.page);
      await says(one.page, "document.querySelector('#below').textContent", grouped(number));
      assert.deepEqual(one.errors, []);
    });
  });
}
