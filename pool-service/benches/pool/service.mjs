// A release build of the service with its pools, the loads on it, and the same through redis-benchmark.
import { execFile, execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { startService } from '../../../tests/e2e/support/service.mjs';
import { root } from '../../../tests/tools/ensure.mjs';

export const CONNECTIONS = 64;
const ORIGIN = 'https://clinic.example';
const OPTIONS = { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 };

const release = (name) => join(root, 'target', 'release', name);

const target = ({ id }, at) => `
[[site.target]]
id = "${id}"
number = "03-5550-${String(1000 + at)}"
pool = "${id}"
`;
/** A pool of numbers that follow each other; `first` without the leading 0. */
const pool = ({ id, first, count }) => `
[[pool]]
id = "${id}"
site = "clinic"
destination = "03-5559-0000"
numbers = ["0${first}..0${first + count - 1}"]
`;

const configuration = (pools) => `
[[site]]
id = "clinic"
key = "st_clinic"
name = "clinic"
origins = ["${ORIGIN}"]
${pools.map(target).join('')}${pools.map(pool).join('')}`;

/**
 * Starts a service and applies its pools. Logs are written and thrown away, as much as a service usually writes.
 * @param {string} store
 * @param {{ id: string, first: number, count: number }[]} pools
 * @param {'system' | 'manual'} clock
 */
export async function open(store, pools, clock = 'system') {
  const settings = { HATSUBAN_LOG__LEVEL: 'info' };
  const service = await startService({ store, clock, binary: release('hatsuban'), settings, stderr: 'ignore' });
  const file = join(service.data, 'clinic.toml');
  writeFileSync(file, configuration(pools));
  const began = performance.now();
  service.command('apply', file);
  const appliedSeconds = (performance.now() - began) / 1_000;
  const token = service.command('token', 'create', '--name', 'pbx', '--scope', 'calls:read', '--site', 'clinic').trim();

  const caller = service.command('token', 'create', '--name', 'sip', '--scope', 'route', '--site', 'clinic').trim();

  const figures = (text, kind) => {
    const result = JSON.parse(text);
    if (result.unexpected) throw new Error(`${result.unexpected} of ${result.requests} answers were not what a ${kind} must get`);
    return { perSecond: result.per_second, p50: result.p50_ms, p99: result.p99_ms, p999: result.p999_ms, statics: result.static };
  };
  const load = (kind, requests, ...more) => {
    const args = [kind, new URL(service.url).host, CONNECTIONS, requests, ...more].map(String);
    return figures(execFileSync(release('pool-load'), args, OPTIONS), kind);
  };
  /** At so many a second, beside others. */
  const paced = async (kind, perSecond, requests, ...more) => {
    const args = [kind, new URL(service.url).host, CONNECTIONS, requests, ...more, `@${perSecond}`].map(String);
    return figures((await promisify(execFile)(release('pool-load'), args, OPTIONS)).stdout, kind);
  };
  return {
    appliedSeconds,
    /** Sessions are told apart by `visitors`; the same ones again renew what they have. */
    lease: (visitors, requests, id = pools[0].id) => load('lease', requests, ORIGIN, 'st_clinic', id, `${visitors}-`.padStart(12, 'x')),
    /** The same without anything known of the visitor. */
    bare: (visitors, requests, id = pools[0].id) => load('bare', requests, ORIGIN, 'st_clinic', id, `${visitors}-`.padStart(12, 'x')),
    lookUp: (requests, numbers, { first } = pools[0]) => load('lookup', requests, token, first, numbers),
    /** Leases at so many a second. */
    leaseAt: (perSecond, visitors, requests, id = pools[0].id) =>
      paced('lease', perSecond, requests, ORIGIN, 'st_clinic', id, `${visitors}-`.padStart(12, 'x')),
    /** Calls at so many a second, to numbers of a pool. */
    routeAt: (perSecond, calls, requests, numbers, { first } = pools[0]) => paced('route', perSecond, requests, caller, first, numbers, `${calls}-`),
    advance: (seconds) => service.advance(seconds),
    close: () => service.close(),
  };
}

/** As many connections and requests by redis-benchmark, without pipelining. */
export function redisBenchmark(redis, requests, keys, ...command) {
  const args = ['-u', redis.url, '-c', CONNECTIONS, '-n', requests, '-r', keys, '--csv', ...command].map(String);
  const text = execFileSync('redis-benchmark', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  const cells = [...text.matchAll(/"([\d.]+)"(?=,|\s*$)/g)].map(([, cell]) => Number(cell)).slice(-7);
  const [perSecond, , , p50, , p99] = cells;
  return { perSecond, p50, p99, p999: Number.NaN };
}

/** What a Redis says to a command. */
export const cli = (redis, ...args) => execFileSync('redis-cli', ['-u', redis.url, ...args.map(String)], OPTIONS);
