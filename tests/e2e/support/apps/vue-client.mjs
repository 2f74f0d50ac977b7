// The browser's side of the Vue page.
import { makeApp } from './vue-app.mjs';

window.problems = [];
const app = makeApp();
app.config.errorHandler = (error) => window.problems.push(error.message);
app.mount(document.querySelector('[data-app]'));
