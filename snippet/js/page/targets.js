/*
 * A target and its numbers, written as the engine reads them: Japan's by their digits, others as
 * `<national>/<E.164 without plus>/<groups>`. A leaf, without state.
 */

/** A number of the protocol as the engine reads it. */
export const specOf = ({ national, e164 }, groups) =>
  e164 && !e164.startsWith("+81") ? `${national}/${e164.slice(1)}/${groups ? groups.join("-") : ""}` : national;

/** A number of the engine's for the page's scripts. */
export function numberOf(spec) {
  const [national, abroad] = spec.split("/");
  const e164 = abroad || (national.startsWith("00") ? "" : `81${national.slice(1)}`);
  return e164 ? { national, e164: `+${e164}` } : { national };
}

/** What stands for a target's own number now, if anything does. */
export const current = ({ shown, base }) => shown || base;
