// React changes what stands beside a number, moves, drops and makes elements anew: in the same frame the number is the
// visitor's again, and React, which knows nothing of it, never stumbles.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { createElement } from 'react';
import { renderToString } from 'react-dom/server';
import { Clinic } from './support/apps/react-app.mjs';
import { around, bundle, noTrouble, openApps, shown } from './support/apps.mjs';
import { assertRepaired } from './support/re-renders.mjs';

let apps;
before(async () => { apps = await openApps(); });
after(() => apps.close());

for (const mode of ['production', 'development']) {
  test(`React in ${mode}`, async () => {
    const view = await apps.show(around(renderToString(createElement(Clinic))), await bundle('react-client.mjs', mode));
    view.release();
    await view.page.waitForFunction(() => window.isHydrated);
    await shown(view.page, view.number);
    await assertRepaired(view);
    assert.deepEqual(await view.trouble(), noTrouble);
    await view.close();
  });
}
