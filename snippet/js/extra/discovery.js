/*
 * `discover`: a portal's tag does not name the thousands of numbers that its pages print. The page tells the service which
 * numbers it shows, and learns which of them are targets.
 */
import { hasConsent } from "../session/consent.js";

/** Numbers that are asked about in one request. */
const MOST = 100;
/** Digits with what stands between: what is worth a closer look. */
const DIGITS = /(?:[0-9０-９][^0-9０-９]{0,12}){10}/;
/** What comes together is asked together. */
const TOGETHER_MS = 100;
/** Nobody tells the extra of a consent that comes late. */
const CONSENT_MS = 500;

/** Asks about every number that appears, once. Without consent nothing is sent, so none. */
export function discoverTargets({ settings, said, targets, addTargets, lookAtAll, discover, runs, carriers, post, isRunning }) {
  const asked = new Set();
  const look = async () => {
    if (!isRunning() || !document.body) return;
    if (!hasConsent(settings.consent, said())) {
      later(CONSENT_MS);
      return;
    }
    const texts = runs(document.body, DIGITS).map((run) => run.map((node) => node.data).join("\0"));
    for (const [element, name] of carriers(document.body, DIGITS)) texts.push(element.getAttribute(name).replace(/^\w+:/, ""));
    const numbers = [...new Set(texts.flatMap((text) => discover(text).split("\n")))].filter((number) => number && !asked.has(number));
    for (const number of numbers) asked.add(number);
    for (let at = 0; at < numbers.length; at += MOST) {
      const some = numbers.slice(at, at + MOST);
      const { status, body } = await post(`${settings.service}/v1/lookup`, { site: settings.site, numbers: some });
      if (!isRunning()) return;
      // Asked again with the next change of the page.
      if (status !== 200) for (const number of some) asked.delete(number);
      const declared = (Array.isArray(body?.targets) ? body.targets : []).map(({ number, target }) => ({ id: target, number }));
      addTargets(declared.filter(({ id }) => targets.every((target) => target.id !== id)));
      lookAtAll();
    }
  };
  let waiting;
  const later = (ms) => {
    clearTimeout(waiting);
    waiting = setTimeout(look, ms);
  };
  new MutationObserver(() => later(TOGETHER_MS)).observe(document, { childList: true, subtree: true, characterData: true });
  look();
}
