// Telephones: SIPp calls and answers, with the scenarios in ./sipp.
import { spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const scenarios = join(dirname(fileURLToPath(import.meta.url)), 'sipp');

/** The number from which the tests call. */
export const callersNumber = '09012345678';

/** A UDP port of the loopback that nobody listens on. */
function freeUdpPort() {
  return new Promise((resolve, reject) => {
    const socket = createSocket('udp4');
    socket.on('error', reject);
    socket.bind(0, '127.0.0.1', () => {
      const { port } = socket.address();
      socket.close(() => resolve(port));
    });
  });
}

/** Whether somebody listens on a UDP port, as the kernel says. */
function isBound(port) {
  const address = `0100007F:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  return readFileSync('/proc/net/udp', 'utf8').includes(address);
}

async function startSipp(scenario, args, fill = (xml) => xml) {
  const directory = mkdtempSync(join(tmpdir(), 'hatsuban-sipp-'));
  const file = join(directory, 'scenario.xml');
  writeFileSync(file, fill(readFileSync(join(scenarios, `${scenario}.xml`), 'utf8')));
  const port = await freeUdpPort();
  const log = ['-trace_msg', '-message_file', join(directory, 'messages'), '-trace_err', '-error_file', join(directory, 'errors')];
  const all = ['-sf', file, '-i', '127.0.0.1', '-p', port, '-nostdin', '-buff_size', 212_992, ...log, ...args];
  const child = spawn('sipp', all.map(String), { cwd: directory, stdio: 'ignore' });
  const ended = new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', resolve);
  });
  const read = (name) => {
    try {
      return readFileSync(join(directory, name), 'utf8');
    } catch {
      return '';
    }
  };
  return {
    port,
    child,
    ended,
    messages: () => read('messages'),
    errors: () => read('errors'),
    remove: () => rmSync(directory, { recursive: true, force: true }),
  };
}

/**
 * A telephone that answers, or does not: one of the scenarios `destination*`.
 * @param {{ scenario?: string }} options
 */
export async function openDestination({ scenario = 'destination' } = {}) {
  const sipp = await startSipp(scenario, []);
  // Two milliseconds or so. An INVITE that comes before would be taken for lost, and sent again half a second later.
  while (!isBound(sipp.port)) {
    if (sipp.child.exitCode !== null) throw new Error(`sipp ended with status ${sipp.child.exitCode}: ${sipp.errors()}`);
    await new Promise(setImmediate);
  }
  const remove = () => {
    sipp.child.kill('SIGKILL');
    sipp.remove();
  };
  // A test that fails before it can close this must not wait for it for ever.
  sipp.child.unref();
  process.once('exit', remove);
  return {
    port: sipp.port,
    uri: `sip:desk@127.0.0.1:${sipp.port}`,
    /** All that it sent and received. */
    messages: sipp.messages,
    /** How many calls it received, by their transactions: whoever waits half a second for an answer sends the INVITE again. */
    calls: () => new Set(sipp.messages().match(/^INVITE [^]*?^Via: *[^\r\n]+/gm)?.map((invite) => invite.split('\n').pop())).size,
    async close() {
      process.off('exit', remove);
      sipp.child.ref();
      remove();
      await sipp.ended;
    },
  };
}

/**
 * Calls a number through a proxy and waits for the end of the call: one of the scenarios `caller*`.
 * @param {{ port: number }} proxy
 * @param {string} number as dialled
 * @param {{ scenario?: string, status?: number, talkMs?: number, calls?: number, rate?: number, from?: string, callId?: string,
 *   limitMs?: number }} options `status`: the answer that is expected of `caller-refused`; `callId`: as SIPp's `-cid_str`
 * @returns {Promise<{ callId: string, messages: string }>} rejects when a call went another way than its scenario
 */
export async function dial(proxy, number, { scenario = 'caller', status, talkMs = 0, calls = 1, rate = 10, from = callersNumber, callId = '%u-%p@%s', limitMs = 20_000 } = {}) {
  const args = ['-s', number, '-key', 'from', from, '-cid_str', callId, '-m', calls, '-r', rate, '-l', 2 * rate + 10, '-d', talkMs, `127.0.0.1:${proxy.port}`];
  const sipp = await startSipp(scenario, args, (xml) => xml.replaceAll('STATUS', String(status)));
  const limit = setTimeout(() => sipp.child.kill('SIGKILL'), limitMs);
  const ended = await sipp.ended;
  clearTimeout(limit);
  const [messages, errors] = [sipp.messages(), sipp.errors()];
  sipp.remove();
  if (ended !== 0) throw new Error(`A call to ${number} failed (sipp ended with ${ended}).\n${errors}\n${messages.slice(0, 8_000)}`);
  return { callId: /^Call-ID: *(\S+)/m.exec(messages)?.[1], messages };
}
