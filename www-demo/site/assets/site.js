/* Small helps of every page: the menu on phones, today's column, the copy button. */
(() => {
  const menu = document.getElementById("menu");
  const menuButton = document.querySelector(".menu-button");
  const narrow = matchMedia("(max-width: 48rem)");

  function showMenu(isOpen) {
    menu.classList.toggle("folded", !isOpen);
    menuButton.setAttribute("aria-expanded", String(isOpen));
  }
  function fitMenu() {
    menuButton.hidden = !narrow.matches;
    showMenu(!narrow.matches);
  }
  if (menu && menuButton) {
    menuButton.addEventListener("click", () => showMenu(menu.classList.contains("folded")));
    menu.addEventListener("click", (event) => {
      if (narrow.matches && event.target.closest("a")) showMenu(false);
    });
    document.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && narrow.matches && !menu.classList.contains("folded")) {
        showMenu(false);
        menuButton.focus();
      }
    });
    narrow.addEventListener("change", fitMenu);
    fitMenu();
  }

  const weekday = new Intl.DateTimeFormat("en", { weekday: "short", timeZone: "Asia/Tokyo" }).format(new Date());
  const column = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"].indexOf(weekday) + 1;
  for (const row of document.querySelectorAll(".hours thead tr")) row.cells[column]?.classList.add("today");

  for (const button of document.querySelectorAll("[data-copy]")) {
    button.addEventListener("click", async () => {
      const input = document.getElementById(button.dataset.copy);
      const result = button.parentElement.querySelector(".copy-result");
      input.select();
      try {
        await navigator.clipboard.writeText(input.value);
        result.textContent = button.dataset.done ?? "コピーしました";
      } catch {
        result.textContent = "";
      }
    });
  }
})();
