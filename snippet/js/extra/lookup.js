/*
 * `lookup(numbers)`: which numbers stand for these, for applications that print them themselves.
 */
import { current, numberOf } from "../page/targets.js";

/** A service that has not answered by then will not be waited for. */
const PATIENCE_MS = 4000;
const digits = (number) => number.normalize("NFKC").replace(/^\+81/, "0").replace(/\D/g, "");

/** Answers `{ [number as asked]: number to show, or null }` once it is known. Asks for what is not leased yet. */
export function lookup(numbers, { targets, state, want }) {
  const asked = numbers.map((number) => targets.find(({ own }) => own.some((each) => each.split("/")[0] === digits(number))));
  const isKnown = (target) => !target || state.leases.some((lease) => lease.target === target.id);
  return new Promise((resolve) => {
    const answer = () => {
      window.removeEventListener("hatsuban:leased", look);
      resolve(Object.fromEntries(numbers.map((number, at) => [number, asked[at] && current(asked[at]) ? numberOf(current(asked[at])) : null])));
    };
    const look = () => asked.every(isKnown) && answer();
    window.addEventListener("hatsuban:leased", look);
    for (const target of asked) if (target) target.isFound = true;
    want();
    setTimeout(answer, state.session ? PATIENCE_MS : 0);
    look();
  });
}
