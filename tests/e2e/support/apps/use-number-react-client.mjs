import { createElement } from 'react';
import { hydrateRoot } from 'react-dom/client';
import { begin } from './begin.mjs';
import { make } from './use-number-react.mjs';

window.problems = [];
const root = hydrateRoot(document.querySelector('[data-app]'), createElement(make(begin)), {
  onRecoverableError: (error) => window.problems.push(error.message),
});
window.leave = () => root.unmount();
