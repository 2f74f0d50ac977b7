/*
 * A React hook for components that print the number themselves: on a canvas, in a message, in a scheme of their own. What
 * stands in texts and tel: links is swapped without it.
 *
 *   export const useNumber = makeUseNumber(() => start({ site, service, targets }));
 *   const number = useNumber("0120-123-456");
 *
 * On the server, and until a number is leased, it gives the site's own; it renders again when the number changes or its
 * time has passed.
 */
import { useCallback, useSyncExternalStore } from "react";

/** The digits of a number, spelled as the site's own. */
function spelled(own, digits) {
  let at = 0;
  return own.replace(/\D/g, "").length === digits.length ? own.replace(/\d/g, () => digits[at++]) : digits;
}

/** Makes the hook. `begin` starts the program; it is called once, in the browser. */
export function makeUseNumber(begin) {
  const shown = new Map();
  let started;
  const follow = (own, changed) => {
    let isOver = false;
    let end;
    const ask = async (hatsuban) => {
      const number = (await hatsuban.lookup([own]))[own];
      shown.set(own, number ? spelled(own, number.national) : own);
      if (!isOver) changed();
    };
    started ??= begin();
    started.then((hatsuban) => {
      if (isOver) return;
      end = hatsuban.on("leased", () => ask(hatsuban));
      ask(hatsuban);
    });
    return () => {
      isOver = true;
      end?.();
    };
  };
  return function useNumber(own) {
    const subscribe = useCallback((changed) => follow(own, changed), [own]);
    return useSyncExternalStore(subscribe, () => shown.get(own) ?? own, () => own);
  };
}
