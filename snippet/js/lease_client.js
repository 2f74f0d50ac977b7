/*
 * The pool service, over the network. Not for deciding when to ask; the conductor says so. Nothing in here throws.
 */

// Async, since a page's own fetch may throw at once.
const send = async (url, body, keepalive) => fetch(url, { method: "POST", body: JSON.stringify(body), credentials: "omit", keepalive });

/**
 * Posts to the service. Answers the HTTP status and the parsed body; status 0 when nothing came, no body when that was
 * no JSON. A text without headers of its own needs no preflight.
 */
export async function post(url, body) {
  let status = 0;
  try {
    const response = await send(url, body);
    status = response.status;
    return { status, body: await response.json() };
  } catch {
    return { status };
  }
}

/**
 * Posts what shall arrive although the page is being left. Nobody waits for the answer. A beacon would carry credentials
 * and so open a second connection; it is for browsers that would not finish the request.
 */
export function tell(url, body) {
  try {
    if ("keepalive" in Request.prototype) send(url, body, true).catch(() => {});
    else navigator.sendBeacon(url, JSON.stringify(body));
  } catch {
    // Refused by a policy of the page.
  }
}
