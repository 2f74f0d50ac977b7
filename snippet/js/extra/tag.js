/*
 * The extra as the tag fetches it: it hands itself over to the program that asked for it.
 */
import { begin, digestOf, findShadows, lookup } from "./index.js";

// Not a namespace: bundlers build one with for-in, which trips over what a page has added to every object.
const extra = { begin, digestOf, findShadows, lookup };

const page = window.hatsuban;
page.extra = extra;
if (page.took) page.took(extra);
