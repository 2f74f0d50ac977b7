// `npm run bench:attribution`: ways of giving out numbers on the same simulated visitors and calls, and how far the stated
// probabilities can be trusted. Chance is seeded, so that every run says the same; nothing here depends on the machine.
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { root } from '../../tests/tools/ensure.mjs';
import { atLeast, atMost } from '../../tests/tools/report.mjs';

function simulate(format) {
  const options = { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 };
  return execFileSync(join(root, 'target', 'debug', 'hatsuban'), ['simulate', '--format', format], options);
}

export async function measure() {
  console.log(simulate('table'));
  const { report, wins, foreign_brier: brier, foreign_constant: constant } = JSON.parse(simulate('json'));
  const [{ cells }] = report.rows;
  const foreign = report.trust.filter((trust) => trust.is_foreign);
  const worst = Math.max(...foreign.map((trust) => trust.brier / trust.constant));
  return [
    atLeast(1, {
      name: 'attribution_wins',
      value: wins,
      unit: `share of ${report.rows.length} rows`,
      baseline: `${cells.length - 1} policies, ${report.runs} paired seeds`,
    }),
    atMost(0.8, {
      name: 'brier_vs_constant',
      value: brier / constant,
      unit: `ratio under ${foreign.length} laws not the model's`,
      baseline: `best constant ${constant.toFixed(4)}; of one law alone at most ${worst.toFixed(3)}`,
    }),
  ];
}
