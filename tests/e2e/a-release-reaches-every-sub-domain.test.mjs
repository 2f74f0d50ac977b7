// The visitor session spans the sub-domains of a site, their storage does not. After a release on one of them no other
// visitor is given the number while a page of the other may still show it, and the session that was forgotten does not
// come back.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { openClinic, ownNumber, stores } from './support/clinic.mjs';
import { grouped, leased } from './support/page.mjs';

const footer = (page) => page.locator('[data-test="footer"]').textContent();

for (const store of stores) {
  describe(store, () => {
    let clinic;
    before(async () => (clinic = await openClinic({ store, numbers: ['0120-900-001'] })));
    after(() => clinic.close());

    test('a page that has not heard of it is not overtaken, and hears of it at its next heartbeat', async () => {
      const { context, page: www, errors } = await clinic.visitor();
      await www.goto(clinic.subDomains.www);
      const number = await leased(www);
      const blog = await context.newPage();
      await blog.goto(`${clinic.subDomains.blog}/blog/whitening.html`);
      assert.equal(await leased(blog), number, 'one visitor, one number, on both');
      const session = await blog.evaluate(() => window.hatsuban.state.session);

      const released = www.waitForResponse((response) => response.url().endsWith('/v1/leases/release'));
      await www.evaluate(() => window.hatsuban('release'));
      assert.equal((await released).status(), 204);
      assert.equal(await footer(www), ownNumber);
      assert.equal(await footer(blog), grouped(number));

      const stranger = await clinic.visitor();
      await stranger.page.goto(clinic.site.url);
      await leased(stranger.page, 'exhausted');
      assert.equal(await footer(stranger.page), ownNumber);

      await blog.bringToFront();
      await blog.clock.fastForward(61_000);
      await blog.waitForFunction((own) => document.querySelector('[data-test="footer"]').textContent === own, ownNumber);

      const again = await context.newPage();
      await again.goto(`${clinic.subDomains.blog}/blog/whitening.html`);
      await leased(again, 'exhausted');
      assert.notEqual(await again.evaluate(() => window.hatsuban.state.session), session);
      assert.deepEqual([...errors, ...stranger.errors], []);
    });
  });
}
