/**
 * Tells whether anything that the build reads has changed since it last ran.
 */
import { createHash } from "node:crypto";
import { readFile, readdir, stat } from "node:fs/promises";
import { DIST, ROOT } from "./files.mjs";

const FILES = ["Cargo.toml", "Cargo.lock", "rust-toolchain.toml", "package.json", "package-lock.json"];
const DIRECTORIES = ["snippet", "pool-service/protocol"];
const NOT_READ = new Set(["dist", "node_modules", "tests", "golden", "target", "bench", "examples"]);

/** One hexadecimal digest over names and contents of all inputs. */
export async function digestOfInputs() {
  const files = [...FILES, ...(await Promise.all(DIRECTORIES.map(filesUnder))).flat()].sort();
  const hash = createHash("sha256");
  for (const file of files) {
    const content = await readFile(ROOT + file).catch(() => "");
    hash.update(`${file}\0${content.length}\0`).update(content);
  }
  return hash.digest("hex");
}

/** Whether the last build had the same inputs and all of its files are still there. */
export async function outputsAreThere(files, stamp, digest) {
  const last = await readFile(stamp, "utf8").catch(() => "");
  if (last !== digest) return false;
  const found = await Promise.all(files.map((file) => stat(DIST + file).catch(() => null)));
  return found.every(Boolean);
}

async function filesUnder(directory) {
  const entries = await readdir(ROOT + directory, { withFileTypes: true });
  const read = entries.filter((entry) => !NOT_READ.has(entry.name) && !entry.name.startsWith("."));
  const nested = read.map((entry) => {
    const path = `${directory}/${entry.name}`;
    return entry.isDirectory() ? filesUnder(path) : [path];
  });
  return (await Promise.all(nested)).flat();
}
