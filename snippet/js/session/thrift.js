/*
 * Who is to be leased a number at all: numbers are few.
 */

/** Programs that look at pages: search engines, link previews, checks of speed. */
const ROBOTS = /bot\b|crawl|spider|slurp|preview|lighthouse|pagespeed|facebookexternalhit|whatsapp|mediapartners|headless|prerender|monitor/i;
/** Click ids of the medium that a tag may be for. */
const MEDIA = { google: /^(.braid|[dg]clid)/, yahoo: /^(y|_?ly)/, microsoft: /^ms/, meta: /^fb/ };

/** Whether one of these clicks came from the medium; any visitor will do without one. */
export const isFrom = (medium, clicks) => !MEDIA[medium] || clicks.some(({ kind }) => MEDIA[medium].test(kind));

/** Whether a program drives this browser. */
export const isRobot = () => navigator.webdriver || ROBOTS.test(navigator.userAgent);

/** Whether a session is among the first so many percent: always the same ones. */
export function isRolledOut(percent, session) {
  let hash = 7;
  for (const letter of session) hash = (hash * 31 + letter.charCodeAt(0)) % 10007;
  // Without a percentage, all of them.
  return !(hash % 100 >= percent);
}
