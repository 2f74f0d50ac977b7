/*
 * The leases: asks the service when the keeper wants to, and shows what the keeper says may be shown. The keeper is a pure
 * state machine over target indexes and times; numbers and tokens stay here.
 */
import { post, tell } from "../lease_client.js";
import { show, targets } from "../page/swapper.js";
import { specOf } from "../page/targets.js";
import { flush, forgetLeases, tellLease } from "./announce.js";
import { failure, store, stored } from "./browser.js";
import { isForgotten } from "./identity.js";
import { ANSWERED, FAILED, FORGOTTEN, FOUND, REFUSED, STARTED, WOKE, step } from "./keeper.js";
import { lookAtAll } from "./sight.js";

const OUTCOMES = ["leased", "overflow", "exhausted", "expired", "problem"];
/** Kinds of rows, as the keeper numbers them; those of a problem follow. */
const STATUSES = ["leased", "overflow", "exhausted"];
const TOKEN_REFUSED = 3;
const UNAVAILABLE = 4;
const ROW_REFUSED = 5;

/** `{ settings, session, visit, attributes, check }` while there may be leases. */
let mine;
/** `{ number, token }` of every target, and what an answer or storage offers until the keeper takes it. */
let held;
let offered;
let alarm;
let isSilent;

export const isVisible = () => document.visibilityState !== "hidden";
export const isLeasing = () => Boolean(mine);
export const storageKey = ({ site }) => `hatsuban:${site}`;
const indexOf = (id) => targets.findIndex((target) => target.id === id);
/** What the service is told of a URL: no fragment, and no more than it takes. */
const urlFor = (url) => url && url.split("#")[0].slice(0, 2048);

/** Begins with what an earlier page stored. */
export function beginLeases(given) {
  mine = given;
  [held, offered, isSilent] = [[], {}, false];
  const kept = stored(storageKey(mine.settings));
  const details = [isVisible(), 0, 0];
  if (kept && kept.session === mine.session) {
    details[1] = kept.heartbeat_ms;
    details[2] = kept.hidden_hold_ms;
    for (const lease of kept.leases) {
      const index = indexOf(lease.target);
      offered[index] = lease;
      if (index >= 0) details.push(index, lease.sent_wall_ms, lease.lease_for_ms);
    }
  }
  act(STARTED, ...details);
}

/** Ends what is held on this page without a word to the service. */
export function endLeases() {
  act(FORGOTTEN);
  mine = undefined;
  clearTimeout(alarm);
  forgetLeases();
}

/** Asks for a target. */
export const want = (target) => act(FOUND, targets.indexOf(target));

/** Tells the keeper what happened, and does what it says. */
export function act(event, ...details) {
  if (!mine) return;
  const { settings } = mine;
  let isChanged;
  let isOver;
  const put = (index, spec) => {
    if (targets[index].shown === spec) return;
    show(targets[index], spec);
    isChanged = true;
  };
  const leaving = (path) => (_, ...left) =>
    tell(`${settings.service}/v1/leases/${path}`, { site: settings.site, session: mine.session, targets: left.map((index) => targets[index].id) });
  step(event, details, [
    (index) => {
      held[index] = offered[index] || held[index];
      put(index, specOf(held[index].number, targets[index].groups));
    },
    (index) => {
      held[index] = { token: held[index].token };
      put(index);
    },
    (request, _, ...wanted) => {
      // A release on another sub-domain is told by the cookie alone.
      if (!settings.session_cookie && isForgotten()) isOver = true;
      else ask(request, wanted);
    },
    leaving("left"),
    leaving("release"),
    (heartbeat_ms, hidden_hold_ms, _, ...rows) => {
      const leases = [];
      for (let at = 0; at < rows.length; at += 3) {
        const [index, sent_wall_ms, lease_for_ms] = rows.slice(at);
        leases.push({ target: targets[index].id, ...held[index], sent_wall_ms, lease_for_ms });
      }
      store(storageKey(settings), { session: mine.session, heartbeat_ms, hidden_hold_ms, leases });
    },
    () => store(storageKey(settings)),
    (ms) => {
      clearTimeout(alarm);
      // Browsers take a longer time for none at all. Being called early is harmless.
      alarm = setTimeout(() => (act(WOKE), flush()), Math.min(ms, 0x7fffffff));
    },
    (index, outcome, ms) => tellLease(index, targets[index].id, OUTCOMES[outcome], outcome < 2 && held[index].number, ms),
    (index) => {
      held[index] = { number: held[index]?.number };
    },
  ]);
  offered = {};
  if (isChanged) lookAtAll();
  if (isOver) endLeases();
}

/** Asks the service for these targets, by index. Request 0 only tells: its answer is nobody's. */
export async function ask(request, wanted) {
  const asker = mine;
  const { settings, session, visit, attributes } = mine;
  const { channel: _, ...facts } = visit;
  const urls = (of) => of && { ...of, landing_page: urlFor(of.landing_page), referrer: urlFor(of.referrer) || undefined };
  const { status, body } = await post(`${settings.service}/v1/leases`, {
    site: settings.site,
    session,
    page: urlFor(location.href),
    visitor: { ...urls(facts), first_touch: urls(visit.first_touch), attributes },
    leases: wanted.map((index) => ({ target: targets[index].id, token: held[index]?.token })),
  });
  if (mine !== asker || !request) return;
  const answer = status === 200 && (mine.check ? mine.check(body) : body);
  if (Array.isArray(answer?.leases)) {
    isSilent = false;
    act(ANSWERED, request, answer.heartbeat_ms, answer.hidden_hold_ms, ...answer.leases.flatMap(readRow));
  } else if (status >= 400 && !isPassing(status)) {
    const why = `The pool service refused this page. ${body?.detail || body?.title || ""}`;
    failure(why.trim(), "Compare the site's configuration with this page's address and tag.");
    act(REFUSED, request);
  } else {
    // Once until it answers again: it is asked again and again meanwhile.
    const consequence = targets.some(({ shown }) => shown) ? "What is leased is shown for as long as promised." : undefined;
    if (!isSilent) failure("The pool service does not answer.", "Check that it runs and that its address in the tag is right.", consequence);
    isSilent = true;
    act(FAILED, request);
  }
  flush();
}

/** Too early, too much, or a fault: not wrong. */
const isPassing = (status) => status >= 500 || status === 408 || status === 425 || status === 429;

/** One row of an answer for the keeper; nothing if it is none of the protocol's. */
function readRow({ target, status, number, lease_for_ms, token, problem }) {
  const index = indexOf(target);
  let kind = STATUSES.indexOf(status);
  if (kind < 0 && problem) kind = /token/.test(problem.type) ? TOKEN_REFUSED : isPassing(problem.status) ? UNAVAILABLE : ROW_REFUSED;
  if (index < 0 || kind < 0 || (kind < 2 && !/^\d{3,20}$/.test(number?.national))) return [];
  offered[index] = { number, token };
  return [index, kind, lease_for_ms || 0];
}

/** Sends what the application has told since, not waiting for the next heartbeat: a call may come before. */
export function tellAttributes(attributes) {
  if (!mine) return;
  mine.attributes = attributes;
  const shown = targets.filter((target) => target.shown).map((target) => targets.indexOf(target));
  if (shown.length) ask(0, shown);
}

