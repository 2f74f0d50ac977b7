// The call system asks whose call it is and is told the session and the ad click of the visitor who sees the number: as
// certain while it is held, and by its own time when the number has gone to somebody else since.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { openClinic, stores } from './support/clinic.mjs';
import { leased } from './support/page.mjs';

for (const store of stores) {
  describe(store, () => {
    let clinic;
    before(async () => (clinic = await openClinic({ store, numbers: ['0120-900-001'] })));
    after(() => clinic.close());

    test('now, and after the number has changed hands', async () => {
      const first = await clinic.visitor();
      await first.page.goto(`${clinic.site.url}/?gclid=TEST-first_1`);
      const number = await leased(first.page);
      const session = await first.page.evaluate(() => window.hatsuban.state.session);

      const now = await clinic.attribution(number);
      assert.equal(now.status, 200);
      assert.equal(now.body.attribution, 'certain');
      assert.equal(now.body.number_state, 'leased');
      assert.equal(now.body.lease.session, session);
      assert.deepEqual(now.body.lease.visitor.click_ids.map(({ kind, value }) => [kind, value]), [['gclid', 'TEST-first_1']]);

      // The first visitor's machine sleeps; their lease ends without anybody doing anything.
      clinic.service.advance(600);
      const second = await clinic.visitor();
      await second.page.goto(`${clinic.site.url}/?gclid=TEST-second_2`);
      assert.equal(await leased(second.page), number, 'the only number goes to the next visitor');

      const later = await clinic.attribution(number);
      assert.equal(later.body.attribution, 'certain');
      assert.equal(later.body.lease.visitor.click_ids[0].value, 'TEST-second_2');
      const then = await clinic.attribution(number, now.body.at);
      assert.equal(then.body.attribution, 'certain');
      assert.equal(then.body.lease.session, session, 'the old lease is named for its own time');

      // Awake again: the number belongs to somebody else now.
      await first.page.clock.fastForward(600_000);
      await first.page.waitForFunction(() => document.querySelector('[data-test="footer"]').textContent === '0120-123-456');
      assert.equal(await first.page.locator('[data-test="header-link"]').getAttribute('href'), 'tel:0120123456');
      assert.equal(await first.page.locator('[data-test="split"]').innerHTML(), '<span>0120</span>-<b>123</b>-456');
      // Its question is answered, and no page asks any more: the number is the next test's.
      await leased(first.page, 'exhausted');
      for (const { context } of [first, second]) await context.close();
      assert.deepEqual([...first.errors, ...second.errors], []);
    });

    test('the gclid of a cookie counts when the address has none', async () => {
      clinic.service.advance(600);
      const { context, page } = await clinic.visitor();
      await context.addCookies([{ name: '_gcl_aw', value: 'GCL.1795312800.FromCookie_1.label', url: clinic.site.url }]);
      await page.goto(clinic.site.url);
      const { body } = await clinic.attribution(await leased(page));
      const [click] = body.lease.visitor.click_ids;
      assert.deepEqual([click.kind, click.value, click.source], ['gclid', 'FromCookie_1', 'cookie']);
    });
  });
}
