/*
 * The browser's side of `src/session/`: cookies, storage, chance, the console and events. Any of them may be forbidden;
 * nothing in here throws.
 */

const attempt = (work) => {
  try {
    return work();
  } catch {
    return undefined;
  }
};
const storageOf = (isPersistent) => (isPersistent ? window.localStorage : window.sessionStorage);

/** `document.cookie`, empty where cookies are blocked. */
export function cookies() {
  return attempt(() => document.cookie) || "";
}

/** Assigns to `document.cookie`. */
export function set_cookie(assignment) {
  attempt(() => {
    document.cookie = assignment;
  });
}

/** What is stored under a key; nothing where storage is blocked. */
export function stored(isPersistent, key) {
  const text = attempt(() => storageOf(isPersistent).getItem(key));
  return text === null ? undefined : text;
}

/** Stores a text, or removes it. */
export function store(isPersistent, key, text) {
  attempt(() => {
    if (text === undefined) storageOf(isPersistent).removeItem(key);
    else storageOf(isPersistent).setItem(key, text);
  });
}

/** Fills bytes with chance. */
export function fill_random(bytes) {
  attempt(() => crypto.getRandomValues(bytes));
}

/** One line on the console. */
export function warn(line) {
  attempt(() => console.warn(`[hatsuban] ${line}`));
}

/** Tells the page's scripts. Theirs may throw: the browser reports that as theirs. */
export function dispatch(name, detail) {
  attempt(() => window.dispatchEvent(new CustomEvent(`hatsuban:${name}`, { detail })));
}

/** The page's address, its host and protocol, its referrer, and whether somebody can see it. */
export function address() {
  return location.href;
}
export function host() {
  return location.hostname;
}
export function is_secure() {
  return location.protocol === "https:";
}
export function referrer() {
  return document.referrer;
}
export function is_visible() {
  return document.visibilityState !== "hidden";
}

/** One row of `hatsuban.state.leases`. The time left is right whenever it is read. */
export function lease_row(target, status, number, leaseForMs) {
  const until = performance.now() + leaseForMs;
  return {
    target,
    status,
    number,
    get expires_in_ms() {
      return number && Math.max(0, Math.round(until - performance.now()));
    },
  };
}
