// Pages of real frameworks, rendered on the server and hydrated in the browser when the test says so.
import { join } from 'node:path';
import { build } from 'esbuild';
import { root } from '../../tools/ensure.mjs';
import { openClinic } from './clinic.mjs';

const apps = join(root, 'tests', 'e2e', 'support', 'apps');

/** Bundles a browser's side; `mode` is `production` or `development`, as the frameworks know it. */
export async function bundle(entry, mode, more = {}) {
  const define = {
    'process.env.NODE_ENV': JSON.stringify(mode),
    __VUE_OPTIONS_API__: 'true',
    __VUE_PROD_DEVTOOLS__: 'false',
    __VUE_PROD_HYDRATION_MISMATCH_DETAILS__: 'true',
  };
  const { outputFiles } = await build({
    entryPoints: [join(apps, entry)], bundle: true, write: false, format: 'esm', minify: mode === 'production', define, logLevel: 'error', ...more,
  });
  return outputFiles[0].text;
}

/** A page around what a framework rendered, its script last; `id` is the name of its root. */
export const around = (content, id = 'root') => `<!doctype html><html lang="ja"><head><meta charset="utf-8"></head>
<body><div id="${id}" data-app>${content}</div></body></html>`;

/**
 * The clinic, with pages of frameworks in place of its own. `show` opens one, with the tag in it and with the script that
 * hydrates it held back until `release`; it answers once a number is leased.
 */
export async function openApps() {
  let html;
  const clinic = await openClinic({ isTagged: false, transform: () => html });
  const tag = clinic.service.command('tag', '--site', 'clinic');
  return {
    close: () => clinic.close(),
    async show(content, script, { query = '', head = '' } = {}) {
      const visitor = await clinic.visitor();
      const { context, page, errors } = visitor;
      const said = [];
      page.on('console', (message) => {
        if (['error', 'warning'].includes(message.type())) said.push(message.text());
      });
      let release;
      const released = new Promise((resolve) => { release = resolve; });
      html = content.replace('<head>', () => `<head>${head}${tag}`)
        .replace('</body>', () => '<script type="module" async src="/app/client.js"></script></body>');
      await context.route('**/app/_next/**', (route) => route.fulfill({ contentType: 'text/javascript', body: '' }));
      await context.route('**/app/client.js', async (route) => {
        await released;
        await route.fulfill({ contentType: 'text/javascript', body: script });
      });
      await page.goto(`${clinic.site.url}/?${query}`, { waitUntil: 'commit' });
      const lease = await page.waitForFunction(() => window.hatsuban?.state?.leases?.find(({ status }) => status === 'leased'));
      const { national } = (await lease.jsonValue()).number;
      await page.waitForLoadState('domcontentloaded');
      await page.evaluate(() => { window.kept = [...document.querySelectorAll('[data-test]')]; });
      return {
        page,
        number: `${national.slice(0, 4)}-${national.slice(4, 7)}-${national.slice(7)}`,
        release,
        /** What went wrong, by whoever noticed. */
        trouble: async () => ({ console: said, thrown: errors, framework: await page.evaluate(() => window.problems) }),
        /** Whether the elements are those that the server sent. */
        areSame: () => page.evaluate(() => window.kept.every((element) => element.isConnected
          && document.querySelector(`[data-test="${element.dataset.test}"]`) === element)),
        close: () => context.close(),
      };
    },
  };
}

export const noTrouble = { console: [], thrown: [], framework: [] };

/** Text, address and labels of every part. */
export const parts = (page) => page.evaluate(() => Object.fromEntries([...document.querySelectorAll('[data-test]')].map((element) => {
  const attributes = ['href', 'aria-label', 'title'].flatMap((name) => element.getAttribute(name) ?? []);
  return [element.dataset.test, [element.textContent, ...attributes].join(' | ')];
})));

/** Waits until these parts, or all, show this number and never the clinic's own. */
export const shown = (page, number, names) => page.waitForFunction(([wanted, list]) => [...document.querySelectorAll('[data-test]')].every((element) => {
  if (list && !list.includes(element.dataset.test)) return true;
  const seen = [element.textContent, ...['href', 'aria-label', 'title'].map((name) => element.getAttribute(name))].join(' ').replace(/-/g, '');
  return !seen.includes('0120123456') && (element.querySelector('button') || !/\d{10}/.test(seen) || seen.includes(wanted.replace(/-/g, '')));
}), [number, names]);
