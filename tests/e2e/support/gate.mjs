// A gate between browser and service, for browsers whose own requests cannot be held: all passes, until it is told not to.
import { createServer, request } from 'node:http';

/** Opens the gate on a free port; `leadTo` says to which service. */
export async function openGate() {
  const waiting = [];
  const held = new Set();
  let service;
  const server = createServer((asked, answer) => {
    const path = new URL(asked.url, 'http://gate').pathname;
    for (const one of waiting.filter((each) => each.path === path)) {
      waiting.splice(waiting.indexOf(one), 1);
      one.resolve();
    }
    if (held.has(path)) return;
    const { hostname, port } = new URL(service);
    const { method, headers } = asked;
    const passed = request({ hostname, port, path: asked.url, method, headers }, (given) => {
      answer.writeHead(given.statusCode, given.headers);
      given.pipe(answer);
    });
    passed.on('error', () => answer.destroy());
    asked.pipe(passed);
  });
  await new Promise((resolve, reject) => server.on('error', reject).listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    leadTo: (url) => { service = url; },
    /** From now on requests for this path are heard and never answered. */
    hold: (path) => held.add(path),
    /** Resolves when this path is asked for next. */
    asked: (path) => new Promise((resolve) => waiting.push({ path, resolve })),
    close() {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(resolve));
    },
  };
}
