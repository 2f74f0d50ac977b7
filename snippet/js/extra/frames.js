/*
 * `iframes`: same-origin frames are parts of the page too, and frames within them. A frame of another origin is none of
 * ours; nor is a window that the page opens, which lives on when the page and its leases have gone.
 */

/** Looks into every frame that is there and that comes, each time it has loaded. */
export function lookIntoFrames({ lookInto }) {
  const known = new WeakSet();
  const enter = (frame) => {
    const look = () => {
      // Null for another origin, and after the frame has gone.
      const inner = frame.contentDocument;
      if (!inner || !inner.body || frame.closest("[data-hatsuban-ignore]")) return;
      lookInto(inner);
      if (!known.has(inner)) {
        known.add(inner);
        follow(inner);
      }
    };
    if (!known.has(frame)) {
      known.add(frame);
      frame.addEventListener("load", look);
    }
    look();
  };
  const follow = (tree) => {
    new MutationObserver((records) => {
      for (const { addedNodes } of records) {
        for (const node of addedNodes) {
          if (node.localName === "iframe") enter(node);
          else if (node.firstElementChild) node.querySelectorAll("iframe").forEach(enter);
        }
      }
    }).observe(tree, { childList: true, subtree: true });
    tree.querySelectorAll("iframe").forEach(enter);
  };
  follow(document);
}
