// Firefox shows a visitor the number that is leased to them, in every form, through re-renders and reloads, until it is
// released.
import { openFirefox } from './support/firefox.mjs';
import { mainPath } from './support/main-path.mjs';

mainPath(openFirefox);
