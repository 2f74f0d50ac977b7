/*
 * The npm package's entry: the browser program with types, for applications that are built. What it promises is in
 * index.d.ts.
 */
import initialise, { start as startProgram } from "hatsuban-bindings";

const CSP_CURE = "Allow 'wasm-unsafe-eval' in script-src of this page's Content-Security-Policy.";
const WASM_CURE = "Check that hatsuban_bg.wasm is served beside the program, or say where it is with the option wasm.";

let running = null;

export async function start(options) {
  if (running) {
    console.warn("[hatsuban] It runs on this page already; the second start does nothing.");
    return running;
  }
  const hatsuban = new Hatsuban();
  running = hatsuban;
  try {
    if (typeof window === "undefined") throw new Error("there is no page here, only a server");
    const { sessionCookie: session_cookie, wasm, ...settings } = options;
    await initialise({ module_or_path: wasm ?? new URL("./hatsuban_bg.wasm", import.meta.url) });
    // It may have been stopped while the program was on its way.
    if (running === hatsuban) hatsuban.begin({ ...settings, session_cookie });
  } catch (error) {
    fail(error);
  }
  if (!hatsuban.isRunning && running === hatsuban) running = null;
  return hatsuban;
}

class Hatsuban {
  #run;
  #host = {};

  get isRunning() {
    return Boolean(this.#run);
  }

  get state() {
    return this.#host.state;
  }

  begin(settings) {
    this.#run = startProgram(settings, this.#host);
  }

  scan() {
    this.#run?.("scan");
  }

  release() {
    this.#run?.("release");
  }

  stop() {
    this.#run?.("stop");
    this.#run = undefined;
    if (running === this) running = null;
  }

  on(name, listener) {
    const heard = (event) => listener(event.detail);
    window.addEventListener(`hatsuban:${name}`, heard);
    return () => window.removeEventListener(`hatsuban:${name}`, heard);
  }
}

function fail(error) {
  const text = String(error?.message ?? error);
  const isPolicy = /unsafe-eval|content.security.policy/i.test(text);
  const cause = isPolicy
    ? "The page's Content-Security-Policy forbids WebAssembly."
    : `The program could not be started: ${text}.`;
  const cure = isPolicy ? CSP_CURE : WASM_CURE;
  console.warn(`[hatsuban] ${cause} The page keeps its own numbers. ${cure}`);
  if (typeof window !== "undefined") {
    window.dispatchEvent(new CustomEvent("hatsuban:error", { detail: { cause, cure } }));
  }
}
