// The composer of the live desk: what is typed is kept in this browser until the server said that it has it, and offered
// back after a crash or a reload. What was typed while a post went out is the beginning of the next.

const composer = document.getElementById("composer");
const left = document.getElementById("left");
const OLD = 7 * 24 * 3600 * 1000; // milliseconds after which the browser forgets
const OWN = ["csrfmiddlewaretoken", "post_id", "photo", "action"]; // what belongs to this one form
const keyOf = (id) => composer.dataset.keep + id;
const id = () => composer.elements.post_id.value;

// A photograph's fields are named after it, and each form has photographs of its own: the first one's stay the first's.
const photos = () => Array.from(composer.querySelectorAll("[name=photo]"), (photo) => photo.value);
function placeOf(name) {
  const at = photos().findIndex((photo) => name.startsWith(photo));
  return at < 0 ? name : at + name.slice(photos()[at].length);
}
const fields = (data = new FormData(composer)) => [...data]
  .filter(([name, value]) => typeof value === "string" && !OWN.includes(name))
  .map(([name, value]) => [placeOf(name), value]);
const named = () => [...composer.elements].filter((field) => field.name && !OWN.includes(field.name));
const at = (place) => named().find((field) => placeOf(field.name) === place);

function fill(values) {
  for (const field of named()) {
    const value = values.get(placeOf(field.name));
    if (value === undefined || field.type === "file") continue;
    if (field.matches("[type=radio], [type=checkbox]")) field.checked = field.value === value;
    else field.value = value;
    unfold(field);
  }
}
function unfold(field) {
  for (let box = field.closest("details"); box; box = box.parentElement.closest("details")) box.open = true;
}

// Keeping.
let untouched = JSON.stringify(fields());
function keep() {
  const typed = fields();
  if (JSON.stringify(typed) === untouched) return forget(id());
  try {
    localStorage.setItem(keyOf(id()), JSON.stringify({ at: Date.now(), id: id(), photos: photos(), fields: typed }));
  } catch { /* full or forbidden: it stands on the page */ }
}
function forget(which) {
  try {
    localStorage.removeItem(keyOf(which));
  } catch { /* forbidden: nothing was kept */ }
}
for (const name of ["input", "change"]) composer.addEventListener(name, keep);

// Offering back what another form of this event left here, the latest first.
function kept() {
  try {
    const keys = Object.keys(localStorage).filter((key) => key.startsWith(composer.dataset.keep));
    const entries = keys.map((key) => JSON.parse(localStorage.getItem(key)));
    for (const entry of entries) if (Date.now() - entry.at > OLD) forget(entry.id);
    return entries.filter((entry) => entry.id !== id() && Date.now() - entry.at <= OLD).sort((a, b) => b.at - a.at);
  } catch {
    return [];
  }
}
function offer() {
  const [entry] = kept();
  left.hidden = !entry;
  if (!entry) return;
  const values = new Map(entry.fields), words = ["text", "headline", "quote_text"].map((name) => values.get(name)).find(Boolean) ?? "";
  const when = new Date(entry.at).toLocaleString([], { dateStyle: "short", timeStyle: "short" });
  left.querySelector("span").textContent = `Typed here ${when} and not sent: “${words.length > 60 ? `${words.slice(0, 60)}…` : words}”`;
}
left.addEventListener("click", (clicked) => {
  const button = clicked.target.closest("button"), [entry] = kept();
  if (!button || !entry) return;
  if (button.value === "take") take(entry);
  else forget(entry.id);
  offer();
});

// The same form again, identities and all: had it arrived after all, it is not sent twice.
function take(entry) {
  composer.reset();
  composer.elements.post_id.value = entry.id;
  photos().forEach((photo, place) => { if (entry.photos[place]) rename(photo, entry.photos[place]); });
  document.querySelector(".quick").open = true;
  fill(new Map(entry.fields));
  composer.elements.text.focus();
}
function rename(from, to) {
  for (const element of composer.querySelectorAll("[name], [id], [for]")) {
    for (const attribute of ["name", "id", "for", "value", "aria-describedby"]) {
      const value = element.getAttribute(attribute);
      if (value?.includes(from)) element.setAttribute(attribute, value.replaceAll(from, to));
    }
  }
}

// Sent: it is ready for the next post. Sent before, with other words: it goes on as a form of its own.
composer.addEventListener("told", ({ detail: { told, body, isDone } }) => {
  if (!isDone && (!told.post_id || told.post_id === id())) return;
  forget(id());
  if (isDone) begin(told.form, body);
  else composer.elements.post_id.value = told.post_id;
  keep();
});
function begin(fresh, sent) {
  const typed = meanwhile(sent), files = chosenMeanwhile(sent), focused = focusPlace();
  const token = composer.elements.csrfmiddlewaretoken;
  composer.innerHTML = fresh;
  composer.prepend(token);
  untouched = JSON.stringify(fields());
  fill(typed);
  for (const [place, chosen] of files) {
    at(place).files = chosen;
    unfold(at(place));
  }
  if (focused) (at(focused) ?? composer.elements.text).focus();
}
function meanwhile(sent) {
  const before = new Map(fields(sent)), typed = new Map();
  for (const [place, value] of fields()) {
    const was = before.get(place) ?? "";
    if (value === was) continue;
    typed.set(place, at(place).matches("textarea, [type=text]") && value.startsWith(was) ? value.slice(was.length) : value);
  }
  return typed;
}
function chosenMeanwhile(sent) {
  const isSame = (one, other) => one.name === other.name && one.size === other.size && one.lastModified === other.lastModified;
  return [...composer.querySelectorAll("[type=file]")]
    .filter((field) => field.files.length && !isSame(field.files[0], sent.get(field.name)))
    .map((field) => [placeOf(field.name), field.files]);
}
// "": the keyboard is elsewhere, and stays there.
function focusPlace() {
  const focused = document.activeElement;
  if (focused === document.body) return "text";
  return composer.contains(focused) ? placeOf(focused.name ?? "") || "text" : "";
}

composer.addEventListener("keydown", (pressed) => {
  if (pressed.key !== "Enter" || !(pressed.ctrlKey || pressed.metaKey)) return;
  pressed.preventDefault();
  composer.requestSubmit(composer.querySelector('[name="action"][value="publish"]'));
});

if (matchMedia("(max-width: 900px)").matches && !document.querySelector(".composer .errornote")) document.querySelector(".quick").open = false;
offer();
