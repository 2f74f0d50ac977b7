// The smallest application that has the package in its bundle. Where the service is, the page says.
import { start } from 'hatsuban';

const hatsuban = await start({
  site: 'st_clinic',
  service: document.documentElement.dataset.service,
  targets: [{ id: 'main', number: '0120-123-456' }],
  headless: true,
});
// Asks a part of the package that is loaded where it is needed.
window.found = await hatsuban.lookup(['0120 123 456', '03-0000-0000']);
