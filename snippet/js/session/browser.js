/*
 * What of the browser the session needs: cookies, storage, the console, events. Each of them may be forbidden on a page;
 * then reading gives nothing and writing does nothing. Leaf of `session/`.
 */

/** What the work gives; nothing if it throws. */
export function attempt(work) {
  try {
    return work();
  } catch {
    return undefined;
  }
}

/** The values of every cookie of this name, in the browser's order: one a domain and path. */
export function cookies(name) {
  const text = attempt(() => document.cookie) || "";
  return text.split(/; */).flatMap((pair) => (pair.startsWith(`${name}=`) ? [pair.slice(name.length + 1)] : []));
}

/** Keeps a cookie for so many seconds on a domain; on this host alone without one. */
export function setCookie(name, value, domain, seconds) {
  const rest = `${domain ? `;domain=${domain}` : ""}${location.protocol === "https:" ? ";secure" : ""}`;
  attempt(() => (document.cookie = `${name}=${value};path=/;max-age=${seconds};samesite=lax${rest}`));
}

/** What storage has under a key, as it was given to `store`; nothing if that does not read. */
export const stored = (key) => attempt(() => JSON.parse(localStorage.getItem(key))) || undefined;

/** Stores a value, or removes it. */
export function store(key, value) {
  attempt(() => (value ? localStorage.setItem(key, JSON.stringify(value)) : localStorage.removeItem(key)));
}

/** One line on the console. */
export const warn = (line) => attempt(() => console.warn(`[hatsuban] ${line}`));

/** Tells the page's scripts. Theirs may throw: the browser reports that as theirs. */
export const dispatch = (name, detail) => attempt(() => window.dispatchEvent(new CustomEvent(`hatsuban:${name}`, { detail })));

/** Tells of a failure: one line on the console and one `hatsuban:error`. */
export function failure(cause, cure, consequence = "The page keeps its own numbers.") {
  warn(`${cause} ${consequence} ${cure}`);
  dispatch("error", { cause, cure });
}
