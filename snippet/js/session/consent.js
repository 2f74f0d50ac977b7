/*
 * Whether the visitor lets ids be read, kept and sent. Asked, in this order: what the page said to us, Global Privacy
 * Control, Google's Consent Mode (`ad_storage`), the site's own setting.
 */
import { attempt } from "../browser.js";

const meaning = (state) => (/^(true|granted)$/.test(state) ? true : /^(false|denied)$/.test(state) ? false : undefined);

/** Whether there is consent now. `said`: what the page said with `hatsuban("consent", …)`. */
export function hasConsent(mode, said) {
  const isClosed = mode === "channel-only" || navigator.globalPrivacyControl;
  return meaning(said) ?? (isClosed ? false : (attempt(consentMode) ?? mode !== "required"));
}

function consentMode() {
  // Undocumented, but what Google's own tags have made of all commands, regions and templates.
  const entry = window.google_tag_data?.ics?.entries?.ad_storage;
  let found = entry && (meaning(entry.update) ?? meaning(entry.default));
  if (found !== undefined) return found;
  // Before those tags have come there is only the queue of commands.
  let isUpdated = false;
  for (const command of window.dataLayer || []) {
    const state = command?.[0] === "consent" ? meaning(command[2]?.ad_storage) : undefined;
    const isUpdate = command?.[1] === "update";
    // Where the visitor is, Google's tag alone knows: what some regions grant is nobody's yet.
    if (state !== undefined && (isUpdate || !isUpdated) && !(state && command[2].region)) [found, isUpdated] = [state, isUpdate];
  }
  return found;
}

/** Calls back after whatever may have changed the consent. */
export function followConsent(changed) {
  attempt(() => {
    const layer = (window.dataLayer = window.dataLayer || []);
    const push = layer.push;
    layer.push = function (...items) {
      const result = push.apply(layer, items);
      // Whoever listens to the queue handles it first.
      setTimeout(changed);
      return result;
    };
  });
}
