/*
 * `?hatsuban_debug`: explains on the page what was found, matched and leased, and why not.
 */
import { current } from "../page/targets.js";
import { hasConsent } from "../session/consent.js";
import { isRobot } from "../session/thrift.js";

const TEXTS = {
  ja: {
    title: "Hatsuban 診断",
    why: "状況",
    robot: "自動操作のブラウザーのため、番号は払い出しません。",
    denied: "訪問者の同意がないため、番号の払い出しと Cookie の利用を止めています。",
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
    clicks: "クリック ID",
    chosen: "チャネル",
    log: "できごと",
    close: "閉じる",
  },
  en: {
    title: "Hatsuban debug",
    why: "State",
    robot: "A program drives this browser: no number is leased.",
    denied: "The visitor has not consented: no number is leased, no cookie is touched.",
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
    clicks: "Click ids",
    chosen: "Channel",
    log: "Events",
    close: "Close",
  },
};

const STYLE = `:host{all:initial}section{position:fixed;inset:auto 12px 12px auto;z-index:2147483647;width:min(30rem,calc(100vw - 24px));max-height:70vh;overflow:auto;
box-sizing:border-box;padding:14px 16px;border-radius:10px;font:13px/1.55 system-ui,sans-serif;color:#16202c;background:#fff;border:1px solid #b8c4d0;box-shadow:0 8px 30px #0004}
h2{font-size:15px;margin:0 2.5rem 8px 0}h3{font-size:12px;margin:10px 0 2px;color:#4a5a6a}p,ul{margin:0;padding:0;list-style:none;overflow-wrap:anywhere}
table{border-collapse:collapse;width:100%}th,td{text-align:left;padding:3px 6px 3px 0;vertical-align:top;border-top:1px solid #dde4ea}
button{position:absolute;top:10px;right:12px;font:inherit;padding:2px 10px;border:1px solid #8796a5;border-radius:6px;background:none;color:inherit;cursor:pointer}
@media(prefers-color-scheme:dark){section{color:#e8eef4;background:#18212b;border-color:#46566a}h3{color:#a9b8c7}th,td{border-color:#334252}}`;

const make = (name, text, ...children) => {
  const element = document.createElement(name);
  if (text) element.textContent = text;
  element.append(...children);
  return element;
};

/** Shows the panel and keeps it right. */
export function explain({ settings, targets, state: facts, said, discover }) {
  const words = TEXTS[/^ja/.test(navigator.language) ? "ja" : "en"];
  const box = make("div");
  box.setAttribute("data-hatsuban-ignore", "");
  // A tree of its own: neither the page's styles nor the snippet reach into it.
  const section = make("section");
  section.setAttribute("role", "complementary");
  section.setAttribute("aria-label", words.title);
  box.attachShadow({ mode: "closed" }).append(make("style", STYLE), section);
  const log = [];

  const state = () => {
    if (!settings.headless && isRobot()) return words.robot;
    if (settings.mode === "channel") return words.channel;
    if (!hasConsent(settings.consent, said())) return words.denied;
    if (!targets.some(({ isFound }) => isFound)) return words.missing;
    return document.visibilityState === "hidden" ? words.hidden : words.running;
  };
  const row = (target) => {
    const lease = facts.leases.find((each) => each.target === target.id);
    const rest = lease?.expires_in_ms ? `${Math.ceil(lease.expires_in_ms / 1000)} s` : "";
    const cells = [target.id, target.isFound ? words.yes : words.no, current(target) || "–", lease?.status || "–", rest];
    return make("tr", "", ...cells.map((text) => make("td", text)));
  };
  const draw = () => {
    const close = make("button", words.close);
    close.onclick = () => {
      clearInterval(timer);
      box.remove();
    };
    const heads = [words.target, words.onPage, words.shown, words.status, words.rest];
    const known = new Set(targets.flatMap((target) => [...target.own, target.shown, target.base]));
    const others = discover(document.body.innerText).split("\n").filter((number) => number && !known.has(number));
    const { session, click_ids, channel } = facts;
    const parts = [
      [words.why, make("p", state())],
      ["", make("table", "", make("tr", "", ...heads.map((text) => make("th", text))), ...targets.map(row))],
      [words.others, others.length && make("p", [...new Set(others)].join(", "))],
      [words.session, session && make("p", session)],
      [words.clicks, click_ids.length && make("p", click_ids.map(({ kind, value, source }) => `${kind} ${value} (${source})`).join(", "))],
      [words.chosen, channel && make("p", channel)],
      [words.log, log.length && make("ul", "", ...log.slice(-8).map((line) => make("li", line)))],
    ];
    section.replaceChildren(make("h2", words.title), close);
    for (const [title, content] of parts) if (content) section.append(...(title ? [make("h3", title)] : []), content);
  };
  for (const name of ["ready", "leased", "swapped", "no-number", "error"]) {
    window.addEventListener(`hatsuban:${name}`, ({ detail }) => {
      log.push(`${new Date().toLocaleTimeString()} ${name} ${[detail.target, detail.status, detail.number?.national, detail.count, detail.cause].filter(Boolean).join(" ")}`);
      draw();
    });
  }
  const timer = setInterval(draw, 1000);
  document.body.append(box);
  draw();
}
