/*
 * Whether the visitor lets ids be read, kept and sent. Asked, in this order: what the page said to us, Global Privacy
 * Control, Google's Consent Mode (`ad_storage`), the site's own setting. And what may be done with them for ads.
 */
import { attempt } from "../browser.js";

const meaning = (state) => (/^(true|granted)$/.test(state) ? true : /^(false|denied)$/.test(state) ? false : undefined);

/** Whether there is consent now. `said`: what the page said with `hatsuban("consent", …)`. */
export function hasConsent(mode, said) {
  const isClosed = mode === "channel-only" || navigator.globalPrivacyControl;
  return meaning(said) ?? (isClosed ? false : (consentMode("ad_storage") ?? mode !== "required"));
}

/** What may be done with the visitor's data for ads: what is known, undefined if nothing is. `said`: by the page, of each. */
export function adConsent(said) {
  let told;
  for (const type of ["ad_user_data", "ad_personalization"]) {
    const state = meaning(said?.[type]) ?? consentMode(type);
    if (state !== undefined) told = { ...told, [type]: state ? "granted" : "denied" };
  }
  return told;
}

/** What Consent Mode says of one type: nothing, if it says nothing. */
const consentMode = (type) =>
  attempt(() => {
    // Undocumented, but what Google's own tags have made of all commands, regions and templates.
    const entry = window.google_tag_data?.ics?.entries?.[type];
    let found = entry && (meaning(entry.update) ?? meaning(entry.default));
    if (found !== undefined) return found;
    // Before those tags have come there is only the queue of commands.
    let isUpdated = false;
    for (const command of window.dataLayer || []) {
      const state = command?.[0] === "consent" ? meaning(command[2]?.[type]) : undefined;
      const isUpdate = command?.[1] === "update";
      // Where the visitor is, Google's tag alone knows: what some regions grant is nobody's yet.
      if (state !== undefined && (isUpdate || !isUpdated) && !(state && command[2].region)) [found, isUpdated] = [state, isUpdate];
    }
    return found;
  });

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
