/*
 * `images`: pictures of numbers, by rule: `{ selector, target, url: "/img/tel-{number}.png", background }`.
 */
import { current } from "../page/targets.js";

/** Shows the pictures of the numbers that are shown, and the page's own ones else. */
export function swapImages({ settings, targets }) {
  const before = new Map();
  const swap = () => {
    for (const { selector, target, url, background } of settings.images) {
      const found = targets.find(({ id }) => id === target);
      const number = found && current(found)?.split("/")[0];
      for (const element of document.querySelectorAll(selector)) {
        const own = before.get(element) ?? (background ? element.style.backgroundImage : element.getAttribute("src"));
        const shown = number ? url.replace("{number}", number) : undefined;
        const wanted = shown ? (background ? `url("${shown}")` : shown) : own;
        if (!shown && !before.has(element)) continue;
        before.set(element, own);
        if (background) {
          if (element.style.backgroundImage !== wanted) element.style.backgroundImage = wanted;
        } else if (element.getAttribute("src") !== wanted) element.setAttribute("src", wanted);
      }
    }
  };
  for (const name of ["leased", "swapped"]) window.addEventListener(`hatsuban:${name}`, swap);
  new MutationObserver(swap).observe(document.documentElement, { childList: true, subtree: true });
  swap();
}
