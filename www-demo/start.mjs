// `npm start`: builds what is missing, starts the pool service and the demo site, says what to open and to try.
// HATSUBAN_STORE=redis://127.0.0.1:6379 keeps the leases on Redis instead of in .hatsuban/.
import { execFileSync, spawn } from 'node:child_process';
import { join } from 'node:path';
import { ensureNodePackages, ensureRust, root, run } from '../tests/tools/ensure.mjs';
import { serve } from './serve.mjs';

const sitePort = 8080;
const servicePort = 8081;
const store = process.env.HATSUBAN_STORE ?? 'embedded';
const data = join(root, '.hatsuban');

console.log('Hatsuban 発番 — the first start builds for some minutes, later ones take seconds.\n');
ensureRust();
ensureNodePackages();
run('node', ['snippet/scripts/build.mjs']);
console.log('• building the pool service');
run('cargo', ['build', '--locked', '-p', 'pool-service']);

const binary = join(root, 'target', 'debug', 'hatsuban');
const settings = {
  ...process.env,
  HATSUBAN_STORE: store,
  HATSUBAN_DATA_DIRECTORY: data,
  HATSUBAN_HTTP__LISTEN: `127.0.0.1:${servicePort}`,
  HATSUBAN_HTTP__PUBLIC_URL: `http://localhost:${servicePort}`,
};
const hatsuban = (...args) => execFileSync(binary, args, { env: settings, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });

const service = spawn(binary, ['serve'], { env: settings, stdio: ['ignore', 'pipe', 'inherit'] });
let site = null;
const stop = (status) => {
  site?.close();
  service.kill('SIGINT');
  process.exitCode = status;
};
service.on('exit', (status) => {
  if (site) console.log('The pool service has stopped.');
  stop(status ?? 0);
});
process.on('SIGINT', () => stop(0));
process.on('SIGTERM', () => stop(0));

await new Promise((resolve) => service.stdout.on('data', (chunk) => String(chunk).includes('listening on') && resolve()));
process.stdout.write(hatsuban('apply', join(root, 'www-demo', 'hatsuban.apply.toml')));
const tagHtml = hatsuban('tag', '--site', 'clinic');
const token = hatsuban(
  'token', 'create', '--name', 'demo', '--site', 'clinic',
  '--scope', 'route', '--scope', 'calls:read', '--scope', 'calls:write',
).trim();
site = await serve({ port: sitePort, tagHtml, panel: true });
// Another start is another call: the same one would be answered as it was the first time.
const call = `trial-${Date.now().toString(36)}`;

console.log(`
Open      ${site.url}
Service   http://localhost:${servicePort}   store: ${store.replace(/\/\/[^@/]*@/, '//***@')}

Try
  1. ${site.url}/?gclid=TEST-abc_123     the visit of an ad click: the number changes everywhere on the page
  2. the same address in another browser or a private window: another visitor, another number
  3. close the page and wait 40 s: the lease ends, the number rests
  4. whose call is it? (put in the number that the page shows)
     curl -H 'Authorization: Bearer ${token}' \\
       http://localhost:${servicePort}/v1/numbers/0120900001/attribution
  5. call that number, as a telephone system would: ask where the call goes, say how it ended, see what is known of it
     curl -H 'Authorization: Bearer ${token}' \\
       'http://localhost:${servicePort}/v1/route?to=0120900001&from=09012345678&call_id=${call}&source=demo'
     curl -H 'Authorization: Bearer ${token}' -H 'Content-Type: application/json' \\
       -d '{"source":"demo","call_id":"${call}","event":"ended","number":"0120900001","talk_seconds":95}' \\
       http://localhost:${servicePort}/v1/calls
     curl -H 'Authorization: Bearer ${token}' http://localhost:${servicePort}/v1/calls

Ctrl-C stops everything.`);
