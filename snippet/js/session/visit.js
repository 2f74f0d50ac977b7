/*
 * What is known of the visit: where it began, where the first one began, and the ad clicks that led here.
 *
 * The page's address and referrer are looked at when the program starts and kept in memory, so that a late consent still
 * finds the click. Storage and cookies are only touched with consent. What the ad platforms' cookies mean is the service's
 * to know: they are handed on as they are.
 */
import { attempt, cookies, store, stored } from "../browser.js";

const VISIT_MS = 1800000;
const CLICK_LASTS_MS = 7776000000;
/** Click ids in addresses, in the query or the fragment. */
const CLICKS = /[?&#](gclid|[wg]braid|dclid|yclid|yj_r|_?ly_c|msclkid|fbclid|ttclid|twclid|li_fat_id)=([\w.-]{1,512})(?![^&#])/g;
/** Cookies of ad platforms and of the analytics whose sessions calls are joined to. */
const COOKIES = /^_(gcl|gac|ga|fb[cp]|uetmsclkid|ycl_yjad|yjr_yjad|ly)[_=]|^(ttclid|li_fat_id)=/;

/** How the visit began as far as this page alone can tell, in the words of the protocol. */
export function arrive() {
  const { href, host } = location;
  const isInternal = attempt(() => new URL(document.referrer).host) === host;
  const at_ms = Date.now();
  const click_ids = [...href.matchAll(CLICKS)].map(([, kind, value]) => ({ kind, value, clicked_at_ms: at_ms, source: "url" }));
  return { landing_page: href, referrer: isInternal ? "" : document.referrer, isInternal, click_ids, at_ms };
}

/** The same with what this browser remembers, under a key; remembers it in turn. Needs consent. */
export function remembered(key, arrival, names) {
  let { first, last, clicks } = stored(key) || {};
  // Another program may have written there.
  if (!(first?.at_ms > 0 && last?.at_ms > 0)) first = last = clicks = undefined;
  const { landing_page, referrer, isInternal, click_ids, at_ms } = arrival;
  const isReload = last?.landing_page === landing_page;
  const isOld = last && !click_ids[0] && !referrer && (isInternal || at_ms - last.at_ms < VISIT_MS);
  const current = isReload || isOld ? last : { landing_page, referrer, at_ms };
  const found = click_ids[0] && !isReload ? click_ids : attempt(() => clicks.filter((id) => at_ms - id.clicked_at_ms < CLICK_LASTS_MS)) || [];
  const first_touch = first || current;
  store(key, { first: first_touch, last: current, clicks: found });
  const cookie = cookies().filter((pair) => COOKIES.test(pair) || names?.includes(pair.split("=")[0]));
  return { ...current, click_ids: found, cookie: cookie.join("; ").slice(0, 4096), first_touch };
}
