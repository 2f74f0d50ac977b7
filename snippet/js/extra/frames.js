/*
 * `iframes`: same-origin frames are parts of the page too.
 */

/** Looks into every frame that is there and that comes, as soon as it has loaded. */
export function lookIntoFrames({ lookInto, lookAtAll }) {
  const enter = (frame) => {
    const look = () => {
      try {
        if (frame.contentDocument?.body) lookInto(frame.contentDocument);
      } catch {
        // Of another origin: none of ours.
      }
    };
    frame.addEventListener("load", look);
    look();
  };
  const seen = new WeakSet();
  const find = () => {
    for (const frame of document.querySelectorAll("iframe")) if (!seen.has(frame) && seen.add(frame)) enter(frame);
    lookAtAll();
  };
  new MutationObserver(find).observe(document.documentElement, { childList: true, subtree: true });
  find();
}
