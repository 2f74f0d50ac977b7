/*
 * `session_cookie`: the visitor session out of the site's own session cookie.
 */
import { base64url } from "../session/identity.js";
import { cookies, warn } from "../browser.js";

/** Session cookies of well-known frameworks; whoever knows their value is logged in as the visitor. */
const SECRETS = /^(PHPSESSID|JSESSIONID|ASP\.NET_SessionId|connect\.sid|laravel_session|_session_id|sessionid|ci_session|CFID)$/i;


/**
 * The visitor session as a digest of the site's own session cookie: 128 bits of SHA-256 over the site key and the value,
 * so that it can neither be turned back nor compared between sites. Nothing where the cookie is not set, or where the page
 * is not secure and the browser computes no digest.
 */
export async function digestOf(site, name) {
  const value = cookies(name)[0];
  if (!value) return undefined;
  if (SECRETS.test(name)) {
    warn(`The session cookie ${name} is a login on many sites. Only its digest leaves the page; a cookie of its own would be better.`);
  }
  const bytes = new TextEncoder().encode(`${site}\0${value}`);
  const digest = await crypto.subtle.digest("SHA-256", bytes);
  return base64url(new Uint8Array(digest, 0, 16));
}
