// The demo clinic with a pool service behind it, and browsers that visit it: what nearly every test starts from.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { serve } from '../../../www-demo/serve.mjs';
import { root } from '../../tools/ensure.mjs';
import { startRedis } from './redis.mjs';
import { startService } from './service.mjs';

export const flags = ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--disable-quic', '--no-first-run',
  '--disable-background-networking',
  // Two sub-domains of one site, for what they share and what they do not.
  '--host-resolver-rules=MAP *.clinic.test 127.0.0.1', '--disable-component-update', '--disable-sync'];

/** The clinic's own number, as its pages print it. */
export const ownNumber = '0120-123-456';

/** Times of the pool in these tests, in seconds; round, so that a test can say when a lease ends. */
export const times = { heartbeat: 60, lease_life: 150, min_hold: 300, cooldown: 1800 };

function configuration({ origins, numbers, overflow, headless, healthSample, site = '', routing = '' }) {
  const pool = (id, destination, list, more = '') => `
[[pool]]
id = "${id}"
site = "clinic"
destination = "${destination}"
numbers = ${JSON.stringify(list)}
${more}`;
  return `
[[site]]
id = "clinic"
key = "st_clinic"
name = "clinic"
origins = ${JSON.stringify(origins)}
# The tests drive their browsers; as visitors these would be leased nothing.
headless = ${headless}
health_sample = ${healthSample}
${site}
[[site.target]]
id = "main"
number = "0120-123-456"
pool = "clinic-main"
[[site.target]]
id = "recruit"
number = "03-5550-1234"
pool = "clinic-recruit"
${pool('clinic-main', '0120-123-456', numbers, overflow ? `overflow = "${overflow}"` : '')}
${routing}
${pool('clinic-recruit', '03-5550-1234', ['03-5550-1301..03-5550-1305'])}
`;
}

/** Opens Chromium, with more flags if need be. */
export const openChromium = (...more) => chromium.launch({ executablePath: '/usr/bin/chromium', args: [...flags, ...more] });

/**
 * Opens the clinic. Another browser is opened by `openBrowser`; `visitor` is for Chromium only.
 * @param {{ store?: 'embedded' | 'redis', numbers?: string[], overflow?: string, site?: string, routing?: string, headless?: boolean,
 *   healthSample?: number, origins?: string[], isTagged?: boolean, transform?: (html: string) => string, settings?: Record<string, string>,
 *   openBrowser?: () => Promise<{ close: () => Promise<void> }> }} options `headless`: driven browsers are visitors too;
 *   `healthSample`: the share of pages that tell what they found; 0, for a page that is drawn by lot fetches a file more
 */
export async function openClinic({ store = 'embedded', numbers = ['0120-900-001..0120-900-020'], overflow, site: more, routing, headless = true,
  healthSample = 0, origins = [], isTagged = true, transform = (html) => html, settings, openBrowser = () => openChromium() } = {}) {
  const browser = await openBrowser();
  const redis = store === 'redis' ? await startRedis() : undefined;
  const service = await startService({ store: redis?.url ?? 'embedded', settings });
  let tag = '';
  const withTag = (html) => html.replace('<!-- hatsuban:tag -->', () => tag);
  const site = await serve({ port: 0, panel: false, transform: (html) => transform(withTag(html)) });
  const { port } = new URL(site.url);
  const subDomains = { www: `http://www.clinic.test:${port}`, blog: `http://blog.clinic.test:${port}` };
  const file = join(service.data, 'clinic.toml');
  writeFileSync(file, configuration({ origins: [site.url, ...Object.values(subDomains), ...origins], numbers, overflow, headless,
    healthSample, site: more, routing }));
  service.command('apply', file);
  const printed = service.command('tag', '--site', 'clinic');
  if (isTagged) tag = printed;
  const token = service.command('token', 'create', '--name', 'pbx', '--scope', 'calls:read', '--site', 'clinic').trim();

  const clinic = {
    service,
    redis,
    site,
    subDomains,
    browser,
    /** The tag as the service prints it, for pages that a test writes itself. */
    tag: printed,
    /** A new visitor: a browser context of its own, with whatever its pages threw or complained of. */
    async visitor(options = {}) {
      const context = await browser.newContext(options);
      const errors = [];
      context.on('weberror', (error) => errors.push(error.error().message));
      await context.clock.install();
      return { context, errors, page: await context.newPage() };
    },
    /** Asks whose call it is, as a call system does. */
    async attribution(number, at) {
      const url = new URL(`/v1/numbers/${encodeURIComponent(number)}/attribution`, service.url);
      if (at) url.searchParams.set('at', at);
      const answer = await fetch(url, { headers: { authorization: `Bearer ${token}` } });
      return { status: answer.status, body: await answer.json() };
    },
    /** One counter of the service's metrics, by the text of its line; 0 while nothing was counted. */
    async counted(line) {
      const text = await (await fetch(`${service.url}/metrics`)).text();
      return Number(text.split('\n').find((each) => each.startsWith(line))?.split(' ').pop() ?? 0);
    },
    async close() {
      await browser.close();
      await site.close();
      await service.close();
      await redis?.close();
    },
  };
  return clinic;
}

/** Both stores, for tests that must hold on each. */
export const stores = ['embedded', 'redis'];

/** A golden body of the protocol. */
export function golden(name) {
  return JSON.parse(readFileSync(join(root, 'pool-service', 'protocol', 'golden', `${name}.json`), 'utf8'));
}
