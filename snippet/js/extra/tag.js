/*
 * The extra as the tag fetches it: it hands itself over to the program that asked for it.
 */
import * as extra from "./index.js";

const page = window.hatsuban;
page.extra = extra;
if (page.took) page.took(extra);
