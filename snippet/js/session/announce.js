/*
 * What the page's own scripts are told: events on the window, on request the data layer, and a state for those that come
 * late. Leaf of `session/`.
 */
import { dispatch } from "./browser.js";

/** Events wait here until the conductor's work is done: whoever listens may give it new commands. */
let queue = [];
let host;
let layer;
let rows;

/** Begins with an empty state: `host` gets it as its property `state`. `toLayer`: the data layer is told too. */
export function beginState(object, visit, toLayer) {
  host = object;
  layer = toLayer;
  rows = [];
  describe(visit);
}

/** Replaces what is known of the visit. */
export function describe(visit) {
  host.state = { ...visit, leases: rows };
}

/** Tells an event, once the work is done. */
export const tellPage = (name, detail) => queue.push([name, detail]);

/** Tells what a target may show now. */
export function tellLease(index, target, status, number, leaseForMs) {
  const until = performance.now() + leaseForMs;
  const row = number ? { target, status, number } : { target, status };
  rows[index] = Object.defineProperty({ ...row }, "expires_in_ms", {
    enumerable: true,
    // Right whenever it is read.
    get: () => (number ? Math.max(0, Math.round(until - performance.now())) : undefined),
  });
  host.state.leases = rows.filter(Boolean);
  tellPage("leased", number ? { ...row, lease_for_ms: leaseForMs } : row);
  if (!number && status !== "expired") tellPage("no-number", row);
}

/** No lease is held any more. */
export function forgetLeases() {
  rows = [];
  host.state.leases = rows;
}

/** Tells what waits, in order. */
export function flush() {
  for (const [name, detail] of queue.splice(0)) {
    dispatch(name, detail);
    if (layer) (window.dataLayer = window.dataLayer || []).push({ event: `hatsuban_${name.replace("-", "_")}`, hatsuban: detail });
  }
}
