/*
 * Shows numbers instead of a site's own, and puts its own back.
 *
 * What may be shown is said by the conductor; where a number stands in a text, and how it is written there, by the engine
 * in wasm. A page may copy a number that is shown, to a clone of an element say. So a number that must not be shown any
 * more is itself looked for from then on, and swapped for what may be.
 */
import { arm, swap } from "../wasm.js";
import { mustWait } from "./hydration.js";
import { patch, putBack, read, struggles } from "./patches.js";
import { current, specOf } from "./targets.js";
import { carriers, runs } from "./walk.js";

/**
 * Every target: `own`, the numbers that the page prints; `base`, the one that stands for them without a lease; `shown`, the
 * leased one; `lapsed`, those that must not be shown any more; all as the engine reads them. `isFound` on the page, in
 * `count` places, `isNews` if these are more than were told.
 */
export const targets = [];
let gate;

/** The target of each number that the engine looks for, and whether that must go. */
let keys;
/** Places that wait for their hydration. */
const waiting = [];
let waker;
let hooks = {};

/**
 * For the extra: `read(root)` before each look, `scope(element)` of targets that are told by where they stand,
 * `seen(element)` for what a number stands in.
 */
export const hook = (more) => Object.assign(hooks, more);

/** Begins with these targets. */
export function begin(declared) {
  putBack();
  // The same list: the extra has it too.
  targets.length = waiting.length = 0;
  hooks = {};
  addTargets(declared);
}

/** Looks for these targets too, from the next look on. */
export function addTargets(declared) {
  for (const { id, number, selector, e164, groups } of declared) {
    targets.push({ id, groups, selector, own: number ? [specOf({ national: number, e164 }, groups)] : [], lapsed: [], count: 0 });
  }
  sharpen();
}

/** Says what to show for a target: `shown`, a leased number, or `base`. Holds from the next look on. */
export function show(target, kind, spec) {
  const { shown, lapsed } = target;
  if (kind === "shown" && shown && shown !== spec && !lapsed.includes(shown)) lapsed.push(shown);
  target[kind] = spec;
  // All targets: two of them may stand in one text.
  putBack();
  for (const each of targets) each.count = 0;
  sharpen();
}

/** From the next look on, looks for what may stand on the page then. */
export const sharpen = () => (gate = undefined);

/** Lets through what may hold a number: the targets' own, and those that must not be shown. */
export function currentGate() {
  if (gate) return gate;
  const lines = [];
  keys = [];
  const add = (target, number, mustGo) => {
    const scope = target.selector && !mustGo ? targets.indexOf(target) + 1 : 0;
    lines.push(`${scope} ${number} ${current(target) || (mustGo && target.own[0]) || ""}`.trim());
    keys.push({ target, mustGo });
  };
  for (const target of targets) for (const number of target.own) add(target, number);
  // Leased again since, or what the page itself prints elsewhere: then it may stay.
  const stays = (number) => targets.some(({ own, shown, base }) => [shown, base, ...own].includes(number));
  for (const target of targets) for (const number of target.lapsed) if (!stays(number)) add(target, number, true);
  return (gate = new RegExp(arm(lines.join("\n"))));
}

/** Looks at what is at and below an element. Answers whether anything was changed. */
export function look(root, now) {
  let isChanged;
  if (hooks.read) hooks.read(root);
  for (const run of runs(root, currentGate())) isChanged = change(run, "", now) || isChanged;
  for (const [element, name] of carriers(root, gate)) isChanged = change([element], name, now) || isChanged;
  return isChanged;
}

function change(nodes, name, now) {
  const element = name ? nodes[0] : nodes[0].parentElement;
  const before = nodes.map((node) => read(node, name));
  const scope = hooks.scope && element ? hooks.scope(element) : 0;
  const [found, ...after] = swap(before.join("\0"), name === "href", scope).split("\0");
  if (!found) return false;
  const seen = found.split(",").map((key) => keys[key]);
  for (const { target } of seen) target.isFound = true;
  if (hooks.seen && element) hooks.seen(element);
  if (after.length !== nodes.length) return false;
  if (!seen.some(({ mustGo }) => mustGo)) {
    if (nodes.some((node) => mustWait(node, now))) return void waiting.push([nodes, name]);
    if (struggles(element || nodes[0], now)) return false;
  }
  let isNew;
  nodes.forEach((node, at) => {
    if (after[at] !== before[at]) isNew = patch(node, name, before[at], after[at]) || isNew;
  });
  for (const { target } of seen) if (isNew && current(target)) target.isNews = ++target.count;
  return true;
}

/** Calls back once what waits for its hydration has been looked at again, as often as it takes. */
export function afterHydration(clock, looked) {
  if (waker || !waiting[0]) return;
  waker = setTimeout(() => {
    waker = 0;
    for (const [nodes, name] of waiting.splice(0)) if (nodes.every((node) => node.isConnected)) change(nodes, name, clock());
    looked();
  }, 50);
}
