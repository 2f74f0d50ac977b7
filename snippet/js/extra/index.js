/*
 * The extra: what few sites need, fetched only there. Its functions get what they work with from the conductor.
 */
import { explain } from "./debug.js";
import { discoverTargets } from "./discovery.js";
import { lookIntoFrames } from "./frames.js";
import { swapImages } from "./images.js";
import { reportHealth } from "./health.js";
import { readSelected } from "./selected.js";
import { whenWanted } from "./wanted.js";

export { digestOf } from "./digest.js";
export { lookup } from "./lookup.js";
export { findShadows } from "./shadows.js";

/** Begins with whatever of it the site's settings or the page's address ask for. */
export function begin(given) {
  const { settings, hook } = given;
  const before = [];
  const beforeLook = (work) => before.push(work);
  hook({ read: (root) => before.forEach((work) => work(root)) });
  const program = {
    ...given,
    beforeLook,
  };
  if (settings.lease_on) whenWanted(program);
  if (settings.targets.some(({ number, selector }) => selector || !number)) readSelected(program);
  if (settings.discover) discoverTargets(program);
  if (settings.iframes) lookIntoFrames(program);
  if (settings.images) swapImages(program);
  if (settings.health) reportHealth(program);
  if (/[?&]hatsuban_debug/.test(location.search)) explain(program);
}
