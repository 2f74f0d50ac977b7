/*
 * The npm package's entry: the browser program with types, for applications that are built. What it promises is in
 * index.d.ts.
 */
import * as bindings from "hatsuban-bindings";
import { start as begin } from "./session/conductor.js";
import { connect, discover } from "./wasm.js";

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
    const { wasm, ...given } = options;
    await load(wasm ?? new URL("./hatsuban_bg.wasm", import.meta.url));
    // It may have been stopped while the program was on its way.
    if (running === hatsuban) hatsuban.begin(settingsOf(given));
  } catch (error) {
    fail(error);
  }
  if (!hatsuban.isRunning && running === hatsuban) running = null;
  return hatsuban;
}

/** Options as the service writes them into a tag. */
function settingsOf(options) {
  const complaint = bindings.complaint(options);
  if (complaint) throw new Error(complaint);
  const settings = {};
  for (const [name, value] of Object.entries(options)) settings[name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)] = value;
  const digits = ({ number, e164, ...target }) => ({ ...target, e164, number: number && (e164 ? number.replace(/\D/g, "") : discover(number).trim()) });
  settings.targets = (settings.targets || []).map(digits);
  // The program asks the conditions of a rule; an application's own function is one.
  settings.channels = settings.channels?.map((channel) => ({ ...channel, when: { every: (_, visit) => channel.when(visit) } }));
  settings.service = settings.service.replace(/\/+$/, "");
  if (settings.lease_on === "load") delete settings.lease_on;
  const { targets, session_cookie, discover: isPortal, lease_on, iframes, images } = settings;
  const isPlaced = targets.some(({ number, selector }) => selector || !number);
  settings.needs_extra = Boolean(isPlaced || session_cookie || isPortal || lease_on || iframes || images);
  return settings;
}

let isLoaded;

/** Compiles the program, once; `source` is whatever the option `wasm` takes. */
async function load(source) {
  if (isLoaded) return;
  const imports = { "./hatsuban_bg.js": bindings };
  const awaited = await (typeof source === "string" || source instanceof URL ? fetch(source) : source);
  let made;
  if (!(awaited instanceof Response)) made = await WebAssembly.instantiate(awaited, imports);
  else if (!awaited.ok) throw new Error(`${awaited.url} answered ${awaited.status}`);
  else if (/^application\/wasm/.test(awaited.headers.get("content-type"))) made = await WebAssembly.instantiateStreaming(awaited, imports);
  else made = await WebAssembly.instantiate(await awaited.arrayBuffer(), imports);
  const instance = made.instance ?? made;
  bindings.__wbg_set_wasm(instance.exports);
  instance.exports.__wbindgen_start();
  connect(instance);
  isLoaded = true;
}

/**
 * Options as the settings that the service gives a tag: it has checked them, and leaves out what is usual. Throws with a
 * sentence that names what is wrong.
 */
function settingsOf(given) {
  // As from a variable that is not set: to be missed by its name.
  const said = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  const settings = bindings.options(said);
  refuseUnknown(said, settings);
  settings.targets = settings.targets.map(targetOf);
  if (settings.lease_on === "load") delete settings.lease_on;
  if (!settings.images.length) delete settings.images;
  const { targets, session_cookie, lease_on, discover: isAsking, iframes, images } = settings;
  const isPlaced = targets.some(({ number, selector }) => selector || !number);
  settings.needs_extra = Boolean(session_cookie || lease_on || isAsking || iframes || images || isPlaced);
  return settings;
}

/** Throws if anything was given that has not been read: a misspelled option would do nothing, and say nothing. */
function refuseUnknown(given, read, where = "") {
  for (const [name, value] of Object.entries(given)) {
    const readAs = Array.isArray(given) ? name : name.replace(/[_A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
    if (!(readAs in read)) throw new Error(`${where}${name} is no option`);
    if (value && typeof value === "object") refuseUnknown(value, read[readAs], `${where}${name}.`);
  }
}

/** A target as the engine takes it: of another country's number, the digits and how they are grouped. */
function targetOf(target) {
  const { id, number, e164, groups } = target;
  if (!number) return target;
  if (!e164 && !discover(number)) throw new Error(`${number}, of the target ${id}, is no telephone number of Japan: others need their e164`);
  if (!e164) return target;
  const parts = number.match(/\d+/g) ?? [];
  return { ...target, number: parts.join(""), e164: `+${e164.replace(/\D/g, "")}`, groups: groups ?? parts.map((part) => part.length) };
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
    this.#run = begin(settings, this.#host, () => import("./extra.js"), (body) => (bindings.is_answer(body) ? body : undefined));
  }

  scan() {
    this.#run?.("scan");
  }

  async lookup(numbers) {
    const none = Object.fromEntries(numbers.map((number) => [number, null]));
    return (await this.#run?.("lookup", numbers)) ?? none;
  }

  consent(state) {
    this.#run?.("consent", state);
  }

  attributes(attributes) {
    this.#run?.("attributes", attributes);
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
    : `The program could not be started: ${text.replace(/\.$/, "")}.`;
  const cure = isPolicy ? CSP_CURE : /wasm|fetch|answered/i.test(text) ? WASM_CURE : "Compare the options with the package's types.";
  console.warn(`[hatsuban] ${cause} The page keeps its own numbers. ${cure}`);
  if (typeof window !== "undefined") {
    window.dispatchEvent(new CustomEvent("hatsuban:error", { detail: { cause, cure } }));
  }
}
