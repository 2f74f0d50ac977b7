/*
 * `images`: pictures of numbers, by rule: `{ selector, target, url: "/img/tel-{number}.png", background }`.
 */
import { current } from "../page/targets.js";

const IGNORED = "[data-hatsuban-ignore]";

/** How a picture is read and written: by its source, or by the style of its element. */
const PLAIN = {
  read: (element) => element.getAttribute("src"),
  write(element, value) {
    if (value === null) element.removeAttribute("src");
    else element.setAttribute("src", value);
  },
  of: (url) => url,
};
const BACKGROUND = {
  read: (element) => element.style.backgroundImage,
  write: (element, value) => (element.style.backgroundImage = value),
  of: (url) => `url("${url}")`,
};

/** Shows the pictures of the numbers that are shown, and the page's own ones else: before each look at the page. */
export function swapImages({ settings, targets, beforeLook, lookAtAll, isRunning }) {
  /** Of every picture: `{ own, srcset, ours, failed }`. */
  const kept = new Map();

  const putBack = (element, how) => {
    const state = kept.get(element);
    if (!state) return;
    kept.delete(element);
    // The page has written another one since.
    if (how.read(element) !== state.ours) return;
    how.write(element, state.own);
    if (state.srcset) element.setAttribute("srcset", state.srcset);
  };
  const put = (element, how, url) => {
    const wanted = how.of(url);
    const state = kept.get(element);
    const now = how.read(element);
    if (now === wanted || broken.has(url)) return;
    const own = state && now === state.ours ? state.own : now;
    const srcset = element.getAttribute("srcset") || (state && state.srcset);
    how.write(element, wanted);
    // It would win over the source.
    if (how === PLAIN && srcset) element.removeAttribute("srcset");
    // As the browser writes it.
    kept.set(element, { own, srcset, ours: how.read(element) });
  };
  const broken = new Set();
  const swap = () => {
    const shown = new Set();
    for (const { selector, target, url, background } of settings.images) {
      const how = background ? BACKGROUND : PLAIN;
      const found = targets.find(({ id }) => id === target);
      const spec = found && current(found);
      const picture = spec && url.replaceAll("{number}", spec.split("/")[0]);
      for (const element of document.querySelectorAll(selector)) {
        if (element.closest(IGNORED)) continue;
        // A number that stands in a picture alone is on the page too.
        if (found && !found.isFound) isNews = found.isFound = true;
        shown.add(element);
        if (picture && !broken.has(picture)) put(element, how, picture);
        else putBack(element, how);
      }
    }
    // What no rule finds any more: a class was taken away, say.
    for (const element of kept.keys()) if (!shown.has(element)) putBack(element, "src" in element && !element.style.backgroundImage ? PLAIN : BACKGROUND);
  };
  let isNews;
  beforeLook(swap);
  const look = () => {
    isNews = false;
    swap();
    if (isNews) lookAtAll();
  };
  // A picture that is not there is worse than the page's own.
  document.addEventListener(
    "error",
    ({ target }) => {
      const state = kept.get(target);
      if (!state || PLAIN.read(target) !== state.ours) return;
      broken.add(state.ours);
      swap();
    },
    true,
  );
  new MutationObserver(() => isRunning() && look()).observe(document, {
    childList: true,
    subtree: true,
    attributes: true,
    attributeFilter: ["src", "srcset", "class", "id"],
  });
  look();
}
