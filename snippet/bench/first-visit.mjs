// How long a new visitor waits, 100 ms a round trip away from the service, between the tag's request and the swapped
// number. The real service speaks TLS and HTTP/2 itself; between it and the browser is a relay that takes its time, also
// for handshakes. The page is near, and has warmed one connection as `<link rel="preconnect" crossorigin>` would.
import { execFileSync } from 'node:child_process';
import { X509Certificate, createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { flags, openClinic, ownNumber } from '../../tests/e2e/support/clinic.mjs';
import { atMost, median, shown, table } from '../../tests/tools/report.mjs';
import { openRelay } from './relay.mjs';

const VISITS = 9;
const RTT_MS = 100;
const REACH_MS = 360;

/** A certificate for this run, and what makes Chromium trust its key: it caches nothing that came over a merely tolerated one. */
function makeCertificate(directory) {
  const [certificate, key] = [join(directory, 'cert.pem'), join(directory, 'key.pem')];
  execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2',
    '-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost', '-keyout', key, '-out', certificate], { stdio: 'ignore' });
  const { publicKey } = new X509Certificate(readFileSync(certificate));
  const spki = createHash('sha256').update(publicKey.export({ type: 'spki', format: 'der' })).digest('base64');
  return { certificate, key, trust: `--ignore-certificate-errors-spki-list=${spki}` };
}

/** Runs in the page: inserts the tag as a tag manager does, and waits until the footer shows another number. */
async function insertTag([source, own]) {
  const footer = document.querySelector('[data-test="footer"]');
  const swapped = new Promise((resolve, reject) => {
    setTimeout(() => reject(new Error('no number was swapped within ten seconds')), 10_000);
    const observer = new MutationObserver(() => {
      if (footer.textContent === own) return;
      observer.disconnect();
      resolve(performance.now());
    });
    observer.observe(footer, { childList: true, characterData: true, subtree: true });
  });
  const script = document.createElement('script');
  script.text = source;
  const from = performance.now();
  document.head.append(script);
  return { from: performance.timeOrigin + from, ms: (await swapped) - from };
}

/** One visitor's first page: milliseconds, and when what was answered over which connection. */
async function visit({ clinic, relay, source }) {
  const before = relay.connections();
  const context = await clinic.browser.newContext();
  const page = await context.newPage();
  await page.goto(clinic.site.url);
  // As the tag's requests are: without credentials, and readable.
  await page.evaluate((url) => fetch(url, { cache: 'no-store', credentials: 'same-origin' }).then((answer) => answer.text()), `${relay.url}/tag/st_clinic.js?warm`);
  const network = await context.newCDPSession(page);
  const requests = new Map();
  network.on('Network.requestWillBeSent', ({ requestId, request, timestamp, wallTime }) => {
    requests.set(requestId, { url: request.url, toWall: wallTime - timestamp });
  });
  network.on('Network.responseReceived', ({ requestId, response, timestamp }) => {
    const request = requests.get(requestId);
    const { protocol, connectionId } = response;
    Object.assign(request, { protocol, connectionId, answeredAt: (timestamp + request.toWall) * 1_000 });
  });
  await network.send('Network.enable');
  const { from, ms } = await page.evaluate(insertTag, [source, ownNumber]);
  const answers = [...requests.values()].filter(({ url, answeredAt }) => url.startsWith(relay.url) && answeredAt)
    .map(({ url, protocol, connectionId, answeredAt }) => ({ path: new URL(url).pathname, protocol, connectionId, ms: answeredAt - from }));
  const connections = relay.connections() - before;
  // Whatever the page says when it is left would come while the next one is measured.
  await page.evaluate(() => {
    navigator.sendBeacon = () => true;
    window.fetch = () => new Promise(() => {});
  });
  await context.close();
  return { ms, answers, connections };
}

async function repeat(work) {
  const done = [];
  for (let count = 0; count < VISITS; count += 1) done.push(await work());
  return done;
}

/** What was answered when, in the middle of all visits. */
function steps(visits) {
  const names = visits[0].answers.map(({ path }) => path);
  return names.map((name) => {
    const answers = visits.map(({ answers }) => answers.find(({ path }) => path === name)).filter(Boolean);
    return [name, shown(median(answers.map(({ ms }) => Math.round(ms)))), [...new Set(answers.map(({ protocol }) => protocol))].join(' ')];
  });
}

export async function measureFirstVisit() {
  const directory = mkdtempSync(join(tmpdir(), 'hatsuban-first-visit-'));
  const { certificate, key, trust } = makeCertificate(directory);
  const relay = await openRelay({ rttMs: RTT_MS });
  relay.url = `https://localhost:${relay.port}`;
  const clinic = await openClinic({
    isTagged: false,
    settings: {
      HATSUBAN_HTTP__TLS__CERTIFICATE_FILE: certificate,
      HATSUBAN_HTTP__TLS__KEY_FILE: key,
      HATSUBAN_HTTP__PUBLIC_URL: relay.url,
    },
    openBrowser: () => chromium.launch({ executablePath: '/usr/bin/chromium', args: [...flags, trust] }),
  });
  relay.leadTo(Number(new URL(clinic.service.url).port));
  try {
    const [, source] = /<script>(.*)<\/script>/s.exec(clinic.service.command('tag', '--site', 'clinic'));
    const visits = await repeat(() => visit({ clinic, relay, source }));
    relay.startSlowly();
    const slow = await repeat(() => visit({ clinic, relay, source }));
    const connections = Math.max(...[...visits, ...slow].map((each) => each.connections));
    const all = (list) => list.map(({ ms }) => Math.round(ms)).join(' ');
    console.log(`\nfirst visits at ${RTT_MS} ms a round trip: ${all(visits)} ms; connections of a visit, the warmed one included: ${connections}`);
    console.log(`with TCP's slow start as well, for which the size of the tag counts: ${all(slow)} ms`);
    console.log(table([['answer begins', 'ms', ''], ...steps(visits)]));
    const baseline = `${connections} ${connections === 1 ? 'connection' : 'connections'}`;
    return [atMost(REACH_MS, { name: 'first_visit_100ms_rtt_ms', value: median(visits.map(({ ms }) => ms)), unit: 'ms', baseline })];
  } finally {
    await clinic.close();
    await relay.close();
    rmSync(directory, { recursive: true });
  }
}
