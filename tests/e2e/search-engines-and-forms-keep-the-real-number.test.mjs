// What machines read as the business's number (JSON-LD, meta, microdata, noscript), what people type or edit, and what the
// site has marked stays as it is, from the start and when it comes or changes later.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { openClinic, ownNumber } from './support/clinic.mjs';
import { grouped, leased, put } from './support/page.mjs';

const head = `<meta name="description" content="ご予約は${ownNumber}" class="stay"><meta property="og:phone_number" content="${ownNumber}" class="stay">
  <script type="application/ld+json" class="stay">{ "@type": "Dentist", "telephone": "${ownNumber}" }</script>
  <style class="stay">.tel::after { content: "${ownNumber}"; }</style>`;
const body = `
  <p id="shown">${ownNumber}</p>
  <div itemscope><meta itemprop="telephone" content="${ownNumber}" class="stay"></div>
  <script type="application/json" class="stay">{ "tel": "${ownNumber}" }</script>
  <script type="text/template" class="stay"><a href="tel:0120123456">${ownNumber}</a></script>
  <noscript class="stay"><a href="tel:0120123456">${ownNumber}</a></noscript>
  <template class="stay"><p>${ownNumber}</p></template>
  <input class="stay" value="${ownNumber}" placeholder="例 ${ownNumber}" title="${ownNumber}">
  <textarea class="stay" placeholder="${ownNumber}">${ownNumber}</textarea>
  <select class="stay"><option>${ownNumber}</option></select>
  <div class="stay" contenteditable="true"><p>${ownNumber}</p></div>
  <div class="stay" contenteditable><a href="tel:0120123456">${ownNumber}</a></div>
  <section class="stay" data-hatsuban-ignore><a href="tel:0120123456" aria-label="${ownNumber}">${ownNumber}</a></section>
  <p class="stay" data-tel="${ownNumber}" data-href="tel:0120123456">別の番号 0120-123-457</p>
  <div contenteditable="false"><p id="fixed">${ownNumber}</p></div>`;

let clinic;
before(async () => (clinic = await openClinic()));
after(() => clinic.close());

const staying = (page) => page.locator('.stay').evaluateAll((all) => all.map((one) => one.outerHTML));

test('from the start', async () => {
  const { context, page, errors } = await clinic.visitor();
  const plain = await clinic.browser.newContext({ javaScriptEnabled: false });
  const sent = await plain.newPage();
  await sent.goto(await put(plain, clinic, body, head));
  const expected = await staying(sent);
  await plain.close();
  assert.ok(expected.length >= 15);

  await page.goto(await put(context, clinic, body, clinic.tag + head));
  const number = grouped(await leased(page));
  assert.deepEqual([await page.locator('#shown').textContent(), await page.locator('#fixed').textContent()], [number, number]);
  // A browser that runs scripts reads what is in noscript as text, another as elements.
  const unescaped = (list) => list.map((html) => html.replaceAll('&lt;', '<').replaceAll('&gt;', '>'));
  assert.deepEqual(unescaped(await staying(page)), unescaped(expected));
  assert.deepEqual(
    [await page.locator('input').inputValue(), await page.locator('textarea').inputValue(), await page.locator('select').inputValue()],
    [ownNumber, ownNumber, ownNumber],
  );
  assert.deepEqual(errors, []);
});

test('what is typed and what comes later', async () => {
  const { context, page, errors } = await clinic.visitor();
  await page.goto(await put(context, clinic, `<p id="shown">${ownNumber}</p><input id="typed"><textarea id="long"></textarea><div id="edited" contenteditable="true"></div>`));
  const number = grouped(await leased(page));
  for (const id of ['typed', 'long', 'edited']) {
    await page.locator(`#${id}`).click();
    await page.keyboard.type(ownNumber);
  }
  const late = await page.evaluate((own) => {
    const data = Object.assign(document.createElement('script'), { type: 'application/ld+json', textContent: `{"telephone":"${own}"}` });
    const meta = Object.assign(document.createElement('meta'), { name: 'telephone', content: own });
    const marked = Object.assign(document.createElement('p'), { textContent: own });
    marked.setAttribute('data-hatsuban-ignore', '');
    const seen = Object.assign(document.createElement('p'), { textContent: own, id: 'seen' });
    document.head.append(data, meta);
    document.body.append(data.cloneNode(true), marked, seen);
    return new Promise((resolve) => { setTimeout(() => resolve([data.textContent, meta.content, document.body.querySelector('script:last-of-type').textContent, marked.textContent])); });
  }, ownNumber);
  assert.deepEqual(late, [`{"telephone":"${ownNumber}"}`, ownNumber, `{"telephone":"${ownNumber}"}`, ownNumber]);
  assert.equal(await page.locator('#seen').textContent(), number, 'what came beside it was seen');
  assert.deepEqual(
    [await page.locator('#typed').inputValue(), await page.locator('#long').inputValue(), await page.locator('#edited').textContent()],
    [ownNumber, ownNumber, ownNumber],
  );
  assert.deepEqual(errors, []);
});
