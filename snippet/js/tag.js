/*
 * What the loader's script element fetches: the page's half of the browser program, and its start. It has the wasm from the
 * loader, which has compiled it meanwhile.
 */
import { start } from "./session/conductor.js";
import { connect } from "./wasm.js";

const page = window.hatsuban;

let extra;

/** The extra, which hands itself over; the loader has fetched it where the settings need it. */
const loadExtra = () =>
  (extra =
    extra ||
    new Promise((resolve, reject) => {
      const { needs_extra, extra, extra_sri } = page.settings;
      page.took = resolve;
      if (page.extra) resolve(page.extra);
      else if (!needs_extra) page.script(extra, extra_sri, reject);
    }));

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
