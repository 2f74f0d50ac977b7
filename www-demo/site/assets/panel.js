/*
 * The visitor panel: shows what the snippet tells the page about this visitor.
 * It listens to the snippet's window events and, when it comes late, reads `window.hatsuban.state`.
 * `data-hatsuban-ignore` keeps the snippet from swapping the numbers that the panel explains.
 */
(() => {
  const PATIENCE_MS = 4000;
  const OPEN_KEY = "visitor-panel-open";
  const STATUS = {
    leased: ["good", "貸出中", "leased to this visitor"],
    overflow: ["good", "あふれ番号を表示", "overflow number, shared"],
    exhausted: ["bad", "空き番号なし。ページの番号のまま", "pool exhausted; the page keeps its own number"],
    expired: ["wait", "期限切れ。ページの番号に戻りました", "lease expired; the page's own number is back"],
    problem: ["bad", "貸し出せませんでした。ページの番号のまま", "no lease; the page keeps its own number"],
  };
  const SILENT = [
    "番号プールのサービスが応答していません。ページは自分の番号をそのまま表示しています。",
    "The pool service is not answering; the page keeps its own number.",
  ];
  const seen = { session: null, clickIds: [], leases: new Map(), error: null, isOverdue: false };

  function h(tag, attributes = {}, ...children) {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    element.append(...children);
    return element;
  }
  const said = (japanese, english) => [japanese, h("small", { lang: "en" }, english)];

  const dot = h("span", { class: "hb-dot", "aria-hidden": "true" });
  const summary = h("span");
  const toggle = h("button", { class: "hb-toggle", type: "button", "aria-controls": "hb-body" }, dot, summary);
  const message = h("p", { class: "hb-message", role: "status", hidden: "" });
  const session = h("dd", { "data-panel": "session" });
  const clickIds = h("dd", { "data-panel": "click-ids" });
  const lease = h("dd", { "data-panel": "lease" });
  const left = h("dd", { "data-panel": "left" });
  const body = h("div", { class: "hb-body", id: "hb-body" },
    h("p", { class: "hb-title" }, ...said("訪問者パネル", "Visitor panel: what the snippet knows about you")),
    message,
    h("dl", { class: "hb-facts" },
      h("dt", {}, ...said("訪問者セッション", "Visitor session")), session,
      h("dt", {}, ...said("クリックID", "Click id")), clickIds,
      h("dt", {}, ...said("貸出番号", "Lease")), lease,
      h("dt", {}, ...said("残り時間", "Seconds left")), left),
    h("ul", { class: "hb-hints" },
      h("li", {}, ...said("別のブラウザで開く。別の番号が出ます", "Open in another browser: another number")),
      h("li", {}, h("a", { href: `${location.pathname}?gclid=TEST${Date.now().toString(36)}` }, "?gclid=TEST… を付けて開く"),
        h("small", { lang: "en" }, "Arrive as if from an ad: the click id goes with the lease")),
      h("li", {}, ...said("タブを背面にして期限切れを待つ。ページの番号に戻ります", "Hide the tab until the lease expires: the page's own number returns"))));
  const panel = h("aside", { class: "hb-panel", lang: "ja", "aria-label": "訪問者パネル", "data-hatsuban-ignore": "" }, body, toggle);

  const grouped = (digits) =>
    digits.replace(/^(0120)(\d{3})(\d{3})$/, "$1-$2-$3").replace(/^(0[5-9]0|0[36])(\d{4})(\d{4})$/, "$1-$2-$3");
  const printed = (number) => grouped((typeof number === "object" && number ? (number.national ?? number.e164) : number) ?? "");
  const secondsLeft = (row) => (row.endsAt == null ? null : Math.max(0, Math.ceil((row.endsAt - Date.now()) / 1000)));

  function setText(element, text) {
    if (element.textContent !== text) element.textContent = text;
  }

  function leaseRow([target, row]) {
    const [, japanese, english] = STATUS[row.status] ?? ["wait", "確認中", "waiting"];
    const count = row.count ? `・${row.original ? `${row.original}を` : ""}${row.count}か所で差し替え` : "";
    const number = row.number ? [h("span", { class: "hb-number" }, row.number)] : [];
    return h("div", {}, ...number, h("small", {}, `${japanese}${count}`), h("small", { lang: "en" }, `${target}: ${english}`));
  }

  function currentMood(rows) {
    if (rows.length) return (STATUS[rows[0].status] ?? ["wait"])[0];
    return seen.error || seen.isOverdue ? "bad" : "wait";
  }

  function draw() {
    const rows = [...seen.leases.values()];
    const explanation = seen.error ?? (rows.length === 0 && seen.isOverdue ? SILENT : null);
    panel.dataset.mood = currentMood(rows);
    message.hidden = !explanation;
    message.replaceChildren(...(explanation ? said(...explanation) : []));
    session.textContent = seen.session ?? "—";
    clickIds.replaceChildren(...(seen.clickIds.length
      ? seen.clickIds.map((id) => h("div", {}, `${id.kind} ${id.value}`, h("small", {}, id.source ?? "")))
      : ["なし", h("small", { lang: "en" }, "none")]));
    lease.replaceChildren(...(rows.length ? [...seen.leases].map(leaseRow) : ["—"]));
    tick();
  }

  /** Only the seconds, so that screen readers and observers have nothing else to notice. */
  function tick() {
    const rows = [...seen.leases.values()];
    const seconds = rows.map(secondsLeft).filter((each) => each !== null).map((each) => `${each}秒`);
    setText(left, seconds.join("、") || "—");
    const [first] = rows;
    if (first?.number) setText(summary, [first.number, seconds[0] && `残り${seconds[0]}`].filter(Boolean).join("　"));
    else setText(summary, `発番デモ：${first ? shortStatus(first) : seen.error ? "停止中" : seen.isOverdue ? "応答なし" : "確認中"}`);
  }

  function shortStatus(row) {
    return (STATUS[row.status]?.[1] ?? "確認中").split("。")[0];
  }

  function note(target, change) {
    const before = seen.leases.get(target) ?? { status: "leased", number: "", endsAt: null, count: 0 };
    seen.leases.set(target, { ...before, ...change });
    seen.error = null;
  }

  function noteLease({ target, status, number, lease_for_ms: leaseForMs }) {
    const isShown = status === "leased" || status === "overflow";
    note(target, {
      status,
      ...(number ? { number: printed(number) } : {}),
      ...(isShown ? {} : { number: "", count: 0 }),
      endsAt: isShown && leaseForMs != null ? Date.now() + leaseForMs : null,
    });
  }

  function noteVisitor({ session: id, click_ids: ids }) {
    seen.session = typeof id === "object" && id ? id.id : id;
    seen.clickIds = ids ?? [];
  }

  const listeners = {
    "hatsuban:ready": noteVisitor,
    "hatsuban:leased": noteLease,
    "hatsuban:swapped": ({ target, number, original, count }) =>
      note(target, { number: printed(number), original: printed(original), count }),
    "hatsuban:error": ({ cause, cure }) =>
      (seen.error = ["差し替えを止めました。ページは自分の番号をそのまま表示しています。", [cause, cure].filter(Boolean).join(" — ")]),
  };
  for (const [name, listen] of Object.entries(listeners)) {
    addEventListener(name, (event) => {
      if (!event.detail) return;
      listen(event.detail);
      draw();
    });
  }

  function readState() {
    const state = window.hatsuban?.state;
    if (!state) return;
    noteVisitor(state);
    for (const row of state.leases ?? []) noteLease({ ...row, lease_for_ms: row.expires_in_ms });
  }

  function setOpen(isOpen) {
    body.hidden = !isOpen;
    toggle.setAttribute("aria-expanded", String(isOpen));
  }
  function remember(isOpen) {
    try {
      sessionStorage.setItem(OPEN_KEY, String(isOpen));
    } catch { /* storage is blocked: the panel starts closed on the next page */ }
  }
  function wasOpen() {
    try {
      return sessionStorage.getItem(OPEN_KEY) === "true";
    } catch {
      return false;
    }
  }
  toggle.addEventListener("click", () => {
    setOpen(body.hidden);
    remember(!body.hidden);
  });
  panel.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || body.hidden) return;
    setOpen(false);
    remember(false);
    toggle.focus();
  });

  readState();
  setOpen(wasOpen());
  draw();
  document.body.append(panel);
  setInterval(tick, 1000);
  setTimeout(() => {
    readState();
    seen.isOverdue = true;
    draw();
  }, PATIENCE_MS);
})();
