// Runs in the page: the programs that swap its numbers, each timed for one first pass, and the check of their work.
// Also the mutations of the idle measurement.
/* global findAndReplaceDOMText */

const SITE = 'st_bench';
const SESSION = 'BenchBenchBenchBench01';

const texts = () => {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const found = [];
  while (walker.nextNode()) found.push(walker.currentNode);
  return found;
};

/** What the shipped tag does on a return visit, when its files are compiled and the visitor's leases are in storage. */
async function startTag(targets) {
  const lease = ({ id, leased }) => ({
    target: id,
    number: { national: leased, e164: `+81${leased.slice(1)}` },
    token: 'v1.token',
    sent_wall_ms: Date.now(),
    lease_for_ms: 300_000,
  });
  const held = { session: SESSION, heartbeat_ms: 60_000, hidden_hold_ms: 600_000, leases: targets.map(lease) };
  localStorage.setItem('hatsuban:session', JSON.stringify(SESSION));
  localStorage.setItem(`hatsuban:${SITE}`, JSON.stringify(held));
  const compiled = await WebAssembly.compileStreaming(fetch('/hatsuban_bg.wasm'));
  const time = {};
  const settings = {
    site: SITE,
    service: location.origin,
    // This browser is driven; as a visitor it would be leased nothing.
    headless: true,
    // The first thing that the program's start does is to copy its settings.
    get targets() {
      time.from ??= performance.now();
      return targets;
    },
  };
  let run;
  const begin = await new Promise((resolve, reject) => {
    window.hatsuban = {
      q: [],
      boot: resolve,
      get run() {
        return run;
      },
      // Set with what the start gave back: everything has been swapped by then.
      set run(commands) {
        time.to = performance.now();
        run = commands;
      },
    };
    const script = document.createElement('script');
    script.src = '/hatsuban.js';
    script.onerror = reject;
    document.head.append(script);
  });
  await begin(compiled, settings);
  return time.to - time.from;
}

// Both JavaScript programs know the same: digits of either width, the usual separators of both widths between any two of
// them, the national and the international form, and no digit on either side.
const digit = (character) => `[${character}${String.fromCharCode(0xff10 + Number(character))}]`;
const BETWEEN = '[-\\s()./~（）．／～〜・ー－‐‑–—−]{0,3}';
const anyOf = (targets) => {
  const of = ({ number }) => [...number.slice(1)].map(digit).join(BETWEEN);
  const start = `(?:[+＋][8８][1１]${BETWEEN}(?:[(（]?[0０][)）]?)?|[(（]?[0０])${BETWEEN}`;
  return new RegExp(`(?<![0-9０-９])${start}(?:${targets.map(of).join('|')})(?![0-9０-９])`, 'g');
};

/** The match with the leased number's digits, each in the width of the one it stands for. */
const rewriting = (targets) => {
  const leasedBy = new Map(targets.map(({ number, leased }) => [number.slice(1), leased]));
  return (match) => {
    const own = match.normalize('NFKC').replace(/\D/g, '').replace(/^(?:810?|0)/, '');
    const leased = leasedBy.get(own);
    if (!leased) return match;
    // From the last digit on: what stands before the number proper, +81 or 0, stays.
    let at = leased.length;
    let out = '';
    for (const character of [...match].reverse()) {
      const isDigit = /[0-9０-９]/.test(character);
      if (isDigit && at > 1) {
        at -= 1;
        out = (character < '０' ? leased[at] : String.fromCharCode(0xff10 + Number(leased[at]))) + out;
      } else out = character + out;
    }
    return out;
  };
};

/** A hand-written program that knows nothing else: it follows no changes and finds no number that elements split. */
function plainScript(targets) {
  const from = performance.now();
  const regex = anyOf(targets);
  const rewrite = rewriting(targets);
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode;
    const before = node.data;
    const after = before.replace(regex, rewrite);
    if (after !== before && !node.parentElement.closest('script,style,noscript,template,textarea')) node.data = after;
  }
  return performance.now() - from;
}

/** Without its preset for prose, which finds the same here and takes longer. */
function library(targets) {
  const from = performance.now();
  const rewrite = rewriting(targets);
  const whole = (portion, [match]) => (portion.index === 0 ? rewrite(match) : '');
  findAndReplaceDOMText(document.body, { find: anyOf(targets), replace: whole });
  return performance.now() - from;
}

const programs = { hatsuban: startTag, fardt: library, js: plainScript };

/** Milliseconds of one first pass, and how many places show which number after it. */
export async function swap(program, targets) {
  if (!window.crossOriginIsolated) throw new Error('the clock is too coarse: this page is not isolated');
  const nodes = texts().length;
  const ms = await programs[program](targets);
  const shown = texts().map((node) => node.data.normalize('NFKC').replace(/\D/g, '')).filter(Boolean);
  const count = (key) => shown.filter((digits) => targets.some((target) => digits.includes(target[key].slice(1)))).length;
  return { ms, nodes, leased: count('leased'), own: count('number') };
}

/** Milliseconds of Hatsuban's start on a page without content, and then of one look at all of it: the pass alone. */
export async function parts(targets) {
  const content = [...document.body.childNodes];
  document.body.replaceChildren();
  const start = await startTag(targets);
  document.body.replaceChildren(...content);
  const from = performance.now();
  window.hatsuban.run('scan');
  return { start, pass: performance.now() - from };
}

const idleTexts = ['ご予約のうえお越しください。', '残り3席', '税込2,480円', '2026年11月23日 10:30', 'ただいまの待ち時間は15分です。'];

/**
 * Changes 1,000 nodes again and again, and gives the mean milliseconds that observers then took: from the last change until
 * the microtask behind theirs. The changes themselves are not counted, nor is the painting.
 */
export async function mutate(repeats) {
  const all = texts().filter((node) => !/お電話は/.test(node.data));
  const nodes = all.filter((_, at) => at % Math.floor(all.length / 1_000) === 0).slice(0, 1_000);
  // Laying the page out anew is not measured, and takes longer than all that is.
  document.body.style.display = 'none';
  let sum = 0;
  for (let repeat = 0; repeat < repeats; repeat += 1) {
    nodes.forEach((node, at) => {
      const text = idleTexts[(repeat + at) % idleTexts.length];
      // As frameworks do it: mostly texts in place, some new elements, some attributes.
      if (at % 10 < 6) node.data = text;
      else if (at % 10 === 9) node.parentElement.setAttribute('title', text);
      else {
        const fresh = document.createElement('span');
        fresh.textContent = text;
        (node.parentElement.className === 'fresh' ? node.parentElement : node).replaceWith(fresh);
        fresh.className = 'fresh';
        nodes[at] = fresh.firstChild;
      }
    });
    const from = performance.now();
    await null;
    sum += performance.now() - from;
    await new Promise((resolve) => setTimeout(resolve));
  }
  return sum / repeats;
}

/** What watching costs at the least: an observer that looks at nothing. */
export function observeIdly() {
  const options = { subtree: true, childList: true, characterData: true, attributes: true, attributeFilter: ['href', 'title', 'aria-label', 'alt'] };
  window.idle = new MutationObserver(() => {});
  window.idle.observe(document, options);
}
