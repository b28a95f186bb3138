// What pages do beyond plain links and forms. Everything works without this file; it only makes pages live.
(() => {
  "use strict";
  const offline = document.getElementById("offline");
  const hide = (element, hidden) => { if (element) element.hidden = hidden; };

  // A tab that nobody looks at asks for nothing; when it is looked at again, it asks at once.
  document.addEventListener("htmx:beforeRequest", (event) => {
    if (document.hidden && event.target.matches("[data-live]")) event.preventDefault();
  });
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) look();
  });

  // No answer: say so, once, and look again; the next good answer takes it back.
  let again = 0;
  const look = () => {
    const live = document.querySelector("[data-live]");
    if (live) htmx.trigger(live, "look");
  };
  for (const name of ["htmx:sendError", "htmx:timeout", "htmx:responseError"]) {
    document.addEventListener(name, () => {
      hide(offline, false);
      clearTimeout(again);
      again = setTimeout(look, 5000);
    });
  }
  window.addEventListener("online", look);
  document.addEventListener("htmx:afterRequest", (event) => {
    if (event.detail.successful) hide(offline, true);
  });

  // Never swap what somebody is busy with, nor what would look the same.
  let missed = false;
  const typed = (field) => field.type !== "checkbox" && field.value !== field.defaultValue;
  const busy = (target, fresh) => {
    const active = document.activeElement;
    const selected = document.getSelection();
    return (target.contains(active) && active.matches("input, select, textarea"))
      || [...target.querySelectorAll("input, textarea")].some(typed)
      || (target.querySelector("details[open]:not(.entry)") !== null && !fresh.matches?.("[data-solved]"))
      || (selected && !selected.isCollapsed && target.contains(selected.anchorNode));
  };
  // The token of a form is another one each time, and a row that was just swapped is marked; that is no difference.
  const bare = (element) => {
    const copy = element.cloneNode(true);
    copy.classList?.remove("fresh");
    for (const field of copy.querySelectorAll?.("[name=csrf_token]") || []) field.removeAttribute("value");
    return copy;
  };
  document.addEventListener("htmx:oobBeforeSwap", (event) => {
    const { target, fragment } = event.detail;
    const fresh = fragment.firstElementChild || fragment;
    // Open is what the reader opened, whatever comes.
    const fold = fresh.querySelector?.(".entry"), was = target.querySelector(".entry");
    if (fold && was) fold.open = was.open;
    const same = target.hasAttribute("role")
      ? target.textContent.trim() === fragment.textContent.trim()
      : bare(target).isEqualNode(bare(fresh));
    const kept = !same && busy(target, fresh);
    missed ||= kept;
    if (same || kept) event.detail.shouldSwap = false;
    else if (fresh.matches && fresh.matches("[data-order]")) fresh.classList.add("fresh");
    for (const tick of target.querySelectorAll("[name=order]:checked")) {
      const again = fresh.querySelector?.("#" + tick.id);
      if (again) again.checked = true;
    }
  });
  // What was not swapped is asked for again, until it can be: as a page that shows nothing of it yet.
  document.addEventListener("htmx:configRequest", (event) => {
    if (!missed || !event.target.matches("[data-live]")) return;
    event.detail.path = event.detail.path.replace(/\b(no|at|marks)=[^&]*&?/g, "");
  });
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.shouldSwap && event.target.matches("[data-live]")) missed = false;
  });
  for (const name of ["toggle", "focusout"]) {
    document.addEventListener(name, () => { if (missed) look(); }, true);
  }
  document.addEventListener("animationend", (event) => event.target.classList.remove("fresh"));

  // The menu closes by Escape (focus returns to its button) and by a click elsewhere.
  document.addEventListener("keydown", (event) => {
    const menu = event.key === "Escape" && document.querySelector("details.menu[open]");
    if (menu) { menu.open = false; menu.querySelector("summary").focus(); }
  });
  document.addEventListener("click", (event) => {
    for (const menu of document.querySelectorAll("details.menu[open]")) {
      if (!menu.contains(event.target)) menu.open = false;
    }
  });

  // A form is sent once, however often its button is pressed; coming back by the back button frees it again.
  document.addEventListener("submit", (event) => {
    if (event.submitter?.formTarget) return; // what it makes opens beside the page, which stays as it is
    if (event.target.dataset.sent) event.preventDefault();
    else if (event.target.method === "post") event.target.dataset.sent = "1";
  });
  window.addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
  });

  // Who types how an address is meant, or the number of a service point, has chosen that.
  const OWN = "[name=reading][value=own], [name=service_point][value=other]";
  document.addEventListener("input", (event) => {
    const own = event.target.closest(".repair")?.parentElement.querySelector(OWN);
    if (own) own.checked = true;
  });

  // Ticked orders: how many, and all of a page in one go.
  const ticks = () => [...document.querySelectorAll("[name=order][form=selection]")];
  const tell = () => {
    const said = document.getElementById("picked"), all = document.getElementById("pick-all");
    if (!said) return;
    const count = ticks().filter((tick) => tick.checked).length;
    const words = count === 1 ? said.dataset.one : said.dataset.more.replace("#", count);
    if (said.textContent !== words) said.textContent = words;
    all.hidden = count === ticks().length;
  };
  document.addEventListener("change", (event) => { if (event.target.name === "order") tell(); });
  document.addEventListener("click", (event) => {
    if (event.target.id !== "pick-all") return;
    for (const tick of ticks()) tick.checked = true;
    tell();
  });
  window.addEventListener("pageshow", tell);
  document.addEventListener("htmx:oobAfterSwap", tell);

  for (const button of document.querySelectorAll("[data-copy]")) {
    button.hidden = false;
    button.addEventListener("click", async () => {
      const input = document.getElementById(button.dataset.copy);
      input.select();
      try { await navigator.clipboard.writeText(input.value); } catch { document.execCommand("copy"); }
      const word = button.querySelector("span");
      const before = word.textContent;
      word.textContent = button.dataset.done;
      setTimeout(() => { word.textContent = before; }, 2000);
    });
  }

  for (const button of document.querySelectorAll("[data-print]")) {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  }

  // What the address names stands open.
  const named = () => document.getElementById(location.hash.slice(1));
  const unfold = () => {
    const fold = named()?.querySelector(":scope > .entry");
    if (fold) { fold.open = true; fold.parentElement.scrollIntoView(); }
  };
  window.addEventListener("hashchange", unfold);
  unfold();

  // After a form was sent: to the first field that is wrong, else to what is said of it, unless the address names
  // a place on the page. Tabs: the open one into sight.
  const wrong = document.querySelector("[aria-invalid=true]"), said = document.querySelector("#messages:not(:empty)");
  if (wrong) wrong.focus();
  else if (said && !named()) { said.tabIndex = -1; said.focus({preventScroll: true}); }
  const tabs = document.getElementById("tabs");
  const open = tabs && tabs.querySelector("[aria-current]");
  if (open && matchMedia("(min-width: 48.01rem)").matches) {
    const hidden = open.getBoundingClientRect().right - tabs.getBoundingClientRect().right;
    if (hidden > 0) tabs.scrollLeft = hidden + 48;
  }
})();
