// The live desk keeps itself up to date, and its buttons work without leaving the page. Without script each works by
// itself. The composer is desk_composer.js, which hears by an event "told" what became of its form; keys are desk_keys.js.

const status = document.getElementById("desk-status");
const board = document.getElementById("desk-now");
const every = Number(status.dataset.every);
const STALE = 3 * every; // milliseconds without an answer after which the page says so
const PATIENCE = 5 * STALE; // milliseconds after which an answer is waited for no longer
const AWAY = 5 * 60 * 1000; // milliseconds without a touch after which nobody is at the desk
const SIGNED_OUT = "You are signed out: sign in again in another tab.";
let stamp = `"${status.dataset.stamp}"`, heard = Date.now(), touched = Date.now();
let isStale = false, asking = false, skipped = false;

const clock = (time) => new Date(time).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
const say = (text, isWrong = false, path = "") => {
  isStale = false;
  status.textContent = text;
  status.classList.toggle("is-wrong", isWrong);
  if (!path) return;
  const link = Object.assign(document.createElement("a"), { href: path, target: "_blank", textContent: "Open the earlier one" });
  status.append(" ", link);
};
const sayStale = (text) => {
  if (isStale) return;
  say(text, true);
  isStale = true;
};

// Updating: part by part and row by row, by key. What somebody is busy with stays as it is until she is done, or until
// she was told that it changed.
const isBusy = (element) => element.contains(document.activeElement) && document.activeElement !== element
  && document.activeElement.matches("input, textarea, select") || Boolean(element.querySelector(".verbs details[open]"));
const keyed = (parent) => [...parent.children].filter((child) => child.dataset.key);
const rowsOf = (part) => [...part.querySelectorAll(".row")];

function merge(old, fresh) {
  const before = new Map(keyed(old).map((child) => [child.dataset.key, child])), wanted = keyed(fresh);
  for (const child of wanted) before.delete(child.dataset.key);
  for (const gone of before.values()) {
    delete gone.dataset.stale;
    if (isBusy(gone)) skipped = true;
    else gone.remove();
  }
  const leaving = new Set(before.values()), there = new Map(keyed(old).map((child) => [child.dataset.key, child]));
  let next = old.firstElementChild;
  for (const child of wanted) {
    while (leaving.has(next)) next = next.nextElementSibling;
    const known = there.get(child.dataset.key), after = known === next ? next?.nextElementSibling : next;
    const shown = known ? renew(known, child) : child;
    if (known !== next || !known) old.insertBefore(shown, next);
    if (!known && shown.matches(".row")) shown.classList.add("is-new");
    next = after;
  }
}

function renew(there, wanted) {
  const rows = there.querySelector(":scope > [data-rows]"), freshRows = wanted.querySelector(":scope > [data-rows]");
  if (rows && freshRows) {
    merge(rows, freshRows);
    there.querySelector("h2").replaceWith(wanted.querySelector("h2"));
    return there;
  }
  const isOld = Boolean(there.dataset.stale);
  delete there.dataset.stale;
  if (there.dataset.stamp && there.dataset.stamp === wanted.dataset.stamp) {
    const age = there.querySelector(".age"), now = wanted.querySelector(".age");
    if (age && now && !now.hasAttribute("data-countdown")) age.replaceChildren(...now.childNodes);
    there.classList.toggle("late", wanted.classList.contains("late"));
    return there;
  }
  if (isBusy(there) && !(isOld && hasPanels(there, wanted))) {
    skipped = true;
    return there;
  }
  if (isOld || there.querySelector(".read[open]")) wanted.querySelector(".read")?.setAttribute("open", "");
  carry(there, wanted);
  there.replaceWith(wanted);
  return wanted;
}

// What was typed in a row's panels, open or closed, goes along into the row that takes its place.
const panelIn = (row, panel) => row.querySelector(`details[data-verb="${panel.dataset.verb}"]`);
const hasPanels = (there, wanted) => [...there.querySelectorAll(".verbs details[open]")].every((panel) => panelIn(wanted, panel));
function carry(there, wanted) {
  for (const panel of there.querySelectorAll("details[data-verb]")) {
    const other = panelIn(wanted, panel);
    if (!other) continue;
    other.open = panel.open;
    for (const field of panel.querySelectorAll("textarea, select, input:not([type=hidden])")) {
      const same = other.querySelector(`[name="${field.name}"]`);
      if (same) Object.assign(same, field.type === "checkbox" ? { checked: field.checked } : { value: field.value });
    }
  }
}

// Where the keyboard is: it is there again when its row is another element, and at the next row when it is gone.
function whereabouts() {
  const at = document.activeElement, row = at.closest(".row"), part = row?.closest(".part");
  return part && { at, part: part.dataset.key, row: row.dataset.key, index: rowsOf(part).indexOf(row) };
}
function goBack(was) {
  if (!was || board.contains(document.activeElement)) return;
  if (was.at.isConnected) return was.at.focus();
  const part = board.querySelector(`.part[data-key="${was.part}"]`), rows = part ? rowsOf(part) : [];
  const same = rows.find((row) => row.dataset.key === was.row);
  const next = same ? alike(same, was.at) ?? same : rows[Math.min(was.index, rows.length - 1)];
  next?.focus({ preventScroll: true });
}
function alike(row, at) {
  for (const kind of [".title", ".read > summary"]) if (at.matches(kind)) return row.querySelector(kind);
  const verb = at.closest("[data-verb]"), same = verb && row.querySelector(`[data-verb="${verb.dataset.verb}"]`);
  if (!same || same.matches("a")) return same;
  return at.name && same.querySelector(`[name="${at.name}"]`) || same.querySelector(at.matches("form > *") ? "form > button" : "summary, button");
}

