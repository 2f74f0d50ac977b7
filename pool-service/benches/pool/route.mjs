// How long a caller waits until the call system knows where the call goes: 500 calls a second, each a new one that is recorded,
// while new visitors lease numbers of the same pool. The time of a request counts from the moment at which it was due.
import { startRedis } from '../../../tests/e2e/support/redis.mjs';
import { atMost, median, shown, table } from '../../../tests/tools/report.mjs';
import { CONNECTIONS, open } from './service.mjs';

const ROUNDS = 5;
const CALLS_PER_SECOND = 500;
const LEASES_PER_SECOND = 2_000;
const SECONDS = 6;
const POOL = { id: 'main', first: 5_041_000_000, count: 200_000 };
/** Numbers that are called: some are leased, and some are being leased. */
const CALLED = 20_000;

/** Measures; gives the rows of the table. */
export async function route() {
  const redis = await startRedis();
  const services = { embedded: await open('embedded', [POOL]), Redis: await open(redis.url, [POOL]) };
  const results = { embedded: [], Redis: [] };
  try {
    for (let round = 0; round < ROUNDS; round += 1) {
      for (const [name, service] of Object.entries(services)) {
        const [calls] = await Promise.all([
          service.routeAt(CALLS_PER_SECOND, `round-${round}`, CALLS_PER_SECOND * SECONDS, CALLED),
          service.leaseAt(LEASES_PER_SECOND, `round-${round}`, LEASES_PER_SECOND * SECONDS),
        ]);
        results[name].push(calls);
      }
    }
  } finally {
    for (const service of Object.values(services)) await service.close();
    await redis.close();
  }
  const middle = (name, figure) => median(results[name].map((result) => result[figure]));
  const statics = (name) => results[name].reduce((sum, result) => sum + result.statics, 0);
  const lines = Object.keys(results).map((name) => [name, ...['p50', 'p99', 'p999'].map((figure) => shown(middle(name, figure))), String(statics(name))]);
  console.log(`\n${CALLS_PER_SECOND} calls a second beside ${LEASES_PER_SECOND} leases a second, ${CONNECTIONS} connections each, medians of ${ROUNDS} rounds`);
  console.log(table([['route', 'p50 ms', 'p99 ms', 'p99.9 ms', 'answered without the store'], ...lines]));
  const worst = Math.max(...Object.keys(results).map((name) => middle(name, 'p99')));
  return [atMost(50, { name: 'route_p99_ms', value: worst, unit: 'ms', baseline: 'the slower of both stores' })];
}
