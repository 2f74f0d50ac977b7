/*
 * A Vue composable for components that print the number themselves: on a canvas, in a message, in a scheme of their own.
 * What stands in texts and tel: links is swapped without it.
 *
 *   export const useNumber = makeUseNumber(() => start({ site, service, targets }));
 *   const number = useNumber("0120-123-456");
 *
 * On the server, and until a number is leased, it holds the site's own; it changes with the lease, and when its time has
 * passed.
 */
import { onMounted, onUnmounted, readonly, ref } from "vue";

/** The digits of a number, spelled as the site's own. */
function spelled(own, digits) {
  let at = 0;
  return own.replace(/\D/g, "").length === digits.length ? own.replace(/\d/g, () => digits[at++]) : digits;
}

/** Makes the composable. `begin` starts the program; it is called once, in the browser. */
export function makeUseNumber(begin) {
  let started;
  return function useNumber(own) {
    const shown = ref(own);
    let isOver = false;
    let end;
    const ask = async (hatsuban) => {
      const number = (await hatsuban.lookup([own]))[own];
      shown.value = number ? spelled(own, number.national) : own;
    };
    onMounted(async () => {
      const hatsuban = await (started ??= begin());
      if (isOver) return;
      end = hatsuban.on("leased", () => ask(hatsuban));
      ask(hatsuban);
    });
    onUnmounted(() => {
      isOver = true;
      end?.();
    });
    return readonly(shown);
  };
}
