/*
 * The lease keeper's wishes, carried out. The keeper itself is in wasm, a pure state machine over target indexes and times
 * (`snippet_core::keeper`, whose codec names what is numbered here); numbers and tokens stay on this side.
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

/** Lengths of what the keeper answers, by its name; a list says its own. */
const FIXED = { 0: 1, 1: 1, 6: 0, 7: 1, 8: 3, 9: 1 };

/** Tells the keeper what happened, and calls the function of each of its answers, by its number. */
export function step(event, details, answers) {
  const said = keep(Float64Array.of(performance.now(), Date.now(), event, ...details));
  for (let at = 0; at < said.length; ) {
    const name = said[at++];
    let end = at + FIXED[name];
    if (name > 1 && name < 5) end = at + (name === 2 ? 2 + said[at + 1] : 1 + said[at]);
    if (name === 5) end = at + 3 + 3 * said[at + 2];
    answers[name](...said.subarray(at, end));
    at = end;
  }
}
