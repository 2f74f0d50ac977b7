// Each visitor has a number of their own; the same visitor keeps theirs over reloads, pages, tabs and days, and while it
// lasts sees it there before anything is asked of the network.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { openClinic, stores } from './support/clinic.mjs';
import { grouped, leased } from './support/page.mjs';

for (const store of stores) {
  describe(store, () => {
    let clinic;
    before(async () => (clinic = await openClinic({ store })));
    after(() => clinic.close());

    test('two browsers, two numbers', async () => {
      const [one, other] = [await clinic.visitor(), await clinic.visitor()];
      await Promise.all([one.page.goto(clinic.site.url), other.page.goto(clinic.site.url)]);
      const numbers = await Promise.all([leased(one.page), leased(other.page)]);
      assert.notEqual(numbers[0], numbers[1]);
    });

    test('a reload, a second page and a second tab show the same, before the network is asked', async () => {
      const { context, page } = await clinic.visitor();
      await page.goto(clinic.site.url);
      const first = await leased(page);
      // From now on the lease service is silent: whatever is shown comes from the browser's own storage.
      const asked = new Set();
      let tell;
      await context.route('**/v1/leases', (route) => {
        asked.add(new URL(route.request().postDataJSON().page).pathname);
        if (asked.size === 3) tell();
      });
      const renewed = new Promise((resolve) => { tell = resolve; });
      await page.reload();
      assert.equal(await leased(page), first);
      assert.equal(await page.locator('[data-test="footer"]').textContent(), grouped(first));
      await page.goto(`${clinic.site.url}/access.html`);
      assert.equal(await leased(page), first);
      const tab = await context.newPage();
      await tab.goto(`${clinic.site.url}/en/`);
      assert.equal(await leased(tab), first);
      await renewed;
      assert.deepEqual([...asked].sort(), ['/', '/access.html', '/en/'], 'each page renews its lease');
    });

    test('the next day, long after the lease ended and others came, it is the same again', async () => {
      const { context, page } = await clinic.visitor();
      await page.goto(`${clinic.site.url}/?gclid=TEST-affinity_1`);
      const first = await leased(page);
      await page.goto('about:blank');
      for (let count = 0; count < 3; count += 1) {
        clinic.service.advance(20_000);
        const other = await clinic.visitor();
        await other.page.goto(clinic.site.url);
        assert.notEqual(await leased(other.page), first);
        await other.context.close();
      }
      clinic.service.advance(26_400);
      await context.clock.fastForward(86_400_000);
      const ended = (await clinic.attribution(first)).body;
      assert.notEqual(ended.number_state, 'leased');
      const tab = await context.newPage();
      await tab.goto(`${clinic.site.url}/access.html`);
      assert.equal(await leased(tab), first);
      const { body } = await clinic.attribution(first);
      assert.equal(body.lease.visitor.click_ids[0].value, 'TEST-affinity_1');
      assert.notEqual(body.lease.generation, ended.candidates[0].generation, 'it is a new lease');
    });

    test('two tabs that open at once show one number', async () => {
      const { context, page } = await clinic.visitor();
      await page.goto(clinic.site.url);
      const first = await leased(page);
      await page.evaluate(() => localStorage.clear());
      const tab = await context.newPage();
      await Promise.all([page.reload(), tab.goto(clinic.site.url)]);
      assert.deepEqual([await leased(page), await leased(tab)], [first, first]);
    });
  });
}
