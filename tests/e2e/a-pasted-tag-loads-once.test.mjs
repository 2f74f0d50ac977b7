// What `hatsuban tag` prints is ES5 without anything that a tag manager would replace, loads the program once however often
// it is run, and leaves the page's choices and commands where the program finds them. Without a browser.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import vm from 'node:vm';
import { root } from '../tools/ensure.mjs';
import { fire, notES5, notSandboxed, openPage, scenarios, runScenario, sections } from './support/gtm.mjs';

const binary = process.env.SERVICE_BINARY ?? join(root, 'target', 'debug', 'hatsuban');
const data = mkdtempSync(join(tmpdir(), 'hatsuban-tag-'));
after(() => rmSync(data, { recursive: true, force: true }));

const service = 'https://numbers.clinic.example';
const hatsuban = (...args) =>
  execFileSync(binary, ['--data-directory', join(data, 'store'), '--public-url', service, ...args], { encoding: 'utf8' });

writeFileSync(join(data, 'clinic.toml'), `
[[site]]
id = "clinic"
key = "st_clinic"
name = "みなと坂歯科"
origins = ["https://www.clinic.example"]
target = [{ id = "main", number = "0120-123-456", pool = "main" }]
[[pool]]
id = "main"
site = "clinic"
destination = "0120-123-456"
numbers = ["0120-900-001..0120-900-002"]
`);
hatsuban('apply', join(data, 'clinic.toml'));
const tag = (...more) => hatsuban('tag', '--site', 'clinic', ...more);
const chosen = ['--mode', 'channel', '--media', 'google'];

/** The script inside the Custom HTML. */
function script(html) {
  const [, code, rest] = /^<!--[^]*?-->\n<script>\n([^]*?)<\/script>\n([^]*)$/.exec(html);
  assert.equal(rest, '');
  return code;
}

/** A page on which the script can run; nothing is loaded. */
function page() {
  const made = [];
  const document = {
    head: { appendChild: (element) => made.push(element) },
    createElement: (name) => ({ name }),
    getElementById: (id) => made.find((element) => element.id === id) ?? null,
  };
  const warnings = [];
  const window = { console: { warn: (text) => warnings.push(text) } };
  return { made, warnings, window, run: (code) => vm.runInNewContext(code, { window, document }) };
}

describe('Custom HTML', () => {
  test('is ES5, and no tag manager finds a variable in it', () => {
    for (const html of [tag(), tag(...chosen)]) {
      assert.deepEqual(notES5(script(html)), []);
      assert.doesNotMatch(html, /\{\{|\}\}|currentScript|document\.write\(/);
      assert.match(html, /みなと坂歯科 \(clinic\)/);
    }
    assert.notDeepEqual(notES5('const a = () => 1;'), []);
  });

  test('run twice, it makes one script element', () => {
    const { made, run } = page();
    const code = script(tag());
    run(code);
    run(code);
    assert.equal(made.length, 1);
    const [{ name, id, src, async, crossOrigin }] = made;
    assert.deepEqual({ name, id, src, async, crossOrigin }, {
      name: 'script', id: 'hatsuban-tag', src: `${service}/tag/st_clinic.js`, async: true, crossOrigin: 'anonymous',
    });
  });

  test('hands the choices over, and keeps commands until the program is there', () => {
    const { window, run } = page();
    run(script(tag(...chosen)));
    assert.deepEqual({ ...window.hatsuban.options }, { mode: 'channel', media: 'google' });
    window.hatsuban('consent', 'granted');
    assert.deepEqual([...window.hatsuban.q].map((command) => [...command]), [['consent', 'granted']]);
    const plain = page();
    plain.run(script(tag()));
    assert.equal(plain.window.hatsuban.options, undefined);
  });

  test('keeps what the page has already said', () => {
    const { window, run } = page();
    const q = [['consent', 'denied']];
    window.hatsuban = Object.assign(() => {}, { q });
    run(script(tag()));
    assert.equal(window.hatsuban.q, q);
  });

  test('says so once when the program cannot be loaded', () => {
    const { made, warnings, run } = page();
    run(script(tag()));
    made[0].onerror();
    assert.equal(warnings.length, 1);
    assert.match(warnings[0], /^\[hatsuban\] https:\/\/numbers\.clinic\.example\/tag\/st_clinic\.js could not be loaded\..*script-src/);
  });
});

test('the container to import holds the very same Custom HTML', () => {
  const container = JSON.parse(tag(...chosen, '--format', 'container'));
  const [{ parameter, firingTriggerId }] = container.containerVersion.tag;
  assert.equal(parameter.find(({ key }) => key === 'html').value, tag(...chosen));
  assert.deepEqual(firingTriggerId, ['2147479553']);
});

test('the template loads this installation, and its own tests hold with it', () => {
  const template = sections(tag('--mode', 'dynamic', '--media', 'yahoo', '--format', 'tpl'));
  const fields = JSON.parse(template.get('TEMPLATE_PARAMETERS')).flatMap((field) => field.subParams ?? [field]);
  const defaults = Object.fromEntries(fields.map(({ name, defaultValue }) => [name, defaultValue]));
  const visited = openPage();
  const told = fire(template, visited, defaults);
  visited.settle();
  assert.deepEqual([visited.scripts, told], [[`${service}/tag/st_clinic.js`], { success: 1, failure: 0 }]);
  assert.deepEqual(visited.window.hatsubanOptions, { mode: 'dynamic', media: 'yahoo' });
  assert.deepEqual(notSandboxed(template.get('SANDBOXED_JS_FOR_WEB_TEMPLATE'), ['require', 'data'], ['gtmOnSuccess', 'gtmOnFailure']), []);
  for (const { code } of scenarios(template.get('TESTS'))) assert.ok(runScenario(template, code) > 0);
});
