/*
 * The conductor: decides from the settings, the consent and what stands on the page whether there is to be a channel
 * number, a leased one, or none; and takes the page's commands.
 */
import { post, tell } from "../lease_client.js";
import { addTargets, begin, hook, sharpen, show, targets } from "../page/swapper.js";
import { carriers, runs } from "../page/walk.js";
import { unwatch, watch } from "../page/watch.js";
import { discover } from "../wasm.js";
import { beginState, failure, state, tellPage } from "./announce.js";
import { store, warn } from "../browser.js";
import { adConsent, followConsent, hasConsent } from "./consent.js";
import { forget, ownId } from "./identity.js";
import { HIDDEN, LEAVING, RELEASED, VISIBLE, WOKE } from "./keeper.js";
import { act, beginLeases, endLeases, isVisible, tellConsent, tellVisit, want } from "./leases.js";
import { beginSight, lookAt, lookAtAll, lookInto, now } from "./sight.js";
import { isFrom, isRobot, isRolledOut } from "./thrift.js";
import { arrive, remembered } from "./visit.js";

let settings;
let loadExtra;
let check;
/** Keys of storage: the leases, the visit. */
let key;
/** Undefined without one, empty while it is being made. */
let session;
let arrival;
let visit;
let said;
/** What the page has said of each use of data for ads. */
let ads;
/** Whether there was consent when it was last looked for. */
let had;
let attributes;
let isWanted;
let isRunning;

/** Calls a function of the extra, the part of the program that few sites need. */
const extra = (name, ...given) =>
  loadExtra().then(
    (functions) => functions[name](...given),
    () => failure("A part of the program could not be loaded.", "Check that the service's assets can be reached."),
  );

/**
 * Starts on this page. `host` gets a `state`; `load` loads the extra; `verify` looks at the service's answers, if given.
 * Answers a function that takes commands.
 */
export function start(given, host, load, verify) {
  settings = { ...given, ...host.options, ...window.hatsubanOptions };
  [loadExtra, check, key] = [load, verify, `hatsuban:${settings.site}`];
  session = said = ads = attributes = undefined;
  // What the page has decided before the program came holds before anything is read or sent.
  for (const [name, state, more] of host.q || []) if (name === "consent") [said, ads] = [state, more || ads];
  isWanted = !settings.lease_on;
  isRunning = true;
  visit = arrival = arrive();
  begin(settings.targets);
  beginState(host, settings.data_layer);
  beginSight(() => isWanted && want());
  watch(now, lookAt, surrender);
  listen("addEventListener");
  followConsent(reconsider);
  had = hasConsent(settings.consent, said);
  enter();
  tellPage("ready", state);
  // What an earlier page had leased has been looked for already.
  if (!targets.some(({ isFound }) => isFound)) lookAtAll();
  // The service says where the settings need it.
  if (settings.needs_extra || Math.random() < settings.health || /[?&]hatsuban_debug/.test(location.search)) {
    extra("begin", { settings, targets, state, said: () => said, addTargets, hook, sharpen, discover, runs, carriers, post, tell, lookAtAll, lookInto, wanted, isRunning: () => isRunning });
  }
  if (document.readyState === "complete") later();
  else window.addEventListener("load", later, { once: true });
  return run;
}

/** When the page is at rest: one with custom elements may have shadow roots, which the extra finds. */
const later = () =>
  (window.requestIdleCallback || setTimeout)(
    () => document.evaluate("boolean(//*[contains(local-name(),'-')])", document, null, 3).booleanValue && extra("findShadows", lookInto),
  );

function wanted() {
  isWanted = true;
  want();
}

/** Chooses the channel by how the visit began, and shows its numbers. A rule is what `snippet_core::channel` made of it. */
function takeChannel() {
  const facts = { ...visit, click: visit.click_ids.map(({ kind }) => kind).join() };
  const holds = ([fact, isWanted, source]) => RegExp(source, "i").test(facts[fact] || "") === isWanted;
  const chosen = settings.channels?.find(({ when }) => when.every(holds, visit));
  for (const target of targets) if (chosen || target.base) show(target, "base", chosen?.numbers[target.id]);
  Object.assign(state, visit, { channel: chosen?.name, session });
}

/** Takes the channel, and begins to lease unless something speaks against it. */
function enter() {
  if (session !== undefined) return;
  const isAllowed = had && settings.mode !== "channel" && (settings.headless || !isRobot());
  if (isAllowed) visit = remembered(`${key}:visit`, arrival, settings.cookies);
  takeChannel();
  // A tag for one medium's visitors leaves the others to the channel.
  if (!isAllowed || !isFrom(settings.media, visit.click_ids)) return;
  session = "";
  if (settings.session_cookie) extra("digestOf", settings.site, settings.session_cookie).then(lease, () => lease());
  else lease();
}

function lease(digest) {
  // Consent may have been withdrawn, or the program stopped, while the digest was made.
  if (session !== "" || !isRunning) return;
  const own = ownId();
  if (digest) state.visitor_id = visit.visitor_id = own;
  visit.attributes = attributes;
  session = digest || own;
  if (!isRolledOut(settings.rollout, session)) return;
  state.session = session;
  beginLeases({ settings, key, session, visit, consent: () => adConsent(ads), check });
  if (isWanted) want();
}

/** Consent may have come or gone. */
function reconsider() {
  const has = hasConsent(settings.consent, said);
  if (!isRunning) return;
  if (has === had) return tellConsent();
  had = has;
  if (!has && session !== undefined) {
    end(true);
    session = undefined;
    visit = arrival;
  }
  enter();
  lookAtAll();
}

/** Ends the leases, and with them what is shown and the visitor session; with all that is kept if consent is gone. */
function end(isErased) {
  act(RELEASED);
  store(key);
  forget(isErased);
  if (isErased) store(`${key}:visit`);
  endLeases();
}

/** A script of the page undoes every change: nothing that is shown could be kept in step any more. */
function surrender() {
  warn("A script of this page undoes every change at once. The page keeps its own numbers from here on.");
  stop();
}

function stop() {
  endLeases();
  isRunning = false;
  unwatch();
  listen("removeEventListener");
  // Without targets, whatever still looks at the page finds none.
  begin([]);
}

const woke = () => act(WOKE);
const handlers = {
  visibilitychange: () => act(isVisible() ? VISIBLE : HIDDEN),
  resume: woke,
  pageshow: woke,
  online: woke,
  pagehide: () => act(LEAVING),
  // Another tab has removed what is stored, or everything.
  storage: (event) => event.newValue === null && (event.key || key) === key && endLeases(),
};

/** The document's own events come by the window too. */
const listen = (how) => Object.keys(handlers).forEach((name) => window[how](name, handlers[name], true));

/** The commands of the page. */
const commands = {
  scan: (node) => void lookAtAll(node),
  release: () => end(),
  stop,
  lookup: (numbers, answered) => extra("lookup", numbers, { targets, state, want }).then(answered),
  consent(given, more) {
    [said, ads] = [given, more || ads];
    reconsider();
  },
  attributes(more) {
    visit.attributes = attributes = { ...attributes, ...more };
    tellVisit();
  },
};

function run(command, ...given) {
  if (!isRunning) return undefined;
  return commands[command] ? commands[command](...given) : warn(`Known commands: ${Object.keys(commands)}.`);
}
