// `npm test`: everything. `npm run test:unit` leaves the browser out, `npm run test:e2e` is only the browser.
// `npm run test:faults` is the long form of what `npm test` samples: 20,000 histories of simulated visitors instead of
// 2,000, 20,000 random operation sequences on model and stores instead of 1,500, 200 rounds of faults on each store instead of 8,
// 100 kills instead of 5 on each store.
// `npm run test:api` asks the service far more than `npm test` does, as its /openapi.json describes it.
// Ends with one plain line that counts what ran.
import { spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ensureNodePackages, ensureRust, ensureSchemathesis, ensureTestPrograms, root, run } from './ensure.mjs';

const which = process.argv[2] ?? 'all';
const counted = { passed: 0, failed: 0 };
const broken = [];

/** Runs a test command, shows its output, and adds what it counted. */
function count(title, command, args, pattern, settings = {}) {
  console.log(`\n▶ ${title}`);
  return new Promise((resolve) => {
    const env = { ...process.env, ...settings };
    const child = spawn(command, args, { cwd: root, env, stdio: ['ignore', 'pipe', 'inherit'] });
    let text = '';
    child.stdout.on('data', (chunk) => {
      process.stdout.write(chunk);
      text += chunk;
    });
    child.on('error', (error) => broken.push(`${title}: ${error.message}`));
    // A test that fails may leave a browser behind that holds our pipe open: its end is not waited for.
    child.on('exit', (status) => setTimeout(end, 5_000, status));
    child.on('close', (status) => end(status));
    let isOver = false;
    function end(status) {
      if (isOver) return;
      isOver = true;
      let ran = 0;
      for (const [, passed, failed] of text.matchAll(pattern)) {
        counted.passed += Number(passed);
        counted.failed += Number(failed);
        ran += Number(passed) + Number(failed);
      }
      if (ran === 0) broken.push(`${title}: ran no test`);
      else if (status !== 0) broken.push(title);
      resolve();
    }
  });
}

const cargoCounts = /^test result: \w+\. (\d+) passed; (\d+) failed/gm;
const nodeCounts = /^# pass (\d+)$[\s\S]*?^# fail (\d+)$/gm;

ensureRust();
ensureNodePackages();
ensureTestPrograms();
if (['all', 'e2e', 'api'].includes(which)) ensureSchemathesis();
run('node', ['snippet/scripts/build.mjs']);

if (which === 'all' || which === 'unit') {
  const packages = ['pool-protocol', 'snippet-core', 'pool-service', 'system-tests'].flatMap((name) => ['-p', name]);
  await count('Rust', 'cargo', ['test', '--locked', '--no-fail-fast', ...packages], cargoCounts);
}
if (which === 'all' || which === 'e2e') {
  // The Rust tests have built the service already, with the features of their own run.
  if (which === 'e2e') run('cargo', ['build', '--locked', '-p', 'pool-service']);
  const files = readdirSync(join(root, 'tests', 'e2e')).filter((name) => name.endsWith('.test.mjs')).sort();
  const paths = files.map((name) => join('tests', 'e2e', name));
  const args = ['--test', '--test-reporter=tap', '--test-concurrency=2', '--test-timeout=240000', ...paths];
  await count('Browsers', 'node', args, nodeCounts);
}

if (which === 'faults') {
  const cargo = (...args) => ['test', '--locked', '-p', 'pool-service', '-p', 'system-tests', ...args];
  await count('Simulated visitors', 'cargo', cargo('--test', 'no_page_shows_anothers_number'), cargoCounts, { HISTORIES: '10000' });
  await count('Faults', 'cargo', cargo('--test', 'no_fault_shows_anothers_number'), cargoCounts, { ROUNDS: '200' });
  await count('Model and stores', 'cargo', cargo('--test', 'store_model'), cargoCounts, { PROPTEST_CASES: '20000' });
  run('cargo', ['build', '--locked', '-p', 'pool-service']);
  const kills = ['--test', '--test-reporter=tap', 'tests/e2e/kill-nine-loses-nothing-acknowledged.test.mjs'];
  await count('Kills', 'node', kills, nodeCounts, { KILLS: '100' });
}

if (which === 'api') {
  run('cargo', ['build', '--locked', '-p', 'pool-service']);
  const questions = ['--test', '--test-reporter=tap', 'tests/e2e/no-answer-of-the-api-is-undocumented.test.mjs'];
  await count('Questions of all shapes', 'node', questions, nodeCounts, { API_EXAMPLES: '300' });
}

for (const title of broken) console.log(`✗ ${title}`);
const failed = Math.max(counted.failed, broken.length);
console.log(`\n${counted.passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
