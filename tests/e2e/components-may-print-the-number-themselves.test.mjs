// The hooks of snippet/examples: server-rendered components print the clinic's own number, then the visitor's, in the same
// spelling, and the clinic's again when its time has passed. Nothing else swaps what they print here.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { renderToString as renderVue } from '@vue/server-renderer';
import { createElement } from 'react';
import { renderToString as renderReact } from 'react-dom/server';
import { root } from '../tools/ensure.mjs';
import { make as makeReact } from './support/apps/use-number-react.mjs';
import { make as makeVue } from './support/apps/use-number-vue.mjs';
import { around, bundle } from './support/apps.mjs';
import { openClinic, ownNumber } from './support/clinic.mjs';

const neverOnTheServer = () => assert.fail('started on the server');
const frameworks = {
  React: ['use-number-react-client.mjs', async () => renderReact(createElement(makeReact(neverOnTheServer)))],
  Vue: ['use-number-vue-client.mjs', () => renderVue(makeVue(neverOnTheServer))],
};
const program = readFileSync(join(root, 'snippet', 'dist', 'npm', 'hatsuban_bg.wasm'));

for (const [name, [entry, render]] of Object.entries(frameworks)) {
  test(name, async () => {
    const html = around(await render()).replace('</body>', '<script type="module" src="/app/client.js"></script></body>');
    assert.equal(html.split(ownNumber).length, 3, 'the server prints the clinic\'s own');
    const script = await bundle(entry, 'development');
    const clinic = await openClinic({ isTagged: false, transform: () => html.replace('<html', `<html data-service="${clinic.service.url}"`) });
    try {
      const { context, page, errors } = await clinic.visitor();
      const said = [];
      page.on('console', (message) => {
        if (['error', 'warning'].includes(message.type())) said.push(message.text());
      });
      await context.route('**/app/client.js', (route) => route.fulfill({ contentType: 'text/javascript', body: script }));
      await context.route('**/app/hatsuban_bg.wasm', (route) => route.fulfill({ contentType: 'application/wasm', body: program }));
      await page.goto(clinic.site.url);
      const shows = (pattern) => page.waitForFunction((source) => {
        const outputs = [...document.querySelectorAll('output')];
        return outputs.length === 2 && outputs.every(({ textContent }) => new RegExp(source).test(textContent));
      }, pattern.source);
      await shows(/^0120-900-0\d\d$/);
      assert.equal(await page.evaluate(() => window.begun), 1);
      assert.deepEqual([said, errors, await page.evaluate(() => window.problems)], [[], [], []]);

      await clinic.service.kill();
      await page.clock.fastForward(3_600_000);
      await shows(new RegExp(`^${ownNumber}$`));
      await page.evaluate(() => window.leave());
      assert.equal(await page.locator('output').count(), 0);
      assert.deepEqual(errors, []);
    } finally {
      await clinic.close();
    }
  });
}
