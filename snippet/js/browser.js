/*
 * What of the browser the session needs: cookies, storage, the console. Each of them may be forbidden on a page; then
 * reading gives nothing and writing does nothing. Leaf of `session/`.
 */

/** What the work gives; nothing if it throws. */
export function attempt(work) {
  try {
    return work();
  } catch {
    return undefined;
  }
}

/** All cookies, each as `name=value`. */
export const cookies = () => (attempt(() => document.cookie) || "").split("; ");

/** Keeps a cookie for so many seconds on a domain; on this host alone without one. */
export const setCookie = (name, value, domain, seconds) =>
  attempt(() => {
    document.cookie = `${name}=${value};path=/;max-age=${seconds};samesite=lax${domain && `;domain=${domain}`}${/s:$/.test(location.protocol) ? ";secure" : ""}`;
  });

/** What storage has under a key, as it was given to `store`; nothing if that does not read. */
export const stored = (key) => attempt(() => JSON.parse(localStorage.getItem(key))) || undefined;

/** Stores a value, or removes it. */
export const store = (key, value) => attempt(() => (value ? localStorage.setItem(key, JSON.stringify(value)) : localStorage.removeItem(key)));

/** One line on the console. */
export const warn = (line) => attempt(() => console.warn(`[hatsuban] ${line}`));
