// The live desk keeps itself up to date, and every verb is a key. Without script every button works by itself.

const status = document.getElementById("desk-status");
const board = document.getElementById("desk-now");
const every = Number(status.dataset.every);
const STALE = 3 * every; // milliseconds without an answer after which the page says so
let stamp = `"${status.dataset.stamp}"`, heard = Date.now(), isStale = false, asking = false;

const clock = (time) => new Date(time).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
const say = (text, isWrong = false) => {
  isStale = false;
  status.textContent = text;
  status.classList.toggle("is-wrong", isWrong);
};
const sayStale = (text) => {
  if (isStale) return;
  say(text, true);
  isStale = true;
};

// Updating: part by part and row by row, by key. What somebody is busy with stays as it is until she is done.
const isBusy = (element) => element.contains(document.activeElement) && document.activeElement !== element
  && document.activeElement.matches("input, textarea, select") || Boolean(element.querySelector(".verbs details[open]"));
const keyed = (parent) => [...parent.children].filter((child) => child.dataset.key);

function merge(old, fresh) {
  const before = new Map(keyed(old).map((child) => [child.dataset.key, child]));
  let place = null;
  for (const wanted of keyed(fresh)) {
    const there = before.get(wanted.dataset.key);
    before.delete(wanted.dataset.key);
    const child = there ? renew(there, wanted) : wanted;
    const next = place ? place.nextElementSibling : old.firstElementChild;
    if (child !== next) old.insertBefore(child, next);
    if (!there && child.matches(".row")) child.classList.add("is-new");
    place = child;
  }
  for (const gone of before.values()) if (!isBusy(gone)) gone.remove();
}

function renew(there, wanted) {
  const rows = there.querySelector(":scope > [data-rows]"), freshRows = wanted.querySelector(":scope > [data-rows]");
  if (rows && freshRows) {
    merge(rows, freshRows);
    there.querySelector("h2").replaceWith(wanted.querySelector("h2"));
    return there;
  }
  if (isBusy(there)) return there;
  if (there.dataset.stamp && there.dataset.stamp === wanted.dataset.stamp) {
    const age = there.querySelector(".age"), now = wanted.querySelector(".age");
    if (age && now && !now.hasAttribute("data-countdown")) age.replaceChildren(...now.childNodes);
    there.classList.toggle("late", wanted.classList.contains("late"));
    return there;
  }
  const wasRead = there.querySelector(".read[open]"), hadFocus = there === document.activeElement;
  if (wasRead) wanted.querySelector(".read")?.setAttribute("open", "");
  there.replaceWith(wanted);
  if (hadFocus) wanted.focus();
  return wanted;
}

async function ask() {
  if (asking) return;
  asking = true;
  try {
    const answer = await fetch(status.dataset.now, { headers: { "If-None-Match": stamp }, cache: "no-store", redirect: "manual" });
    if (answer.type === "opaqueredirect" || answer.status === 403) {
      sayStale("You are signed out: sign in again in another tab, this page goes on by itself.");
      return;
    }
    if (answer.status === 200) {
      const fresh = document.createElement("div");
      fresh.innerHTML = new DOMParser().parseFromString(await answer.text(), "text/html").body.innerHTML;
      merge(board, fresh);
      stamp = answer.headers.get("ETag");
      countDown();
      ring();
    } else if (answer.status !== 304) return;
    heard = Date.now();
    if (isStale) say("");
  } catch { // no network: said below, and asked again
  } finally {
    asking = false;
    if (Date.now() - heard > STALE) sayStale(`Not updated since ${clock(heard)}.`);
  }
}
setInterval(ask, every);
document.addEventListener("visibilitychange", () => { if (!document.hidden) ask(); });

// "in 4 min", to the second in the last one.
function countDown() {
  for (const time of board.querySelectorAll("[data-countdown]")) {
    const seconds = Math.round((new Date(time.dateTime) - Date.now()) / 1000);
    const left = seconds <= 0 ? "due" : seconds < 60 ? `in ${seconds} s` : seconds < 3600 ? `in ${Math.floor(seconds / 60)} min` : "";
    time.dataset.at ??= time.textContent;
    time.textContent = left ? `${time.dataset.at}, ${left}` : time.dataset.at;
  }
}
setInterval(countDown, 1000);

