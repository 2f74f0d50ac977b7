// A component that prints the number itself, in Vue; for the server and for the browser.
import { createSSRApp, h } from 'vue';
import { makeUseNumber } from '../../../../snippet/examples/vue/useNumber.js';

export function make(begin) {
  const useNumber = makeUseNumber(begin);
  const Number = {
    setup() {
      const number = useNumber('0120-123-456');
      return () => h('output', { 'data-hatsuban-ignore': '' }, number.value);
    },
  };
  return createSSRApp({ render: () => h('div', [h(Number), h(Number)]) });
}
