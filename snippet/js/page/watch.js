/*
 * Changes that the page makes to itself: handed on before the browser paints them.
 */
import { currentGate } from "./swapper.js";
import { touched } from "./walk.js";

/** A page that answers our changes with its own over and over never gets to painting: after so many there is an end. */
const STORM_ROUNDS = 200;
const STORM_MS = 1000;

let observer;

/** Calls back with the parts of the page that have changed and may hold a number, until `unwatch`. */
export function watch(clock, changed, stormed) {
  let rounds = 0;
  let since = 0;
  observer = new MutationObserver((records) => {
    const roots = touched(records, currentGate());
    if (!roots[0] || !changed(roots)) return;
    if (clock() - since > STORM_MS) [rounds, since] = [0, clock()];
    if (++rounds > STORM_ROUNDS) stormed();
  });
  watchAlso(document);
}

/** Watches another tree too: a shadow root, a frame's document. */
export const watchAlso = (root) =>
  observer.observe(root, {
    subtree: true,
    childList: true,
    characterData: true,
    attributeFilter: ["href", "title", "aria-label", "alt"],
  });

/** Drops what has been recorded and not been called back for: the snippet's own changes are none of its business. */
export const forgetRecords = () => observer.takeRecords();

export const unwatch = () => observer.disconnect();
