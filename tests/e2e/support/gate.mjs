// A gate between browser and service, for browsers whose own requests cannot be held: all passes, until it is told not to.
import { createServer, request } from 'node:http';

/** Opens the gate on a free port; `leadTo` says to which service. */
export async function openGate() {
  const waiting = [];
  const answers = [];
  const held = new Set();
  let service;
  const tell = (list, path) => {
    for (const one of list.filter((each) => each.path === path)) {
      list.splice(list.indexOf(one), 1);
      one.resolve();
    }
  };
  const server = createServer((asked, answer) => {
    const path = new URL(asked.url, 'http://gate').pathname;
    tell(waiting, path);
    if (held.has(path)) return;
    const { hostname, port } = new URL(service);
    const { method, headers } = asked;
    const passed = request({ hostname, port, path: asked.url, method, headers }, (given) => {
      answer.writeHead(given.statusCode, given.headers);
      given.pipe(answer);
      given.on('end', () => tell(answers, path));
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
    /** Resolves when the service has answered for this path next. */
    answered: (path) => new Promise((resolve) => answers.push({ path, resolve })),
    close() {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(resolve));
    },
  };
}
