/*
 * Hatsuban's tag: fetches the browser program and starts it. ES5, so that a tag manager takes it as it is.
 * It never throws and never blocks. Whatever goes wrong, the page keeps its own numbers, one line on the console says
 * why and what to do, and the window gets one `hatsuban:error` event. The service puts the site's settings in.
 */
(function (settings) {
  var CSP_CURE = "Allow 'wasm-unsafe-eval' in script-src of this page's Content-Security-Policy.";
  var hasFailed = false;
  var page;

  function fail(cause, cure) {
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
      fail("The page's Content-Security-Policy forbids WebAssembly.", CSP_CURE);
    } else {
      fail("The program could not be started: " + text + ".", unreachable());
    }
  }

  function unreachable() {
    return "Check that " + settings.service + " answers and that the Content-Security-Policy allows it in script-src and connect-src.";
  }

  function compile(response) {
    if (!response.ok) throw new Error(settings.wasm + " answered " + response.status);
    // Under another type, as from a proxy that knows no wasm, the streaming compiler refuses the same bytes.
    if (WebAssembly.compileStreaming && /^application\/wasm/.test(response.headers.get("content-type"))) {
      return WebAssembly.compileStreaming(response);
    }
    return response.arrayBuffer().then(function (bytes) {
      return WebAssembly.compile(bytes);
    });
  }

  function load() {
    // The script below and this request have the same mode and credentials: browsers then use one connection for both.
    var module = fetch(settings.wasm, { credentials: "same-origin" }).then(compile);
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
    var script = document.createElement("script");
    script.async = true;
    script.crossOrigin = "anonymous";
    script.src = settings.glue;
    script.onerror = function () {
      fail(settings.glue + " could not be loaded.", unreachable());
    };
    (document.head || document.documentElement).appendChild(script);
  }

  try {
    page = window.hatsuban;
    if (page && page.settings) {
      console.warn("[hatsuban] The tag is on this page twice. The second one does nothing. Remove one of them.");
      return;
    }
    // Commands that come before the program wait in `q`, also those of a page that has made one; the program sets `run`.
    var queue = (page && page.q) || [];
    page = window.hatsuban = function (command) {
      if (page.run) page.run(command);
      else page.q.push(command);
    };
    page.q = queue;
    page.settings = settings;
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
