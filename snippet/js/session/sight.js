/*
 * What stands on the page: looks at all of it and at what changes, and tells what came of that.
 */
import { afterHydration, look } from "../page/swapper.js";
import { current, numberOf } from "../page/targets.js";
import { forgetRecords, watchAlso } from "../page/watch.js";
import { flush, tellPage } from "./announce.js";
import { warn } from "./browser.js";

/** Targets that stand on the page. */
export const found = new Set();
/** Other trees than the document: shadow roots, and frames that the extra finds. */
const roots = new Set();

let told;

/** Begins with an empty page. `tell` gets the elements around every target that is seen. */
export function beginSight(tell) {
  found.clear();
  roots.clear();
  told = tell;
}

/** The page's time, in milliseconds. */
export const now = () => performance.now();

/** Looks at the whole page. */
export function lookAtAll() {
  if (document.body) lookAt([document.body, ...roots]);
}

/** Looks at parts of the page. Answers whether that changed anything. */
export function lookAt(parts) {
  let sighting;
  for (const part of parts) sighting = look(part, now(), sighting);
  seen(sighting);
  return sighting.isChanged;
}

/** Looks at another tree too, from now on. */
export function lookInto(root) {
  watchAlso(root);
  roots.add(root);
  lookAt([root]);
}

function seen(sighting) {
  forgetRecords();
  if (sighting.hasGivenUp) warn("A script of this page keeps putting its own number back in one place, which is left to it.");
  for (const target of sighting.swapped) {
    const { id, own, count } = target;
    tellPage("swapped", { target: id, number: numberOf(current(target)), original: numberOf(own[0]), count });
  }
  for (const target of sighting.found) found.add(target);
  if (sighting.elements.length) told(sighting.elements);
  afterHydration(now, (late) => {
    seen(late);
    flush();
  });
}
