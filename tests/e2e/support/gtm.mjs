// A small emulation of Google Tag Manager: reads a template file, and runs its sandboxed code and its own tests with the
// documented interfaces, permissions and traps. Nothing here has seen a live account.
import assert from 'node:assert/strict';
import vm from 'node:vm';
import { Linter } from 'eslint';
import globals from 'globals';

/** The sections of a template file, in order. */
export function sections(text) {
  const [before, ...parts] = text.split(/^___([A-Z_]+)___$/m);
  assert.equal(before, '');
  return new Map(parts.flatMap((part, at) => (at % 2 ? [] : [[part, parts[at + 1].trim()]])));
}

/** Each interface that templates may `require`, and the permission that it is checked against. */
export const documented = {
  addConsentListener: 'access_consent',
  callInWindow: 'access_globals',
  copyFromWindow: 'access_globals',
  createArgumentsQueue: 'access_globals',
  createQueue: 'access_globals',
  injectScript: 'inject_script',
  isConsentGranted: 'access_consent',
  logToConsole: 'logging',
  queryPermission: undefined,
  setInWindow: 'access_globals',
};

/** A value in the notation of the permissions section. */
function plain(value) {
  if (value.type === 1) return value.string;
  if (value.type === 8) return value.boolean;
  if (value.type === 2) return value.listItem.map(plain);
  assert.equal(value.type, 3);
  return Object.fromEntries(value.mapKey.map((key, at) => [plain(key), plain(value.mapValue[at])]));
}

/** What a template may do: `(permission, ...what) => boolean`, as `queryPermission` asks. */
export function permissions(section) {
  const granted = Object.fromEntries(
    JSON.parse(section).map(({ instance }) => [
      instance.key.publicId,
      Object.fromEntries(instance.param.map(({ key, value }) => [key, plain(value)])),
    ]),
  );
  const matches = (pattern, url) => (pattern.endsWith('*') ? url.startsWith(pattern.slice(0, -1)) : url === pattern);
  return (id, ...what) => {
    const given = granted[id];
    if (!given) return false;
    if (id === 'inject_script') return given.urls.some((pattern) => matches(pattern, what[0]));
    if (id === 'access_globals') return given.keys.some((key) => key.key === what[1] && key[what[0]]);
    if (id === 'access_consent') return given.consentTypes.some((type) => type.consentType === what[0] && type[what[1]]);
    return true;
  };
}

/** A page with a tag manager on it. `answers` says which scripts load. */
export function openPage({ answers = () => true } = {}) {
  const page = {
    window: {},
    scripts: [],
    /** `undefined` while nobody has set it. */
    consent: {},
    listeners: [],
    waiting: new Map(),
    setConsent(type, granted) {
      // A type without a state counts as granted: nothing has changed then, and no listener is called.
      const before = page.consent[type] ?? true;
      page.consent[type] = granted;
      if (granted !== before) for (const [wanted, listener] of page.listeners) if (wanted === type) listener(type, granted);
    },
    inject(url, onSuccess, onFailure, token) {
      const waiting = page.waiting.get(token) ?? [];
      waiting.push(answers(url) ? onSuccess : onFailure);
      if (waiting.length === 1 || !token) page.scripts.push(url);
      if (token) page.waiting.set(token, waiting);
      page.later = [...(page.later ?? []), waiting.at(-1)];
    },
    /** Lets everything that was injected load or fail. */
    settle() {
      for (const callback of page.later?.splice(0) ?? []) callback();
    },
  };
  return page;
}

function at(window, path) {
  const keys = path.split('.');
  const name = keys.pop();
  const holder = keys.reduce((object, key) => object[key], window);
  return { holder, name, value: holder[name] };
}

/** The interfaces on a page, each checking its permission as the tag manager does. */
function interfaces(page, may) {
  const check = (...asked) => assert.ok(may(...asked), `permission: ${asked.join(' ')}`);
  const access = (key, ...kinds) => kinds.forEach((kind) => check('access_globals', kind, key));
  const api = {
    queryPermission: may,
    logToConsole: (...texts) => (page.log = [...(page.log ?? []), texts.join(' ')]),
    copyFromWindow(key) {
      access(key, 'read');
      return at(page.window, key).value;
    },
    setInWindow(key, value, override) {
      access(key, 'read', 'write');
      const { holder, name, value: before } = at(page.window, key);
      if (before === undefined || override) holder[name] = structuredClone(value);
      return before === undefined || Boolean(override);
    },
    callInWindow(path, ...args) {
      access(path, 'execute');
      const { holder, value } = at(page.window, path);
      return typeof value === 'function' ? value.apply(holder, args) : undefined;
    },
    createQueue(key) {
      access(key, 'read', 'write');
      const { holder, name } = at(page.window, key);
      const queue = (holder[name] ??= []);
      return (value) => queue.push(value);
    },
    createArgumentsQueue(functionKey, arrayKey) {
      access(functionKey, 'read', 'write');
      const { holder, name } = at(page.window, functionKey);
      holder[name] ??= function () {
        at(page.window, arrayKey).value.push(arguments);
      };
      api.createQueue(arrayKey);
      return holder[name];
    },
    injectScript(url, onSuccess, onFailure, token) {
      check('inject_script', url);
      page.inject(url, onSuccess, onFailure, token);
    },
    isConsentGranted(type) {
      check('access_consent', type, 'read');
      return page.consent[type] ?? true;
    },
    addConsentListener(type, listener) {
      check('access_consent', type, 'read');
      page.listeners.push([type, listener]);
    },
  };
  return api;
}

