// A network a given round trip away, on this machine: a TCP relay that delivers each byte half a round trip later, in order.
// It reads nothing of what passes: TLS and HTTP/2 are spoken by the two ends.
import { connect, createServer } from 'node:net';

/** Opens the relay on a free port. `leadTo` names the port that it leads to; `connections()` counts those it has taken. */
export async function openRelay({ rttMs }) {
  const open = new Set();
  let port;
  let taken = 0;
  const server = createServer({ noDelay: true }, (near) => {
    taken += 1;
    const far = connect({ port, host: '127.0.0.1', noDelay: true });
    // The kernel has accepted already. Far away, the client would not send before its SYN was answered.
    const establishedAt = performance.now() + rttMs;
    late(near, far, rttMs / 2, establishedAt);
    late(far, near, rttMs / 2, establishedAt);
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
    close() {
      for (const end of open) end.destroy();
      return new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Hands on what arrives, its end included, so much later; what arrives before `notBefore` counts as arriving then. */
function late(from, to, delayMs, notBefore) {
  const queue = [];
  let isWaiting = false;
  const deliver = () => {
    isWaiting = false;
    while (queue.length && queue[0].dueAt <= performance.now()) queue.shift().hand();
    wait();
  };
  const wait = () => {
    if (isWaiting || !queue.length) return;
    isWaiting = true;
    // Rounded up: a timer that is early would have to wait again.
    setTimeout(deliver, Math.ceil(queue[0].dueAt - performance.now()));
  };
  const put = (hand) => {
    queue.push({ dueAt: Math.max(performance.now(), notBefore) + delayMs, hand });
    wait();
  };
  from.on('data', (bytes) => put(() => to.writable && to.write(bytes)));
  from.on('end', () => put(() => to.end()));
  from.on('error', () => put(() => to.destroy()));
}
