// A network a given round trip away, on this machine: a TCP relay that delivers each byte half a round trip later, in order.
// It reads nothing of what passes: TLS and HTTP/2 are spoken by the two ends. There is no loss and no limit to bandwidth.
import { connect, createServer } from 'node:net';

/** What TCP sends at first without having heard that it arrives: ten segments. */
const FIRST_WINDOW = 10 * 1_460;

/**
 * Opens the relay on a free port. `leadTo` names the port that it leads to; `connections()` counts those it has taken.
 * With `startSlowly` those from then on are as slow as TCP: no more is under way than twice what has arrived lately.
 */
export async function openRelay({ rttMs }) {
  const open = new Set();
  let port;
  let taken = 0;
  let window = Infinity;
  const server = createServer({ noDelay: true }, (near) => {
    taken += 1;
    const far = connect({ port, host: '127.0.0.1', noDelay: true });
    // The kernel has accepted already. Far away, the client would not send before its SYN was answered.
    const establishedAt = performance.now() + rttMs;
    late(near, far, { rttMs, establishedAt, window });
    late(far, near, { rttMs, establishedAt, window });
    for (const end of [near, far]) {
      open.add(end);
      end.on('close', () => open.delete(end));
    }
  });
  await new Promise((resolve, reject) => server.on('error', reject).listen(0, '127.0.0.1', resolve));
  return {
    port: server.address().port,
    leadTo: (service) => { port = service; },
    connections: () => taken,
    startSlowly: () => { window = FIRST_WINDOW; },
    close() {
      for (const end of open) end.destroy();
      return new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Hands on what one end sends, its end included, to the other. What comes before there is a connection waits for it. */
function late(from, to, { rttMs, establishedAt, window }) {
  const arrives = timeline();
  const isHeardOf = timeline();
  const backlog = [];
  let underWay = 0;
  const send = () => {
    while (backlog.length && underWay < window) {
      const sentAt = Math.max(performance.now(), establishedAt);
      const { bytes, how } = backlog.shift();
      if (how) {
        arrives(sentAt + rttMs / 2, how);
        continue;
      }
      const now = bytes.subarray(0, window - underWay);
      if (now.length < bytes.length) backlog.unshift({ bytes: bytes.subarray(now.length) });
      underWay += now.length;
      arrives(sentAt + rttMs / 2, () => to.writable && to.write(now));
      isHeardOf(sentAt + rttMs, () => {
        underWay -= now.length;
        window += now.length;
        send();
      });
    }
  };
  const put = (item) => {
    backlog.push(item);
    send();
  };
  from.on('data', (bytes) => put({ bytes }));
  from.on('end', () => put({ how: () => to.end() }));
  from.on('error', () => put({ how: () => to.destroy() }));
}

/** Gives a function that does things at their times, in order. */
function timeline() {
  const queue = [];
  let isWaiting = false;
  const wait = () => {
    if (isWaiting || !queue.length) return;
    isWaiting = true;
    // Rounded up: a timer that is early would have to wait again.
    setTimeout(run, Math.ceil(queue[0].at - performance.now()));
  };
  const run = () => {
    isWaiting = false;
    while (queue.length && queue[0].at <= performance.now()) queue.shift().what();
    wait();
  };
  return (at, what) => {
    queue.push({ at, what });
    wait();
  };
}
