/*
 * The reservation section: three routes, drawn anew on every change as a component framework does.
 * The printed number therefore comes late, and every redraw puts it back.
 */
(() => {
  const PHONE = "0120-123-456";
  const MENUS = {
    pain: ["痛み・気になるところがある", "60分ほど"],
    check: ["検診・クリーニング", "45分ほど"],
    white: ["ホワイトニングの相談", "30分ほど"],
    straight: ["矯正の相談", "45分ほど"],
  };
  const VISITS = { first: ["はじめて", "保険証またはマイナンバーカードをお持ちください"], again: ["2回目以降", "診察券をお持ちください"] };
  const ROUTES = {
    "/reserve/": { step: "来院歴", title: "WEB予約", view: startView },
    "/reserve/menu": { step: "内容と日時", title: "内容と日時を選ぶ", view: menuView },
    "/reserve/confirm": { step: "確認", title: "予約内容の確認", view: confirmView },
  };
  const root = document.getElementById("main");
  const state = { visit: "first", menu: "pain", slot: null };

  function h(tag, attributes = {}, ...children) {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
      if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
      else if (value === true) element.setAttribute(name, "");
      else if (value !== false && value != null) element.setAttribute(name, value);
    }
    element.append(...children);
    return element;
  }

  const link = (href, text, look) => h("a", { href, class: `button ${look}` }, text);
  const actions = (...buttons) => h("p", { class: "actions" }, ...buttons);
  const choice = (name, value, label, note, onchange) =>
    h("label", { class: "choice" },
      h("input", { type: "radio", name, value, checked: state[name] === value, onchange }),
      h("span", {}, label, note ? h("small", {}, note) : ""));

  function startView() {
    const advice = h("p", { "data-test": "spa-advice" });
    const showAdvice = () => {
      advice.textContent = state.visit === "first"
        ? `急な痛みの初診は、お電話（${PHONE}）のほうが早くご案内できます。`
        : `当日の変更・キャンセルは、お電話（${PHONE}）でお願いします。`;
    };
    showAdvice();
    const choices = Object.entries(VISITS).map(([value, [label, note]]) =>
      choice("visit", value, label, note, () => {
        state.visit = value;
        showAdvice();
      }));
    return [
      h("fieldset", {}, h("legend", {}, "当院へのご来院は"), ...choices),
      advice,
      actions(link("/reserve/menu", "次へ進む", "button-main")),
      phoneHelp(),
    ];
  }

  function menuView() {
    const choices = Object.entries(MENUS).map(([value, [label, note]]) =>
      choice("menu", value, label, note, () => (state.menu = value)));
    const slots = h("fieldset", { "aria-busy": "true" }, h("legend", {}, "ご希望の日時"), h("p", { role: "status" }, "空き状況を確認しています…"));
    setTimeout(() => slots.isConnected && showSlots(slots), 300);
    return [
      h("fieldset", {}, h("legend", {}, "ご予約の内容"), ...choices),
      slots,
      actions(link("/reserve/confirm", "確認へ進む", "button-main"), link("/reserve/", "戻る", "button-quiet")),
      phoneHelp(),
    ];
  }

  function showSlots(slots) {
    const times = openDays(3).flatMap((day) => ["10:30", "15:30"].map((time) => `${day} ${time}`));
    slots.removeAttribute("aria-busy");
    slots.replaceChildren(
      h("legend", {}, "ご希望の日時"),
      h("div", { class: "slots" }, ...times.map((slot) => choice("slot", slot, slot, "", () => (state.slot = slot)))),
      h("p", { class: "note", "data-test": "spa-late" }, `ほかの時間をご希望の方は、フリーダイヤル${PHONE}まで。`));
  }

  function openDays(count) {
    const days = [];
    for (let ahead = 1; days.length < count; ahead += 1) {
      const day = new Date(Date.now() + ahead * 86_400_000);
      const text = new Intl.DateTimeFormat("ja", { month: "long", day: "numeric", weekday: "short", timeZone: "Asia/Tokyo" }).format(day);
      if (!/[木土日]\)$/.test(text)) days.push(text);
    }
    return days;
  }

  function confirmView() {
    const answer = h("p", { role: "status" });
    const submit = (event) => {
      event.preventDefault();
      answer.textContent = "デモのため送信していません。実際の予約は成立していません。";
    };
    return [
      h("dl", { class: "facts" },
        h("dt", {}, "ご来院"), h("dd", {}, VISITS[state.visit][0]),
        h("dt", {}, "内容"), h("dd", {}, MENUS[state.menu][0]),
        h("dt", {}, "日時"), h("dd", {}, state.slot ?? "未選択（お電話でご相談します）")),
      h("form", { onsubmit: submit },
        h("p", { class: "field" }, h("label", { for: "name" }, "お名前"), h("input", { id: "name", autocomplete: "name", required: true })),
        h("p", { class: "field" }, h("label", { for: "phone" }, "電話番号"),
          h("input", { id: "phone", type: "tel", autocomplete: "tel", placeholder: `例：${PHONE}`, required: true, "data-test": "input-placeholder" })),
        actions(h("button", { class: "button button-main" }, "この内容で予約する"), link("/reserve/menu", "戻る", "button-quiet")),
        answer),
      phoneHelp(),
    ];
  }

  /* Keeps its text node and writes `data`, as component frameworks do. */
  function phoneHelp() {
    const number = document.createTextNode(PHONE);
    const status = h("span", { role: "status" }, "");
    const refresh = () => {
      number.data = PHONE;
      status.textContent = receptionStatus(new Date());
    };
    return h("section", { class: "phone-help", "aria-label": "お電話でのご予約" },
      h("p", {}, "お電話でも承ります"),
      h("p", {}, h("a", { href: "tel:0120123456", class: "tel", "data-test": "spa-number", title: `${PHONE} に電話する` }, number)),
      h("p", { class: "note" }, "通話無料　", status),
      h("button", { type: "button", class: "link-button", "data-test": "spa-refresh", onclick: refresh }, "いま電話できるか確認する"));
  }

  function receptionStatus(now) {
    const part = (options) => new Intl.DateTimeFormat("en-GB", { timeZone: "Asia/Tokyo", ...options }).format(now);
    const day = part({ weekday: "short" });
    const time = part({ hour: "2-digit", minute: "2-digit" });
    const between = (from, to) => time >= from && time < to;
    const isOpen = day === "Sat" ? between("09:30", "13:30")
      : !["Thu", "Sun"].includes(day) && (between("10:00", "13:00") || between("15:00", "19:00"));
    return `${time}現在、${isOpen ? "受付中です" : "受付時間外です"}`;
  }

  function render() {
    const route = ROUTES[location.pathname];
    const title = route?.title ?? "ページが見つかりません";
    const steps = Object.values(ROUTES).map((each) =>
      h("li", { "aria-current": each === route && "step" }, each.step));
    const body = route?.view() ?? [actions(link("/reserve/", "予約のはじめへ", "button-main")), phoneHelp()];
    root.replaceChildren(h("ol", { class: "steps", "aria-label": "予約の手順" }, ...steps), h("h1", { tabindex: "-1" }, title), ...body);
    document.title = `${title}｜みなと坂歯科クリニック`;
  }

  function go(path) {
    history.pushState(null, "", path);
    render();
    scrollTo({ top: 0, behavior: "instant" });
    root.querySelector("h1").focus({ preventScroll: true });
  }

  root.addEventListener("click", (event) => {
    const target = event.target.closest("a[href^='/reserve/']");
    if (!target || event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
    event.preventDefault();
    go(target.getAttribute("href"));
  });
  addEventListener("popstate", render);
  render();
})();
