// Round trips that a visitor who comes back waits for between the tag's start and the swapped number. The real service and
// clinic; each answer from the network takes 100 ms longer, so that one that was waited for cannot hide among the rest.
import { openClinic } from '../../tests/e2e/support/clinic.mjs';
import { leased } from '../../tests/e2e/support/page.mjs';
import { atMost, median, shown } from '../../tests/tools/report.mjs';

const VISITS = 5;
const LATENCY_MS = 100;

/** One visit to another page of the clinic: answers from the network before the swap, and how long the swap took. */
async function visit(context, clinic) {
  const page = await context.newPage();
  const network = await context.newCDPSession(page);
  const requests = new Map();
  network.on('Network.requestWillBeSent', ({ requestId, request, timestamp, wallTime }) => {
    requests.set(requestId, { url: request.url, toWall: wallTime - timestamp, isCached: false });
  });
  network.on('Network.requestServedFromCache', ({ requestId }) => {
    requests.get(requestId).isCached = true;
  });
  network.on('Network.responseReceived', ({ requestId, response, timestamp }) => {
    const request = requests.get(requestId);
    request.isCached ||= Boolean(response.fromDiskCache);
    request.answeredAt = (timestamp + request.toWall) * 1_000;
  });
  await network.send('Network.enable');
  await network.send('Network.emulateNetworkConditions', { offline: false, latency: LATENCY_MS, downloadThroughput: -1, uploadThroughput: -1 });
  await page.addInitScript(() => {
    window.addEventListener('hatsuban:swapped', () => {
      window.swappedAt ??= performance.now();
    });
  });
  await page.goto(`${clinic.site.url}/access.html`);
  await page.waitForFunction(() => window.swappedAt);
  const seen = await page.evaluate(() => {
    const tag = performance.getEntriesByType('resource').find(({ name }) => name.includes('/tag/'));
    return { startedAt: tag.responseEnd, swappedAt: window.swappedAt, origin: performance.timeOrigin };
  });
  const isWaitedFor = ({ url, isCached, answeredAt }) =>
    url.startsWith(clinic.service.url) && !url.includes('/tag/') && !isCached && answeredAt < seen.origin + seen.swappedAt;
  const trips = [...requests.values()].filter(isWaitedFor).length;
  await page.close();
  return { trips, ms: seen.swappedAt - seen.startedAt };
}

export async function measureReturnVisit() {
  const clinic = await openClinic();
  try {
    const context = await clinic.browser.newContext();
    const first = await visit(context, clinic);
    const page = await context.newPage();
    await page.goto(clinic.site.url);
    await leased(page);
    await page.close();
    const visits = [];
    for (let count = 0; count < VISITS; count += 1) visits.push(await visit(context, clinic));
    const ms = shown(median(visits.map((each) => each.ms)));
    console.log(`\nreturn visits at ${LATENCY_MS} ms a round trip: ${ms} ms from the tag's start to swapped (first visit: ${shown(first.ms)} ms)`);
    // Not the median: none may wait.
    const value = Math.max(...visits.map(({ trips }) => trips));
    return [atMost(0, { name: 'return_visit_round_trips', value, unit: 'trips', baseline: `first visit: ${first.trips}` })];
  } finally {
    await clinic.close();
  }
}
