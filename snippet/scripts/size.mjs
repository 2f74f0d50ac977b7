/**
 * Prints what a browser downloads, file by file, against the budgets in size-budget.json.
 *
 *   node snippet/scripts/size.mjs [--json FILE] [--strict]
 *
 * Over budget is said plainly; only --strict makes it an error.
 */
import { readFile, writeFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { brotliCompressSync } from "node:zlib";
import { build } from "esbuild";
import { DIST, EXTRA_FILES, NPM_FILES, TAG_FILES } from "./files.mjs";

async function main() {
  const { values } = parseArgs({ options: { json: { type: "string" }, strict: { type: "boolean", default: false } } });
  const budget = JSON.parse(await readFile(new URL("./size-budget.json", import.meta.url), "utf8"));
  const totals = [
    { name: "tag_br_bytes", value: await table("Tag (every visitor downloads it once)", TAG_FILES) },
    { name: "npm_br_bytes", value: await table("npm entry (typed API)", NPM_FILES) },
  ];
  await table("Fetched only where it is needed", EXTRA_FILES);
  await peers();
  const rows = totals.map(({ name, value }) => {
    const reach = budget[name];
    return { name, value, unit: "bytes", baseline: null, reach, ok: value <= reach };
  });
  for (const { name, value, reach, ok } of rows) {
    const distance = Math.abs(reach - value).toLocaleString("en");
    console.log(`${name}: ${value.toLocaleString("en")} of ${reach.toLocaleString("en")}: ${distance} ${ok ? "within" : "OVER"}`);
  }
  if (values.json) await writeFile(values.json, `${JSON.stringify(rows, null, 2)}\n`);
  if (values.strict && rows.some(({ ok }) => !ok)) process.exitCode = 1;
}

/** Prints one table and returns the sum of the brotli sizes. */
async function table(title, files) {
  console.log(`${title}\n${line("", "raw", "brotli 11", "gzip 9")}`);
  let total = 0;
  for (const file of files) {
    const sizes = await Promise.all(["", ".br", ".gz"].map(async (end) => (await readFile(DIST + file + end)).length));
    total += sizes[1];
    console.log(line(file, ...sizes.map((size) => size.toLocaleString("en"))));
  }
  console.log(`${line("total", "", total.toLocaleString("en"), "")}\n`);
  return total;
}

/** What npm has of the kind, minified: it replaces texts, and neither leases nor reads consent, cookies or clicks. */
async function peers() {
  console.log(`Peers that npm can install, minified\n${line("", "raw", "brotli 11")}`);
  for (const name of ["findandreplacedomtext"]) {
    const options = { stdin: { contents: `import "${name}"`, resolveDir: DIST }, bundle: true, minify: true, write: false };
    const { outputFiles } = await build(options);
    const sizes = [outputFiles[0].contents.length, brotliCompressSync(outputFiles[0].contents).length];
    console.log(line(name, ...sizes.map((size) => size.toLocaleString("en"))));
  }
  console.log("");
}

function line(name, ...cells) {
  return `  ${name.padEnd(24)}${cells.map((cell) => cell.padStart(11)).join("")}`;
}

main().catch((error) => {
  const isMissing = error.code === "ENOENT" && error.path?.startsWith(DIST);
  console.error(isMissing ? "size: build first (npm run build)" : `size: ${error.message}`);
  process.exitCode = 1;
});
