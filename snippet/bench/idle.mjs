// What the running snippet costs a page that changes 1,000 nodes in which there is nothing to swap: many repeats, summed and
// divided, since one is shorter than a clock is fine.
import { atMost, median, shown } from '../../tests/tools/report.mjs';
import { targetsOf } from './document.mjs';

const ROUNDS = 7;
const REPEATS = 60;

export async function measureIdle(stage) {
  const watched = await stage.page(1);
  await watched.evaluate((targets) => window.bench.swap('hatsuban', targets), targetsOf(1));
  const bare = await stage.page(1);
  await bare.evaluate(() => window.bench.observeIdly());
  const ms = { watched: [], bare: [] };
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const [name, page] of Object.entries({ watched, bare })) {
      await page.bringToFront();
      ms[name].push(await page.evaluate((repeats) => window.bench.mutate(repeats), REPEATS));
    }
  }
  await watched.close();
  await bare.close();
  const baseline = `an observer that does nothing: ${shown(median(ms.bare))} ms`;
  return [atMost(1, { name: 'mutation_idle_ms', value: median(ms.watched), unit: 'ms', baseline })];
}
