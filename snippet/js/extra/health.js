/*
 * `health`: of a sample of pages, whether any target was found on them. That is how a site learns that its numbers are
 * written differently since the last redesign.
 */
import { hasConsent } from "../session/consent.js";

/** Tells it when the page is left. Names no visitor and no address; without consent it says nothing all the same. */
export function reportHealth({ settings, said, targets, tell, isRunning }) {
  const report = () => {
    if (!isRunning() || !hasConsent(settings.consent, said())) return;
    const found = targets.filter(({ isFound }) => isFound).map(({ id }) => id);
    tell(`${settings.service}/v1/sightings`, { site: settings.site, found });
  };
  window.addEventListener("pagehide", report, { once: true });
}
