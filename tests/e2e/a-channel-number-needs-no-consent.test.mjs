// A channel's number is chosen on the page alone, by the first rule that its visit matches: without consent, without a request,
// without a cookie. Where numbers are leased too, it stands until the lease comes and after the lease has gone.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { openClinic, ownNumber } from './support/clinic.mjs';
import { grouped, leased } from './support/page.mjs';
import { footer, noteEvents, noteRequests, noteWhatIsTouched, shows, started } from './support/spies.mjs';

const channels = `
[[site.channel]]
name = "ads"
when = "click=gclid"
numbers = { main = "0120-900-901" }
[[site.channel]]
name = "mail"
when = "utm_source=news utm_medium=mail"
numbers = { main = "0120-900-902" }
[[site.channel]]
name = "partner"
when = "referrer=partner.example"
numbers = { main = "0120-900-903" }
[[site.channel]]
name = "english"
when = "path=/en/*"
numbers = { main = "0120-900-904" }
[[site.channel]]
name = "english mail, never reached"
when = "utm_source=news utm_medium=mail path=/en/*"
numbers = { main = "0120-900-905" }
`;

describe('a site that wants channel numbers before consent', () => {
  let clinic;
  before(async () => (clinic = await openClinic({ site: `consent = "channel-only"${channels}` })));
  after(() => clinic.close());

  const cases = [
    ['/?gclid=TEST-a_1', undefined, '0120-900-901'],
    ['/?utm_source=news&utm_medium=mail', undefined, '0120-900-902'],
    ['/', 'https://www.partner.example/list', '0120-900-903'],
    ['/en/', undefined, '0120-900-904'],
    ['/en/?utm_source=news&utm_medium=mail&gclid=TEST-a_1', undefined, '0120-900-901'],
    ['/en/?utm_source=news&utm_medium=mail', undefined, '0120-900-902'],
    ['/?utm_source=news&utm_medium=banner', 'https://partner.example.evil.example/', ownNumber],
  ];
  for (const [path, referer, number] of cases) {
    test(`${path}${referer ? ` from ${referer}` : ''}: ${number}`, async () => {
      const { context, page, errors } = await clinic.visitor();
      await context.addInitScript(noteWhatIsTouched);
      await context.addInitScript(noteEvents);
      const requests = noteRequests(page);
      await page.goto(clinic.site.url + path, { referer });
      await started(page);
      assert.equal(await footer(page), number);
      assert.deepEqual([await page.evaluate(() => window.touched), requests, await context.cookies(), errors], [[], [], [], []]);
    });
  }

  test('after consent the lease comes, and without it the channel\'s number comes back', async () => {
    const { context, page, errors } = await clinic.visitor();
    await context.addInitScript(noteEvents);
    await page.goto(`${clinic.site.url}/?gclid=TEST-a_1`);
    await shows(page, '0120-900-901');
    await page.evaluate(() => window.hatsuban('consent', 'granted'));
    const number = await leased(page);
    assert.equal(await footer(page), grouped(number));
    await page.evaluate(() => window.hatsuban('consent', 'denied'));
    assert.equal(await footer(page), '0120-900-901');
    await page.evaluate(() => window.hatsuban('stop'));
    assert.equal(await footer(page), ownNumber);
    assert.deepEqual(errors, []);
  });
});

describe('a site that leases and has channels', () => {
  let clinic;
  before(async () => (clinic = await openClinic({ site: channels })));
  after(() => clinic.close());

  test('the channel\'s number until the lease comes, and when it has lapsed', async () => {
    const { context, page, errors } = await clinic.visitor();
    await context.addInitScript(noteEvents);
    let answer;
    const asked = new Promise((resolve) => {
      page.route('**/v1/leases', (route) => {
        answer = () => route.continue();
        resolve();
      }, { times: 1 });
    });
    await page.goto(`${clinic.site.url}/?gclid=TEST-a_1`);
    await asked;
    await shows(page, '0120-900-901');
    await answer();
    await shows(page, grouped(await leased(page)));
    await clinic.service.kill();
    await page.clock.fastForward(361_000);
    await leased(page, 'expired');
    assert.equal(await footer(page), '0120-900-901');
    assert.deepEqual(errors, []);
  });
});
