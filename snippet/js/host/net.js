/*
 * The network's side of `src/lease_client/`. Nothing in here throws.
 */

/**
 * Posts a text and calls back once: with the HTTP status and the parsed body, or with status 0 and none.
 * A text without headers of its own needs no preflight.
 */
export function post(url, body, id, answered) {
  let status = 0;
  fetch(url, { method: "POST", body, credentials: "omit" })
    .then((response) => {
      status = response.status;
      return response.json();
    })
    .then(
      (parsed) => answered({ id, status, parsed }),
      () => answered({ id, status }),
    )
    // The snippet may have been stopped since: nobody is there to take the call.
    .catch(() => {});
}

/** Posts a text that shall arrive although the page is being left. Nobody waits for the answer. */
export function tell(url, body) {
  try {
    if (navigator.sendBeacon && navigator.sendBeacon(url, body)) return;
  } catch {
    // Refused: by a policy of the page, or because too much is queued. The request below is another queue.
  }
  fetch(url, { method: "POST", body, credentials: "omit", keepalive: true }).catch(() => {});
}
