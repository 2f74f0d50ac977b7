// Leases, renewals and look-ups a second, over HTTP and 64 connections, one request at a time on each.
//
// What is compared runs in turns, ABAB, on one machine and one Redis: processors that are shared and warm up then favour
// nobody, and each ratio is taken within a round. The load generator shares the processors too, as redis-benchmark does.
// Every lease is a new visitor session's with the click id and pages that a real one has.
import { readFileSync } from 'node:fs';
import { startRedis } from '../../../tests/e2e/support/redis.mjs';
import { atLeast, median, shown, table } from '../../../tests/tools/report.mjs';
import { CONNECTIONS, cli, open, redisBenchmark } from './service.mjs';

const ROUNDS = 7;
/** Of one turn: about a second. */
const REQUESTS = 15_000;
const POOL = { id: 'main', first: 5_031_000_000, count: 200_000 };
const WARM_UP = 5_000;
const VISITOR = '{"click_ids":[{"kind":"gclid","value":"Cj0KCQjw_example_BwE","source":"url"}],"landing_page":"https://clinic.example/?gclid=Cj0KCQjw_example_BwE"}';

const naive = readFileSync(new URL('naive_lease.lua', import.meta.url), 'utf8').replace(/^--.*\n/gm, '');

/** What the baselines take from. */
function fill(redis) {
  const free = "for i = 0, ARGV[2] - 1 do redis.call('ZADD', 'naive:free', i, '0' .. string.format('%.0f', ARGV[1] + i)) end";
  cli(redis, 'EVAL', free, 0, POOL.first, POOL.count);
  const strings = "for i = 0, ARGV[1] - 1 do redis.call('SET', 'naive:get:' .. string.format('%012d', i), '0120123456') end";
  cli(redis, 'EVAL', strings, 0, WARM_UP);
}

/** redis-benchmark counts every reply as one: the numbers that are gone tell whether it leased. */
function checkBaseline(redis) {
  const leased = POOL.count - Number(cli(redis, 'ZCARD', 'naive:free'));
  const asked = ROUNDS * REQUESTS;
  // A session that was drawn twice keeps its number.
  if (leased < asked * 0.99 || leased > asked) throw new Error(`the naive script leased ${leased} numbers for ${asked} requests`);
}

const titles = {
  leaseNaive: 'lease, redis-benchmark, naive script',
  leaseRedis: 'lease, HTTP, Redis',
  renewRedis: 'renewal, HTTP, Redis',
  leaseEmbedded: 'lease, HTTP, embedded',
  renewEmbedded: 'renewal, HTTP, embedded',
  getNaive: 'look-up, redis-benchmark, GET',
  lookUpRedis: 'look-up, HTTP, Redis',
  lookUpEmbedded: 'look-up, HTTP, embedded',
};

/** One turn of each, in order. */
const turns = ({ redis, onRedis, embedded }) => ({
  // redis-benchmark may draw the same sessions twice when it is started twice.
  leaseNaive: (round) => redisBenchmark(redis, REQUESTS, 1_000_000_000, 'EVAL', naive, 0, `round-${round}-__rand_int__`, VISITOR),
  leaseRedis: (round) => onRedis.lease(`round-${round}`, REQUESTS),
  leaseEmbedded: (round) => embedded.lease(`round-${round}`, REQUESTS),
  renewRedis: (round) => onRedis.lease(`round-${round}`, REQUESTS),
  renewEmbedded: (round) => embedded.lease(`round-${round}`, REQUESTS),
  getNaive: () => redisBenchmark(redis, REQUESTS, WARM_UP, 'GET', 'naive:get:__rand_int__'),
  lookUpRedis: () => onRedis.lookUp(REQUESTS, WARM_UP),
  lookUpEmbedded: () => embedded.lookUp(REQUESTS, WARM_UP),
});

/** Measures; gives the rows of the table. */
export async function throughput() {
  const redis = await startRedis();
  const onRedis = await open(redis.url, [POOL]);
  const embedded = await open('embedded', [POOL]);
  try {
    fill(redis);
    for (const service of [onRedis, embedded]) service.lease('warm-up', WARM_UP);
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
  const millis = (name, figure) => (Number.isNaN(results[name][0][figure]) ? '–' : shown(middle(name, figure)));
  const lines = Object.entries(titles).map(([name, title]) => [title, whole(name), ...['p50', 'p99', 'p999'].map((figure) => millis(name, figure))]);
  console.log(`\nmedians of ${ROUNDS} rounds of ${REQUESTS.toLocaleString('en')} requests, ${CONNECTIONS} connections`);
  console.log(table([['', 'a second', 'p50 ms', 'p99 ms', 'p99.9 ms'], ...lines]));
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
