// `npm run bench:pool`: leases and look-ups a second, over HTTP and 64 connections, one request at a time on each.
//
// What is compared runs in turns, ABAB, on one machine and one Redis: processors that are shared and warm up then favour
// nobody, and each ratio is taken within a round. The load generator shares the processors too, as redis-benchmark does.
// Every lease is a new visitor session's with the click id and pages that a real one has.
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startRedis } from '../../tests/e2e/support/redis.mjs';
import { startService } from '../../tests/e2e/support/service.mjs';
import { root } from '../../tests/tools/ensure.mjs';
import { atLeast, median, shown, table } from '../../tests/tools/report.mjs';

const ROUNDS = 7;
/** Of one turn: about a second. */
const REQUESTS = 15_000;
const CONNECTIONS = 64;
/** The first of the pool's numbers, which are leased first, without the leading 0. */
const FIRST_NUMBER = 5_031_000_000;
const NUMBERS = 200_000;
const WARM_UP = 5_000;
const ORIGIN = 'https://clinic.example';

const release = (name) => join(root, 'target', 'release', name);
const naive = readFileSync(new URL('naive_lease.lua', import.meta.url), 'utf8').replace(/^--.*\n/gm, '');

const configuration = `
[[site]]
id = "clinic"
key = "st_clinic"
name = "clinic"
origins = ["${ORIGIN}"]
[[site.target]]
id = "main"
number = "0120-123-456"
pool = "main"
[[pool]]
id = "main"
site = "clinic"
destination = "0120-123-456"
numbers = ["0${FIRST_NUMBER}..0${FIRST_NUMBER + NUMBERS - 1}"]
`;

/** A release build of the service, with its pool, and the two loads on it. */
async function open(store) {
  const service = await startService({ store, clock: 'system', binary: release('hatsuban') });
  const file = join(service.data, 'clinic.toml');
  writeFileSync(file, configuration);
  service.command('apply', file);
  const token = service.command('token', 'create', '--name', 'pbx', '--scope', 'calls:read', '--site', 'clinic').trim();
  const load = (kind, requests, ...more) => {
    const args = [kind, new URL(service.url).host, CONNECTIONS, requests, ...more].map(String);
    const result = JSON.parse(execFileSync(release('pool-load'), args, { encoding: 'utf8' }));
    if (result.unexpected > 0) throw new Error(`${result.unexpected} of ${requests} answers were not what a ${kind} must get`);
    return { perSecond: result.per_second, p50: result.p50_ms, p99: result.p99_ms };
  };
  return {
    lease: (round, requests = REQUESTS) => load('lease', requests, ORIGIN, 'st_clinic', 'main', `bench-${round}-`.padStart(12, 'x')),
    lookUp: () => load('lookup', REQUESTS, token, FIRST_NUMBER, WARM_UP),
    close: () => service.close(),
  };
}

/** The same number of connections and requests by redis-benchmark, without pipelining. */
function redisBenchmark(redis, keys, ...command) {
  const args = ['-u', redis.url, '-c', CONNECTIONS, '-n', REQUESTS, '-r', keys, '--csv', ...command].map(String);
  const text = execFileSync('redis-benchmark', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  const cells = [...text.matchAll(/"([\d.]+)"(?=,|\s*$)/g)].map(([, cell]) => Number(cell)).slice(-7);
  const [perSecond, , , p50, , p99] = cells;
  return { perSecond, p50, p99 };
}

const cli = (redis, ...args) => execFileSync('redis-cli', ['-u', redis.url, ...args.map(String)], { encoding: 'utf8' });

/** What the baselines take from. */
function fill(redis) {
  const free = "for i = 0, ARGV[2] - 1 do redis.call('ZADD', 'naive:free', i, '0' .. string.format('%.0f', ARGV[1] + i)) end";
  cli(redis, 'EVAL', free, 0, FIRST_NUMBER, NUMBERS);
  const strings = "for i = 0, ARGV[1] - 1 do redis.call('SET', 'naive:get:' .. string.format('%012d', i), '0120123456') end";
  cli(redis, 'EVAL', strings, 0, WARM_UP);
}

/** redis-benchmark counts every reply as one: the numbers that are gone tell whether it leased. */
function checkBaseline(redis) {
  const leased = NUMBERS - Number(cli(redis, 'ZCARD', 'naive:free'));
  const asked = ROUNDS * REQUESTS;
  // A session that was drawn twice keeps its number.
  if (leased < asked * 0.99 || leased > asked) throw new Error(`the naive script leased ${leased} numbers for ${asked} requests`);
}

const titles = {
  leaseNaive: 'lease, redis-benchmark, naive script',
  leaseRedis: 'lease, HTTP, Redis',
  leaseEmbedded: 'lease, HTTP, embedded',
  getNaive: 'look-up, redis-benchmark, GET',
  lookUpRedis: 'look-up, HTTP, Redis',
};

/** One turn of each, in order. */
function turns({ redis, onRedis, embedded }) {
  return {
    leaseNaive: () => redisBenchmark(redis, 1_000_000_000, 'EVAL', naive, 0, '__rand_int__'),
    leaseRedis: (round) => onRedis.lease(round),
    leaseEmbedded: (round) => embedded.lease(round),
    getNaive: () => redisBenchmark(redis, WARM_UP, 'GET', 'naive:get:__rand_int__'),
    lookUpRedis: () => onRedis.lookUp(),
  };
}

/** Measures; gives the rows of the table. */
export async function measure() {
  const redis = await startRedis();
  const onRedis = await open(redis.url);
  const embedded = await open('embedded');
  try {
    fill(redis);
    for (const service of [onRedis, embedded]) service.lease('w', WARM_UP);
    const results = Object.fromEntries(Object.keys(titles).map((name) => [name, []]));
    for (let round = 0; round < ROUNDS; round += 1) {
      for (const [name, turn] of Object.entries(turns({ redis, onRedis, embedded }))) results[name].push(turn(round));
    }
    checkBaseline(redis);
    return rows(results);
  } finally {
    await embedded.close();
    await onRedis.close();
    await redis.close();
  }
}

function rows(results) {
  const middle = (name, figure) => median(results[name].map((result) => result[figure]));
  const whole = (name) => Math.round(middle(name, 'perSecond')).toLocaleString('en');
  const lines = Object.entries(titles).map(([name, title]) => [title, whole(name), shown(middle(name, 'p50')), shown(middle(name, 'p99'))]);
  console.log(`\nmedians of ${ROUNDS} rounds of ${REQUESTS.toLocaleString('en')} requests, ${CONNECTIONS} connections`);
  console.log(table([['', 'a second', 'p50 ms', 'p99 ms'], ...lines]));
  const ratio = (reach, name, over, under) => atLeast(reach, {
    name,
    value: median(results[over].map(({ perSecond }, round) => perSecond / results[under][round].perSecond)),
    unit: 'ratio',
    baseline: `${titles[under]}: ${whole(under)}/s`,
  });
  return [
    ratio(1.5, 'lease_redis_vs_redis_benchmark', 'leaseRedis', 'leaseNaive'),
    ratio(1.5, 'lease_embedded_vs_redis', 'leaseEmbedded', 'leaseRedis'),
    ratio(0.4, 'lookup_vs_redis_get', 'lookUpRedis', 'getNaive'),
  ];
}
