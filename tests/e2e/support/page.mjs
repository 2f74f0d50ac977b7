// What a visitor sees on the clinic's pages, by the marks that the pages carry (see www-demo/README.md).

/** The parts of a page that show the clinic's number, and what is kept of its form. */
export const parts = {
  'header-text': 'text',
  'header-link': 'href',
  'body-prose': 'text',
  'tel-hyphen': 'href',
  'tel-plus': 'href',
  'full-width': 'text',
  split: 'text',
  footer: 'text',
  fax: 'text',
  'blog-number': 'text',
  'english-plus': 'text',
  'spa-number': 'text',
};

/** Waits until the main target has this status, and gives the number it shows. */
export async function leased(page, status = 'leased') {
  const row = await page.waitForFunction(
    (wanted) => window.hatsuban?.state?.leases?.find((lease) => lease.target === 'main' && lease.status === wanted),
    status,
    // Not by frames: a page without a body has none yet.
    { polling: 20 },
  );
  return (await row.jsonValue()).number?.national;
}

/** Text or link of every marked part that is on this page. */
export function marked(page) {
  return page.evaluate((names) => {
    const found = {};
    for (const [name, kind] of Object.entries(names)) {
      const element = document.querySelector(`[data-test="${name}"]`);
      if (element) found[name] = kind === 'href' ? element.getAttribute('href') : element.textContent;
    }
    return found;
  }, parts);
}

/** ASCII digits of a text, whatever their width. */
export const digits = (text) => text.normalize('NFKC').replace(/\D/g, '');

/** `0120900001` as the clinic writes it. */
export const grouped = (national) => `${national.slice(0, 4)}-${national.slice(4, 7)}-${national.slice(7)}`;

/** The same in full-width characters. */
export const fullWidth = (text) => text.replace(/\d/g, (digit) => String.fromCharCode(0xff10 + Number(digit))).replaceAll('-', '－');

/** Puts a page of the test's own on the clinic's site, and gives its address. The tag is in its head, unless `head` says otherwise. */
export async function put(context, clinic, body, head = clinic.tag) {
  const url = `${clinic.site.url}/own.html`;
  const html = `<!doctype html><html lang="ja"><head><meta charset="utf-8"><title>own</title>${head}</head><body>${body}</body></html>`;
  // Such a page comes from no address, and Chromium asks whether it may reach this machine.
  await context.grantPermissions(['local-network-access']);
  await context.route((asked) => asked.href.split(/[?#]/)[0] === url, (route) => route.fulfill({ contentType: 'text/html; charset=utf-8', body: html }));
  return url;
}

/** The lines that the snippet writes to the console of any page, as they come. */
export function linesOf(context) {
  const lines = [];
  context.on('console', (line) => line.text().includes('[hatsuban]') && lines.push(line.text()));
  return lines;
}

/** The requests to one path of the service, as they come. */
export function requestsTo(context, path) {
  const requests = [];
  context.on('request', (request) => new URL(request.url()).pathname === path && request.method() === 'POST' && requests.push(request));
  return requests;
}

/** Waits until the snippet runs on a page. What it does at its start is done then. */
export const running = (page) => page.waitForFunction(() => window.hatsuban?.state && window.hatsuban.run, null, { polling: 20 });