// A new alert or filing is heard and stands in the title.
const title = document.title;
let known = null;
function ring() {
  const alerts = [...board.querySelectorAll("[data-alert]")].map((alert) => alert.dataset.alert);
  const waiting = [...board.querySelectorAll('[data-key="waiting"] .row')].map((row) => row.dataset.key);
  document.title = `${alerts.length ? `⚠ ${alerts.length} ` : ""}${waiting.length ? `(${waiting.length}) ` : ""}${title}`;
  const now = new Set([...alerts, ...waiting]);
  if (known && alerts.some((alert) => !known.has(alert))) tone(660);
  else if (known && waiting.some((row) => !known.has(row))) tone(440);
  known = now;
}
let audio = null;
function tone(hertz) {
  if (!navigator.userActivation?.hasBeenActive) return; // a browser lets no page sound before it was touched
  audio ??= new AudioContext();
  const wave = audio.createOscillator(), volume = audio.createGain();
  wave.frequency.value = hertz;
  volume.gain.setValueAtTime(0.08, audio.currentTime);
  volume.gain.exponentialRampToValueAtTime(0.0001, audio.currentTime + 0.35);
  wave.connect(volume).connect(audio.destination);
  wave.start();
  wave.stop(audio.currentTime + 0.36);
}

// Verbs and the composer go out without leaving the page; refused, what was typed stays.
addEventListener("submit", async (event) => {
  const form = event.target;
  if (!form.matches(".verbs form, #composer")) return;
  event.preventDefault();
  event.stopPropagation(); // the admin's own guard against a second click is for pages that are left
  if (form.dataset.going) return;
  form.dataset.going = "1";
  const isComposer = form.id === "composer", body = new FormData(form, event.submitter);
  try {
    const answer = await fetch(form.getAttribute("action"), { method: "POST", body, headers: { Accept: "application/json" }, redirect: "manual" });
    if (answer.type === "opaqueredirect") throw new Error("signed out");
    const told = await answer.json();
    if (!answer.ok) return say(told.refused.join(" "), true);
    say(told.says);
    if (isComposer) empty(form, told.form, body.get("text"));
    else form.closest("details")?.removeAttribute("open");
    document.activeElement?.matches(".verbs *") && form.closest(".row")?.focus();
  } catch {
    say("This did not reach the server. Nothing is lost: press it again.", true);
  } finally {
    delete form.dataset.going;
  }
  ask();
}, true);

// The composer is ready for the next post; what was typed while this one went out is the beginning of it.
function empty(composer, fresh, sent) {
  const token = composer.elements.csrfmiddlewaretoken, typed = composer.elements.text.value;
  composer.innerHTML = fresh;
  composer.prepend(token);
  composer.elements.text.value = typed.startsWith(sent) ? typed.slice(sent.length) : typed;
  composer.elements.text.focus();
}
document.getElementById("composer").addEventListener("keydown", (pressed) => {
  if (pressed.key !== "Enter" || !(pressed.ctrlKey || pressed.metaKey)) return;
  pressed.preventDefault();
  const form = pressed.currentTarget;
  form.requestSubmit(form.querySelector('[name="action"][value="publish"]'));
});

if (matchMedia("(max-width: 900px)").matches && !document.querySelector(".composer .errornote")) document.querySelector(".quick").open = false;

// Keys.
const VERBS = {
  c: ["claim", "release-claim"], a: ["approve", "sign-off"], p: ["publish", "break-glass"], s: ["send-back"], t: ["schedule"],
  u: ["unschedule"], v: ["move"], x: ["spike"], r: ["correct"], w: ["withdraw"], i: ["pin", "unpin"], m: ["mark-key", "unmark-key"],
};
const rows = () => [...board.querySelectorAll(".row")];
function step(by) {
  const all = rows(), at = all.indexOf(document.activeElement?.closest?.(".row"));
  const next = all[at < 0 ? (by > 0 ? 0 : all.length - 1) : Math.min(Math.max(at + by, 0), all.length - 1)];
  next?.focus();
  next?.scrollIntoView({ block: "nearest" });
}
function press(row, names) {
  const found = names.map((name) => row.querySelector(`[data-verb="${name}"]`)).find(Boolean);
  if (!found) return;
  if (found.matches("form")) found.requestSubmit();
  else if (found.matches("a")) found.click();
  else {
    found.open = true;
    found.querySelector("textarea, input:not([type=hidden])")?.focus();
  }
}
addEventListener("keydown", (pressed) => {
  if (pressed.ctrlKey || pressed.metaKey || pressed.altKey) return;
  const field = pressed.target.closest?.("input, textarea, select, [contenteditable]");
  if (pressed.key === "Escape") {
    const panel = pressed.target.closest?.("details[open]");
    if (panel?.closest(".row")) {
      panel.open = false;
      panel.closest(".row").focus();
    } else field?.blur();
    return;
  }
  if (field) return;
  const row = document.activeElement?.closest?.(".row");
  if (pressed.key === "j" || pressed.key === "k") step(pressed.key === "j" ? 1 : -1);
  else if (pressed.key === "n") {
    document.querySelector(".quick").open = true;
    document.querySelector("#composer textarea").focus();
  }
  else if (row && pressed.key === "Enter" && pressed.target === row) row.querySelector(".read").open ^= true;
  else if (row && pressed.key === "o") row.querySelector(".title").click();
  else if (row && VERBS[pressed.key]) press(row, VERBS[pressed.key]);
  else return;
  pressed.preventDefault();
});

countDown();
ring();
