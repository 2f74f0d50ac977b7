// Whatever is asked of the routes that /openapi.json names, in any shape: no answer is a failure of the service, and each is
// one that the document describes, by status, headers, media type and schema.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';
import { root, schemathesis } from '../tools/ensure.mjs';
import { startService } from './support/service.mjs';

/** Questions for each operation; `npm run test:api` asks for more. */
const examples = process.env.API_EXAMPLES ?? '10';

function ask(args, env) {
  return new Promise((resolve, reject) => {
    const child = spawn(schemathesis, args, { env, cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
    let said = '';
    child.stdout.on('data', (chunk) => (said += chunk));
    child.stderr.on('data', (chunk) => (said += chunk));
    child.on('error', reject);
    child.on('close', (status) => resolve({ status, said }));
  });
}

test('every answer is one that the document describes', async (t) => {
  // The limits of one address would answer everything with 429.
  const settings = { HATSUBAN_HTTP__LIMITS__REQUESTS_PER_MINUTE: '0', HATSUBAN_HTTP__LIMITS__NEW_SESSIONS_PER_MINUTE: '0' };
  const service = await startService({ settings });
  t.after(() => service.close());
  service.command('apply', join(root, 'www-demo', 'hatsuban.apply.toml'));
  const token = service.command('token', 'create', '--name', 'test', '--scope', 'admin').trim();
  const config = join(root, 'tests', 'tools', 'schemathesis.toml');
  const args = ['--config-file', config, 'run', `${service.url}/openapi.json`, '--max-examples', examples, '--no-color'];
  const { status, said } = await ask(args, { ...process.env, HATSUBAN_TOKEN: token });
  assert.equal(status, 0, said);
  t.diagnostic(said.trim().split('\n').slice(-12).join('\n'));
});
