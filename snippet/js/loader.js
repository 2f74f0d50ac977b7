/*
 * Hatsuban's tag: fetches the browser program and starts it. ES5, so that any browser can at least read it.
 * It never throws and never blocks. Whatever goes wrong, the page keeps its own numbers, one line on the console says
 * why and what to do, and the window gets one `hatsuban:error` event. The service puts the site's settings in.
 */
(function (settings) {
  var POLICY = "Content-Security-Policy";
  var root = document.documentElement;
  var page = window.hatsuban;
  var hasFailed;
  /** Where the page demands Trusted Types: for the program's own two scripts. */
  var policy;

  function fail(cause, cure) {
    if (hasFailed) return;
    hasFailed = true;
    try {
      console.warn("[hatsuban] " + cause + " The page keeps its own numbers. " + cure);
      window.dispatchEvent(new CustomEvent("hatsuban:error", { detail: { cause: cause, cure: cure } }));
    } catch (e) {
      // A page that has replaced these functions has nobody to tell.
    }
  }

  function explain(error) {
    var text = String((error && error.message) || error);
    if (/unsafe-eval|content.security.policy/i.test(text)) {
      fail("The page's " + POLICY + " forbids WebAssembly.", "Allow 'wasm-unsafe-eval' in its script-src.");
    } else if (/trusted/i.test(text)) {
      fail("The page's " + POLICY + " demands Trusted Types.", "Allow hatsuban in trusted-types.");
    } else {
      fail(
        "The program could not be started: " + text + ".",
        "Check that " + settings.service + " answers and that the page's " + POLICY + " allows it."
      );
    }
  }

  function script(url, integrity, failed) {
    var element = document.createElement("script");
    element.crossOrigin = "anonymous";
    if (integrity) element.integrity = integrity;
    element.src = policy ? policy.createScriptURL(url) : url;
    element.onerror =
      failed ||
      function () {
        explain(url + " could not be loaded");
      };
    (document.head || root).appendChild(element);
  }

  function load() {
    // The scripts and this request have the same mode and credentials: browsers then use one connection for all.
    var module = fetch(settings.wasm, { credentials: "same-origin", integrity: settings.wasm_sri })
      .then(function (response) {
        if (!response.ok) throw settings.wasm + " answered " + response.status;
        return response.arrayBuffer();
      })
      .then(WebAssembly.compile);
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
      var show = function (event) {
        // With a session, its numbers are still to come.
        if (!event || !event.detail || !event.detail.session) root.classList.remove("hatsuban-wait");
      };
      root.classList.add("hatsuban-wait");
      ["ready", "leased", "error"].forEach(function (name) {
        window.addEventListener("hatsuban:" + name, show);
      });
      setTimeout(show, settings.hide_ms);
    }
    if (window.trustedTypes) {
      try {
        policy = trustedTypes.createPolicy("hatsuban", { createScriptURL: String });
      } catch (e) {
        // Not among the policies that the page allows. Whether it needs one shows when the script is made.
      }
    }
    if (!window.WebAssembly || !window.fetch) {
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
