// The template for Google Tag Manager has every section, needs no more than it may use, loads the tag once, hands on the
// page's options and consent, and tells the tag manager exactly once how it went. In an emulation of the documented sandbox.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { root } from '../tools/ensure.mjs';
import { documented, fire, notSandboxed, openPage, permissions, runScenario, scenarios, sections } from './support/gtm.mjs';

const gtm = join(root, 'snippet', 'js', 'gtm');
const template = sections(readFileSync(join(gtm, 'template.tpl'), 'utf8'));
const code = template.get('SANDBOXED_JS_FOR_WEB_TEMPLATE');
const url = 'https://numbers.example.com/tag/st_example.js';

/** The fields of the form, those in groups included. */
function fieldsOf(parameters) {
  return parameters.flatMap((field) => (field.type === 'GROUP' ? fieldsOf(field.subParams) : [field]));
}

const form = fieldsOf(JSON.parse(template.get('TEMPLATE_PARAMETERS')));
const defaults = Object.fromEntries(form.map(({ name, defaultValue }) => [name, defaultValue]));

/** What the queue holds, as plain lists; of data for ads only where something is said. */
const queued = (page) => page.window.hatsuban.q.map((command) => plain([...command]));
const plain = (command) => command.filter((each) => Object.keys(each).length);

describe('the file', () => {
  test('has every section, in the order of the template editor', () => {
    assert.deepEqual([...template.keys()], [
      'TERMS_OF_SERVICE', 'INFO', 'TEMPLATE_PARAMETERS', 'SANDBOXED_JS_FOR_WEB_TEMPLATE', 'WEB_PERMISSIONS', 'TESTS', 'NOTES',
    ]);
    const info = JSON.parse(template.get('INFO'));
    assert.deepEqual([info.type, info.version, info.containerContexts], ['TAG', 1, ['WEB']]);
    assert.match(template.get('TERMS_OF_SERVICE'), /^By creating or modifying this file you agree to .*\n.*\nhttps:\/\/developers\.google\.com\/tag-manager\/gallery-tos \(or .*\nGoogle may provide\), as modified from time to time\.$/);
    assert.match(template.get('NOTES'), /not in a live\s+Google Tag Manager account/);
  });

  test('explains every field in both languages, and its defaults are valid', () => {
    for (const field of form) {
      assert.match(field.help, /[ぁ-ん].*<br>.*[a-z]/, field.name);
      for (const { type, args } of field.valueValidators ?? []) {
        if (type === 'REGEX') assert.match(field.defaultValue, new RegExp(args[0]), field.name);
      }
      if (field.type === 'SELECT') assert.ok(field.selectItems.some(({ value }) => value === field.defaultValue), field.name);
      for (const { paramName } of field.enablingConditions ?? []) assert.ok(paramName in defaults, paramName);
    }
    const fieldsRead = new Set([...code.matchAll(/\bdata\.(\w+)/g)].map(([, name]) => name).filter((name) => !name.startsWith('gtmOn')));
    assert.deepEqual([...fieldsRead].sort(), Object.keys(defaults).sort());
  });

  test('refuses an address without https or with a slash at the end', () => {
    const rule = new RegExp(form.find(({ name }) => name === 'service').valueValidators[1].args[0]);
    for (const address of ['https://numbers.example.jp', 'https://www.example.jp:8443/hatsuban']) assert.match(address, rule);
    for (const address of ['http://numbers.example.jp', 'https://numbers.example.jp/', 'numbers.example.jp', 'https://a b']) {
      assert.doesNotMatch(address, rule);
    }
  });

  test('uses documented interfaces only, and has the permission of each and no other', () => {
    const required = [...code.matchAll(/require\('(\w+)'\)/g)].map(([, name]) => name);
    assert.equal(required.length, code.split('require(').length - 1);
    for (const name of required) assert.ok(name in documented, name);
    const needed = new Set(required.map((name) => documented[name]).filter(Boolean));
    const granted = JSON.parse(template.get('WEB_PERMISSIONS')).map(({ instance }) => instance.key.publicId);
    assert.deepEqual(granted.sort(), [...needed].sort());
    const may = permissions(template.get('WEB_PERMISSIONS'));
    assert.ok(may('inject_script', url) && !may('inject_script', 'https://numbers.example.com/other.js'));
    assert.ok(!may('access_globals', 'write', 'dataLayer') && !may('access_consent', 'ad_storage', 'write'));
  });

  test('is written in the language of the sandbox', () => {
    assert.deepEqual(notSandboxed(code, ['require', 'data'], ['gtmOnSuccess', 'gtmOnFailure']), []);
    for (const trap of ['window.x = 1;', 'const d = new Date();', 'var x = /a/;', 'f = () => this;', 'Object.keys({});', '`a`;']) {
      assert.notDeepEqual(notSandboxed(trap, ['require', 'data'], []), [], trap);
    }
  });
});

describe("the template's own tests", () => {
  const names = ['mock', 'runCode', 'assertThat', 'assertApi'];
  const list = scenarios(template.get('TESTS'));
  assert.ok(list.length >= 8);
  for (const scenario of list) {
    test(scenario.name, () => {
      assert.deepEqual(notSandboxed(scenario.code, names, ['isEqualTo', 'isUndefined', 'wasCalled', 'wasNotCalled', 'ad_storage', 'analytics_storage', 'ad_user_data', 'ad_personalization']), []);
      assert.ok(runScenario(template, scenario.code) > 0, 'it asserts something');
    });
  }
});

