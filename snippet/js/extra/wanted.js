/*
 * `lease_on`: a number is asked for only when somebody looks at the page's own, or reaches for it.
 */

/** Waits until one of the site's numbers is first looked at (`sight`), or else reached for: by pointer, focus or tap. */
export function whenWanted({ settings, hook, wanted, lookAtAll }) {
  let isOver;
  const end = () => {
    if (!isOver) wanted();
    isOver = true;
  };
  if (settings.lease_on === "sight" && window.IntersectionObserver) {
    const observer = new IntersectionObserver((entries) => {
      if (!entries.some((entry) => entry.isIntersecting)) return;
      observer.disconnect();
      end();
    });
    hook({ seen: (element) => isOver || observer.observe(element) });
  } else {
    const elements = new Set();
    const names = ["pointerover", "pointerdown", "focusin"];
    const reach = ({ target }) => {
      if (![...elements].some((element) => element.contains(target))) return;
      for (const name of names) document.removeEventListener(name, reach, true);
      end();
    };
    for (const name of names) document.addEventListener(name, reach, true);
    hook({ seen: (element) => elements.add(element) });
  }
  lookAtAll();
}
