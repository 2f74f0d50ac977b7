/**
 * What the build makes and the size table counts: one list for both.
 */
import { fileURLToPath } from "node:url";

/** The repository's root, with a slash at the end. */
export const ROOT = fileURLToPath(new URL("../../", import.meta.url));
/** Everything that is shipped lies here. */
export const DIST = `${ROOT}snippet/dist/`;

/** Files of the tag, in the order in which a page meets them. */
export const TAG_FILES = ["loader.js", "hatsuban.js", "hatsuban_bg.wasm"];
/** Files that an application ships which imports the npm package. */
export const NPM_FILES = ["npm/index.js", "npm/hatsuban_bg.wasm"];
/** What the program fetches on the few sites that need it: for the tag, and for npm. */
export const EXTRA_FILES = ["extra.js", "npm/extra.js"];
/** The package's types are shipped too, but to no browser. */
export const TYPES_FILE = "npm/index.d.ts";
