/*
 * Targets that are told by where they stand: `selector`, or `data-hatsuban-pool`. Whatever number stands there is theirs,
 * and is swapped there alone.
 */

/** Reads the numbers of such targets before each look at the page, and whenever the page changes. */
export function readSelected({ targets, beforeLook, hook, sharpen, discover, lookAtAll }) {
  for (const target of targets) if (!target.own.length) target.selector = target.selector || `[data-hatsuban-pool="${CSS.escape(target.id)}"]`;
  const selected = () => targets.filter(({ selector }) => selector);
  const isKnown = (target, number) => target.own.includes(number) || targets.some((each) => [each.shown, each.base, ...each.lapsed].includes(number));
  const read = (root) => {
    let isNew = false;
    for (const target of selected()) {
      const around = root.closest?.(target.selector);
      for (const element of [...(around ? [around] : []), ...root.querySelectorAll(target.selector)]) {
        const text = `${element.textContent}\n${element.getAttribute("href") || ""}`;
        for (const number of discover(text).split("\n")) if (number && !isKnown(target, number)) isNew = target.own.push(number);
      }
    }
    if (isNew) sharpen();
    return isNew;
  };
  beforeLook(read);
  // A number that nobody has looked for yet: no look comes of it by itself.
  new MutationObserver(() => read(document) && lookAtAll()).observe(document, { childList: true, subtree: true, characterData: true });
  hook({ scope: (element) => targets.findIndex(({ selector }) => selector && element.closest(selector)) + 1 });
  sharpen();
  lookAtAll();
}
