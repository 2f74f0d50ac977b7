/*
 * What the loader's script element fetches: the page's half of the browser program, and its start. It has the wasm from the
 * loader, which has compiled it meanwhile.
 */
import { start } from "./session/conductor.js";
import { connect } from "./wasm.js";

const page = window.hatsuban;

/** The extra hands itself over as `page.extra`. */
const loadExtra = () =>
  page.extra ? Promise.resolve(page.extra) : new Promise((resolve, reject) => {
    page.script(page.settings.extra, "", reject);
    page.took = () => resolve(page.extra);
  });

if (page && page.boot) {
  page.boot((compiled, settings) =>
    WebAssembly.instantiate(compiled).then((instance) => {
      connect(instance);
      page.run = start(settings, page, loadExtra);
      // It has said so itself if it could not start. A page's own queue may hold plain names.
      if (page.run) for (const command of page.q.splice(0)) page.run(...(command.big ? [command] : command));
    }),
  );
}
