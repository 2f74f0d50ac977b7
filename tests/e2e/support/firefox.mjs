// Drives the real Firefox over WebDriver BiDi, which it speaks itself: no driver program is needed.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import WebSocket from 'ws';

/** Nothing is asked of the world outside; no page of its own gets in the way. */
const preferences = {
  'app.normandy.enabled': false,
  'app.update.disabledForTesting': true,
  'browser.aboutwelcome.enabled': false,
  'browser.safebrowsing.update.enabled': false,
  'browser.shell.checkDefaultBrowser': false,
  'browser.startup.homepage_override.mstone': 'ignore',
  'datareporting.policy.dataSubmissionEnabled': false,
  'extensions.update.enabled': false,
  'network.captive-portal-service.enabled': false,
  'network.connectivity-service.enabled': false,
  'services.settings.server': 'data:,#none/v1',
  'toolkit.telemetry.enabled': false,
};

/** Opens Firefox with one page. `run` calls a function in the page and gives what it returns or resolves to. */
export async function openFirefox() {
  const home = mkdtempSync(join(tmpdir(), 'hatsuban-firefox-'));
  const lines = Object.entries(preferences).map(([name, value]) => `user_pref(${JSON.stringify(name)}, ${JSON.stringify(value)});\n`);
  writeFileSync(join(home, 'user.js'), lines.join(''));
  const child = spawn('firefox-esr', ['--headless', '--no-remote', '--profile', home, '--remote-debugging-port=0', 'about:blank'], {
    env: { ...process.env, HOME: home },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const ended = new Promise((resolve) => child.on('close', resolve).on('error', resolve));
  const address = await new Promise((resolve, reject) => {
    createInterface({ input: child.stderr }).on('line', (line) => {
      const [, url] = /WebDriver BiDi listening on (ws:\S+)/.exec(line) ?? [];
      if (url) resolve(url);
    });
    ended.then((why) => reject(new Error(`firefox-esr ended: ${why}`)));
  });
  const send = await connect(`${address}/session`);
  await send('session.new', { capabilities: { alwaysMatch: { acceptInsecureCerts: true } } });
  const { contexts: [{ context }] } = await send('browsingContext.getTree', {});
  return {
    goto: (url) => send('browsingContext.navigate', { context, url, wait: 'complete' }),
    reload: () => send('browsingContext.reload', { context, wait: 'complete' }),
    async run(task, ...args) {
      // Through JSON, so that values arrive as they are.
      const functionDeclaration = `async (args) => JSON.stringify(await (${task})(...JSON.parse(args)))`;
      const call = { functionDeclaration, awaitPromise: true, arguments: [{ type: 'string', value: JSON.stringify(args) }], target: { context } };
      const { result, exceptionDetails } = await send('script.callFunction', call);
      if (exceptionDetails) throw new Error(exceptionDetails.text);
      return result.value && JSON.parse(result.value);
    },
    async close() {
      await send('browser.close', {});
      await ended;
      rmSync(home, { recursive: true, force: true });
    },
  };
}

/** Gives a function that sends a command and waits for its answer. */
async function connect(url) {
  const socket = new WebSocket(url);
  const waiting = new Map();
  socket.on('message', (text) => {
    const { id, type, result, error, message } = JSON.parse(text);
    const answer = waiting.get(id);
    waiting.delete(id);
    if (type === 'success') answer?.resolve(result);
    else answer?.reject(new Error(`${error}: ${message}`));
  });
  socket.on('close', () => waiting.forEach(({ reject }) => reject(new Error('Firefox has closed the connection'))));
  await new Promise((resolve, reject) => socket.on('open', resolve).on('error', reject));
  let last = 0;
  return (method, params) => new Promise((resolve, reject) => {
    last += 1;
    waiting.set(last, { resolve, reject });
    socket.send(JSON.stringify({ id: last, method, params }));
  });
}
