// The page that all contestants swap: 30,001 text nodes as a clinic's long page has them, one in 300 of which holds a number.

const BLOCKS = 3_000;
const TEXTS_OF_A_BLOCK = 10;
/** One more than the blocks hold: the footer. */
export const textNodes = BLOCKS * TEXTS_OF_A_BLOCK + 1;
/** Every so many-th text holds a number. */
const EVERY = 300;
export const places = Math.floor(textNodes / EVERY);

/** Numbers of the site and of the visitor, in groups. Those of a pair have the same digits in each group, as leased numbers mostly have. */
const pairs = [
  '0120-123-456 0120-900-001', '03-5550-1234 03-5550-9101', '06-6340-2277 06-6340-9102', '052-961-4431 052-961-9103',
  '0466-12-3456 0466-12-9104', '045-312-8890 045-312-9105', '092-721-6605 092-721-9106', '011-221-3348 011-221-9107',
  '0120-777-215 0120-900-008', '0800-123-4567 0800-900-0009', '050-3111-2048 050-3119-0010', '022-265-7714 022-265-9111',
  '048-640-1529 048-640-9112', '043-222-9086 043-222-9113', '075-341-5570 075-341-9114', '078-391-8426 078-391-9115',
  '082-247-3061 082-247-9116', '0570-012-345 0570-900-017', '046-822-1179 046-822-9118', '0120-404-918 0120-900-019',
].map((pair) => pair.split(' ').map((number) => number.split('-')));

const wide = (text) => text.replace(/\d/g, (digit) => String.fromCharCode(0xff10 + Number(digit)));
const spellings = [
  ([a, b, c]) => `${a}-${b}-${c}`,
  ([a, b, c]) => wide(`${a}－${b}－${c}`),
  ([a, b, c]) => `${a} ${b} ${c}`,
  ([a, b, c]) => `(${a})${b}-${c}`,
  ([a, b, c]) => `${a}.${b}.${c}`,
  ([a, b, c]) => `${a}${b}${c}`,
  ([a, b, c]) => `+81-${a.slice(1)}-${b}-${c}`,
  ([a, b, c]) => wide(`${a}ー${b}ー${c}`),
];

/** What stands around: without digits, with digits that are no numbers, and with numbers of other people. */
const others = [
  '当院では、痛みの少ない治療を心がけています。', '受付時間 9:00〜18:00（土曜は13:00まで）', 'はじめての方へ', '料金は税込1,980円です。',
  '東京都港区芝公園4-2-8 メディカルビル3F', 'ご予約のうえお越しください。', '2026年11月22日更新', '駐車場は12台分ございます。', '院長あいさつ',
  '提携先（06-9999-8888）にご案内することがあります。', '診療内容', '保険診療と自由診療のどちらにも対応しています。', '詳しくはこちら', '〒105-0011', 'アクセス',
];

/** The site's targets and what this visitor has leased for them. */
export const targetsOf = (count) => pairs.slice(0, count).map(([own, leased], at) => ({
  id: `target-${at + 1}`,
  number: own.join(''),
  leased: leased.join(''),
}));

/** The page with the numbers of so many targets. */
export function pageOf(targetCount) {
  let next = 0;
  const text = () => {
    const at = next;
    next += 1;
    if (at % EVERY !== EVERY >> 1) return others[at % others.length];
    const place = Math.floor(at / EVERY);
    const [own] = pairs[place % targetCount];
    return `お電話は${spellings[place % spellings.length](own)}までどうぞ`;
  };
  const block = () => `<h3>${text()}</h3><p>${text()}<strong>${text()}</strong>${text()}</p><ul><li>${text()}</li>`
    + `<li>${text()}<span>${text()}</span></li><li>${text()}</li></ul><div class="note">${text()}</div><p>${text()}</p>`;
  const section = () => `<section>${Array.from({ length: 20 }, block).join('')}</section>`;
  const main = Array.from({ length: BLOCKS / 20 }, section).join('');
  return `<!DOCTYPE html><html lang="ja"><head><meta charset="utf-8"></head><body><main>${main}</main><footer>${text()}</footer></body></html>`;
}
