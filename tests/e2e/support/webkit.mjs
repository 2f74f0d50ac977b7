// Drives the real WebKit of Debian (Safari's engine, in GTK's small browser) over W3C WebDriver, on a display in memory.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { freePort } from './redis.mjs';

/** Opens WebKit with one page. `run` calls a function in the page and gives what it returns or resolves to. */
export async function openWebKit() {
  const home = mkdtempSync(join(tmpdir(), 'hatsuban-webkit-'));
  const display = start('Xvfb', ['-displayfd', '3', '-screen', '0', '1280x1024x24', '-nolisten', 'tcp'], process.env);
  const shown = await Promise.race([firstLine(display.child.stdio[3]), display.failed]);
  const port = await freePort();
  const folders = Object.fromEntries(['HOME', 'XDG_CACHE_HOME', 'XDG_CONFIG_HOME', 'XDG_DATA_HOME'].map((name) => [name, home]));
  const driver = start('WebKitWebDriver', [`--port=${port}`], { ...process.env, ...folders, DISPLAY: `:${shown}` });
  await Promise.race([listening(port), driver.failed]);
  const send = async (method, path, body) => {
    const answer = await fetch(`http://127.0.0.1:${port}/session${path}`, { method, body: body && JSON.stringify(body) });
    const { value } = await answer.json();
    if (!answer.ok) throw new Error(`${value.error}: ${value.message}`);
    return value;
  };
  const { sessionId } = await send('POST', '', { capabilities: { alwaysMatch: { acceptInsecureCerts: true } } });
  return {
    goto: (url) => send('POST', `/${sessionId}/url`, { url }),
    reload: () => send('POST', `/${sessionId}/refresh`, {}),
    async run(task, ...args) {
      const script = `const [args, done] = arguments;
        (async () => (${task})(...args))().then((value) => done({ value }), (error) => done({ error: String(error) }));`;
      const { value, error } = await send('POST', `/${sessionId}/execute/async`, { script, args: [args] });
      if (error) throw new Error(error);
      return value;
    },
    async close() {
      await send('DELETE', `/${sessionId}`);
      await driver.end();
      await display.end();
      rmSync(home, { recursive: true, force: true });
    },
  };
}

function start(program, args, env) {
  const child = spawn(program, args, { env, stdio: ['ignore', 'ignore', 'pipe', 'pipe'] });
  child.stderr.resume();
  // Closed is what it leaves open to its children, and theirs, when the last of them has ended.
  const ended = new Promise((resolve) => child.on('close', resolve).on('error', resolve));
  return {
    child,
    /** Rejects when it ends. */
    failed: ended.then((why) => Promise.reject(new Error(`${program} ended: ${why}`))),
    end() {
      child.kill();
      return ended;
    },
  };
}

const firstLine = (input) => new Promise((resolve) => createInterface({ input }).once('line', resolve));

/** Waits until somebody listens: the driver does not say when it does. */
async function listening(port) {
  const accepts = () => new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => resolve(true)).on('error', () => resolve(false));
    socket.on('close', () => socket.destroy());
  });
  while (!(await accepts())) await pause(10);
}
