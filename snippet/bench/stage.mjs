// A browser that shows the measured page: served from memory, isolated from other origins so that its clock is fine.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { chromium } from 'playwright-core';
import { DIST } from '../scripts/files.mjs';
import { pageOf } from './document.mjs';

const flags = ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--disable-quic', '--no-first-run',
  '--disable-background-networking', '--disable-component-update', '--disable-sync'];
/** No request leaves the browser: all of this origin is answered from here. */
const ORIGIN = 'https://bench.example';
const isolation = { 'cross-origin-opener-policy': 'same-origin', 'cross-origin-embedder-policy': 'require-corp' };

const answers = () => {
  const script = (body) => ({ body, contentType: 'text/javascript' });
  const html = (count) => ({ body: pageOf(count), contentType: 'text/html; charset=utf-8' });
  const library = createRequire(import.meta.url).resolve('findandreplacedomtext');
  return {
    '/1': html(1),
    '/20': html(20),
    '/contestants.mjs': script(readFileSync(new URL('contestants.mjs', import.meta.url))),
    '/library.js': script(readFileSync(library)),
    '/hatsuban.js': script(readFileSync(`${DIST}hatsuban.js`)),
    '/hatsuban_bg.wasm': { body: readFileSync(`${DIST}hatsuban_bg.wasm`), contentType: 'application/wasm' },
  };
};

/** Opens the browser. `page(targetCount)` gives the page anew, settled, with the contestants in it as `window.bench`. */
export async function openStage() {
  const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: flags });
  const context = await browser.newContext();
  const served = answers();
  await context.route('**/*', (route) => {
    const answer = served[new URL(route.request().url()).pathname];
    // The program asks for its lease after it has shown the stored one. Nobody hears it here.
    return answer ? route.fulfill({ ...answer, headers: { ...isolation, 'content-type': answer.contentType } }) : route.abort();
  });
  return {
    async page(targetCount) {
      const page = await context.newPage();
      await page.goto(`${ORIGIN}/${targetCount}`);
      await page.addScriptTag({ url: '/library.js' });
      await page.evaluate(async () => {
        window.bench = await import('/contestants.mjs');
        for (let frame = 0; frame < 3; frame += 1) await new Promise((resolve) => requestAnimationFrame(resolve));
      });
      return page;
    },
    close: () => browser.close(),
  };
}
