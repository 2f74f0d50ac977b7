// Starts a real Kamailio with the configuration of pool-service/examples/kamailio, as it stands there.
import { spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { root } from '../../tools/ensure.mjs';

const example = join(root, 'pool-service', 'examples', 'kamailio', 'kamailio.cfg');

/** Holds a UDP port of the loopback, so that nobody is quicker than Kamailio, which takes its port besides others that permit it. */
async function holdPort() {
  const socket = createSocket({ type: 'udp4', reuseAddr: true });
  await new Promise((resolve, reject) => socket.on('error', reject).bind(0, '127.0.0.1', resolve));
  return { port: socket.address().port, letGo: () => socket.close() };
}

/**
 * A running Kamailio.
 * @param {{ url: string, token: string, settings?: Record<string, string | number | undefined>, options?: string[], statics?: Record<string, string> }} options
 *   `settings`: more lines of hatsuban-local.cfg, those that are undefined as kamailio.cfg has them; `options`: WITH_REDIRECT and
 *   the like; `statics`: static destinations by number
 */
export async function startKamailio({ url, token, settings = {}, options = [], statics = {} }) {
  const directory = mkdtempSync(join(tmpdir(), 'hatsuban-kamailio-'));
  const { port, letGo } = await holdPort();
  const all = { HATSUBAN_URL: `"${url}"`, HATSUBAN_TOKEN: `"${token}"`, LISTEN: `udp:127.0.0.1:${port}`, LOG_LEVEL: 2, ...settings };
  const defined = Object.entries(all).filter(([, value]) => value !== undefined);
  const lines = [...defined.map(([name, value]) => `#!define ${name} ${value}`), ...options.map((name) => `#!define ${name}`)];
  writeFileSync(join(directory, 'hatsuban-local.cfg'), `${lines.join('\n')}\n`);
  const known = Object.entries(statics).map(([number, uri]) => `$sht(static=>${number}) = "${uri}";\n`);
  writeFileSync(join(directory, 'hatsuban-static.cfg'), known.join(''));
  const file = join(directory, 'kamailio.cfg');
  copyFileSync(example, file);

  // In the foreground, its log on stderr, all it writes below its own directory.
  const args = ['-DD', '-E', '-f', file, '-Y', directory, '-w', directory, '-m', '64', '-M', '8'];
  const child = spawn('/usr/sbin/kamailio', args, { stdio: ['ignore', 'ignore', 'pipe'], detached: true });
  const ended = new Promise((resolve) => child.on('exit', resolve));
  const log = [];
  let heard = () => {};
  createInterface({ input: child.stderr }).on('line', (line) => {
    log.push(line);
    heard();
  });
  const died = ended.then((status) => {
    throw new Error(`Kamailio ended with status ${status}\n${log.join('\n')}`);
  });
  // It is thirty processes in a group of their own.
  const end = () => {
    if (child.exitCode === null && child.signalCode === null) process.kill(-child.pid, 'SIGKILL');
    rmSync(directory, { recursive: true, force: true });
  };
  process.once('exit', end);
  died.catch(end);
  await Promise.race([answers(port, died), died]).finally(letGo);

  return {
    port,
    /** Everything it logged, line by line. */
    log,
    /** Waits until so many lines of its log match, and gives them. */
    logged(pattern, times = 1) {
      const seen = new Promise((resolve) => {
        heard = () => {
          const lines = log.filter((line) => pattern.test(line));
          if (lines.length >= times) resolve(lines);
        };
        heard();
      });
      return Promise.race([seen, died]);
    },
    async close() {
      process.off('exit', end);
      end();
      await ended;
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** Asks by OPTIONS until there is an answer, as SIP does over UDP, or nobody is left to answer. */
function answers(port, died) {
  return new Promise((resolve) => {
    const socket = createSocket('udp4');
    let timer;
    let isOver = false;
    const stop = () => {
      if (isOver) return;
      isOver = true;
      clearInterval(timer);
      socket.close(resolve);
    };
    socket.once('message', stop);
    died.catch(stop);
    socket.bind(0, '127.0.0.1', () => {
      const here = `127.0.0.1:${socket.address().port}`;
      const lines = [
        `OPTIONS sip:127.0.0.1:${port} SIP/2.0`, `Via: SIP/2.0/UDP ${here};branch=z9hG4bK-up`, `From: <sip:test@${here}>;tag=up`,
        `To: <sip:127.0.0.1:${port}>`, `Call-ID: up@${here}`, 'CSeq: 1 OPTIONS', 'Max-Forwards: 70', 'Content-Length: 0', '', '',
      ];
      const ask = () => socket.send(lines.join('\r\n'), port, '127.0.0.1');
      timer = setInterval(ask, 50);
      ask();
    });
  });
}