const check = () => { if (Date.now() - heard > STALE) sayStale(`Not updated since ${clock(heard)}.`); };
const isAway = () => document.hidden || Date.now() - touched > AWAY;

async function ask() {
  if (asking) return check();
  asking = true;
  const isWhole = board.querySelector("[data-stale]") || skipped && !isBusy(board);
  try {
    const answer = await fetch(status.dataset.now + (isAway() ? "?away=1" : ""), {
      headers: isWhole ? {} : { "If-None-Match": stamp }, cache: "no-store", redirect: "manual", signal: AbortSignal.timeout(PATIENCE),
    });
    if (answer.type === "opaqueredirect" || answer.status === 403) return sayStale(`${SIGNED_OUT} This page goes on by itself.`);
    if (answer.status === 200) {
      show(await answer.text());
      stamp = answer.headers.get("ETag");
    } else if (answer.status !== 304) return;
    heard = Date.now();
    if (isStale) {
      say("");
      await renewToken();
    }
  } catch { // no network, or no answer: said below, and asked again
  } finally {
    asking = false;
    check();
  }
}
function show(text) {
  const fresh = document.createElement("div"), was = whereabouts();
  fresh.innerHTML = new DOMParser().parseFromString(text, "text/html").body.innerHTML;
  skipped = false;
  merge(board, fresh);
  goBack(was);
  countDown();
  ring();
}
setInterval(ask, every);

// Somebody is at the desk as long as she touches it; coming back she is there at once.
function touch() {
  const wasAway = isAway();
  touched = Date.now();
  if (wasAway) ask();
}
for (const name of ["pointerdown", "keydown", "wheel", "touchmove"]) addEventListener(name, touch, { capture: true, passive: true });
addEventListener("pointermove", (moved) => { if (moved.movementX || moved.movementY) touch(); }, { passive: true });
document.addEventListener("visibilitychange", () => {
  if (document.hidden) return;
  touched = Date.now();
  ask();
});

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

// A new alert or filing is heard and stands in the title; an alert is said too.
const title = document.title;
let known = null;
function ring() {
  const alerts = [...board.querySelectorAll("[data-alert]")];
  const waiting = [...board.querySelectorAll('[data-key="waiting"] .row')].map((row) => row.dataset.key);
  document.title = `${alerts.length ? `⚠ ${alerts.length} ` : ""}${waiting.length ? `(${waiting.length}) ` : ""}${title}`;
  const raised = alerts.filter((alert) => known && !known.has(alert.dataset.alert));
  if (raised.length) say(raised.map((alert) => `New alert: ${alert.querySelector("strong").textContent}`).join(" "), true);
  if (raised.length) tone(660);
  else if (known && waiting.some((row) => !known.has(row))) tone(440);
  known = new Set([...alerts.map((alert) => alert.dataset.alert), ...waiting]);
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

// Signed in again in another tab: this page's tokens are old. Answers the new one; "": nobody is signed in.
async function renewToken() {
  const answer = await fetch(status.dataset.token, { redirect: "manual" });
  if (!answer.ok) return "";
  const { token } = await answer.json();
  for (const field of document.querySelectorAll("[name=csrfmiddlewaretoken]")) field.value = token;
  return token;
}

// Answers null if nobody is signed in.
async function send(form, body) {
  const post = () => fetch(form.getAttribute("action"), { method: "POST", body, headers: { Accept: "application/json" }, redirect: "manual" });
  const answer = await post();
  if (answer.type === "opaqueredirect") return null;
  if (answer.status !== 403) return answer;
  const token = await renewToken();
  if (!token) return null;
  body.set("csrfmiddlewaretoken", token);
  return post();
}

// Verbs and the composer go out without leaving the page; refused, what was typed stays.
addEventListener("submit", async (event) => {
  const form = event.target;
  if (!form.matches(".verbs form, #composer")) return;
  event.preventDefault();
  event.stopPropagation(); // the admin's own guard against a second click is for pages that are left
  if (form.dataset.going) return;
  form.dataset.going = "1";
  const body = new FormData(form, event.submitter);
  try {
    const answer = await send(form, body);
    if (!answer) return say(`${SIGNED_OUT} Nothing is lost: press it again then.`, true);
    const isJson = answer.headers.get("Content-Type")?.startsWith("application/json");
    if (!isJson) return say(`The server did not take this (${answer.status}). Nothing is lost.`, true);
    hear(form, body, await answer.json(), answer.status);
  } catch {
    say("This did not reach the server. Nothing is lost: press it again.", true);
  } finally {
    delete form.dataset.going;
  }
  ask();
}, true);

function hear(form, body, told, code) {
  const isDone = code < 400, row = form.closest(".row");
  say(isDone ? told.says : told.refused.join(" "), !isDone, told.path);
  form.dispatchEvent(new CustomEvent("told", { detail: { told, body, isDone } }));
  if (row && code === 409) row.dataset.stale = "1"; // it is shown as it stands now, with what was typed
  if (!row || !isDone) return;
  // She goes on from what she did herself, also in a panel she opens before the list has come.
  if (told.version) for (const field of row.querySelectorAll("[name=_version]")) field.defaultValue = field.value = told.version;
  form.reset();
  form.closest("details")?.removeAttribute("open");
  if (document.activeElement.matches(".verbs *")) row.focus();
}

countDown();
ring();
