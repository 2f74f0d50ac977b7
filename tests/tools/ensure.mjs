// What this machine must have, and how it gets it: as root on Debian or Ubuntu by apt, else one line says what to do.
// Used by `npm start`, `npm test`, `npm run lint` and `npm run size`.
import { spawnSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

export const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

/** Debian packages by the command that shows they are there. */
const packages = {
  'redis-server': 'redis-server',
  'redis-cli': 'redis-tools',
  chromium: 'chromium',
  'firefox-esr': 'firefox-esr',
  WebKitWebDriver: 'webkit2gtk-driver',
  // The display that WebKit shows its pages on.
  Xvfb: 'xvfb',
  // Sets the clock of single programs wrong.
  faketime: 'faketime',
  // Shows in which order the store writes, syncs and answers.
  strace: 'strace',
  // Lets the disk of one process be full.
  prlimit: 'util-linux',
  // Makes the certificates of runs that speak HTTPS.
  openssl: 'openssl',
  // A SIP proxy that asks the pool service, and the telephones that call through it.
  kamailio: 'kamailio',
  sipp: 'sip-tester',
};
/** Debian packages by the Kamailio modules that show they are there. */
const kamailioModules = {
  'http_client.so': 'kamailio-utils-modules',
  'jansson.so': 'kamailio-extra-modules',
};
const japaneseFont = 'fonts-noto-cjk';
// What makes Python's environments is a package of its own; it brings Python.
const pythonEnvironments = 'python3-venv';

function has(command) {
  // Servers are in directories that only root looks into.
  const env = { ...process.env, PATH: `${process.env.PATH}:/usr/sbin:/sbin` };
  return spawnSync('sh', ['-c', `command -v ${command}`], { stdio: 'ignore', env }).status === 0;
}

function hasKamailioModule(file) {
  return spawnSync('sh', ['-c', `ls /usr/lib/*/kamailio/modules/${file}`], { stdio: 'ignore' }).status === 0;
}

function hasJapaneseFont() {
  const found = spawnSync('fc-list', [':lang=ja'], { encoding: 'utf8' });
  return found.status === 0 && found.stdout.trim() !== '';
}

/** Runs a command with its output shown; ends the program when it fails. */
export function run(command, args, options = {}) {
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: 'inherit', ...options });
  if (error || status !== 0) {
    console.error(`\n${[command, ...args].join(' ')} failed${error ? `: ${error.message}` : ''}.`);
    process.exit(1);
  }
}

/** Node packages of the workspace, exactly as locked. */
export function ensureNodePackages() {
  const installed = join(root, 'node_modules', '.package-lock.json');
  const isCurrent = existsSync(installed) && statSync(installed).mtimeMs >= statSync(join(root, 'package-lock.json')).mtimeMs;
  if (isCurrent) return;
  console.log('• installing the Node packages named in package-lock.json');
  run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error']);
}

/** The Rust toolchain named in rust-toolchain.toml. */
export function ensureRust() {
  if (!has('rustup')) {
    console.error('Rust is missing: install rustup (https://rustup.rs), then run this again.');
    process.exit(1);
  }
  if (spawnSync('cargo', ['--version'], { cwd: root, stdio: 'ignore' }).status !== 0) {
    console.log('• installing the Rust toolchain named in rust-toolchain.toml');
    run('rustup', ['toolchain', 'install']);
  }
}

function makesPythonEnvironments() {
  return spawnSync('python3', ['-c', 'import ensurepip, venv'], { stdio: 'ignore' }).status === 0;
}

/** Servers and browsers for the tests: half a minute where none is there. */
export function ensureTestPrograms() {
  const missing = Object.keys(packages).filter((command) => !has(command)).map((command) => packages[command]);
  missing.push(...Object.keys(kamailioModules).filter((file) => !hasKamailioModule(file)).map((file) => kamailioModules[file]));
  if (!hasJapaneseFont()) missing.push(japaneseFont);
  if (!makesPythonEnvironments()) missing.push(pythonEnvironments);
  if (missing.length > 0) installTestPrograms(missing);
}

function installTestPrograms(missing) {
  const isRoot = process.getuid?.() === 0;
  if (!isRoot || !has('apt-get')) {
    console.error(`The tests need: sudo apt-get install ${missing.join(' ')}`);
    process.exit(1);
  }
  console.log(`• installing ${missing.join(', ')} with apt-get`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  run('apt-get', ['update', '-qq'], { env });
  run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...missing], { env });
}

const environment = join(root, 'target', 'schemathesis');
const schemathesisVersion = '4.32.5';
/** Asks the service what its description allows and what it forbids. */
export const schemathesis = join(environment, 'bin', 'schemathesis');

/** Schemathesis, in a Python environment of its own under target/. */
export function ensureSchemathesis() {
  const told = existsSync(schemathesis) ? spawnSync(schemathesis, ['--version'], { encoding: 'utf8' }).stdout : '';
  if (told?.includes(schemathesisVersion)) return;
  console.log(`• installing schemathesis ${schemathesisVersion} into target/`);
  run('python3', ['-m', 'venv', '--clear', environment]);
  const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', `schemathesis==${schemathesisVersion}`];
  run(join(environment, 'bin', 'python3'), pip);
}

/** cargo-deny, which judges licences and sources of the dependencies. */
export function ensureCargoDeny() {
  if (has('cargo-deny')) return;
  console.log('• installing cargo-deny (a minute or two)');
  run('cargo', ['install', 'cargo-deny', '--locked', '--debug', '--quiet']);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  ensureRust();
  ensureNodePackages();
  if (process.argv[2] === 'test') ensureTestPrograms();
}
