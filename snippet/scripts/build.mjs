/**
 * Builds the browser program: cargo → wasm-bindgen → wasm-opt → esbuild → terser → brotli and gzip, for the tag and for npm.
 *
 *   node snippet/scripts/build.mjs [--force]
 *
 * Puts everything into snippet/dist and does nothing when no input has changed since.
 */
import { spawnSync } from "node:child_process";
import { copyFile, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { build } from "esbuild";
import { minify } from "terser";
import { DIST, EXTRA_FILES, NPM_FILES, ROOT, TAG_FILES, TYPES_FILE } from "./files.mjs";
import { digestOfInputs, outputsAreThere } from "./inputs.mjs";

const WASM_TARGET = "wasm32-unknown-unknown";
const TARGET_DIR = `${ROOT}target/snippet/`;
const STAMP = `${DIST}.inputs`;
/** Named one by one: `--all-features` makes a module that no browser loads. */
const WASM_FEATURES = [
  "--enable-bulk-memory",
  "--enable-bulk-memory-opt",
  "--enable-reference-types",
  "--enable-multivalue",
  "--enable-sign-ext",
  "--enable-nontrapping-float-to-int",
  "--enable-mutable-globals",
];

async function main() {
  const digest = await digestOfInputs();
  const made = [...TAG_FILES, ...NPM_FILES, ...EXTRA_FILES, TYPES_FILE];
  if (!process.argv.includes("--force") && (await outputsAreThere(made, STAMP, digest))) {
    console.log("snippet: nothing has changed, dist is up to date");
    return;
  }
  const startedAt = performance.now();
  await rm(STAMP, { force: true });
  await mkdir(`${DIST}npm`, { recursive: true });
  step("wasm target", ensureWasmTarget);
  step("bindgen tool", () => run("cargo", ["build", "--quiet", "--locked", "-p", "snippet-bindgen"]));
  for (const kind of ["tag", "npm"]) {
    step(`${kind}: cargo`, () => compile(kind));
    // The tag's program has a border of its own, see snippet/src/border.rs.
    if (kind === "npm") step(`${kind}: bindgen`, () => bind(kind));
    else await step(`${kind}: exports`, unexport);
    step(`${kind}: wasm-opt`, () => optimise(kind));
  }
  await step("scripts", async () => {
    await bundle("tag.js", "hatsuban.js", CLASSIC);
    await bundle("extra/tag.js", "extra.js", CLASSIC);
    await bundle("index.js", "npm/index.js", MODULE);
    await bundle("extra/index.js", "npm/extra.js", MODULE);
    await minifyLoader();
    await copyFile(`${ROOT}snippet/js/index.d.ts`, DIST + TYPES_FILE);
  });
  await step("compress", () => Promise.all([...TAG_FILES, ...NPM_FILES, ...EXTRA_FILES].map(compress)));
  await writeFile(STAMP, digest);
  console.log(`snippet: built in ${seconds(startedAt)} into snippet/dist`);
}

function ensureWasmTarget() {
  const installed = run("rustup", ["target", "list", "--installed"], { stdio: "pipe" });
  if (!installed.split("\n").includes(WASM_TARGET)) run("rustup", ["target", "add", WASM_TARGET]);
}

/** Both kinds share a target directory of their own, so that a `cargo test` beside it waits for no lock. */
function compile(kind) {
  const features = kind === "npm" ? ["--features", "npm"] : [];
  const place = ["--target", WASM_TARGET, "--target-dir", TARGET_DIR];
  const options = ["--lib", "-p", "snippet", "--profile", "wasm", ...place, ...features];
  run("cargo", ["build", "--quiet", "--locked", ...options]);
}

const COMPILED = `${TARGET_DIR}${WASM_TARGET}/wasm/snippet.wasm`;

function bind(kind) {
  run(`${ROOT}target/debug/snippet-bindgen`, [COMPILED, `${TARGET_DIR}${kind}`, "hatsuban"]);
}

/** Drops what the linker exports of its own accord: the tag's program shows what js/wasm.js calls and nothing else. */
async function unexport() {
  const names = ["memory", "room", "ask", "output", "keep"];
  const graph = `${TARGET_DIR}exports.json`;
  const root = { name: "js/wasm.js", root: true, reaches: names };
  await mkdir(`${TARGET_DIR}tag`, { recursive: true });
  await writeFile(graph, JSON.stringify([root, ...names.map((name) => ({ name, export: name }))]));
  const tool = `${ROOT}node_modules/binaryen/bin/wasm-metadce`;
  run(process.execPath, [tool, ...WASM_FEATURES, COMPILED, "-f", graph, "-o", input("tag")], { stdio: "pipe" });
}

const input = (kind) => `${TARGET_DIR}${kind}/hatsuban_bg.wasm`;

function optimise(kind) {
  const out = kind === "tag" ? `${DIST}hatsuban_bg.wasm` : `${DIST}npm/hatsuban_bg.wasm`;
  const strip = ["--strip-debug", "--strip-producers", "--strip-target-features"];
  // The tag's program has no panic that anything could bring about: it reads with `get`, `border.rs` bounds what comes in,
  // and where memory ends `no_std.rs` leaves a trap that is the engine's own. So what only leads to one can go. The npm
  // build has others' code in it, of which nobody here can say that. Low memory is where the stack would end.
  const bold = kind === "tag" ? ["--traps-never-happen", "--low-memory-unused", "--flatten", "--rereloop"] : [];
  const levels = [...bold, "-Oz", "--converge", "-Oz", "--converge", "--reorder-functions"];
  const tool = `${ROOT}node_modules/binaryen/bin/wasm-opt`;
  run(process.execPath, [tool, ...WASM_FEATURES, ...levels, ...strip, input(kind), "-o", out]);
}

/** Classic scripts, without a global of their own: two tags on one page would collide on one. */
const CLASSIC = { format: "iife" };
/** Modules; the extra is fetched by the program when it is needed. */
const MODULE = { format: "esm", external: ["./extra.js"] };

/** Makes one script of an entry. Every browser with the wasm features above knows this version of the language. */
async function bundle(entry, file, how) {
  const { outputFiles } = await build({
    entryPoints: [`${ROOT}snippet/js/${entry}`],
    alias: { "hatsuban-bindings": `${TARGET_DIR}npm/hatsuban_bg.js` },
    bundle: true,
    write: false,
    target: "es2020",
    charset: "utf8",
    minifySyntax: true,
    legalComments: "none",
    ...how,
  });
  await writeFile(DIST + file, await minified(outputFiles[0].text, 2020));
}

/** A few hundredths smaller than what the bundler makes of it. What is alike stays alike, which is what compresses. */
async function minified(source, ecma) {
  const { code } = await minify(source, { ecma, toplevel: ecma > 5, compress: { passes: 3, hoist_funs: ecma > 5, lhs_constants: false } });
  return code;
}

async function minifyLoader() {
  const source = await readFile(`${ROOT}snippet/js/loader.js`, "utf8");
  const code = await minified(source, 5);
  const placeholders = code.split("__HATSUBAN_SETTINGS__").length - 1;
  if (placeholders !== 1) throw new Error(`loader.js must hold the settings placeholder once, not ${placeholders} times`);
  await writeFile(`${DIST}loader.js`, code);
}

async function compress(file) {
  const content = await readFile(DIST + file);
  const params = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: content.length };
  await writeFile(`${DIST}${file}.br`, brotliCompressSync(content, { params }));
  await writeFile(`${DIST}${file}.gz`, gzipSync(content, { level: 9 }));
}

function step(name, work) {
  const startedAt = performance.now();
  const report = () => console.log(`snippet: ${name.padEnd(14)} ${seconds(startedAt)}`);
  const result = work();
  return result instanceof Promise ? result.then(report) : report();
}

function seconds(since) {
  return `${((performance.now() - since) / 1000).toFixed(1)} s`;
}

function run(command, args, { stdio = "inherit", env = process.env } = {}) {
  const { error, status, stdout } = spawnSync(command, args, { cwd: ROOT, stdio, env, encoding: "utf8" });
  if (error) throw new Error(`${command} did not start: ${error.message}`);
  if (status !== 0) throw new Error(`${command} ${args[0]} failed with exit code ${status}`);
  return stdout ?? "";
}

main().catch((error) => {
  console.error(`snippet: ${error.message}`);
  process.exitCode = 1;
});
