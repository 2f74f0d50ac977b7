// The package as it is published goes through Vite and webpack without a setting: the program, its wasm and the part that
// is loaded later are found, and the number is swapped.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { build } from 'vite';
import webpack from 'webpack';
import { root } from '../tools/ensure.mjs';
import { openClinic, ownNumber } from './support/clinic.mjs';
import { grouped } from './support/page.mjs';

const types = { '.js': 'text/javascript', '.wasm': 'application/wasm' };
const work = mkdtempSync(join(tmpdir(), 'hatsuban-bundlers-'));
const app = join(work, 'app');
let html;
let clinic;
let packed;

before(async () => {
  cpSync(join(root, 'tests', 'e2e', 'support', 'apps', 'npm'), app, { recursive: true });
  const options = { cwd: join(root, 'snippet'), encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] };
  const [{ filename, files }] = JSON.parse(execFileSync('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', work], options));
  packed = files.map(({ path }) => path).sort();
  const installed = join(app, 'node_modules', 'hatsuban');
  mkdirSync(installed, { recursive: true });
  execFileSync('tar', ['-xzf', join(work, filename), '--strip-components', '1', '-C', installed]);
  clinic = await openClinic({ isTagged: false, transform: () => html.replace('<html', `<html data-service="${clinic.service.url}"`) });
});
after(async () => {
  rmSync(work, { recursive: true, force: true });
  await clinic.close();
});

/** Serves a bundler's output below /built/, and expects the page to show a number of the pool. */
async function assertRuns(built) {
  const { context, page, errors } = await clinic.visitor();
  const served = [];
  await context.route('**/built/**', (route) => {
    const name = new URL(route.request().url()).pathname.replace('/built/', '');
    served.push(extname(name));
    return route.fulfill({ body: readFileSync(join(built, name)), contentType: types[extname(name)] });
  });
  await page.goto(clinic.site.url);
  const found = await (await page.waitForFunction(() => window.found)).jsonValue();
  const number = found['0120 123 456'].national;
  assert.match(number, /^01209000\d\d$/);
  assert.equal(found['03-0000-0000'], null);
  const link = page.locator('[data-test="link"]');
  assert.equal(await link.textContent(), grouped(number));
  assert.equal(await link.getAttribute('href'), `tel:${number}`);
  // Program, later part and wasm, none of them inlined into the page.
  assert.ok(served.includes('.wasm') && served.filter((kind) => kind === '.js').length >= 2, served.join());
  assert.deepEqual(errors, []);
  await context.close();
}

test('what is published', () => {
  const program = ['extra.js', 'hatsuban_bg.wasm', 'index.d.ts', 'index.js'].map((name) => `dist/npm/${name}`);
  assert.deepEqual(packed, ['LICENSE', 'README.md', ...program, 'package.json']);
});

test('Vite', async () => {
  const built = join(work, 'vite');
  await build({ root: app, base: '/built/', configFile: false, logLevel: 'error', build: { outDir: built, emptyOutDir: true } });
  html = readFileSync(join(built, 'index.html'), 'utf8');
  assert.ok(html.includes('/built/') && html.includes(ownNumber));
  await assertRuns(built);
});

test('webpack', async () => {
  const built = join(work, 'webpack');
  const stats = await new Promise((resolve, reject) => {
    webpack({ mode: 'production', context: app, entry: './main.js', output: { path: built, filename: 'main.js' } },
      (error, result) => (error ? reject(error) : resolve(result)));
  });
  assert.deepEqual(stats.toJson({ errors: true, warnings: true }).errors, []);
  html = readFileSync(join(app, 'index.html'), 'utf8').replace('./main.js', '/built/main.js');
  await assertRuns(built);
});
