/*
 * The conductor: decides from the settings, the consent and what stands on the page whether there is to be a channel
 * number, a leased one, or none; and takes the page's commands.
 */
import { channel, discover } from "../wasm.js";
import { post, tell } from "../lease_client.js";
import { putBack } from "../page/patches.js";
import { addTargets, begin, currentGate, hook, sharpen, show, targets } from "../page/swapper.js";
import { carriers, runs } from "../page/walk.js";
import { unwatch, watch } from "../page/watch.js";
import { beginState, describe, flush, tellPage } from "./announce.js";
import { failure, store, warn } from "./browser.js";
import { followConsent, hasConsent } from "./consent.js";
import { forget, ownId } from "./identity.js";
import { HIDDEN, LEAVING, RELEASED, VISIBLE, WOKE } from "./keeper.js";
import { act, beginLeases, endLeases, isVisible, storageKey, tellAttributes, want } from "./leases.js";
import { beginSight, found, lookAt, lookAtAll, lookInto, now } from "./sight.js";
import { isRobot, isRolledOut } from "./thrift.js";
import { arrive, forgetVisit, remembered, seenHere } from "./visit.js";

let settings;
let host;
let loadExtra;
let check;
/** Undefined without one, empty while it is being made. */
let session;
let visit;
let said;
let attributes;
let isWanted;
let isRunning = false;

/** Calls a function of the extra, the part of the program that few sites need. */
const extra = (name, ...given) =>
  loadExtra().then(
    (functions) => functions[name](...given),
    () => failure("A part of the program could not be loaded.", "Check that the service's assets can be reached."),
  );

/**
 * Starts on this page. `object` gets a `state`; `load` loads the extra; `verify` looks at the service's answers, if given.
 * Answers a function that takes commands.
 */
export function start(given, object, load, verify) {
  settings = { ...given, ...object.options, ...window.hatsubanOptions };
  [host, loadExtra, check] = [object, load, verify];
  begin();
  addTargets(settings.targets);
  session = said = attributes = undefined;
  isWanted = !settings.lease_on;
  isRunning = true;
  arrive();
  visit = seenHere();
  beginState(host, visit, settings.data_layer);
  takeChannel();
  beginSight((elements) => {
    if (isWanted) found.forEach(want);
    else extra("whenWanted", settings.lease_on, elements, wanted);
  });
  watch(currentGate, now, (parts) => [lookAt(parts), flush()][0], surrender);
  listen("addEventListener");
  followConsent(reconsider);
  enter();
  tellPage("ready", host.state);
  lookAtAll();
  // The service names the extra where its settings need it.
  if (settings.needs_extra || Math.random() < settings.health || /[?&]hatsuban_debug/.test(location.search)) {
    extra("begin", { settings, targets, host, found, said: () => said, addTargets, hook, sharpen, discover, runs, carriers, post, tell, lookAtAll: scan, lookInto });
  }
  flush();
  return run;
}

function wanted() {
  isWanted = true;
  found.forEach(want);
  flush();
}

/** Chooses the channel by how the visit began, and shows its numbers. */
function takeChannel() {
  const { channels = [] } = settings;
  const kinds = visit.click_ids.map(({ kind }) => kind);
  const rules = channels.map(({ when }) => when).join("\n");
  const chosen = channels[channel(rules, visit.landing_page, visit.referrer || "", kinds.join())];
  for (const target of targets) if (chosen || target.base) show(target, chosen && chosen.numbers[target.id], true);
  visit.channel = chosen && chosen.name;
  describe(visit);
}

/** Begins to lease, unless something speaks against it. */
function enter() {
  const isAllowed = settings.mode !== "channel" && (settings.headless || !isRobot()) && hasConsent(settings.consent, said);
  if (session !== undefined || !isAllowed) return;
  visit = remembered(settings.site, settings.cookies);
  takeChannel();
  // A tag for one medium's visitors leaves the others to the channel.
  if (settings.clicks && !visit.click_ids.some(({ kind }) => settings.clicks.includes(kind))) return;
  session = "";
  if (settings.session_cookie) extra("digestOf", settings.site, settings.session_cookie).then(lease, () => lease());
  else lease();
}

function lease(digest) {
  // Consent may have been withdrawn, or the program stopped, while the digest was made.
  if (session !== "" || !isRunning) return;
  const own = ownId();
  if (digest) visit.visitor_id = own;
  session = digest || own;
  describe({ ...visit, session });
  if (!isRolledOut(settings.rollout, session)) return;
  beginLeases({ settings, session, visit, attributes, check });
  if (isWanted) found.forEach(want);
  flush();
}

/** Consent may have come or gone. */
function reconsider() {
  if (!isRunning) return;
  if (hasConsent(settings.consent, said)) enter();
  else if (session !== undefined) {
    end(true);
    session = undefined;
    visit = seenHere();
    takeChannel();
    lookAtAll();
  }
  flush();
}

/** Ends the leases, and with them what is shown and the visitor session; with all that is kept if consent is gone. */
function end(isErased) {
  act(RELEASED);
  store(storageKey(settings));
  forget(isErased);
  if (isErased) forgetVisit(settings.site);
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
  putBack();
}

const woke = () => act(WOKE);
const handlers = [
  ["visibilitychange", () => act(isVisible() ? VISIBLE : HIDDEN)],
  ["resume", woke],
  ["pageshow", woke],
  ["online", woke],
  ["pagehide", () => act(LEAVING)],
  [
    "storage",
    // Another tab has removed what is stored, or everything.
    ({ key, newValue }) => newValue === null && (key === null || key === storageKey(settings)) && endLeases(),
  ],
].map(([name, handle]) => [name, (event) => [handle(event), flush()]]);

function listen(how) {
  // The document's own events come by the window too.
  for (const [name, handler] of handlers) window[how](name, handler, true);
}

function scan() {
  lookAtAll();
  flush();
}

/** The commands of the page. */
const commands = {
  scan,
  release: () => end(),
  stop,
  lookup: (numbers, answered) => extra("lookup", numbers, { targets, host, want }).then(answered),
  consent(state) {
    said = state;
    reconsider();
  },
  attributes(more) {
    attributes = { ...attributes, ...more };
    tellAttributes(attributes);
  },
};

function run(command, ...given) {
  if (!isRunning) return undefined;
  const known = commands[command];
  const result = known ? known(...given) : warn(`Known commands: ${Object.keys(commands).join(", ")}.`);
  flush();
  return result;
}
