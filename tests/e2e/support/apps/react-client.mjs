// The browser's side of the React page. `?whole`: the document is the root; `?late`: a part comes when the test says so.
import { createElement as h, lazy } from 'react';
import { hydrateRoot } from 'react-dom/client';
import { Clinic, Late, Page, Rest } from './react-app.mjs';

window.problems = [];
const tell = (error) => window.problems.push(String(error.message));
const asked = new URLSearchParams(location.search);
const released = new Promise((resolve) => { window.releaseLate = resolve; });
const comesLate = (part) => lazy(() => released.then(() => ({ default: part })));
const late = asked.has('late') ? { Late: comesLate(Late), Rest: comesLate(Rest) } : undefined;
const [container, tree] = asked.has('whole') ? [document, Page] : [document.querySelector('[data-app]'), Clinic];
hydrateRoot(container, h(tree, { late }), { onRecoverableError: tell, onUncaughtError: tell, onCaughtError: tell });
