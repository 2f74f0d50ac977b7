//! The table of all kinds of problems. Slugs are part of the protocol: programs compare them.

use super::Kind;

macro_rules! kinds {
    ($($name:ident = $slug:literal, $status:literal, $title:literal, $explanation:literal;)*) => {
        $(
            #[doc = $title]
            pub const $name: Kind = Kind { slug: $slug, status: $status, title: $title, explanation: $explanation };
        )*
        /// Every kind there is.
        pub const KINDS: &[&Kind] = &[$(&$name),*];
    };
}

kinds! {
    MALFORMED_JSON = "malformed-json", 400, "The request body is not JSON",
        "The body could not be read as JSON; the detail says at which line and column. Nothing was done.";
    INCOMPLETE_BODY = "incomplete-body", 400, "The request body did not arrive whole",
        "The connection broke, or the body broke the rules of HTTP. Nothing was done; send the request again.";
    UNKNOWN_CHOICE = "unknown-choice", 400, "A query parameter is none of its choices",
        "The detail names the parameter and what there is to choose from. Leaving it out is allowed.";
    INVALID_CURSOR = "invalid-cursor", 400, "The cursor is none of this list",
        "A cursor is the `next` of a page, unchanged, and goes with the order of that page. Begin again without one.";
    INVALID_TOKEN = "invalid-token", 401, "This request needs a valid access token",
        "Send `Authorization: Bearer hb_…`. `hatsuban token create` makes a token and shows it once.";
    WRONG_ORIGIN = "wrong-origin", 403, "This origin may not use this site key",
        "A page may lease only for the site that lists its origin (scheme, host and port, as the browser sends it in \
         the Origin header; www.example.jp and example.jp are two). Add the origin to the site and apply again.";
    MISSING_SCOPE = "missing-scope", 403, "The access token does not allow this",
        "The token is valid, but its scopes do not include this operation. Make one with the scope that the detail names.";
    FOREIGN_SITE = "foreign-site", 403, "The access token does not allow this site",
        "The token is valid, but only for other sites. Make one for this site, or without --site for all.";
    WRONG_SIGNATURE = "wrong-signature", 403, "The signature of this request does not hold",
        "A webhook is believed only with its sender's signature. Twilio: twilio.auth_tokens must have the account's auth \
         token, and http.public_url the address under which Twilio calls this service. Vonage: signed webhooks must be on, \
         vonage.signature_secrets must have the account's secret, and this machine's clock must be right.";
    NOT_FOUND = "not-found", 404, "There is nothing here",
        "No route has this path. The routes are listed in the protocol's documentation.";
    UNKNOWN_SITE = "unknown-site", 404, "No site has this key",
        "The site key of the tag or request is not configured here: a typing error, a removed site, or another \
         installation's tag. `hatsuban tag --site ID` prints the right tag.";
    UNKNOWN_TARGET = "unknown-target", 404, "The site has no such target",
        "A row asked for a target that the site does not have: the page runs an older tag, or the configuration lacks it.";
    UNKNOWN_NUMBER = "unknown-number", 404, "No pool has this number",
        "The number is in no pool and is no pool's overflow number.";
    UNKNOWN_CALL = "unknown-call", 404, "There is no such call",
        "No record has this id, or it was removed after the pool's keep_days. Ids stand in the answers to POST /v1/calls.";
    METHOD_NOT_ALLOWED = "method-not-allowed", 405, "This path does not take this method",
        "The Allow header names the methods that it takes.";
    NOT_ACCEPTABLE = "not-acceptable", 406, "There is no answer in this form",
        "The Accept header wants a form that this route does not have. The detail names the forms; `format=` chooses one.";
    BODY_TIMEOUT = "body-timeout", 408, "The request body took too long",
        "The body did not arrive within http.body_read_seconds. Nothing was done; send the request again.";
    BODY_TOO_LARGE = "body-too-large", 413, "The request body is too large",
        "Bodies are limited by http.max_body_bytes. No page needs more; nothing was done.";
    INVALID_REQUEST = "invalid-request", 422, "The request breaks a rule",
        "The detail names the field and its rule. Nothing was done.";
    IDEMPOTENCY_KEY_REUSED = "idempotency-key-reused", 422, "The Idempotency-Key was sent with another body",
        "The same key means the same request, for 24 hours. Send a new key with a new body; events need none, since an \
         event that is told twice is told once.";
    LEASE_TOKEN_INVALID = "lease-token-invalid", 422, "The lease token proves nothing",
        "The token was changed, was signed by another installation, or belongs to another session or pool. Leases that \
         are running stand. Forget the token and ask again without it: a running lease is found by its session alone.";
    TOO_MANY_REQUESTS = "too-many-requests", 429, "Too many requests",
        "One address or one site asks more than http.limits allows. Leases that run stand; pages keep what they were \
         promised, or their own numbers, and ask again after the seconds in Retry-After. Behind a proxy or a content \
         delivery network, check http.limits.trusted_proxies: without it all visitors seem to be one.";
    INTERNAL = "internal", 500, "The service failed",
        "A fault of the service; its log says more.";
    STORE_UNAVAILABLE = "store-unavailable", 503, "The store does not answer",
        "Leases cannot be given or kept now. Pages show their own numbers once their leases have run out; ask again \
         after the seconds in Retry-After.";
    POOL_MISSING = "pool-missing", 503, "The pool is not there",
        "The configuration names a pool that the store does not have. Apply the configuration again.";
    ASSETS_MISSING = "assets-missing", 503, "The browser program is not built",
        "This service was started without the browser program. Run `npm run build` and start it again, or set \
         assets_directory to where the files are.";
}

#[cfg(test)]
mod tests {
    use super::KINDS;

    #[test]
    fn no_two_kinds_share_a_slug() {
        for (at, kind) in KINDS.iter().enumerate() {
            assert!(KINDS[..at].iter().all(|other| other.slug != kind.slug), "{}", kind.slug);
            assert!(matches!(kind.status, 400..=599), "{}", kind.slug);
        }
    }
}
