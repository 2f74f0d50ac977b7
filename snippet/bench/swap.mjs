// The first swap pass over a page of 30,001 text nodes, against findAndReplaceDOMText and a hand-written script.
//
// Each contestant has a page of its own in each round, so that all are as cold as on a visitor's page, and their order
// changes from round to round. Timed is, in the page and without painting,
//  - Hatsuban: the whole start of the shipped tag on a return visit, from the call of the wasm's `start` until it returns:
//    settings, session, storage, the look at the page, the new numbers, the observer. Files are compiled before, as the
//    others' are parsed before; no network takes part;
//  - findAndReplaceDOMText and the script: making the regular expression, walking, writing.
// The two parts of Hatsuban's that are printed beside are measured on a page of their own.
// Hatsuban alone also looks at attributes and links, joins numbers that elements split, and remembers what stood there.
import { atMost, median, shown, table } from '../../tests/tools/report.mjs';
import { places, targetsOf, textNodes } from './document.mjs';

const ROUNDS = 7;
const contestants = ['hatsuban', 'fardt', 'js'];
const titles = {
  hatsuban: 'Hatsuban',
  fardt: 'findAndReplaceDOMText',
  js: 'TreeWalker + RegExp',
  start: '(Hatsuban, started on an empty page)',
  pass: '(Hatsuban, one look at the page after that)',
};

/** Milliseconds of each contestant in each round, and of the parts of Hatsuban's. */
async function times(stage, targetCount) {
  const targets = targetsOf(targetCount);
  const ms = Object.fromEntries(Object.keys(titles).map((name) => [name, []]));
  for (let round = 0; round < ROUNDS; round += 1) {
    for (let turn = 0; turn < contestants.length; turn += 1) {
      const name = contestants[(round + turn) % contestants.length];
      const page = await stage.page(targetCount);
      const done = await page.evaluate(([program, list]) => window.bench.swap(program, list), [name, targets]);
      if (done.nodes !== textNodes || done.leased !== places || done.own !== 0) {
        throw new Error(`${name} did not do the work: ${JSON.stringify(done)} instead of ${places} places in ${textNodes} nodes`);
      }
      ms[name].push(done.ms);
      await page.close();
    }
    const page = await stage.page(targetCount);
    const parts = await page.evaluate((list) => window.bench.parts(list), targets);
    ms.start.push(parts.start);
    ms.pass.push(parts.pass);
    await page.close();
  }
  return ms;
}

/** The rows of the table; what they were made of is printed. */
export async function measureSwap(stage) {
  const rows = [];
  for (const targetCount of [1, 20]) {
    const ms = await times(stage, targetCount);
    const milliseconds = (values) => [shown(median(values)), shown(Math.min(...values)), shown(Math.max(...values))];
    const lines = Object.keys(titles).map((name) => [titles[name], ...milliseconds(ms[name])]);
    console.log(`\nfirst pass, ${targetCount} ${targetCount === 1 ? 'target' : 'targets'}, ms of ${ROUNDS} rounds`);
    console.log(table([['', 'median', 'least', 'most'], ...lines]));
    for (const [name, reach] of [['fardt', 0.5], ['js', 1]]) {
      rows.push(atMost(reach, {
        name: `swap_30k_${targetCount}_vs_${name}`,
        value: median(ms.hatsuban.map((own, round) => own / ms[name][round])),
        unit: 'ratio',
        baseline: `${titles[name]}: ${shown(median(ms[name]))} ms`,
      }));
    }
  }
  return rows;
}
