/*
 * What is known of the visit: where it began, where the first one began, and the ad clicks that led here.
 *
 * The page's address and referrer are looked at when the program starts and kept in memory, so that a late consent still
 * finds the click. Storage and cookies are only touched with consent. What the ad platforms' cookies mean is the service's
 * to know: they are handed on as they are.
 */
import { attempt, store, stored } from "./browser.js";

const VISIT_MS = 1800000;
const CLICK_LASTS_MS = 7776000000;
/** Click ids in addresses, in the query or the fragment. */
const CLICKS = /[?&#](gclid|wbraid|gbraid|dclid|yclid|yj_r|_?ly_c|msclkid|fbclid|ttclid|twclid|li_fat_id)=([\w.-]{1,512})(?![^&#])/g;
/** Cookies of ad platforms and of the analytics whose sessions calls are joined to. */
const COOKIES = /^(_gcl_\w+|_gac_.+|_ga(_.+)?|_fb[cp]|_uetmsclkid|_y(cl|jr)_yjad|_ly_\w+|ttclid|li_fat_id)=/;

let arrival;

/** Notes how the visitor arrived at this page. */
export function arrive() {
  const { href, host } = location;
  const isInternal = attempt(() => new URL(document.referrer).host) === host;
  const click_ids = [...href.matchAll(CLICKS)].map(([, kind, value]) => ({ kind, value, source: "url" }));
  arrival = { landing_page: href, referrer: isInternal ? "" : document.referrer, isInternal, click_ids, at_ms: Date.now() };
}

/** How the visit began as far as this page alone can tell: `{ landing_page, referrer, click_ids }`. */
export function seenHere() {
  const { landing_page, referrer, click_ids } = arrival;
  return { landing_page, referrer, click_ids };
}

/** The same with what this browser remembers, in the words of the protocol; remembers it in turn. Needs consent. */
export function remembered(site, names) {
  const key = `hatsuban:${site}:visit`;
  const { first, last, clicks = [] } = stored(key) || {};
  const { at_ms, isInternal } = arrival;
  const here = seenHere();
  const isReload = last?.landing_page === here.landing_page;
  const isNew = !isReload && (here.click_ids.length || here.referrer || !(isInternal || at_ms - last?.at_ms < VISIT_MS));
  const { landing_page, referrer } = here;
  const current = last && !isNew ? last : { landing_page, referrer, at_ms };
  const later = clicks.filter(({ clicked_at_ms }) => at_ms - clicked_at_ms < CLICK_LASTS_MS);
  const click_ids = here.click_ids.length && (isNew || !last) ? here.click_ids.map((id) => ({ ...id, clicked_at_ms: at_ms })) : later;
  store(key, { first: first || current, last: current, clicks: click_ids });
  const pairs = (attempt(() => document.cookie) || "").split("; ");
  const cookie = pairs.filter((pair) => COOKIES.test(pair) || names?.includes(pair.split("=")[0]));
  return { ...current, click_ids, cookie: cookie.join("; ").slice(0, 4096), first_touch: first || current };
}

/** Forgets it. */
export const forgetVisit = (site) => store(`hatsuban:${site}:visit`);
