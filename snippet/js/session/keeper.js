/*
 * The lease keeper's words. The keeper itself is in wasm, a pure state machine over target indexes and times
 * (`snippet_core::keeper`, whose codec has the same numbers); numbers and tokens stay on this side.
 */
import { keep } from "../wasm.js";

/** What happened. */
export const STARTED = 0;
export const FOUND = 1;
export const ANSWERED = 2;
export const FAILED = 3;
export const REFUSED = 4;
export const WOKE = 5;
export const VISIBLE = 6;
export const HIDDEN = 7;
export const LEAVING = 8;
export const RELEASED = 9;
export const FORGOTTEN = 10;

/** How many words belong to each answer, by its number; those of lists are said by the lists. */
const WORDS = [1, 1, 0, 0, 0, 0, 0, 1, 3, 1];

/** Tells the keeper what happened, and calls the function of each of its answers, by its number. */
export function step(event, details, answers) {
  const said = keep([performance.now(), Date.now(), event, ...details]);
  for (let at = 0; at < said.length; ) {
    const name = said[at++];
    let length = WORDS[name];
    if (name === 2) length = 2 + said[at + 1];
    else if (name === 3 || name === 4) length = 1 + said[at];
    else if (name === 5) length = 3 + 3 * said[at + 2];
    answers[name](...said.slice(at, (at += length)));
  }
}
