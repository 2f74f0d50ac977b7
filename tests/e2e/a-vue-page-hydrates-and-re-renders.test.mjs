// A page that Vue renders on the server is left alone until Vue has hydrated it: no mismatch, the same elements, working
// handlers. Then the number is the visitor's, and stays so in the same frame whatever Vue changes.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { renderToString } from '@vue/server-renderer';
import { makeApp } from './support/apps/vue-app.mjs';
import { around, bundle, noTrouble, openApps, parts, shown } from './support/apps.mjs';
import { ownNumber } from './support/clinic.mjs';
import { assertRepaired } from './support/re-renders.mjs';

let apps;
before(async () => { apps = await openApps(); });
after(() => apps.close());

for (const [mode, id] of [['production', 'app'], ['development', 'app'], ['production', '__nuxt']]) {
  test(`Vue in ${mode}, in #${id}`, async () => {
    const view = await apps.show(around(await renderToString(makeApp()), id), await bundle('vue-client.mjs', mode));
    const { page, number } = view;
    for (const [name, text] of Object.entries(await parts(page))) {
      assert.ok(text.includes(ownNumber) || !/\d{4}/.test(text), `${name}: ${text}`);
    }
    view.release();
    await page.waitForFunction(() => window.isHydrated);
    await shown(page, number);
    assert.ok(await view.areSame());
    await assertRepaired(view);
    assert.deepEqual(await view.trouble(), noTrouble);
    await view.close();
  });
}
