/*
 * What stands on the page: looks at all of it and at what changes, and tells what came of that.
 */
import { afterHydration, look, targets } from "../page/swapper.js";
import { current, numberOf } from "../page/targets.js";
import { forgetRecords, watchAlso } from "../page/watch.js";
import { tellPage } from "./announce.js";

/** Other trees than the document: shadow roots, and frames that the extra finds. */
let roots;
let looked;

/** Begins with the document alone. Calls back after each look. */
export function beginSight(after) {
  roots = [];
  looked = after;
}

/** The page's time, in milliseconds. */
export const now = () => performance.now();

/** Looks at the whole page, or at an element. */
export function lookAtAll(root = document.body) {
  // What comes back is handed over again.
  roots = roots.filter((each) => each.isConnected);
  if (root) lookAt([root, ...roots]);
}

/** Looks at parts of the page. Answers whether that changed anything. */
export function lookAt(parts) {
  const isChanged = parts.filter((part) => look(part, now()))[0];
  tellNews();
  return isChanged;
}

/** Looks at another tree too, from now on. */
export function lookInto(root) {
  watchAlso(root);
  if (!roots.includes(root)) roots.push(root);
  lookAt([root]);
}

function tellNews() {
  forgetRecords();
  for (const target of targets) {
    const { id, own, count, isNews } = target;
    if (isNews) tellPage("swapped", { target: id, number: numberOf(current(target)), original: numberOf(own[0]), count });
    target.isNews = 0;
  }
  looked();
  afterHydration(now, tellNews);
}
