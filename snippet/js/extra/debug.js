/*
 * `?hatsuban_debug`: explains on the page what was found, matched and leased, and why not.
 */
import { current } from "../page/targets.js";
import { hasConsent } from "../session/consent.js";
import { isFrom, isRobot } from "../session/thrift.js";

const TEXTS = {
  ja: {
    title: "Hatsuban 診断",
    why: "状況",
    robot: "自動操作のブラウザーのため、番号は払い出しません。",
    stopped: "停止しました。ページは元の番号に戻っています。",
    said: "ページから、訪問者の同意がないと伝えられました。番号の払い出しと Cookie の利用を止めています。",
    privacy: "訪問者のブラウザーが Global Privacy Control を送っています。番号の払い出しと Cookie の利用を止めています。",
    denied: "訪問者の同意がまだないため、番号の払い出しと Cookie の利用を止めています。Consent Mode の ad_storage と、サイトの設定の consent を確かめてください。",
    clicks: "このタグは、設定した広告媒体から来た訪問者にだけ払い出します。この訪問にはその媒体のクリック ID がありません。",
    rollout: "この訪問は、払い出しの対象とする割合（rollout_percent）に入っていません。",
    waits: "番号が画面に入るか、訪問者が触れるのを待っています（lease_on）。",
    asking: "まだ払い出されていません。サービスの応答を待っているか、貸し出しを終えたところです。",
    exhausted: "空いている番号がプールにありません。番号を増やすか、あふれ番号を設定してください。",
    problem: "サービスがこの対象への払い出しを断りました。サイトの設定を確かめてください。",
    expired: "貸し出しの期限が切れました。サービスに届いていません。",
    channel: "チャネル発番です。訪問者ごとの番号は払い出しません。",
    missing: "このページに差し替え対象の番号は見つかりません。",
    running: "動作しています。",
    hidden: "このページは表示されていません。",
    target: "対象",
    onPage: "ページ上",
    shown: "表示中の番号",
    status: "状態",
    rest: "残り",
    yes: "あり",
    no: "なし",
    others: "このページにある、対象ではない番号",
    session: "セッション",
    clickIds: "クリック ID",
    chosen: "チャネル",
    log: "できごと",
    close: "閉じる",
    seconds: "秒",
    statuses: { leased: "貸し出し中", overflow: "あふれ番号", exhausted: "空きなし", expired: "期限切れ", problem: "拒否" },
  },
  en: {
    title: "Hatsuban debug",
    why: "State",
    robot: "A program drives this browser: no number is leased.",
    stopped: "It has been stopped. The page shows its own numbers.",
    said: "The page has said that the visitor does not consent: no number is leased, no cookie is touched.",
    privacy: "The visitor's browser sends Global Privacy Control: no number is leased, no cookie is touched.",
    denied: "The visitor has not consented yet: no number is leased, no cookie is touched. Look at ad_storage of Consent Mode and at consent in the site's settings.",
    clicks: "This tag leases numbers only to visitors who came by one ad medium. This visit has no click id of it.",
    rollout: "This visit is not in the share of sessions that are leased numbers (rollout_percent).",
    waits: "It waits until the number comes into view or the visitor reaches for it (lease_on).",
    asking: "Nothing is leased yet: the service has not answered, or the lease has been released.",
    exhausted: "No number of the pool is free. Add numbers, or an overflow number.",
    problem: "The service refused to lease for this target. Look at the site's settings.",
    expired: "The lease has ended, since the service could not be reached.",
    channel: "Channel numbers only: no number is leased to single visitors.",
    missing: "None of the site's targets stands on this page.",
    running: "It runs.",
    hidden: "Nobody sees this page.",
    target: "Target",
    onPage: "On the page",
    shown: "Shown number",
    status: "Lease",
    rest: "Left",
    yes: "yes",
    no: "no",
    others: "Numbers on this page that are no target",
    session: "Session",
    clickIds: "Click ids",
    chosen: "Channel",
    log: "Events",
    close: "Close",
    seconds: "s",
    statuses: { leased: "leased", overflow: "overflow", exhausted: "none free", expired: "expired", problem: "refused" },
  },
};

const STYLE = `:host{all:initial}section{position:fixed;inset:auto 12px 12px auto;z-index:2147483647;width:min(30rem,calc(100vw - 24px));max-height:70vh;overflow:auto;
box-sizing:border-box;padding:14px 16px;border-radius:10px;font:13px/1.55 system-ui,sans-serif;color:#16202c;background:#fff;border:1px solid #b8c4d0;box-shadow:0 8px 30px #0004}
h2{font-size:15px;margin:0 2.5rem 8px 0}h3{font-size:12px;margin:10px 0 2px;color:#4a5a6a}p,ul{margin:0;padding:0;list-style:none;overflow-wrap:anywhere}
table{border-collapse:collapse;width:100%;margin:10px 0 0}td:last-child{white-space:nowrap}th,td{text-align:left;padding:3px 6px 3px 0;vertical-align:top;border-top:1px solid #dde4ea}
button{position:absolute;top:10px;right:12px;font:inherit;padding:2px 10px;border:1px solid #8796a5;border-radius:6px;background:none;color:inherit;cursor:pointer}
button:focus-visible{outline:2px solid #1a73c8;outline-offset:2px}
@media(prefers-color-scheme:dark){section{color:#e8eef4;background:#18212b;border-color:#46566a}h3{color:#a9b8c7}th,td{border-color:#334252}}`;

