// `npm run bench`: all benchmarks, or one of them: `npm run bench:snippet`, `bench:pool`, `bench:attribution`. Builds what they
// measure, prints a table of what was reached, and writes it with `-- --json FILE`. Only a broken measurement is an error.
import { ensureNodePackages, ensureRust, ensureTestPrograms, run } from './ensure.mjs';
import { jsonFile, print, write } from './report.mjs';

const benches = {
  snippet: { file: '../../snippet/bench/snippet.mjs', build: ['-p', 'pool-service'] },
  pool: { file: '../../pool-service/benches/pool.mjs', build: ['--release', '-p', 'pool-service', '-p', 'pool-load'] },
  attribution: { file: '../../pool-service/benches/attribution.mjs', build: ['-p', 'pool-service'] },
};

const named = process.argv.slice(2).filter((argument) => argument in benches);
const json = jsonFile();
ensureRust();
ensureNodePackages();
ensureTestPrograms();
run('node', ['snippet/scripts/build.mjs']);

const rows = [];
for (const name of named.length ? named : Object.keys(benches)) {
  run('cargo', ['build', '--locked', '--quiet', ...benches[name].build]);
  const began = performance.now();
  console.log(`\n▶ ${name}`);
  const { measure } = await import(benches[name].file);
  const measured = await measure();
  print(measured);
  console.log(`measured in ${Math.round((performance.now() - began) / 1000)} s`);
  rows.push(...measured);
}
if (json) write(json, rows);
