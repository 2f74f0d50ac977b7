// A page that asks too often, as the service sees it, shows its number as long as that was promised, asks less and less
// often, and goes back to its own number when the promise is over.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openClinic, ownNumber } from './support/clinic.mjs';
import { grouped, leased, marked, requestsTo } from './support/page.mjs';

test('a page that is answered 429', async () => {
  const settings = { HATSUBAN_HTTP__LIMITS__TRUSTED_PROXIES: '', HATSUBAN_HTTP__LIMITS__REQUESTS_PER_MINUTE: '1' };
  const clinic = await openClinic({ settings });
  const { context, page, errors } = await clinic.visitor();
  await page.goto(clinic.site.url);
  const number = await leased(page);
  const requests = requestsTo(context, '/v1/leases');
  const told = page.waitForResponse((response) => response.url().endsWith('/v1/leases') && response.status() === 429);
  await page.clock.fastForward(61_000);
  const answer = await told;
  assert.equal((await answer.json()).type, '/problems/too-many-requests');
  assert.equal((await answer.allHeaders())['access-control-allow-origin'], new URL(clinic.site.url).origin);
  assert.equal((await marked(page)).footer, grouped(number));
  // Three more minutes, within the promise of five.
  await page.clock.runFor(180_000);
  assert.equal((await marked(page)).footer, grouped(number));
  assert.ok(requests.length >= 3 && requests.length <= 10, `${requests.length} requests`);
  await page.clock.fastForward(120_000);
  await leased(page, 'expired');
  assert.equal((await marked(page)).footer, ownNumber);
  assert.deepEqual(errors, []);
  await clinic.close();
});
