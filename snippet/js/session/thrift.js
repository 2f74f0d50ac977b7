/*
 * Who is to be leased a number at all: numbers are few.
 */

/** Programs that look at pages: search engines, link previews, checks of speed. */
const ROBOTS = /bot\b|crawl|spider|slurp|preview|lighthouse|pagespeed|facebookexternalhit|whatsapp|mediapartners|headless|prerender|monitor/i;
/** Whether a program drives this browser. */
export const isRobot = () => navigator.webdriver || ROBOTS.test(navigator.userAgent);

/** Whether a session is among the first so many percent: always the same ones. */
export function isRolledOut(percent, session) {
  let hash = 7;
  for (const letter of session) hash = (hash * 31 + letter.charCodeAt(0)) % 10007;
  // Without a percentage, all of them.
  return !(hash % 100 >= percent);
}
