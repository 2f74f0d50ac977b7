/*
 * What the loader's script element fetches: the bindings of the browser program, and its start.
 * It has the wasm from the loader, which has compiled it meanwhile.
 */
import initialise, { start } from "hatsuban-bindings";

const page = window.hatsuban;

if (page && page.boot) {
  page.boot((compiled, settings) =>
    initialise({ module_or_path: compiled }).then(() => {
      page.run = start(settings, page);
      // It has said so itself if it could not start.
      // A page's own queue may hold whole argument lists.
      if (page.run) page.q.splice(0).forEach((command) => page.run(typeof command === "string" ? command : command[0]));
    }),
  );
}
