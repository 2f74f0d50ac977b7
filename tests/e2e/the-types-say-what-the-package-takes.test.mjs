// The package's types let an application do all that it can do, and stop what it cannot. That the program takes every
// option which they name, and no other, is tested where it is started.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';
import { root } from '../tools/ensure.mjs';

test('right use compiles, wrong use does not', () => {
  const options = ['--noEmit', '--strict', '--allowJs', '--checkJs', '--target', 'es2022', '--module', 'nodenext', '--lib', 'es2022,dom', '--types', ''];
  const usage = join('tests', 'e2e', 'support', 'usage.ts');
  // A mistake that is not stopped is reported too, by its @ts-expect-error. What every-option.mjs leaves out, as well.
  const { stdout, status } = spawnSync('npx', ['tsc', ...options, usage], { cwd: root, encoding: 'utf8' });
  assert.equal(stdout, '');
  assert.equal(status, 0);
});
