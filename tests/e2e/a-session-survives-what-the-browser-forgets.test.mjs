// Safari keeps a script's cookies for seven days, or one after an ad's link, and other browsers clear storage by their own
// rules. The visitor session stands in both: whichever is left brings it back, with the number and the click.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { openClinic } from './support/clinic.mjs';
import { leased } from './support/page.mjs';

let clinic;
before(async () => (clinic = await openClinic()));
after(() => clinic.close());

const session = (page) => page.evaluate(() => window.hatsuban.state.session);
const own = async (context) => (await context.cookies()).find(({ name }) => name === '_hatsuban');

/** A visitor who came by an ad, whose browser then forgets something and is back a day later. */
async function comeBack(forget) {
  const { context, page, errors } = await clinic.visitor();
  await page.goto(`${clinic.site.url}/?gclid=TEST-safari_1`);
  const before_ = { number: await leased(page), session: await session(page) };
  await forget(context, page);
  await page.goto('about:blank');
  clinic.service.advance(86_400);
  await context.clock.fastForward(86_400_000);
  await page.goto(`${clinic.site.url}/access.html`);
  const number = await leased(page);
  assert.deepEqual(errors, []);
  return { context, page, before: before_, after: { number, session: await session(page) } };
}

test('the cookie is gone', async () => {
  const { context, before: was, after: is } = await comeBack((browser) => browser.clearCookies());
  assert.deepEqual(is, was);
  assert.equal((await own(context)).value, is.session, 'it is set anew');
  const { body } = await clinic.attribution(is.number);
  assert.equal(body.lease.visitor.click_ids[0].value, 'TEST-safari_1');
});

test('the storage is gone', async () => {
  const { page, before: was, after: is } = await comeBack((_, shown) => shown.evaluate(() => localStorage.clear()));
  assert.deepEqual(is, was);
  assert.ok((await page.evaluate(() => Object.values(localStorage).join())).includes(is.session), 'it is stored anew');
});

test('both are gone: somebody new, as far as anybody can tell', async () => {
  const { before: was, after: is } = await comeBack(async (browser, shown) => {
    await browser.clearCookies();
    await shown.evaluate(() => localStorage.clear());
  });
  assert.notEqual(is.session, was.session);
});

test('a visit prolongs the life of the cookie', async () => {
  const { context, page } = await clinic.visitor();
  await page.goto(clinic.site.url);
  await leased(page);
  const { expires, value } = await own(context);
  const days = 86_400;
  assert.ok(expires - Date.now() / 1000 > 89 * days);
  await context.clearCookies();
  await context.addCookies([{ name: '_hatsuban', value, url: clinic.site.url, expires: Math.round(Date.now() / 1000) + 7 * days }]);
  await page.reload();
  await leased(page);
  const again = await own(context);
  assert.ok(again.expires - Date.now() / 1000 > 89 * days, 'of the one cookie');
  assert.equal(again.value, value);
});

test('neither may be used: a number for this page, and no error', async () => {
  const { context, page, errors } = await clinic.visitor();
  await context.addInitScript(() => {
    const refuse = { get() { throw new DOMException('The operation is insecure.', 'SecurityError'); }, set() { throw new DOMException('The operation is insecure.', 'SecurityError'); } };
    Object.defineProperty(document, 'cookie', refuse);
    Object.defineProperty(window, 'localStorage', refuse);
  });
  await page.goto(`${clinic.site.url}/?gclid=TEST-private_1`);
  const { body } = await clinic.attribution(await leased(page));
  assert.equal(body.lease.visitor.click_ids[0].value, 'TEST-private_1');
  assert.deepEqual(errors, []);
});
