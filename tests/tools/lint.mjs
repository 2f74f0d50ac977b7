// `npm run lint`: formatting, lints, documentation, licences and types. Clean or it fails.
import { ensureCargoDeny, ensureNodePackages, ensureRust, run } from './ensure.mjs';

const wasm = ['--target', 'wasm32-unknown-unknown'];
const deny = ['--', '-D', 'warnings'];
const step = (title, command, args, options) => {
  console.log(`• ${title}`);
  run(command, args, options);
};

ensureRust();
ensureNodePackages();
ensureCargoDeny();
run('rustup', ['--quiet', 'target', 'add', 'wasm32-unknown-unknown']);

step('rustfmt', 'cargo', ['fmt', '--all', '--check']);
const native = ['--workspace', '--exclude', 'snippet', '--all-targets', '--locked', '--quiet'];
step('clippy', 'cargo', ['clippy', ...native, ...deny]);
step('clippy, the tag build', 'cargo', ['clippy', '-p', 'snippet', ...wasm, '--locked', '--quiet', ...deny]);
step('clippy, the npm build', 'cargo', ['clippy', '-p', 'snippet', '--features', 'npm', ...wasm, '--locked', '--quiet', ...deny]);
// The maps at the top of the crates name private modules: these are documents for people who work on them.
const docs = { env: { ...process.env, RUSTDOCFLAGS: '-D warnings -A rustdoc::private_intra_doc_links' } };
step('cargo doc', 'cargo', ['doc', '--workspace', '--exclude', 'snippet', '--no-deps', '--document-private-items', '--locked', '--quiet'], docs);
step('cargo doc, the snippet', 'cargo', ['doc', '-p', 'snippet', ...wasm, '--no-deps', '--document-private-items', '--locked', '--quiet'], docs);
step('cargo deny', 'cargo', ['deny', '--log-level', 'error', 'check', 'bans', 'licenses', 'sources']);
step('eslint', 'npx', ['eslint', '-c', 'tests/tools/eslint.config.mjs', '--max-warnings', '0', '.']);
step('tsc', 'npx', ['tsc', '--noEmit', '--strict', '--lib', 'es2022,dom', '--types', '', 'snippet/js/index.d.ts']);
console.log('lint is clean');
