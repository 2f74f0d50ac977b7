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

/** Names of options, and of what is in their lists: a misspelled one would do nothing, and say nothing. */
const NAMES = {
  options:
    "site service targets sessionCookie mode consent channels cookies media leaseOn rollout health dataLayer discover iframes images headless",
  targets: "id number selector e164 groups",
  channels: "name when numbers",
  images: "selector target url background",
};

/**
 * Options as the settings that the service gives a tag: it has checked them, and leaves out what is usual. Throws with a
 * sentence that names what is wrong.
 */
function settingsOf(given) {
  // As from a variable that is not set: to be missed by its name.
  const said = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  refuseUnknown("options", [said], "");
  const complaint = bindings.complaint(said);
  if (complaint) throw new Error(complaint);
  const settings = {};
  for (const [name, value] of Object.entries(said)) settings[name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)] = value;
  settings.targets = (settings.targets ?? []).map(targetOf);
  settings.service = settings.service.replace(/\/+$/, "");
  // The program asks the conditions of a rule; an application's own function is one.
  settings.channels = settings.channels?.map((channel) => ({ ...channel, when: { every: (_, visit) => channel.when(visit) } }));
  if (settings.lease_on === "load") delete settings.lease_on;
  const { targets, session_cookie, lease_on, discover: isAsking, iframes, images } = settings;
  const isPlaced = targets.some(({ number, selector }) => selector || !number);
  settings.needs_extra = Boolean(session_cookie || lease_on || isAsking || iframes || images?.length || isPlaced);
  return settings;
}

function refuseUnknown(list, items, where) {
  const known = NAMES[list]?.split(" ");
  for (const [at, item] of known ? items.entries() : []) {
    const prefix = where && `${where}.${at}.`;
    for (const [name, value] of Object.entries(item ?? {})) {
      if (!known.includes(name)) throw new Error(`${prefix}${name} is no option`);
      if (Array.isArray(value) && !where) refuseUnknown(name, value, name);
    }
  }
}

/** A target as the engine takes it: of another country's number, the digits and how they are grouped. */
function targetOf(target) {
  const { number, e164, groups } = target;
  if (!number) return target;
  if (!e164) return { ...target, number: discover(number).trim() };
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

  scan(node) {
    this.#run?.("scan", node);
  }

  async lookup(numbers) {
    const none = Object.fromEntries(numbers.map((number) => [number, null]));
    return (await this.#run?.("lookup", numbers)) ?? none;
  }

  consent(state, ads) {
    this.#run?.("consent", state, ads);
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
  const cure = isPolicy ? CSP_CURE : /wasm|webassembly|fetch|answered/i.test(text) ? WASM_CURE : "Compare the options with the package's types.";
  console.warn(`[hatsuban] ${cause} The page keeps its own numbers. ${cure}`);
  if (typeof window !== "undefined") {
    window.dispatchEvent(new CustomEvent("hatsuban:error", { detail: { cause, cure } }));
  }
}
