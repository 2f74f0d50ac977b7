/*
 * `discover`: a portal's tag does not name the thousands of numbers that its pages print. The page tells the service which
 * numbers it shows, and learns which of them are targets.
 */

/** Numbers that are asked about in one request. */
const MOST = 100;
/** Digits with what stands between: what is worth a closer look. */
const DIGITS = /(?:[0-9０-９][^0-9０-９]{0,12}){10}/;

/** Asks about every number that appears, once. */
export function discoverTargets({ settings, targets, addTargets, lookAtAll, discover, runs, carriers, post }) {
  const asked = new Set();
  const look = async () => {
    const texts = runs(document.body, DIGITS).map((run) => run.map((node) => node.data).join("\0"));
    for (const [element, name] of carriers(document.body, DIGITS)) texts.push(element.getAttribute(name).replace(/^\w+:/, ""));
    const numbers = [...new Set(texts.flatMap((text) => discover(text).split("\n")))].filter((number) => number && !asked.has(number));
    for (const number of numbers) asked.add(number);
    for (let at = 0; at < numbers.length; at += MOST) {
      const { body } = await post(`${settings.service}/v1/lookup`, { site: settings.site, numbers: numbers.slice(at, at + MOST) });
      const declared = (body?.targets || []).map(({ number, target }) => ({ id: target, number }));
      addTargets(declared.filter(({ id }) => targets.every((target) => target.id !== id)));
      lookAtAll();
    }
  };
  let waiting;
  new MutationObserver(() => {
    // What comes together is asked together.
    clearTimeout(waiting);
    waiting = setTimeout(look, 100);
  }).observe(document.documentElement, { childList: true, subtree: true, characterData: true });
  look();
}
