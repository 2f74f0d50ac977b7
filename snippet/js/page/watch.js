/*
 * Changes that the page makes to itself: handed on before the browser paints them.
 */
import { touched } from "./walk.js";

/** A page that answers our changes with its own over and over never gets to painting: after so many there is an end. */
const STORM_ROUNDS = 200;
const STORM_MS = 1000;

let observer;
let rounds;
let since;

/** Calls back with the parts of the page that have changed and may hold a number, until `unwatch`. */
export function watch(gate, clock, changed, stormed) {
  rounds = since = 0;
  observer = new MutationObserver((records) => {
    const roots = touched(records, gate());
    // What the snippet itself changes is none of its business.
    if (!roots.length || !changed(roots)) return;
    const now = clock();
    if (now - since > STORM_MS) [rounds, since] = [0, now];
    if (++rounds > STORM_ROUNDS) stormed();
  });
  watchAlso(document);
}

/** Watches another tree too: a shadow root, a frame's document. */
export function watchAlso(root) {
  if (observer) {
    observer.observe(root, {
      subtree: true,
      childList: true,
      characterData: true,
      attributes: true,
      attributeFilter: ["href", "title", "aria-label", "alt"],
    });
  }
}

/** Drops what has been recorded and not been called back for: the snippet's own changes. */
export function forgetRecords() {
  if (observer) observer.takeRecords();
}

export function unwatch() {
  if (observer) observer.disconnect();
  observer = undefined;
}
