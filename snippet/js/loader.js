/*
 * Hatsuban's tag: fetches the browser program and starts it. ES5, so that any browser can at least read it.
 * It never throws and never blocks. Whatever goes wrong, the page keeps its own numbers, one line on the console says
 * why and what to do, and the window gets one `hatsuban:error` event. The service puts the site's settings in.
 */
(function (settings) {
  var root = document.documentElement;
  var hasFailed = false;
  var page;

  function fail(cause, cure) {
    if (page && page.show) page.show();
    if (hasFailed) return;
    hasFailed = true;
    try {
      console.warn("[hatsuban] " + cause + " The page keeps its own numbers. " + cure);
      var event = document.createEvent("CustomEvent");
      event.initCustomEvent("hatsuban:error", false, false, { cause: cause, cure: cure });
      window.dispatchEvent(event);
    } catch (e) {
      // A page that has replaced these functions has nobody to tell.
    }
  }

  function explain(error) {
    var text = String((error && error.message) || error);
    if (/unsafe-eval|content.security.policy/i.test(text)) {
      fail(
        "The page's Content-Security-Policy forbids WebAssembly.",
        "Allow 'wasm-unsafe-eval' in script-src of this page's Content-Security-Policy."
      );
    } else unreachable("The program could not be started: " + text + ".");
  }

  function unreachable(cause) {
    fail(cause, "Check that " + settings.service + " answers and that the page's Content-Security-Policy allows it.");
  }

  function compile(response) {
    if (!response.ok) throw new Error(settings.wasm + " answered " + response.status);
    // Under another type, as from a proxy that knows no wasm, the streaming compiler refuses the same bytes.
    return WebAssembly.compileStreaming && /^application\/wasm/.test(response.headers.get("content-type"))
      ? WebAssembly.compileStreaming(response)
      : response.arrayBuffer().then(function (bytes) {
          return WebAssembly.compile(bytes);
        });
  }

  function script(url, integrity, failed) {
    var element = document.createElement("script");
    element.async = true;
    element.crossOrigin = "anonymous";
    if (integrity) element.integrity = integrity;
    element.src = url;
    element.onerror =
      failed ||
      function () {
        unreachable(url + " could not be loaded.");
      };
    (document.head || root).appendChild(element);
  }

  function load() {
    // The script below and this request have the same mode and credentials: browsers then use one connection for both.
    var request = { credentials: "same-origin" };
    if (settings.wasm_sri) request.integrity = settings.wasm_sri;
    var module = fetch(settings.wasm, request).then(compile);
    // Said here already, since the script may never come to ask for it.
    module.then(null, explain);
    page.boot = function (begin) {
      page.boot = null;
      module
        .then(function (compiled) {
          return begin(compiled, settings);
        })
        .then(null, explain);
    };
    script(settings.glue, settings.sri);
    if (settings.needs_extra) script(settings.extra, settings.extra_sri);
  }

  try {
    page = window.hatsuban;
    if (page && page.settings) {
      console.warn("[hatsuban] The tag is on this page twice. The second one does nothing. Remove one of them.");
      return;
    }
    // Commands that come before the program wait in `q`, also those of a page that has made one; the program sets `run`.
    var before = page || {};
    page = window.hatsuban = function () {
      return page.run ? page.run.apply(null, arguments) : page.q.push(arguments);
    };
    page.q = before.q || [];
    page.options = before.options;
    page.settings = settings;
    page.script = script;
    // Switched off for the site: not even a line.
    if (settings.off) return;
    if (settings.hide_ms) {
      root.classList.add("hatsuban-wait");
      page.show = function () {
        root.classList.remove("hatsuban-wait");
      };
      setTimeout(page.show, settings.hide_ms);
    }
    if (typeof WebAssembly !== "object" || !window.fetch || !window.Promise || !window.WeakMap) {
      fail("This browser has no WebAssembly.", "Nothing is to be done on the page.");
    } else if (document.prerendering) {
      // A page that nobody sees yet must not take a number.
      document.addEventListener("prerenderingchange", load, { once: true });
    } else {
      load();
    }
  } catch (error) {
    explain(error);
  }
})(__HATSUBAN_SETTINGS__);
