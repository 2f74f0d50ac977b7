/*
 * What the page's own scripts are told: events on the window, on request the data layer, and a state for those that come
 * late. Leaf of `session/`.
 */
import { attempt, warn } from "../browser.js";

/** What is known of the visit and of every target's lease; the page's scripts read it as `hatsuban.state`. */
export let state;
let toLayer;

/** Begins with an empty state on `host`. `layer`: the data layer is told too. */
export function beginState(host, layer) {
  host.state = state = { leases: [] };
  toLayer = layer;
}

/** Tells an event, once the work at hand is done: whoever listens may give new commands. */
export function tellPage(name, detail) {
  queueMicrotask(() => {
    // A listener of the page may throw: the browser reports that as the page's.
    attempt(() => dispatchEvent(new CustomEvent(`hatsuban:${name}`, { detail })));
    if (toLayer) attempt(() => (window.dataLayer = window.dataLayer || []).push({ event: `hatsuban_${name.replace("-", "_")}`, hatsuban: detail }));
  });
}

/** Tells what a target may show now: `number`, if any, for so long. */
export function tellLease(target, status, number, lease_for_ms) {
  const until = performance.now() + lease_for_ms;
  const lease = number
    ? {
        target,
        status,
        number,
        lease_for_ms,
        // Right whenever it is read.
        get expires_in_ms() {
          return Math.max(0, Math.round(until - performance.now()));
        },
      }
    : { target, status };
  state.leases = [...state.leases.filter((each) => each.target !== target), lease];
  tellPage("leased", lease);
  if (!number && status !== "expired") tellPage("no-number", lease);
}

/** Tells of a failure: one line on the console and one `hatsuban:error`. */
export function failure(cause, cure, consequence = "The page keeps its own numbers. ") {
  warn(`${cause} ${consequence}${cure}`);
  tellPage("error", { cause, cure });
}