const make = (name, text, ...children) => {
  const element = document.createElement(name);
  if (text) element.textContent = text;
  element.append(...children);
  return element;
};

/** Why no number is leased, or that all is well: the name of a text. */
function reason({ settings, targets, state, said, isRunning }) {
  const { session, leases, click_ids } = state;
  if (!isRunning()) return "stopped";
  if (settings.mode === "channel") return "channel";
  if (!settings.headless && isRobot()) return "robot";
  if (!hasConsent(settings.consent, said())) return said() ? "said" : navigator.globalPrivacyControl ? "privacy" : "denied";
  if (!isFrom(settings.media, click_ids)) return "clicks";
  if (!session && settings.rollout !== undefined) return "rollout";
  if (!targets.some(({ isFound }) => isFound)) return "missing";
  const trouble = ["exhausted", "problem", "expired"].find((status) => leases.some((lease) => lease.status === status));
  if (trouble) return trouble;
  if (!leases.length) return settings.lease_on ? "waits" : "asking";
  return document.visibilityState === "hidden" ? "hidden" : "running";
}

/** Shows the panel and keeps it right. */
export function explain(program) {
  const { targets, state, discover } = program;
  const words = TEXTS[/^ja/.test(navigator.language) ? "ja" : "en"];
  const box = make("div");
  box.setAttribute("data-hatsuban-ignore", "");
  // A tree of its own: neither the page's styles nor the snippet reach into it, and no policy forbids its style.
  const root = box.attachShadow({ mode: "closed" });
  const style = new CSSStyleSheet();
  style.replaceSync(STYLE);
  root.adoptedStyleSheets = [style];
  const section = make("section");
  section.setAttribute("role", "complementary");
  section.setAttribute("aria-label", words.title);
  // Made once: a button that is made anew loses the focus.
  const button = make("button", words.close);
  const content = make("div");
  section.append(make("h2", words.title), button, content);
  root.append(section);
  const log = [];

  const row = (target) => {
    const lease = state.leases.find((each) => each.target === target.id);
    const rest = lease?.expires_in_ms ? `${Math.ceil(lease.expires_in_ms / 1000)} ${words.seconds}` : "";
    const shown = current(target)?.split("/")[0];
    const cells = [target.id, target.isFound ? words.yes : words.no, shown || "–", words.statuses[lease?.status] || "–", rest];
    return make("tr", "", ...cells.map((text) => make("td", text)));
  };
  const draw = () => {
    const heads = [words.target, words.onPage, words.shown, words.status, words.rest];
    const known = new Set(targets.flatMap((target) => [...target.own, target.shown, target.base]));
    const others = discover(document.body.innerText).split("\n").filter((number) => number && !known.has(number));
    const { session, click_ids, channel } = state;
    const parts = [
      [words.why, make("p", words[reason(program)])],
      ["", make("table", "", make("tr", "", ...heads.map((text) => make("th", text))), ...targets.map(row))],
      [words.others, others.length && make("p", [...new Set(others)].join(", "))],
      [words.session, session && make("p", session)],
      [words.clickIds, click_ids.length && make("p", click_ids.map(({ kind, value, source }) => `${kind} ${value} (${source})`).join(", "))],
      [words.chosen, channel && make("p", channel)],
      [words.log, log.length && make("ul", "", ...log.slice(-8).map((line) => make("li", line)))],
    ];
    content.replaceChildren(...parts.flatMap(([title, part]) => (part ? [...(title ? [make("h3", title)] : []), part] : [])));
  };
  const names = ["ready", "leased", "swapped", "no-number", "error"].map((name) => `hatsuban:${name}`);
  const note = ({ type, detail }) => {
    const facts = [detail.target, words.statuses[detail.status], detail.number?.national, detail.count, detail.cause];
    log.push(`${new Date().toLocaleTimeString()} ${type.slice(9)} ${facts.filter(Boolean).join(" ")}`);
    draw();
  };
  const close = () => {
    clearInterval(timer);
    for (const name of names) window.removeEventListener(name, note);
    document.removeEventListener("keydown", leave);
    box.remove();
  };
  const leave = ({ key }) => key === "Escape" && close();
  button.onclick = close;
  document.addEventListener("keydown", leave);
  for (const name of names) window.addEventListener(name, note);
  const timer = setInterval(draw, 1000);
  document.body.append(box);
  draw();
}
