// A visitor who clicked an ad sees one leased number wherever a page shows the clinic's: text, links, full-width digits,
// split over elements, in running text. The FAX number, the JSON-LD and whatever is not the clinic's number stay.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { openClinic, stores } from './support/clinic.mjs';
import { digits, fullWidth, grouped, leased, marked } from './support/page.mjs';

const pages = ['/', '/access.html', '/blog/whitening.html', '/en/', '/reserve/', '/reserve/menu'];
const untouched = ['json-ld', 'ignored', 'postal', 'registration', 'price', 'date'];

const snapshot = (page) => page.evaluate((names) => Object.fromEntries(names.map((name) => {
  const element = document.querySelector(`[data-test="${name}"]`);
  return [name, element?.outerHTML ?? null];
})), untouched);

for (const store of stores) {
  describe(store, () => {
    let clinic;
    let visitor;
    before(async () => {
      clinic = await openClinic({ store });
      visitor = await clinic.visitor();
    });
    after(() => clinic.close());

    for (const path of pages) {
      test(path, async () => {
        const { page } = visitor;
        const plain = await clinic.browser.newPage({ javaScriptEnabled: false });
        await plain.goto(clinic.site.url + path);
        const before_ = await snapshot(plain);
        await plain.close();

        await page.goto(`${clinic.site.url}${path}?gclid=TEST-abc_123`);
        const national = await leased(page);
        await page.waitForFunction((tail) => document.querySelector('[data-test="footer"]').textContent.includes(tail), grouped(national));
        const shown = await marked(page);
        const number = grouped(national);

        assert.equal(shown['header-text'], number);
        assert.equal(shown['header-link'], `tel:${national}`);
        assert.ok(shown['body-prose'] === undefined || shown['body-prose'].includes(number), shown['body-prose']);
        assert.ok(shown['tel-hyphen'] === undefined || digits(shown['tel-hyphen']) === national, shown['tel-hyphen']);
        assert.ok(shown['tel-plus'] === undefined || shown['tel-plus'] === `tel:+81${national.slice(1)}`, shown['tel-plus']);
        assert.ok(shown['full-width'] === undefined || shown['full-width'] === fullWidth(number), shown['full-width']);
        assert.ok(shown.split === undefined || shown.split === number, shown.split);
        assert.equal(shown.footer, number);
        assert.equal(shown.fax, `TEL ${number} / FAX 03-5550-1299`);
        assert.ok(shown['english-plus'] === undefined || shown['english-plus'] === `+81 ${number.slice(1)}`, shown['english-plus']);
        assert.ok(shown['spa-number'] === undefined || shown['spa-number'].includes(number), shown['spa-number']);
        if (path.startsWith('/reserve')) {
          assert.equal(await page.locator('[data-test="json-ld"]').count(), 0);
        } else {
          assert.deepEqual(await snapshot(page), before_);
        }
        assert.deepEqual(visitor.errors, []);
      });
    }

    test('elements around a split number stay', async () => {
      const { page } = visitor;
      await page.goto(clinic.site.url);
      const national = await leased(page);
      const html = await page.locator('[data-test="split"]').innerHTML();
      assert.equal(html, `<span>${national.slice(0, 4)}</span>-<b>${national.slice(4, 7)}</b>-${national.slice(7)}`);
    });

    test('form fields keep what they hold', async () => {
      assert.equal(await visitor.page.locator('[data-test="input"]').inputValue(), '0120-123-456');
    });

    test('labels follow the text', async () => {
      const national = await leased(visitor.page);
      const label = await visitor.page.locator('[data-test="header-link"]').getAttribute('aria-label');
      assert.ok(label.includes(grouped(national)), label);
    });

    test('a second target has a number of its own', async () => {
      const { page } = visitor;
      await page.goto(`${clinic.site.url}/access.html`);
      await page.waitForFunction(() => /^03-5550-13/.test(document.querySelector('[data-test="recruit"]').textContent));
      assert.match(await page.locator('[data-test="recruit"]').getAttribute('href'), /^tel:03555013/);
    });
  });
}
