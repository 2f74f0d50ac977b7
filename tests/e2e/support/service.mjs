// Starts a real `hatsuban serve` on a free port with a store of its own, and talks to it as an operator would.
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { root } from '../../tools/ensure.mjs';

/** Another build of the service can be tested by naming it. */
const testedBinary = process.env.SERVICE_BINARY ?? join(root, 'target', 'debug', 'hatsuban');

/** Copies of the service on one Redis share the key of callers' numbers. */
let sharedKeyFile;
function keyFile() {
  if (!sharedKeyFile) {
    const directory = mkdtempSync(join(tmpdir(), 'hatsuban-key-'));
    process.on('exit', () => rmSync(directory, { recursive: true, force: true }));
    sharedKeyFile = join(directory, 'caller.key');
  }
  return sharedKeyFile;
}

/**
 * A running service. Its clock is manual: time passes when a test says so.
 * @param {{ store?: string, clock?: 'manual' | 'system', prefix?: string, port?: number, binary?: string, settings?: Record<string, string>, stderr?: 'inherit' | 'ignore' }} options
 */
export async function startService({ store = 'embedded', clock = 'manual', prefix = 'hatsuban', port = 0, binary = testedBinary, settings = {}, stderr = 'inherit' } = {}) {
  const data = mkdtempSync(join(tmpdir(), 'hatsuban-'));
  const env = {
    ...process.env,
    HATSUBAN_STORE: store,
    HATSUBAN_REDIS__PREFIX: prefix,
    HATSUBAN_DATA_DIRECTORY: data,
    HATSUBAN_CLOCK: clock,
    HATSUBAN_HTTP__LISTEN: `127.0.0.1:${port}`,
    HATSUBAN_LOG__LEVEL: 'error',
    ...(store === 'embedded' ? {} : { HATSUBAN_CALLS__KEY_FILE: keyFile() }),
    ...settings,
  };
  let process_ = await spawnServe(binary, env, stderr);
  const service = {
    url: process_.url,
    data,
    /** Runs a `hatsuban` command against this service and gives what it printed. */
    command: (...args) => execFileSync(binary, args, { env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }),
    /** Lets time pass for the service. */
    advance: (seconds) => service.command('clock', 'advance', String(seconds)),
    /** Stops it without a chance to tidy up. */
    kill: () => process_.end('SIGKILL'),
    /** Asks it to stop, and waits. */
    stop: () => process_.end('SIGTERM'),
    /** Starts it again on the same port and data. */
    async restart() {
      env.HATSUBAN_HTTP__LISTEN = new URL(service.url).host;
      process_ = await spawnServe(binary, env, stderr);
    },
    async close() {
      await process_.end('SIGKILL');
      rmSync(data, { recursive: true, force: true });
    },
  };
  return service;
}

async function spawnServe(binary, env, stderr) {
  const child = spawn(binary, ['serve'], { env, stdio: ['ignore', 'pipe', stderr] });
  const ended = new Promise((resolve) => child.on('exit', resolve));
  const listening = new Promise((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      const [, url] = /listening on (http\S+)/.exec(line) ?? [];
      if (url) resolve(url);
    });
    ended.then((status) => reject(new Error(`hatsuban serve ended with status ${status}`)));
  });
  const end = (signal) => {
    child.kill(signal);
    return ended;
  };
  return { url: await listening, end };
}
