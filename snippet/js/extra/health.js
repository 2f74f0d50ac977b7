/*
 * `health`: of a sample of pages, whether any target was found on them. That is how a site learns that its numbers are
 * written differently since the last redesign.
 */

/** Tells it when the page is left. Names no visitor and no address. */
export function reportHealth({ settings, targets, tell }) {
  const report = () => tell(`${settings.service}/v1/sightings`, { site: settings.site, found: targets.filter(({ isFound }) => isFound).map(({ id }) => id) });
  window.addEventListener("pagehide", report, { once: true });
}
