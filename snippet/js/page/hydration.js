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

let loadedAt;

const has = (node, name) => Object.keys(node).some((key) => key.startsWith(name));

/** Whether a node must stay as it is for now. */
export function mustWait(node, now) {
  const element = node.nodeType === 1 ? node : node.parentElement;
  const host = self.__next_f ? document.documentElement : element && element.closest(HOSTS);
  // Vue marks the host when it is done, React every node when it is.
  if (!host || host.hasAttribute("data-v-app") || host._vnode || has(node, "__reactF") || has(element, "__reactF")) return false;
  if (document.readyState !== "complete") return true;
  loadedAt = loadedAt || now;
  return now - loadedAt < (has(host, "__reactC") || has(document, "__reactC") ? BEGUN_MS : NOT_BEGUN_MS);
}