/** Fires a tag of this template once on a page; counts what it told the tag manager. */
export function fire(template, page, fields) {
  const told = { success: 0, failure: 0 };
  const api = interfaces(page, permissions(template.get('WEB_PERMISSIONS')));
  const data = { ...fields, gtmOnSuccess: () => (told.success += 1), gtmOnFailure: () => (told.failure += 1) };
  vm.compileFunction(template.get('SANDBOXED_JS_FOR_WEB_TEMPLATE'), ['require', 'data'])((name) => api[name], data);
  return told;
}

/** The scenarios of the tests section: YAML as the template editor writes it, and nothing else that YAML allows. */
export function scenarios(section) {
  const found = { scenarios: [], setup: '' };
  let block;
  const [first, ...lines] = section.split('\n');
  assert.equal(first, 'scenarios:');
  for (const line of lines) {
    const name = /^- name: ([^'"&*!|>%@`{[\]}#:][^#:]*)$/.exec(line)?.[1];
    if (name) found.scenarios.push({ name, code: [] });
    else if (line === '  code: |-') block = { lines: found.scenarios.at(-1).code, indent: '    ' };
    else if (line === 'setup: |-') block = { lines: (found.setup = []), indent: '  ' };
    else {
      assert.ok(line.startsWith(block.indent), `no line of a scenario: ${line}`);
      block.lines.push(line.slice(block.indent.length));
    }
  }
  return found.scenarios.map(({ name, code }) => ({ name, code: [...found.setup, ...code].join('\n') }));
}

/** Runs one scenario of the template's own tests. Mocked interfaces are not checked for permissions, as documented. */
export function runScenario(template, code) {
  const page = openPage();
  const api = interfaces(page, permissions(template.get('WEB_PERMISSIONS')));
  const calls = { gtmOnSuccess: 0, gtmOnFailure: 0 };
  const asserted = { count: 0 };
  const counted = (name, call) => {
    calls[name] ??= 0;
    return (...args) => {
      calls[name] += 1;
      return call(...args);
    };
  };
  for (const name of Object.keys(api)) api[name] = counted(name, api[name]);
  const claim = (check) => (...args) => {
    asserted.count += 1;
    check(...args);
  };
  const tools = {
    mock: (name, call) => (api[name] = counted(name, call)),
    runCode(fields) {
      const told = { gtmOnSuccess: counted('gtmOnSuccess', () => {}), gtmOnFailure: counted('gtmOnFailure', () => {}) };
      const run = vm.compileFunction(template.get('SANDBOXED_JS_FOR_WEB_TEMPLATE'), ['require', 'data']);
      return run((name) => api[name], { ...fields, ...told });
    },
    assertThat: (value) => ({
      isEqualTo: claim((expected) => assert.deepEqual(value, expected)),
      isUndefined: claim(() => assert.equal(value, undefined)),
    }),
    assertApi: (name) => ({
      wasCalled: claim(() => assert.ok(calls[name] > 0, `${name} was not called`)),
      wasNotCalled: claim(() => assert.equal(calls[name], 0)),
    }),
  };
  vm.compileFunction(code, Object.keys(tools))(...Object.values(tools));
  return asserted.count;
}

const forbidden = [
  'ThisExpression', 'NewExpression', 'ClassDeclaration', 'ClassExpression', 'Literal[regex]', 'TemplateLiteral', 'ForOfStatement',
  'ObjectPattern', 'ArrayPattern', 'SpreadElement', 'RestElement', 'AssignmentPattern', 'Property[shorthand=true]',
  'Property[method=true]', 'Property[computed=true]', 'YieldExpression', 'TryStatement', 'ThrowStatement', 'WithStatement',
];
/** Methods of values that the sandbox has. */
const methods = 'concat|every|filter|forEach|indexOf|join|lastIndexOf|map|pop|push|reduce|reduceRight|reverse|shift|slice|some|sort|splice|unshift|charAt|match|replace|search|split|substring|toLowerCase|toUpperCase|trim|hasOwnProperty|toString|valueOf';

/** What the sandbox would not take of this code, as sentences. The code may name these and what it declares, nothing else. */
export function notSandboxed(code, names, ownMethods) {
  const hidden = Object.fromEntries(Object.keys(globals.builtin).map((name) => [name, 'off']));
  const known = Object.fromEntries([...names, 'undefined'].map((name) => [name, 'readonly']));
  const foreign = `CallExpression[callee.type="MemberExpression"]:not([callee.property.name=/^(${methods}|${ownMethods.join('|')})$/])`;
  const messages = new Linter().verify(code, {
    languageOptions: {
      ecmaVersion: 2015,
      sourceType: 'script',
      globals: { ...hidden, ...known },
      parserOptions: { ecmaFeatures: { globalReturn: true } },
    },
    rules: { 'no-undef': 'error', 'no-restricted-syntax': ['error', ...forbidden, foreign] },
  });
  return messages.map(({ line, message }) => `${line}: ${message}`);
}

/** Why this code is not ECMAScript 5, as sentences. */
export function notES5(code) {
  const messages = new Linter().verify(code, { languageOptions: { ecmaVersion: 5, sourceType: 'script' } });
  return messages.map(({ line, message }) => `${line}: ${message}`);
}
