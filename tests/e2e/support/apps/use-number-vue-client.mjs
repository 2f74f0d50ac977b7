import { begin } from './begin.mjs';
import { make } from './use-number-vue.mjs';

window.problems = [];
const app = make(begin);
app.mount(document.querySelector('[data-app]'));
window.leave = () => app.unmount();
