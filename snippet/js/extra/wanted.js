/*
 * `lease_on`: a number is asked for only when somebody looks at the page's own, or reaches for it.
 */

/** Calls back when one of the elements is first looked at (`sight`), or else reached for: by pointer, focus or tap. */
export function whenWanted(how, elements, wanted) {
  if (how === "sight" && window.IntersectionObserver) {
    const observer = new IntersectionObserver((entries) => {
      if (entries.some((entry) => entry.isIntersecting)) {
        observer.disconnect();
        wanted();
      }
    });
    for (const element of elements) observer.observe(element);
  } else {
    const names = ["pointerover", "pointerdown", "focusin"];
    const reach = ({ target }) => {
      if (!elements.some((element) => element.contains(target))) return;
      for (const name of names) document.removeEventListener(name, reach, true);
      wanted();
    };
    for (const name of names) document.addEventListener(name, reach, true);
  }
}
