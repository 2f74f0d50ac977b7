// When every number is promised to somebody, the next visitor gets the shared overflow number, flagged as such, or the
// page's own with an event that says so. Never a number that somebody else may still see.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { openClinic, ownNumber, stores } from './support/clinic.mjs';
import { grouped, leased, marked } from './support/page.mjs';

/** Keeps the details of the snippet's events on a page. */
const hear = (page) => page.addInitScript(() => {
  window.heard = [];
  for (const name of ['leased', 'no-number', 'swapped']) {
    addEventListener(`hatsuban:${name}`, ({ detail }) => window.heard.push([name, detail.target, detail.status ?? detail.number.national]));
  }
});

const heard = (page) => page.evaluate(() => window.heard);

/** Three visitors for two numbers; the last comes when both have been silent for some time, though not for their promise. */
async function arrive(clinic) {
  const [first, second, third] = [await clinic.visitor(), await clinic.visitor(), await clinic.visitor()];
  const numbers = [];
  for (const { page } of [first, second]) {
    await page.goto(clinic.site.url);
    numbers.push(await leased(page));
  }
  assert.notEqual(numbers[0], numbers[1]);
  await hear(third.page);
  return { numbers, pages: [first.page, second.page], third };
}

for (const store of stores) {
  describe(store, () => {
    test('with an overflow number', async (t) => {
      const clinic = await openClinic({ store, numbers: ['0120-900-001..0120-900-002'], overflow: '0120-900-099', site: 'data_layer = true' });
      t.after(() => clinic.close());
      const { numbers, pages, third } = await arrive(clinic);
      await third.page.goto(clinic.site.url);
      assert.equal(await leased(third.page, 'overflow'), '0120900099');
      assert.equal((await marked(third.page)).footer, '0120-900-099');
      const [how, ...rest] = await heard(third.page);
      assert.deepEqual(how, ['leased', 'main', 'overflow']);
      assert.ok(rest.length > 0);
      for (const each of rest) assert.deepEqual(each, ['swapped', 'main', '0120900099']);
      const told = await third.page.evaluate(() => window.dataLayer.find(({ event }) => event === 'hatsuban_leased').hatsuban.status);
      assert.equal(told, 'overflow');
      const { body } = await clinic.attribution('0120-900-099');
      assert.deepEqual([body.attribution, body.lease ?? null], ['none', null]);
      for (const [at, page] of pages.entries()) assert.equal((await marked(page)).footer, grouped(numbers[at]));
      assert.deepEqual(third.errors, []);
    });

    test('without one', async (t) => {
      const clinic = await openClinic({ store, numbers: ['0120-900-001..0120-900-002'] });
      t.after(() => clinic.close());
      const { numbers, third } = await arrive(clinic);
      // Almost the whole promise has passed, and nobody was heard of since.
      clinic.service.advance(299);
      await third.page.goto(clinic.site.url);
      await leased(third.page, 'exhausted');
      assert.equal((await marked(third.page)).footer, ownNumber);
      assert.deepEqual(await heard(third.page), [['leased', 'main', 'exhausted'], ['no-number', 'main', 'exhausted']]);
      // The promise is over: the first number that is free is this visitor's at the next question.
      clinic.service.advance(2);
      await third.page.clock.fastForward(400_000);
      assert.ok(numbers.includes(await leased(third.page)));
      assert.deepEqual(third.errors, []);
    });
  });
}
