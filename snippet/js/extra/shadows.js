/*
 * Open shadow roots: parts of the page that no walk and no text of the document reaches. Asked for where the document has
 * custom elements. Frameworks make and fill them when they like.
 */

/** An element whose class is known may still make its root with its first rendering. */
const LATE_MS = 500;

let again;

/** Looks into every open shadow root that is there and that comes, and into those within. */
export function findShadows(lookInto) {
  // A program that was stopped and started anew has forgotten the roots.
  if (again) {
    again();
    return;
  }
  const seen = new WeakSet();
  const visit = (host) => {
    const root = host.shadowRoot;
    if (!root || host.closest("[data-hatsuban-ignore]")) return;
    // Also one that has been seen: its host may have been away while a lease ended.
    lookInto(root);
    if (!seen.has(root)) {
      seen.add(root);
      observer.observe(root, { childList: true, subtree: true });
    }
    search(root);
  };
  const search = (node) => {
    for (const element of [node, ...node.querySelectorAll("*")]) {
      if (element.shadowRoot) visit(element);
      else if (element.localName?.includes("-") && !seen.has(element)) {
        seen.add(element);
        // A name that is none of a custom element's is refused.
        customElements.whenDefined(element.localName).then(() => [visit(element), setTimeout(visit, LATE_MS, element)], () => {});
      }
    }
  };
  const observer = new MutationObserver((records) => {
    for (const { addedNodes } of records) for (const node of addedNodes) if (node.nodeType === 1 && node.isConnected) search(node);
  });
  observer.observe(document, { childList: true, subtree: true });
  again = () => search(document);
  again();
}

