// A site's number is declared once, in one spelling. Every other spelling of it that stands on a page is the same number,
// and keeps its own look: width, separators, grouping, what stands around it.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { openClinic } from './support/clinic.mjs';
import { leased, put } from './support/page.mjs';

let clinic;
before(async () => (clinic = await openClinic()));
after(() => clinic.close());

const wide = (text) => text.replace(/\d/g, (digit) => String.fromCharCode(0xff10 + Number(digit)));

// The digits of the number stand for those of the visitor's: a spelling keeps everything else.
const spellings = [
  '0120-123-456', '0120123456', '0120 123 456', '0120.123.456', '0120/123/456', '0120(123)456', '0120（123）456', '(0120)123-456', '（0120）123-456',
  '0120−123−456', '0120‐123‐456', '0120–123–456', '0120—123—456', '0120ー123ー456', '0120ｰ123ｰ456', '0120－123－456', '0120─123─456',
  '0120・123・456', '0120～123～456', '0120〜123〜456', '0120\u3000123\u3000456', '0120\u00a0123\u00a0456', '0120\u2009123\u2009456',
  '0120-12-3456', '0120 - 123 - 456', wide('0120-123-456'), wide('0120－123－456'), wide('0120') + '-123-' + wide('456'), wide('（0120）123-456'),
  'フリーダイヤル0120-123-456まで', 'TEL:0120-123-456（代表）', '電話0120-123-456(代)', '0120-123-456 内線 12', '☎0120-123-456', '0120-123-456/0120-123-457',
];
const abroad = ['+81 120-123-456', '+81-120-123-456', '+81 (0)120-123-456', '+81120123456', wide('＋81－120－123－456')];

const stay = ['0120-123-4567', '10120-123-456', '0120-123-457', '〒012-0123', 'T0120123456789', '¥120,123,456', '0120-123-45', 'FAX 03-5550-1299'];

/** What a spelling is once its digits are the visitor's, wherever they stand. */
function respelled(spelling, from, to) {
  const plain = spelling.replace(/[０-９]/g, (digit) => String.fromCharCode(digit.charCodeAt(0) - 0xfee0));
  const places = [...plain].flatMap((letter, at) => (/\d/.test(letter) ? [at] : []));
  const start = places.map((at) => plain[at]).join('').indexOf(from);
  const letters = [...spelling];
  [...to].forEach((digit, at) => {
    const place = places[start + at];
    letters[place] = /[０-９]/.test(letters[place]) ? wide(digit) : digit;
  });
  return letters.join('');
}

test('all of them on one page', async () => {
  const { context, page, errors } = await clinic.visitor();
  const all = [...spellings, ...abroad, ...stay];
  await page.goto(await put(context, clinic, all.map((text) => `<p>${text}</p>`).join('')));
  const number = await leased(page);
  const shown = await page.locator('p').allTextContents();
  assert.deepEqual(shown, [
    ...spellings.map((spelling) => respelled(spelling, '0120123456', number)),
    ...abroad.map((spelling) => respelled(spelling, '120123456', number.slice(1))),
    ...stay,
  ]);
  assert.deepEqual(errors, []);
});

test('in pieces of one line, and never over two lines', async () => {
  const { context, page, errors } = await clinic.visitor();
  await page.goto(await put(context, clinic, `
    <p><span>0120</span>-<b>123</b>-456</p><p><i>０１２０</i>（123）<em><u>456</u></em></p><p>0120<!-- -->-123-<wbr>456</p><p>01<b>20-123</b>-456</p>
    <div><div>0120</div><div>-123-456</div></div>`));
  const number = await leased(page);
  const [a, b, c] = [number.slice(0, 4), number.slice(4, 7), number.slice(7)];
  assert.deepEqual(await page.locator('p').evaluateAll((all) => all.map((one) => one.innerHTML)), [
    `<span>${a}</span>-<b>${b}</b>-${c}`, `<i>${wide(a)}</i>（${b}）<em><u>${c}</u></em>`, `${a}<!-- -->-${b}-<wbr>${c}`, `${a.slice(0, 2)}<b>${a.slice(2)}-${b}</b>-${c}`,
  ]);
  assert.equal(await page.locator('div').first().textContent(), '0120-123-456');
  assert.deepEqual(errors, []);
});
