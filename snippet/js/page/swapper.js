/*
 * Shows numbers instead of a site's own, and puts its own back.
 *
 * What may be shown is said by the conductor; where a number stands in a text, and how it is written there, by the engine
 * in wasm. A page may copy a number that is shown, to a clone of an element say. So a number that must not be shown any
 * more is itself looked for from then on, and swapped for what may be.
 */
import { arm, discover, swap } from "../wasm.js";
import { mustWait } from "./hydration.js";
import { patch, putBack, read, struggles } from "./patches.js";
import { current, specOf } from "./targets.js";
import { carriers, runs } from "./walk.js";

/**
 * `{ id, selector, groups, own, base, shown, lapsed, count }` for every target: the numbers that the page prints, the one
 * that stands for them without a lease, the leased one, and those that must not be shown any more; as the engine reads them.
 */
export let targets = [];

/** The target of each number that the engine looks for, and whether the number must go. */
let keys = [];
let gate;
/** Places that wait for their hydration. */
let waiting = [];
let waker;

/** For targets that are told by where they stand: the extra reads them before each look, and tells the scope of an element. */
let beforeLook;
let scopeOf;

export function hook(before, scope) {
  [beforeLook, scopeOf] = [before, scope];
}

/** Begins without any target. */
export function begin() {
  putBack();
  targets = [];
}

/** Looks for these targets too, from the next look on. */
export function addTargets(declared) {
  for (const { id, number, selector, e164, groups } of declared) {
    const national = e164 ? number : number && discover(number).split("\n")[0];
    targets.push({ id, groups, selector, own: national ? [specOf({ national, e164 }, groups)] : [], lapsed: [], count: 0 });
  }
  sharpen();
}

/**
 * Says what to show for a target: a leased number, none, or (`isBase`) one that stands without a lease. Holds from the
 * next look on, which the caller takes in the same breath.
 */
export function show(target, spec, isBase) {
  if (isBase) target.base = spec;
  else {
    if (target.shown && target.shown !== spec && !target.lapsed.includes(target.shown)) target.lapsed.push(target.shown);
    target.shown = spec;
  }
  // All targets: two of them may stand in one text.
  putBack();
  for (const each of targets) each.count = 0;
  sharpen();
}

/** Looks for what may stand on the page now: the targets' own numbers, and those that must not be shown. */
export function sharpen() {
  const lines = [];
  const look = (target, number, mustGo) => {
    const scope = target.selector && !mustGo ? targets.indexOf(target) + 1 : 0;
    lines.push(`${scope} ${number} ${current(target) || (mustGo ? target.own[0] || "" : "")}`.trim());
    keys.push({ target, mustGo });
  };
  keys = [];
  for (const target of targets) for (const number of target.own) look(target, number);
  // Leased again since, or what the page itself prints elsewhere: then it may stay.
  const stays = (number) => targets.some(({ own, shown, base }) => shown === number || base === number || own.includes(number));
  for (const target of targets) for (const number of target.lapsed) if (!stays(number)) look(target, number, true);
  gate = new RegExp(arm(lines.join("\n")));
}

const newSighting = () => ({ found: new Set(), swapped: new Set(), elements: [] });

/** The gate for what else must be walked: mutations. */
export const currentGate = () => gate;

/**
 * Looks at what is at and below an element. Answers whether anything was changed, which targets stand there, which are
 * shown in more places than before, and whether a place has been given up.
 */
export function look(root, now, sighting = newSighting()) {
  if (beforeLook) beforeLook(root);
  for (const run of runs(root, gate)) change(run, "", now, sighting);
  for (const [element, name] of carriers(root, gate)) change([element], name, now, sighting);
  return sighting;
}

function change(nodes, name, now, sighting) {
  const element = name ? nodes[0] : nodes[0].parentElement;
  const before = nodes.map((node) => read(node, name));
  const [found, ...after] = swap(before.join("\0"), name === "href", scopeOf && element ? scopeOf(element) : 0).split("\0");
  if (!found) return;
  const seen = found.split(",").map((key) => keys[key]);
  for (const { target } of seen) sighting.found.add(target);
  if (element) sighting.elements.push(element);
  if (after.length !== nodes.length) return;
  const mustGo = seen.some((key) => key.mustGo);
  if (!mustGo) {
    if (nodes.some((node) => mustWait(node, now))) {
      waiting.push([nodes, name]);
      return;
    }
    const excess = struggles(element || nodes[0], now);
    if (excess === 1) sighting.hasGivenUp = true;
    if (excess > 0) return;
  }
  let isNew = false;
  nodes.forEach((node, at) => {
    if (after[at] !== before[at]) isNew = patch(node, name, before[at], after[at]) || isNew;
  });
  sighting.isChanged = true;
  for (const { target } of seen) {
    if (isNew && current(target)) {
      target.count++;
      sighting.swapped.add(target);
    }
  }
}

/** Looks again and again at what waits for its hydration, and calls back with what came of it. */
export function afterHydration(clock, seen) {
  if (waker || !waiting.length) return;
  waker = setTimeout(() => {
    waker = 0;
    const sighting = newSighting();
    for (const [nodes, name] of waiting.splice(0)) if (nodes.every((node) => node.isConnected)) change(nodes, name, clock(), sighting);
    seen(sighting);
  }, 50);
}
