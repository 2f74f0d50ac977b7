/*
 * What has been changed on the page, and what stood there before. A place is a text node, or an element with the name
 * of an attribute. Leaf of `page/`.
 */
import { warn } from "../browser.js";

/** A place that the page reverts more often than this within a second is left alone. */
const MOST_STRIKES = 20;
const STRIKES_WITHIN_MS = 1000;
/** Fewer patched nodes than this are not worth clearing up. */
const CLEAR_UP_FROM = 256;

/** From a node to `{ [attribute name, empty for a text]: [before, after] }`. */
let patches = new Map();
/** From an element to `[strikes, since]`: frameworks make a new text node each time, but not a new element. */
const strikes = new WeakMap();
let clearUpAt = CLEAR_UP_FROM;

/** What stands in a place. */
export const read = (node, name) => (name ? node.getAttribute(name) : node.data);

function write(node, name, text) {
  if (name) node.setAttribute(name, text);
  else node.data = text;
}

/** Writes a text into a place and remembers what stood there. True if nothing of ours had been there before. */
export function patch(node, name, before, after) {
  let places = patches.get(node);
  if (!places) {
    if (patches.size >= clearUpAt) clearUp();
    // Nothing that a page has given to all objects.
    patches.set(node, (places = { __proto__: null }));
  }
  const isFirst = !places[name];
  places[name] = [before, after];
  write(node, name, after);
  return isFirst;
}

/** Counts a change to what this element shows. Whether it is to be left alone, since the page keeps putting its own back. */
export function struggles(element, now) {
  let [count, since] = strikes.get(element) || [0, now];
  if (count <= MOST_STRIKES && now - since > STRIKES_WITHIN_MS) [count, since] = [0, now];
  strikes.set(element, [++count, since]);
  if (count === MOST_STRIKES + 1) warn("A script of this page keeps putting its own number back in one place, which is left to it.");
  return count > MOST_STRIKES;
}

/** Puts back what stood in every place, except where the page has written something else since. */
export function putBack() {
  for (const [node, places] of patches) {
    for (const [name, [before, after]] of Object.entries(places)) if (read(node, name) === after) write(node, name, before);
  }
  patches = new Map();
  clearUpAt = CLEAR_UP_FROM;
}

/**
 * Lets go of places that have left the document, so that a page which rebuilds itself for days keeps no memory of all it
 * ever was. Should one come back, the engine knows the number on it.
 */
function clearUp() {
  for (const node of patches.keys()) if (!node.isConnected) patches.delete(node);
  clearUpAt = Math.max(patches.size * 2, CLEAR_UP_FROM);
}
