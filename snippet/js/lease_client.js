/*
 * The pool service, over the network. Not for deciding when to ask; the conductor says so. Nothing in here throws.
 */

const send = (url, body, more) => fetch(url, { method: "POST", body, credentials: "omit", ...more });

/**
 * Posts to the service. Answers the HTTP status and the parsed body; status 0 when nothing came, no body when that was
 * no JSON. A text without headers of its own needs no preflight.
 */
export async function post(url, body) {
  let status = 0;
  try {
    const response = await send(url, JSON.stringify(body));
    status = response.status;
    return { status, body: await response.json() };
  } catch {
    return { status };
  }
}

/** Posts what shall arrive although the page is being left. Nobody waits for the answer. */
export function tell(url, body) {
  const text = JSON.stringify(body);
  try {
    if (navigator.sendBeacon(url, text)) return;
  } catch {
    // Missing, or refused by a policy of the page. The request below is another queue.
  }
  send(url, text, { keepalive: true }).catch(() => {});
}
