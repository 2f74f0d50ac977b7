// What a lease costs in pools of a thousand, a hundred thousand and five million numbers. First grants only, in bursts that
// alternate between the sizes; each burst on the smallest size has a pool of its own, since it nearly empties it.
import { startRedis } from '../../../tests/e2e/support/redis.mjs';
import { atMost, median, shown, table } from '../../../tests/tools/report.mjs';
import { open } from './service.mjs';

const ROUNDS = 7;
const BURST = 950;
const small = Array.from({ length: ROUNDS }, (_, at) => ({ id: `small-${at}`, first: 5_010_000_000 + at * 10_000, count: 1_000 }));
const middle = { id: 'middle', first: 5_020_000_000, count: 100_000 };
const large = { id: 'large', first: 5_030_000_000, count: 5_000_000 };

/** Measures on one store; gives microseconds a lease, by size. */
async function costs(store) {
  const service = await open(store, [large, middle, ...small]);
  try {
    service.lease('warm-up', BURST, 'middle');
    const took = { small: [], middle: [], large: [] };
    for (let round = 0; round < ROUNDS; round += 1) {
      for (const [size, id] of [['small', `small-${round}`], ['middle', 'middle'], ['large', 'large']]) {
        took[size].push(1_000_000 / service.lease(`${size}-${round}`, BURST, id).perSecond);
      }
    }
    return { ...Object.fromEntries(Object.entries(took).map(([size, all]) => [size, median(all)])), apply: service.appliedSeconds };
  } finally {
    await service.close();
  }
}

/** Measures; gives the row of the table. */
export async function sizes() {
  const redis = await startRedis();
  try {
    const [onRedis, embedded] = [await costs(redis.url), await costs('embedded')];
    const line = (title, { small, middle, large, apply }) => [title, ...[small, middle, large].map((us) => `${shown(us)} µs`), `${Math.round(apply)} s`];
    console.log(`\na lease, medians of ${ROUNDS} bursts of ${BURST}, by the numbers of its pool`);
    console.log(table([['', '1,000', '100,000', '5,000,000', 'apply of 5,107,000'], line('Redis', onRedis), line('embedded', embedded)]));
    return [atMost(1.3, {
      name: 'lease_cost_5e6_vs_1e3',
      value: Math.max(onRedis.large / onRedis.small, embedded.large / embedded.small),
      unit: 'ratio, the worse store',
      baseline: `pool of 1,000: ${shown(onRedis.small)} µs on Redis, ${shown(embedded.small)} µs embedded`,
    })];
  } finally {
    await redis.close();
  }
}
