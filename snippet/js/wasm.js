/*
 * The border to wasm, `src/border.rs` on its side: texts and lists of floats go over, nothing else.
 */

let wasm;
const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** Begins with an instance of the program. */
export function connect(instance) {
  wasm = instance.exports;
}

function ask(question, text, argument) {
  const longest = text.length * 3;
  const at = wasm.room(longest);
  const { written } = encoder.encodeInto(text, new Uint8Array(wasm.memory.buffer, at, longest));
  const length = wasm.ask(question, written, argument);
  return decoder.decode(new Uint8Array(wasm.memory.buffer, wasm.output(), length));
}

/**
 * Says what is looked for and what is put there, a line a number: `<scope> <number> <replacement>`. Answers the source of a
 * regular expression that matches wherever `swap` may find something.
 */
export const arm = (lines) => ask(0, lines);

/**
 * Swaps the numbers in a run of texts, joined with U+0000, or in a link. Answers nothing if there are none, else the lines
 * of those found and, if something changes, U+0000 and the new run.
 */
export const swap = (text, isLink, scope) => ask(isLink ? 2 : 1, text, scope);

/** Every telephone number in a text, a line each. */
export const discover = (text) => ask(3, text);

/** Tells the lease keeper what happened. */
export function keep(floats) {
  // Before the buffer is read: making room may replace it.
  const at = wasm.room(floats.length * 8);
  new Float64Array(wasm.memory.buffer, at, floats.length).set(floats);
  const length = wasm.keep(floats.length);
  return [...new Float64Array(wasm.memory.buffer, wasm.room(0), length)];
}
