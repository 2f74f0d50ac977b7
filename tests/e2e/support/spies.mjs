// What a page's script touches and what a visitor's browser sends, seen from outside.
import assert from 'node:assert/strict';
import { ownNumber } from './clinic.mjs';
import { grouped, leased } from './page.mjs';

/** Runs before the page's own scripts: notes every use of cookies and storage in `window.touched`. */
export const noteWhatIsTouched = () => {
  window.touched = [];
  const cookie = Object.getOwnPropertyDescriptor(Document.prototype, 'cookie');
  Object.defineProperty(Document.prototype, 'cookie', {
    configurable: true,
    get() {
      window.touched.push('cookie read');
      return cookie.get.call(this);
    },
    set(value) {
      window.touched.push('cookie written');
      cookie.set.call(this, value);
    },
  });
  for (const name of ['getItem', 'setItem', 'removeItem', 'clear', 'key']) {
    const method = Storage.prototype[name];
    Storage.prototype[name] = function (...given) {
      window.touched.push(`storage ${name}`);
      return method.apply(this, given);
    };
  }
};

/** Runs before the page's own scripts: a promise for the first event of each kind, and all of them. */
export const noteEvents = () => {
  window.events = [];
  for (const name of ['ready', 'leased', 'swapped', 'no-number', 'error']) {
    window.addEventListener(`hatsuban:${name}`, ({ detail }) => window.events.push({ name, detail }));
  }
};

/** Addresses of the service's protocol that this page has asked, as they are asked. */
export function noteRequests(page) {
  const paths = [];
  page.on('request', (request) => {
    const { pathname } = new URL(request.url());
    if (pathname.startsWith('/v1/')) paths.push(pathname);
  });
  return paths;
}

/** The console's lines about us. */
export function noteLines(page) {
  const lines = [];
  page.on('console', (line) => line.text().includes('[hatsuban]') && lines.push(line.text()));
  return lines;
}

/** Until the program has started on this page and all it does at once is done. */
export async function started(page) {
  await page.waitForFunction(() => window.events?.some(({ name }) => name === 'ready'));
  // Whatever it put off to the next task has run when a task that was put off later has.
  await page.evaluate(() => new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = resolve;
    port2.postMessage(0);
  }));
}

export const footer = (page) => page.locator('[data-test="footer"]').textContent();

/** Until the footer shows this. */
export const shows = (page, text) =>
  page.waitForFunction((wanted) => document.querySelector('[data-test="footer"]')?.textContent === wanted, text);

/** The service's complaints that a page has heard, as events. */
export const failures = (page) => page.evaluate(() => window.events.filter(({ name }) => name === 'error').map(({ detail }) => detail));

/** A visitor of whom everything is noted; runs a change of the page's browser first. */
export async function noted(clinic, change) {
  const { context, page, errors } = await clinic.visitor();
  await context.addInitScript(noteEvents);
  if (change) await context.addInitScript(change);
  return { context, page, errors, lines: noteLines(page) };
}

/** One line and one event, with this in it; the page as it was. */
export async function saysOnce({ page, errors, lines }, what) {
  await page.waitForFunction(() => window.events.some(({ name }) => name === 'error'));
  await page.waitForLoadState('networkidle');
  const told = await failures(page);
  assert.equal(told.length, 1, JSON.stringify(told));
  assert.match(`${told[0].cause} ${told[0].cure}`, what);
  assert.equal(lines.length, 1, lines.join('\n'));
  assert.ok(lines[0].includes(told[0].cause) && lines[0].includes(told[0].cure));
  assert.equal(await footer(page), ownNumber);
  assert.deepEqual(errors, []);
}

/** The number comes, nothing is said. Gives it as the page writes it. */
export async function works({ page, errors, lines }) {
  const number = grouped(await leased(page));
  await shows(page, number);
  assert.deepEqual([await failures(page), lines, errors], [[], [], []]);
  return number;
}
