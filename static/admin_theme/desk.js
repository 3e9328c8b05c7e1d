// The desk's small comforts. Every page works without them.

// A form goes out once: a second click waits for the first answer, but not for ever; the server takes a form once.
const PATIENCE = 8000; // milliseconds
const release = (form) => {
  delete form.dataset.sent;
  for (const button of form.querySelectorAll("[aria-disabled]")) button.removeAttribute("aria-disabled");
};
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post") return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "1";
  for (const button of form.querySelectorAll("button, input[type=submit]")) button.setAttribute("aria-disabled", "true");
  setTimeout(release, PATIENCE, form);
});

// Back from the browser's cache: the form may be sent again.
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) release(form);
});

// A new post offers the keynotes of the chosen event only.
const event = document.querySelector("#post_form #id_event");
const keynote = document.querySelector("#post_form #id_keynote");
if (event && keynote) {
  const offer = () => {
    for (const option of keynote.options) {
      const other = Boolean(option.value && event.value && option.dataset.event !== event.value);
      option.hidden = option.disabled = other;
      if (other && option.selected) keynote.value = "";
    }
  };
  event.addEventListener("change", offer);
  offer();
}

// Times are typed in the zone, or in that of the event, chosen in the same form; it stands beside each of them.
const zone = document.querySelector("#id_time_zone, #id_event");
zone?.addEventListener("change", () => {
  const name = zone.id === "id_event" ? zone.selectedOptions[0]?.dataset.zone : zone.value;
  for (const said of document.querySelectorAll(".in-zone")) said.textContent = name ?? "the event’s own zone";
});

// One panel of the bar at a time, and Escape or a click elsewhere closes it.
const panels = () => document.querySelectorAll(".verb-bar details[open]");
document.addEventListener("toggle", (toggled) => {
  const panel = toggled.target;
  if (!panel.open || !panel.closest?.(".verb-bar")) return;
  for (const other of panels()) if (other !== panel && !other.contains(panel)) other.open = false;
  panel.querySelector("textarea, input:not([type=hidden])")?.focus();
}, true);
document.addEventListener("keydown", (pressed) => {
  if (pressed.key !== "Escape") return;
  for (const panel of panels()) {
    panel.open = false;
    panel.querySelector("summary").focus();
  }
});
document.addEventListener("click", (clicked) => {
  for (const panel of panels()) if (!panel.contains(clicked.target)) panel.open = false;
});

// What was typed is not left behind by accident.
const typed = document.querySelector("#post_form, #event_form, #keynote_form, #wrap_form");
if (typed) {
  let changed = false;
  typed.addEventListener("input", () => { changed = true; });
  addEventListener("beforeunload", (leaving) => {
    if (changed && !typed.dataset.sent) leaving.preventDefault();
  });
}

// A browser brings only the caret of an editor into view: its whole field comes to rest above the bar, as others do.
document.addEventListener("focusin", (focused) => {
  if (focused.target.matches(".ProseMirror")) focused.target.scrollIntoView({ block: "nearest" });
});
