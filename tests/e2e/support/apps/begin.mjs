// Starts the package with the service that the page names, and counts how often it is asked to.
import { start } from 'hatsuban';

window.begun = 0;
export function begin() {
  window.begun += 1;
  return start({
    site: 'st_clinic',
    service: document.documentElement.dataset.service,
    targets: [{ id: 'main', number: '0120-123-456' }],
    headless: true,
    wasm: '/app/hatsuban_bg.wasm',
  });
}
