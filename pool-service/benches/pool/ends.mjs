// Half a million leases end at once: what those who ask for a number meanwhile notice of it.
import { startRedis } from '../../../tests/e2e/support/redis.mjs';
import { median, shown, table } from '../../../tests/tools/report.mjs';
import { open } from './service.mjs';

const LEASES = 500_000;
const POOL = { id: 'main', first: 5_031_000_000, count: 520_000 };
const BURST = 3_000;
const BURSTS = 5;

async function on(store) {
  const service = await open(store, [POOL], 'manual');
  try {
    const bursts = (name) => Array.from({ length: BURSTS }, (_, at) => service.bare(`${name}-${at}`, BURST));
    service.bare('many', LEASES - BURSTS * BURST);
    const before = bursts('before');
    // A quiet hour later: every promise is over, none is announced yet.
    service.advance(3_600);
    const after = bursts('after');
    const of = (results) => ['p50', 'p99', 'p999'].map((figure) => shown(median(results.map((result) => result[figure]))));
    return { apply: service.appliedSeconds, before: of(before), after: of(after) };
  } finally {
    await service.close();
  }
}

/** Measures and prints; there is no ratio to reach. */
export async function ends() {
  const redis = await startRedis();
  try {
    const lines = [];
    for (const [title, store] of [['Redis', redis.url], ['embedded', 'embedded']]) {
      const { apply, before, after } = await on(store);
      lines.push([`${title}, before`, ...before, `${shown(apply)} s`], [`${title}, while they are announced`, ...after, '']);
    }
    console.log(`\nleases while ${LEASES.toLocaleString('en')} others end, medians of ${BURSTS} bursts of ${BURST.toLocaleString('en')}`);
    console.log(table([['', 'p50 ms', 'p99 ms', 'p99.9 ms', 'apply of 520,000'], ...lines]));
    return [];
  } finally {
    await redis.close();
  }
}
