// Starts a real redis-server on a free port, in a directory of its own.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** A port that nobody listens on. */
export function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

/** A running Redis. Somebody else may take a port before it does: then it is started on another one. */
export async function startRedis() {
  for (let tries = 1; ; tries += 1) {
    try {
      return await startOn(await freePort());
    } catch (error) {
      if (tries === 5) throw error;
    }
  }
}

async function startOn(port) {
  const directory = mkdtempSync(join(tmpdir(), 'hatsuban-redis-'));
  const args = ['--port', port, '--bind', '127.0.0.1', '--dir', directory, '--save', '', '--appendonly', 'no'];
  const child = spawn('redis-server', args.map(String), { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = new Promise((resolve) => child.on('exit', resolve));
  await new Promise((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (line.includes('Ready to accept connections')) resolve();
    });
    ended.then((status) => {
      rmSync(directory, { recursive: true, force: true });
      reject(new Error(`redis-server ended with status ${status}`));
    });
  });
  return {
    url: `redis://127.0.0.1:${port}`,
    async close() {
      child.kill('SIGKILL');
      await ended;
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
