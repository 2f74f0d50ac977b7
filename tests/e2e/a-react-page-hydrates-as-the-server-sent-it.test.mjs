// A page that React renders on the server is left alone until React has hydrated it, each part in its time: React finds
// what the server sent, keeps its elements, and its handlers work. Then the number is the visitor's.
//
// The document as React's root, with the link that Next puts first in its head, stands for Next's app router; Next itself,
// a third of a gigabyte, is not run.
import assert from 'node:assert/strict';
import { Writable } from 'node:stream';
import { after, before, test } from 'node:test';
import { createElement } from 'react';
import { renderToPipeableStream } from 'react-dom/server';
import { Clinic, Page } from './support/apps/react-app.mjs';
import { around, bundle, noTrouble, openApps, parts, shown } from './support/apps.mjs';
import { ownNumber } from './support/clinic.mjs';

let apps;
const scripts = {};
before(async () => {
  for (const mode of ['production', 'development']) scripts[mode] = await bundle('react-client.mjs', mode);
  apps = await openApps();
});
after(() => apps.close());

const render = (tree) => new Promise((resolve, reject) => {
  let html = '';
  const sink = new Writable({
    write(chunk, _, done) {
      html += chunk;
      done();
    },
    final: () => resolve(html),
  });
  const { pipe } = renderToPipeableStream(createElement(tree), { onAllReady: () => pipe(sink), onError: reject });
});
// Used as well as preloaded, or the browser complains of it three seconds after the page has loaded.
const chunk = '/app/_next/static/chunks/main.js';
const next = { head: `<link rel="preload" as="script" fetchPriority="low" href="${chunk}"><script async src="${chunk}"></script>` };
const lateParts = ['text-in-late', 'beside-late', 'link-in-late', 'late'];
const isOwn = (text) => text.includes(ownNumber);

/** What the parts are like while nothing has been hydrated. */
async function assertUntouched(page, names) {
  const seen = await parts(page);
  for (const name of names ?? ['only-child', 'two-texts', 'split', 'link', 'button', 'cms', 'list', ...lateParts]) {
    assert.ok(isOwn(seen[name]), `${name}: ${seen[name]}`);
  }
}

async function assertHydrates(html, script, options) {
  const view = await apps.show(html, script, options);
  const { page, number } = view;
  await assertUntouched(page);
  view.release();
  await page.waitForFunction(() => window.isHydrated);
  await shown(page, number);
  await page.locator('[data-test="button"]').click();
  assert.equal((await parts(page)).button, `${number} / 1`);
  assert.ok(await view.areSame());
  assert.deepEqual(await view.trouble(), noTrouble);
  await view.close();
}

for (const mode of ['production', 'development']) {
  test(`a root element, React in ${mode}`, async () => assertHydrates(around(await render(Clinic)), scripts[mode]));
  test(`the document as root, as in Next, React in ${mode}`, async () => assertHydrates(await render(Page), scripts[mode], { query: 'whole', ...next }));
}

test('a root of another name that is marked', async () => {
  const html = around(await render(Clinic), 'clinic-app').replace('data-app', 'data-app data-hatsuban-hydrates');
  await assertHydrates(html, scripts.production);
});

test('a document that is marked, as for React Router', async () => {
  const html = (await render(Page)).replace('<html', '<html data-hatsuban-hydrates');
  await assertHydrates(html, scripts.production, { query: 'whole' });
});

for (const [name, tree, options] of [['in a root element', Clinic, { query: 'late' }], ['in the document, as in Next', Page, { query: 'late&whole', ...next }]]) {
  test(`a part that is hydrated late ${name}`, async () => {
    const html = await render(tree);
    const view = await apps.show(tree === Page ? html : around(html), scripts.development, options);
    const { page, number } = view;
    view.release();
    await page.waitForFunction(() => window.isHydrated);
    const early = ['only-child', 'two-texts', 'split', 'link', 'button', 'cms', 'list', 'before-late'];
    await shown(page, number, early);
    // Two rounds of looking at what waits.
    await page.clock.runFor(120);
    await assertUntouched(page, lateParts);
    await page.evaluate(() => window.releaseLate());
    await shown(page, number);
    assert.ok(await view.areSame());
    assert.deepEqual(await view.trouble(), noTrouble);
    await view.close();
  });
}

test('a page that is never hydrated is waited for no longer than a second after it has loaded', async () => {
  const view = await apps.show(around(await render(Clinic)), '');
  await assertUntouched(view.page);
  view.release();
  await view.page.waitForLoadState('load');
  await view.page.clock.runFor(1100);
  await shown(view.page, view.number);
  await view.close();
});
