// The configuration page: what is not saved yet, a field and its line in the preview, many warehouses.
(() => {
  "use strict";
  const form = document.getElementById("settings");
  const side = document.getElementById("preview");
  const said = document.getElementById("unsaved");
  const saved = JSON.parse(form.dataset.saved);
  let leaving = false;

  // What is not saved yet: every field against what stands saved, whichever way it got on the page.
  const now = (field) => (field.type === "checkbox" ? (field.checked ? "y" : "") : field.value);
  const counts = (field) => field.name in saved || field.name.startsWith("warehouse_");
  const changed = () => [...form.elements].filter((field) =>
    field.name && counts(field) && (field.type !== "radio" || field.checked) && now(field) !== (saved[field.name] ?? ""));
  const mark = (field, on) => {
    const label = field.closest("label")?.querySelector("b") || field.closest("label")?.querySelector("span") || form.querySelector(`label[for="${field.id}"]`);
    if (label && on && !label.querySelector(".changed")) {
      const word = document.createElement("mark");
      word.className = "changed";
      word.textContent = form.dataset.mark;
      label.append(" ", word);
    }
  };
  const count = () => {
    const found = changed();
    for (const word of form.querySelectorAll(".changed")) word.remove();
    for (const field of found) mark(field, true);
    const words = [said.dataset.none, said.dataset.one][found.length] ?? said.dataset.many;
    const shown = document.createElement(found.length ? "b" : "span");
    shown.textContent = words.replace("#", found.length);
    if (said.textContent.trim() !== shown.textContent) said.replaceChildren(shown);
    form.classList.toggle("dirty", found.length > 0);
    return found.length;
  };
  form.addEventListener("input", count);
  form.addEventListener("change", count);
  form.addEventListener("submit", () => { leaving = true; });
  document.getElementById("undo").addEventListener("click", () => { leaving = true; });
  window.addEventListener("beforeunload", (event) => { if (!leaving && count()) event.preventDefault(); });
  window.addEventListener("pageshow", () => { leaving = false; count(); });

  // A field and the lines of the preview that it sets light up together, by focus or by pointing.
  const rows = (name) => side.querySelectorAll(`[data-set-by="${CSS.escape(name)}"]`);
  const reveal = (row) => {
    const [box, place] = [side.getBoundingClientRect(), row.getBoundingClientRect()];
    if (place.top < box.top || place.bottom > box.bottom) side.scrollTop += place.top - box.top - box.height / 3;
  };
  const lit = (name) => {
    for (const old of document.querySelectorAll(".lit")) old.classList.remove("lit");
    if (!name) return;
    for (const row of rows(name)) { row.classList.add("lit"); row.previousElementSibling?.classList.add("lit"); }
    const first = rows(name)[0];
    if (first && !side.matches(":hover, :focus-within")) reveal(first);
    const field = form.querySelector(`[type=radio][name="${CSS.escape(name)}"]:checked`) || document.getElementById(name);
    if (field && form.contains(field)) (field.closest(".pair, .check, .choice, .fields > p") || field).classList.add("lit");
  };
  let name = "";
  const follow = (event) => {
    const row = event.target.closest?.("[data-set-by]");
    name = row ? row.dataset.setBy : form.contains(event.target) ? event.target.name || "" : "";
    lit(name);
  };
  document.addEventListener("focusin", follow);
  form.addEventListener("change", follow); // a radio has the focus before it is chosen
  side.addEventListener("pointerover", follow);
  side.addEventListener("pointerleave", () => { name = document.activeElement?.name || ""; lit(name); });
  document.addEventListener("htmx:afterSettle", () => lit(name));

  // To the field, not only near it; also where it is folded away.
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[href^='#']");
    const field = link && document.getElementById(link.getAttribute("href").slice(1));
    if (!field || !form.contains(field)) return;
    const fold = field.closest("details");
    if (fold) fold.open = true;
    if (field.matches("input, select")) { event.preventDefault(); field.focus({ focusVisible: true }); field.scrollIntoView({ block: "center" }); }
  });

  // Which part of the page is in sight.
  const links = new Map([...form.querySelectorAll(".jump a")].map((link) => [link.hash.slice(1), link]));
  const inSight = () => {
    const ids = [...links.keys()];
    const ended = innerHeight + scrollY >= document.documentElement.scrollHeight - 4;
    if (ended && scrollY) return links.has(location.hash.slice(1)) ? location.hash.slice(1) : ids.at(-1);
    return ids.findLast((id) => document.getElementById(id).getBoundingClientRect().top < innerHeight * 0.35) || ids[0];
  };
  const spy = () => {
    const found = inSight();
    for (const [id, link] of links) {
      if (id !== found) link.removeAttribute("aria-current");
      else if (!link.hasAttribute("aria-current")) {
        link.setAttribute("aria-current", "true");
        const strip = link.closest("ul");
        strip.scrollLeft = link.offsetLeft - strip.clientWidth / 3;
      }
    }
  };
  let asked = 0;
  document.addEventListener("scroll", () => { cancelAnimationFrame(asked); asked = requestAnimationFrame(spy); }, { passive: true });
  spy();

  // Many warehouses: look one up. This field belongs to no form, so nothing else hears of it.
  const find = document.getElementById("find-warehouse");
  if (find) {
    const box = find.closest(".find");
    const status = box.querySelector("[role=status]");
    const all = [...document.querySelectorAll("[data-find]")];
    const folds = [...document.querySelectorAll(".fold")];
    const before = folds.map((fold) => fold.open);
    box.hidden = false;
    const look = (event) => {
      event.stopPropagation();
      const words = find.value.toLowerCase().split(/\s+/).filter(Boolean);
      for (const row of all) row.hidden = !words.every((word) => row.dataset.find.includes(word));
      folds.forEach((fold, place) => {
        fold.hidden = ![...fold.querySelectorAll("[data-find]")].some((row) => !row.hidden);
        fold.open = words.length ? true : before[place];
      });
      const found = all.filter((row) => !row.hidden).length;
      status.textContent = words.length ? status.dataset.words.replace("{found}", found).replace("{all}", all.length) : "";
    };
    find.addEventListener("input", look);
    find.addEventListener("change", (event) => event.stopPropagation());
    find.addEventListener("keydown", (event) => { if (event.key === "Enter") event.preventDefault(); });
  }
})();
