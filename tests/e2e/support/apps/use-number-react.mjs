// A component that prints the number itself, in React; for the server and for the browser.
import { createElement as h } from 'react';
import { makeUseNumber } from '../../../../snippet/examples/react/useNumber.js';

export function make(begin) {
  const useNumber = makeUseNumber(begin);
  const Number = () => h('output', { 'data-hatsuban-ignore': '' }, useNumber('0120-123-456'));
  return () => h('div', null, h(Number), h(Number));
}