describe('on a page', () => {
  test('the tag is loaded once however often it fires, and each firing ends once', () => {
    const page = openPage();
    const told = [fire(template, page, defaults), fire(template, page, defaults)];
    assert.deepEqual(told, [{ success: 0, failure: 0 }, { success: 0, failure: 0 }]);
    page.settle();
    assert.deepEqual(page.scripts, [url]);
    assert.deepEqual(told, [{ success: 1, failure: 0 }, { success: 1, failure: 0 }]);
  });

  test('a tag that does not load, or may not be loaded, is one failure', () => {
    const page = openPage({ answers: () => false });
    const unreachable = fire(template, page, defaults);
    page.settle();
    assert.deepEqual(unreachable, { success: 0, failure: 1 });
    const elsewhere = openPage();
    assert.deepEqual(fire(template, elsewhere, { ...defaults, service: 'https://other.example' }), { success: 0, failure: 1 });
    assert.deepEqual(elsewhere.scripts, []);
    assert.match(elsewhere.log[0], /https:\/\/other\.example\/tag\/st_example\.js.*permission/);
  });

  test('the options are there before the tag, and name only what was chosen', () => {
    const page = openPage();
    fire(template, page, defaults);
    assert.deepEqual(page.window.hatsubanOptions, {});
    fire(template, page, { ...defaults, mode: 'dynamic', media: 'yahoo', consent: 'channel-only', dataLayer: true });
    const chosen = { mode: 'dynamic', media: 'yahoo', consent: 'channel-only', data_layer: true };
    assert.deepEqual(page.window.hatsubanOptions, chosen);
    assert.equal(page.window.hatsuban.q.length > 0, true);
  });

  test('the state of consent is handed on first, then each change of the whole', () => {
    const page = openPage();
    page.setConsent('ad_storage', false);
    page.setConsent('analytics_storage', false);
    fire(template, page, defaults);
    assert.deepEqual(queued(page), [['consent', 'denied']]);
    page.setConsent('ad_storage', true);
    assert.deepEqual(queued(page), [['consent', 'denied']]);
    page.setConsent('analytics_storage', true);
    page.setConsent('ad_storage', false);
    assert.deepEqual(queued(page), [['consent', 'denied'], ['consent', 'granted'], ['consent', 'denied']]);
  });

  test('consent without a state counts as granted, is handed on so, and can still be denied', () => {
    const page = openPage();
    fire(template, page, defaults);
    assert.deepEqual(queued(page), [['consent', 'granted']]);
    page.setConsent('ad_storage', true);
    assert.deepEqual(queued(page), [['consent', 'granted']], 'nobody is told of this');
    page.setConsent('ad_storage', false);
    assert.deepEqual(queued(page), [['consent', 'granted'], ['consent', 'denied']]);
  });

  test('what is denied for ads is handed on beside it, and what is granted after; never what nobody has set', () => {
    const page = openPage();
    page.setConsent('ad_user_data', false);
    fire(template, page, defaults);
    assert.deepEqual(queued(page), [['consent', 'granted', { ad_user_data: 'denied' }]]);
    page.setConsent('ad_personalization', true);
    assert.deepEqual(queued(page).length, 1, 'nobody is told of this');
    page.setConsent('ad_user_data', true);
    page.setConsent('ad_personalization', false);
    assert.deepEqual(queued(page).slice(1), [
      ['consent', 'granted', { ad_user_data: 'granted' }],
      ['consent', 'granted', { ad_user_data: 'granted', ad_personalization: 'denied' }],
    ]);
  });

  test('a change reaches the program that has taken over the queue meanwhile', () => {
    const page = openPage();
    page.setConsent('ad_storage', false);
    fire(template, page, defaults);
    const heard = queued(page);
    page.window.hatsuban = (...command) => heard.push(plain(command));
    page.setConsent('ad_storage', true);
    assert.deepEqual(heard, [['consent', 'denied'], ['consent', 'granted']]);
  });

  test('a queue that the page has made is kept', () => {
    const page = openPage();
    const own = [['attributes', { plan: 'gold' }]];
    page.window.hatsuban = (...command) => own.push(plain(command));
    page.window.hatsuban.q = own;
    fire(template, page, defaults);
    assert.deepEqual(own, [['attributes', { plan: 'gold' }], ['consent', 'granted']]);
  });
});

test('metadata.yaml names where the template is documented, and no version that was not published', () => {
  const lines = readFileSync(join(gtm, 'metadata.yaml'), 'utf8').split('\n').filter((line) => line && !line.startsWith('#'));
  assert.match(lines[0], /^homepage: https:\/\/\S+$/);
  assert.match(lines[1], /^documentation: https:\/\/\S+\/docs\/TAG\.md$/);
  assert.match(lines[2], /^versions: ?(\[\])?$/);
  for (let at = 3; at < lines.length; at += 2) {
    assert.match(lines[at], /^ {2}- sha: [0-9a-f]{40}$/);
    assert.match(lines[at + 1], /^ {4}changeNotes: \S/);
  }
});
