// Pool numbers get into search results, saved contacts and copied pages, and are called long after. A number that its last
// holder gave up long ago credits nobody, and the numbers that rested longest are given away first, so that it takes long
// until such a call meets a new holder.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { openClinic, stores, times } from './support/clinic.mjs';
import { grouped, leased, put } from './support/page.mjs';

for (const store of stores) {
  describe(store, () => {
    test('soon after it is likely the last holder, much later nobody', async (t) => {
      const clinic = await openClinic({ store, numbers: ['0120-900-001..0120-900-003'] });
      t.after(() => clinic.close());
      const first = await clinic.visitor();
      await first.page.goto(`${clinic.site.url}/?gclid=TEST-rest_1`);
      const number = await leased(first.page);
      await first.context.close();

      clinic.service.advance(times.min_hold + 60);
      const soon = (await clinic.attribution(number)).body;
      assert.deepEqual([soon.attribution, soon.number_state], ['likely', 'cooling']);
      assert.equal(soon.lease.visitor.click_ids[0].value, 'TEST-rest_1');

      // The next visitors are given the numbers that have rested longer.
      for (let count = 0; count < 2; count += 1) {
        const next = await clinic.visitor();
        await next.page.goto(clinic.site.url);
        assert.notEqual(await leased(next.page), number);
        await next.context.close();
      }

      clinic.service.advance(4 * times.cooldown);
      const later = (await clinic.attribution(number)).body;
      assert.deepEqual([later.attribution, later.number_state, later.lease ?? null], ['none', 'rested', null]);
      assert.match(later.reason, /Nobody had held the number/);
    });
  });
}

test('a page from a cache that holds the number of a visitor of then: it credits nobody, the own number is swapped', async (t) => {
  const clinic = await openClinic();
  t.after(() => clinic.close());
  const { context, page, errors } = await clinic.visitor();
  await page.goto(await put(context, clinic, '<p id="own">0120-123-456</p><p id="cached">0120-900-020</p><a href="tel:0120900020">電話</a>'));
  const number = await leased(page);
  assert.equal(await page.locator('#own').textContent(), grouped(number));
  // It is no target, so that it stays; the snippet cannot know whose it was.
  assert.equal(await page.locator('#cached').textContent(), '0120-900-020');
  assert.equal(await page.locator('a').getAttribute('href'), 'tel:0120900020');
  const { body } = await clinic.attribution('0120-900-020');
  assert.deepEqual([body.attribution, body.lease ?? null], ['none', null]);
  assert.deepEqual(errors, []);
});

test('what every page is sent alike, and a cache may keep, holds no number of a pool', async (t) => {
  const clinic = await openClinic();
  t.after(() => clinic.close());
  const tag = await (await fetch(`${clinic.service.url}/tag/st_clinic.js`)).text();
  assert.match(tag, /0120-?123-?456/, 'it names the target');
  assert.doesNotMatch(tag, /0120-?900-?0/);
});
