/*
 * Who the visitor is, in this browser. Only with consent.
 */
import { cookies, setCookie, store, stored } from "../browser.js";

/** The snippet's own cookie, one for all sites of a domain, and its copy: browsers forget the one or the other first. */
const COOKIE = "_hatsuban";
const COPY = "hatsuban:session";
/** 90 days, as the click ids' own cookies. */
const MAX_AGE_SECONDS = 7776000;
/** What the cookie holds after a release. It tells the other sub-domains, whose storage cannot be reached from here. */
const FORGOTTEN = "-";
const PROBE = "_hatsuban_probe=1";

export const base64url = (bytes) => btoa(String.fromCharCode(...bytes)).replace(/[+/=]/g, (sign) => ({ "+": "-", "/": "_" })[sign] || "");

/** The id that the snippet gave this browser, made now if there is none. */
export function ownId() {
  const kept = cookies().find((cookie) => cookie.startsWith(`${COOKIE}=`));
  // Another sub-domain's copy may still hold what was forgotten here.
  const known = isForgotten() ? [] : [kept && kept.slice(10), stored(COPY)];
  const id = known.find((each) => /^[\w-]{16,64}$/.test(each)) || base64url(crypto.getRandomValues(new Uint8Array(16)));
  store(COPY, id);
  keep(id, MAX_AGE_SECONDS);
  return id;
}

/**
 * Forgets the id on all sub-domains: whoever comes next in this browser is somebody new. A release that is still on its
 * way then cannot end a lease of a page that was opened since. When consent was withdrawn (`isErased`) nothing stays.
 */
export function forget(isErased) {
  store(COPY);
  keep(FORGOTTEN, isErased ? 0 : MAX_AGE_SECONDS);
}

/** Whether a page of this domain has forgotten the id, and none has made a new one since. */
export const isForgotten = () => cookies().includes(`${COOKIE}=${FORGOTTEN}`);

/** Sets the cookie anew, on the widest domain that the browser accepts, since each visit prolongs its life. */
function keep(value, seconds) {
  const labels = location.hostname.split(".");
  // Browsers reject public suffixes such as co.jp. Addresses and single names have no wider domain.
  let from = /\D$/.test(location.hostname) ? labels.length - 2 : -1;
  for (; from >= -1; from--) {
    const domain = from < 0 ? "" : labels.slice(from).join(".");
    // Whether a domain is accepted shows only on a cookie that is not there yet.
    setCookie("_hatsuban_probe", 1, domain, 5);
    if (cookies().includes(PROBE)) {
      setCookie("_hatsuban_probe", 1, domain, 0);
      setCookie(COOKIE, value, domain, seconds);
      break;
    }
  }
}
