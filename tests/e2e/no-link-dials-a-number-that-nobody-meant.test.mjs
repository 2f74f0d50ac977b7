// A link dials what the page shows: in whatever way its number is written, with extensions and prefixes kept, and labels in
// step. A link whose number is garbage, or another's, stays as it is: it is neither mended nor made to dial abroad.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { openClinic } from './support/clinic.mjs';
import { grouped, leased, put } from './support/page.mjs';

let clinic;
before(async () => (clinic = await openClinic()));
after(() => clinic.close());

const hrefs = (page) => page.locator('a').evaluateAll((links) => links.map((link) => link.getAttribute('href')));
const links = (list) => list.map((href) => `<a href="${href}">電話</a>`).join('');

test('every way to write a link', async () => {
  const { context, page, errors } = await clinic.visitor();
  const ways = [
    ['tel:0120123456', (n) => `tel:${n}`],
    ['tel:0120-123-456', (n) => `tel:${n}`],
    ['tel:0120(123)456', (n) => `tel:${n}`],
    ['tel://0120123456', (n) => `tel://${n}`],
    ['TEL:0120123456', (n) => `TEL:${n}`],
    ['tel:+81120123456', (n) => `tel:+81${n.slice(1)}`],
    ['tel:+81-120-123-456', (n) => `tel:+81${n.slice(1)}`],
    ['tel:+81(0)120-123-456', (n) => `tel:+81${n.slice(1)}`],
    ['tel:%2B81120123456', (n) => `tel:+81${n.slice(1)}`],
    ['tel:+81%20120%20123%20456', (n) => `tel:+81${n.slice(1)}`],
    ['tel:０１２０１２３４５６', (n) => `tel:${n}`],
    ['tel:０１２０－１２３－４５６', (n) => `tel:${n}`],
    ['tel:＋８１１２０１２３４５６', (n) => `tel:+81${n.slice(1)}`],
    ['tel:%EF%BC%90%EF%BC%91%EF%BC%92%EF%BC%90%EF%BC%91%EF%BC%92%EF%BC%93%EF%BC%94%EF%BC%95%EF%BC%96', (n) => `tel:${n}`],
    ['tel:0120123456;ext=12', (n) => `tel:${n};ext=12`],
    ['tel:+81120123456;ext=12', (n) => `tel:+81${n.slice(1)};ext=12`],
    ['tel:0120123456,,12', (n) => `tel:${n},,12`],
    ['sms:0120123456?body=0120-123-456', (n) => `sms:${n}?body=0120-123-456`],
  ];
  await page.goto(await put(context, clinic, links(ways.map(([href]) => href))));
  const number = await leased(page);
  assert.deepEqual(await hrefs(page), ways.map(([, swapped]) => swapped(number)));
  assert.deepEqual(errors, []);
});

test('garbage and the numbers of others', async () => {
  const { context, page, errors } = await clinic.visitor();
  const stay = [
    // A plus before a number without its country: it dials Malaysia, and what it was to dial nobody can tell.
    'tel:+(602) 313-3897', 'tel:+0120123456', 'tel:+0120-123-456', 'tel:+(0120) 123-456', 'tel:++81120123456', 'tel:+1120123456', 'tel:+82120123456',
    'tel:', 'tel:+', 'tel:+81', 'tel:012012345', 'tel:01201234567', 'tel:10120123456', 'tel:0120123457', 'tel:%', 'tel:%E3%80', 'tel:abc0120123456',
    'tel:0120123456abc', 'mailto:0120-123-456@clinic.example', 'https://clinic.example/0120-123-456', '?tel=0120-123-456', '#0120-123-456',
    'https://clinic.example/?to=tel:0120123456',
  ];
  await page.goto(await put(context, clinic, `${links(stay)}<p>0120-123-456</p>`));
  const number = await leased(page);
  assert.equal(await page.locator('p').textContent(), grouped(number));
  assert.deepEqual(await hrefs(page), stay);
  assert.deepEqual(errors, []);
});

test('labels say what the link dials', async () => {
  const { context, page, errors } = await clinic.visitor();
  await page.goto(await put(context, clinic, `
    <a href="tel:0120123456" aria-label="電話 0120-123-456" title="０１２０－１２３－４５６ 通話無料"><img alt="0120 123 456" src="data:,"></a>
    <button aria-label="0120-123-457" title="T0120123456789">0120(123)456</button>`));
  const number = await leased(page);
  const [a, b, c] = grouped(number).split('-');
  const wide = [a, b, c].map((part) => part.replace(/\d/g, (digit) => String.fromCharCode(0xff10 + Number(digit)))).join('－');
  const read = (css, name) => page.locator(css).getAttribute(name);
  assert.deepEqual(
    [await read('a', 'href'), await read('a', 'aria-label'), await read('a', 'title'), await read('img', 'alt')],
    [`tel:${number}`, `電話 ${a}-${b}-${c}`, `${wide} 通話無料`, `${a} ${b} ${c}`],
  );
  assert.deepEqual(
    [await read('button', 'aria-label'), await read('button', 'title'), await page.locator('button').textContent()],
    ['0120-123-457', 'T0120123456789', `${a}(${b})${c}`],
  );
  assert.deepEqual(errors, []);
});
