// WebKit, which every browser on an iPhone is made of, shows a visitor the number that is leased to them, in every form,
// through re-renders and reloads, until it is released.
import { mainPath } from './support/main-path.mjs';
import { openWebKit } from './support/webkit.mjs';

mainPath(openWebKit);
