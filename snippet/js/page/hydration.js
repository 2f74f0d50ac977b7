/*
 * Server-rendered pages of React, Vue and Next: what a framework has not hydrated yet must stay as the server sent it, or
 * the framework finds a mismatch, and throws the element away or keeps half of it.
 */

/** Elements that frameworks hydrate, by the names that they and their starters give. */
const HOSTS = "#__next,#__nuxt,#root,#app,[data-server-rendered],[data-hatsuban-hydrates]";
/** A page that has loaded and not begun to hydrate by then never will. */
const NOT_BEGUN_MS = 1000;
/** Islands that wait for something the visitor does are not waited for. */
const BEGUN_MS = 10000;
/** React's flag of a part that it is hydrating: until it commits, it may begin again from what the server sent. */
const HYDRATING = 4096;

let loadedAt;

/** What React has put on a node under a name that begins so. */
const ofReact = (node, name) => node[Object.keys(node).find((key) => key.startsWith(name))];

/** Whether a node must stay as it is for now. */
export function mustWait(node, now) {
  const element = node.nodeType === 1 ? node : node.parentElement;
  // Next's app router hydrates the document. What it leaves for itself in the body may not have been read yet.
  const host = element && (element.closest(HOSTS) || (document.head?.querySelector('link[href*="/_next/"]') && document.documentElement));
  // Vue marks the host when it is done.
  if (!host || host.hasAttribute("data-v-app") || host._vnode || isReacts(node)) return false;
  if (document.readyState !== "complete") return true;
  loadedAt = loadedAt || now;
  return now - loadedAt < (ofReact(host, "__reactC") || ofReact(document, "__reactC") ? BEGUN_MS : NOT_BEGUN_MS);
}

/** Whether React has hydrated what a node belongs to, be it markup inside that React does not look into. */
function isReacts(node) {
  for (let fiber; node; node = node.parentNode) {
    if ((fiber = ofReact(node, "__reactF"))) {
      while (fiber && !(fiber.flags & HYDRATING)) fiber = fiber.return;
      return !fiber;
    }
    // A part that is hydrated by itself stands between comments.
    let depth = 0;
    for (let other = node; (other = other.previousSibling); ) {
      if (other.nodeType === 8) depth += /^\/[$&]/.test(other.data) ? 1 : /^[$&]/.test(other.data) ? -1 : 0;
      if (depth < 0) return false;
    }
  }
  return false;
}
