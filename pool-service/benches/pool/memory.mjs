// What a leased number takes of Redis's memory, key by key, by the server's own account.
import { startRedis } from '../../../tests/e2e/support/redis.mjs';
import { atMost, shown, table } from '../../../tests/tools/report.mjs';
import { cli, open } from './service.mjs';

const COUNT = 50_000;
const bare = { id: 'bare', first: 5_031_000_000, count: COUNT };
const full = { id: 'full', first: 5_032_000_000, count: COUNT };

/** Measures; gives the row of the table. */
export async function memory() {
  const redis = await startRedis();
  const service = await open(redis.url, [bare, full], 'manual');
  const bytes = (key) => Number(cli(redis, 'MEMORY', 'USAGE', key, 'SAMPLES', 0));
  const each = (pool, key) => bytes(`hatsuban:{pool:${pool}}:${key}`) / COUNT;
  try {
    service.bare('bare', COUNT, 'bare');
    service.lease('full', COUNT, 'full');
    const order = each('bare', 'order');
    const index = bytes('hatsuban:numbers') / (2 * COUNT);
    const lease = each('bare', 'lease');
    const session = each('bare', 'session');
    const attributes = each('full', 'lease') - lease;
    // Every number goes to somebody else: one former lease each.
    service.advance(8 * 86_400);
    service.bare('next', 500, 'bare');
    const history = bytes(`hatsuban:{pool:bare}:history:0${bare.first}`);
    const total = order + index + lease + session;
    console.log(`\nbytes of Redis's memory for each of ${COUNT.toLocaleString('en')} leased numbers`);
    console.log(table([
      ['order of the pool', shown(Math.round(order))],
      ['index of all numbers', shown(Math.round(index))],
      ['lease', shown(Math.round(lease))],
      ['session → number (the affinity map; kept for the retention)', shown(Math.round(session))],
      ['together', shown(Math.round(total))],
      ['besides: a click id, landing page and page', shown(Math.round(attributes))],
      ["besides: a number's first former lease, without a visitor (kept for the retention)", shown(Math.round(history))],
    ]));
    return [atMost(450, {
      name: 'redis_bytes_per_lease',
      value: Math.round(total),
      unit: 'bytes',
      baseline: `${Math.round(attributes)} more with click id and pages, ${Math.round(history)} for a first former lease`,
    })];
  } finally {
    await service.close();
    await redis.close();
  }
}
