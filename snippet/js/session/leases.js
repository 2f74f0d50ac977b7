/*
 * The leases: asks the service when the keeper wants to, and shows what the keeper says may be shown. Numbers and tokens
 * stay here: `number` and `token` of a target are held, `offer` is what an answer or storage named until the keeper takes it.
 */
import { post, tell } from "../lease_client.js";
import { show, targets } from "../page/swapper.js";
import { specOf } from "../page/targets.js";
import { failure, state, tellLease } from "./announce.js";
import { attempt, store, stored } from "../browser.js";
import { isForgotten } from "./identity.js";
import { ANSWERED, FAILED, FORGOTTEN, FOUND, REFUSED, STARTED, WOKE, step } from "./keeper.js";
import { lookAtAll } from "./sight.js";

const OUTCOMES = ["leased", "overflow", "exhausted", "expired", "problem"];
/** Rows of an answer as the keeper numbers them: by status, problems by what they say. */
const STATUSES = ["leased", "overflow", "exhausted"];
const TOKEN_REFUSED = 3;
const UNAVAILABLE = 4;
const ROW_REFUSED = 5;

/** `{ settings, key, session, visit, consent, check }` while there may be leases; `key` is storage's. */
let mine;
/** What the service was told of the visitor's consent, as text. */
let told;
let alarm;
let isSilent;

const isNumber = (number) => /^\d{3,20}$/.test(number?.national);
const find = (id) => targets.findIndex((target) => target.id === id);
/** What the service is told of a URL: no fragment, and no more than it takes. */
const urlFor = (url) => url?.split("#")[0].slice(0, 2048) || undefined;
const urls = (of) => of && { ...of, landing_page: urlFor(of.landing_page), referrer: urlFor(of.referrer) };

/** Begins with what an earlier page stored. */
export function beginLeases(given) {
  mine = given;
  isSilent = false;
  const kept = stored(mine.key);
  const details = [];
  // Another program may have written there.
  for (const lease of kept?.session === mine.session && Array.isArray(kept.leases) ? kept.leases : []) {
    const target = targets[find(lease?.target)];
    if (!target || !isNumber(lease.number)) continue;
    target.offer = lease;
    target.token = lease.token;
    details.push(targets.indexOf(target), lease.sent_wall_ms, lease.lease_for_ms);
  }
  act(STARTED, +isVisible(), details[0] >= 0 ? kept.heartbeat_ms : 0, kept?.hidden_hold_ms, ...details);
}

export const isVisible = () => document.visibilityState !== "hidden";

/** Ends what is held on this page without a word to the service. */
export function endLeases() {
  act(FORGOTTEN);
  clearTimeout(alarm);
  if (!mine) return;
  mine = undefined;
  for (const target of targets) target.token = target.number = undefined;
  state.leases = [];
}

/** Asks for every target on the page. */
export const want = () => targets.forEach((target, index) => target.isFound && act(FOUND, index));

/** Tells the keeper what happened, and does what it says. */
export function act(event, ...details) {
  if (!mine) return;
  const { settings, key, session } = mine;
  let isChanged;
  let isOver;
  const put = (target, number) => {
    const spec = number && specOf(number, number.groups || target.groups);
    target.number = number;
    if (target.shown === spec) return;
    show(target, "shown", spec);
    isChanged = true;
  };
  const leave =
    (how) =>
    (_, ...left) =>
      tell(`${settings.service}/v1/leases/${how}`, { site: settings.site, session, targets: left.map((index) => targets[index].id) });
  step(event, details, [
    (index) => {
      const target = targets[index];
      target.token = target.offer.token || target.token;
      put(target, target.offer.number);
    },
    (index) => put(targets[index]),
    (request, _, ...wanted) => {
      // A release on another sub-domain is told by the cookie alone.
      if (!settings.session_cookie && isForgotten()) isOver = true;
      else ask(request, wanted);
    },
    leave("left"),
    leave("release"),
    (heartbeat_ms, hidden_hold_ms, _, ...rows) => {
      const leases = [];
      for (; rows[0] >= 0; rows.splice(0, 3)) {
        const { id, number, token } = targets[rows[0]];
        leases.push({ target: id, number, token, sent_wall_ms: rows[1], lease_for_ms: rows[2] });
      }
      store(key, { session, heartbeat_ms, hidden_hold_ms, leases });
    },
    () => store(key),
    (ms) => {
      clearTimeout(alarm);
      alarm = setTimeout(() => act(WOKE), ms);
    },
    (index, outcome, ms) => tellLease(targets[index].id, OUTCOMES[outcome], outcome < 2 && targets[index].number, ms),
    (index) => {
      targets[index].token = undefined;
    },
  ]);
  for (const target of targets) target.offer = undefined;
  if (isChanged) lookAtAll();
  if (isOver) endLeases();
}

/** Asks the service for these targets, by index. Request 0 only tells: its answer is nobody's. */
async function ask(request, wanted) {
  const asker = mine;
  const { settings, session, visit, consent, check } = mine;
  told = JSON.stringify(consent());
  const { status, body } = await post(`${settings.service}/v1/leases`, {
    site: settings.site,
    session,
    page: urlFor(location.href),
    visitor: { ...urls(visit), channel: undefined, at_ms: undefined, first_touch: urls(visit.first_touch), consent: consent() },
    leases: wanted.map((index) => ({ target: targets[index].id, token: targets[index].token })),
  });
  if (mine !== asker || !request) return;
  const answer = status === 200 && (check ? check(body) : body);
  if (Array.isArray(answer?.leases)) {
    isSilent = false;
    act(ANSWERED, request, answer.heartbeat_ms, answer.hidden_hold_ms, ...answer.leases.flatMap((row) => attempt(() => readRow(row)) || []));
    // It may have changed meanwhile.
    tellConsent();
  } else if (status >= 400 && !isPassing(status)) {
    const why = body?.detail || body?.title || "";
    failure(`The pool service refused this page. ${why}`.trim(), "Compare the site's configuration with this page's address and tag.");
    act(REFUSED, request);
  } else {
    // Once until it answers again: it is asked again and again meanwhile.
    const isShown = targets.some(({ shown }) => shown);
    if (!isSilent) {
      const cure = "Check that it runs and that its address in the tag is right.";
      failure("The pool service does not answer.", cure, isShown ? "" : undefined);
    }
    isSilent = true;
    act(FAILED, request);
  }
}

/** Too early, too much, or a fault: not wrong. */
const isPassing = (status) => status >= 500 || /408|425|429/.test(status);

/** One row of an answer for the keeper; nothing if it is none of the protocol's. */
function readRow({ target, status, number, lease_for_ms, token, problem }) {
  const index = find(target);
  let kind = STATUSES.indexOf(status);
  if (problem) kind = /token/.test(problem.type) ? TOKEN_REFUSED : isPassing(problem.status) ? UNAVAILABLE : ROW_REFUSED;
  if (index < 0 || kind < 0 || (kind < 2 && !isNumber(number))) return [];
  targets[index].offer = { number, token };
  return [index, kind, lease_for_ms || 0];
}

/** Tells what the application has said since, not waiting for the next heartbeat: a call may come before. */
export function tellVisit() {
  const shown = targets.flatMap(({ shown }, index) => (shown ? [index] : []));
  if (mine && shown[0] >= 0) ask(0, shown);
}

/** Tells a consent that has changed since it was told. */
export const tellConsent = () => mine && JSON.stringify(mine.consent()) !== told && tellVisit();
