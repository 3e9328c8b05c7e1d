// The sheet: what she types, kept on the phone with every letter, until it is filed or mended.

import { get, put, StorageShort } from "./database.js";
import { asRow } from "./desk.js";
import * as drafts from "./drafts.js";
import { keynoteLabel } from "./lists.js";
import { NotDone, session } from "./newsroom.js";
import * as outbox from "./outbox.js";
import { NotTaken, preview, take } from "./photos.js";
import * as shared from "./shared.js";
import { choose, chosenEvent, told } from "./told.js";
import { uuid7 } from "./uuid7.js";
import { readable } from "./words.js";

const KEEP_AFTER = 300; // milliseconds after a letter
const byId = (id) => document.getElementById(id);
const form = byId("sheet");
const TYPED = ["text", "headline", "keynote", "quote_text", "said_by", "note"];
const TICKED = ["key_event", "remove_old"];

// `mends`: the filing that is open in it, with the version she saw (undefined: whatever it is when it goes) and whether
// she `corrects` what readers have; null: a new one, which will be filed under `id`.
let id = uuid7(), photographs = [], mends = null, ownKeynote = false, timer = 0, asked = false, busy = 0, isFiling = false, isTouched = false;

export const isEmpty = () => !mends && !photographs.length && !busy && !byId("text").value.trim() && !byId("quote_text").value.trim() && !byId("headline").value.trim();

const eventNow = () => told()?.events.find((one) => one.slug === (mends?.event ?? chosenEvent()));

export async function start() {
  form.addEventListener("input", (event) => {
    isTouched = true;
    if (event.target.id === "keynote") ownKeynote = true;
    keepSoon();
    drawSpeaker();
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    file(event.submitter?.value ?? "send");
  });
  for (const name of ["camera", "files"]) byId(name).addEventListener("change", (event) => choosePhotographs(event.target));
  byId("event").addEventListener("change", (event) => changeEvent(event.target.value));
  byId("cancel").addEventListener("click", clear);
  byId("originals").checked = Boolean(await get("told", "originals"));
  byId("originals").addEventListener("change", (event) => put("told", event.target.checked, "originals").catch(complain));
  document.addEventListener("visibilitychange", () => document.hidden && keep());
  addEventListener("pagehide", keep);
  await restore();
  if (shared.isLost()) say("not-taken", "What you shared did not reach the app: it was not ready yet. Share it again.");
  if (location.search) history.replaceState(null, "", location.pathname);
  await addShared();
  await drafts.sweepBytes(busy ? null : photographs);
}

async function changeEvent(slug) {
  ownKeynote = false;
  byId("keynote").value = ""; // of the other event
  await choose(slug);
  preselect();
}

// --- Kept while it is typed

// What was typed on this phone by whoever is signed in, and is open in no other tab.
export async function restore() {
  if (!isEmpty()) return undefined;
  const draft = await drafts.open();
  if (draft && isEmpty()) return fill(draft); // not over what she has begun meanwhile
  return drafts.claim(id);
}

function keepSoon() {
  clearTimeout(timer);
  timer = setTimeout(keep, KEEP_AFTER);
}

export async function keep() {
  clearTimeout(timer);
  if (!isTouched) return;
  const typed = Object.fromEntries(TYPED.map((name) => [name, byId(name).value]));
  const ticked = Object.fromEntries(TICKED.map((name) => [name, byId(name).checked]));
  const draft = { ...typed, ...ticked, id, manner: form.elements.manner.value, photographs, mends, ownKeynote };
  await (isEmpty() ? drafts.drop(id) : drafts.keep(draft)).catch(complain);
}

async function fill(draft) {
  ({ id = uuid7(), photographs, mends = null, ownKeynote = false } = draft);
  isTouched = Boolean(draft.id);
  drawKeynotes();
  for (const name of TYPED) byId(name).value = draft[name] ?? "";
  if (draft.keynote && byId("keynote").value !== draft.keynote) addKeynote(draft.keynote);
  for (const name of TICKED) byId(name).checked = Boolean(draft[name]);
  form.elements.manner.value = draft.manner ?? "paraphrase";
  byId("quote").open = Boolean(draft.quote_text || draft.said_by);
  byId("headlines").open = Boolean(draft.headline);
  await drawPhotographs();
  draw();
  if (!draft.id) await drafts.claim(id);
}

// Given up or filed: what was kept of it goes.
async function clear() {
  const before = id;
  await empty();
  await drafts.drop(before).catch(complain);
  await addShared();
}

// For whoever comes next: what was kept is there again for her who typed it.
export async function empty() {
  asked = false;
  byId("wrong").hidden = byId("not-taken").hidden = byId("theirs").hidden = true;
  const keepsOriginals = byId("originals").checked; // of the phone, not of one filing
  form.reset();
  byId("originals").checked = keepsOriginals;
  await fill({ photographs: [], ownKeynote: false });
  preselect();
}

// --- Photographs

function choosePhotographs(input) {
  const files = [...input.files];
  input.value = "";
  return add(files);
}

async function add(files) {
  byId("not-taken").hidden = true;
  isTouched = true;
  busy += 1;
  try {
    for (const file of files) await addOne(file);
  } catch (error) {
    complain(error);
  } finally {
    busy -= 1;
  }
}

async function addOne(file) {
  const { credit = "" } = told()?.person ?? {};
  const taken = await takeSomehow(file);
  photographs = [...photographs, { ...taken, alt_text: "", caption: "", credit: credit || eventNow()?.default_credit || "" }];
  await keep();
  await drawPhotographs();
}

// From the phone's gallery, onto a new filing: while another one is open to be mended they wait.
async function addShared() {
  if (mends) return;
  for (const { file, done } of await shared.waiting()) {
    await add([file]); // one that cannot be taken says so, and is in the gallery still
    await done();
  }
}

// On a phone that is short of storage the originals that wait go first: readers have no use for them yet.
async function takeSomehow(file) {
  try {
    return await take(file, byId("originals").checked);
  } catch (error) {
    if (!(error instanceof StorageShort) || !(await outbox.dropOriginals())) throw error;
    return take(file);
  }
}

function complain(error) {
  const isSaid = error instanceof NotTaken || error instanceof StorageShort;
  say("not-taken", isSaid ? error.message : "This phone could not keep that. Try again, or choose another.");
  if (!isSaid) console.error(error);
}

function say(place, words) {
  byId(place).textContent = words;
  byId(place).hidden = !words;
}

async function drawPhotographs() {
  const slots = await Promise.all(photographs.map(drawSlot));
  byId("slots").replaceChildren(...slots);
}

const drawn = new Map(); // previews, by photograph: decoded once

async function drawSlot(photograph, n) {
  const slot = byId("slot").content.cloneNode(true).firstElementChild;
  slot.querySelector("legend").textContent = photograph.isTheirs ? photograph.name : `Photograph ${n + 1}`;
  if (photograph.isTheirs) {
    slot.replaceChildren(slot.querySelector("legend"));
    return slot;
  }
  if (!drawn.has(photograph.id)) {
    const row = await get("photographs", photograph.id);
    drawn.set(photograph.id, row ? await preview(row.bytes) : null);
  }
  const picture = drawn.get(photograph.id);
  slot.querySelector("legend").after(picture ?? document.createTextNode(photograph.name));
  drawRefusal(slot, photograph);
  for (const input of slot.querySelectorAll("[data-field]")) {
    const name = input.dataset.field;
    input.id = `${name}-${photograph.id}`;
    input.previousElementSibling.htmlFor = input.id;
    input.value = photograph[name];
    input.addEventListener("input", () => change(photograph.id, (one) => ({ [name]: input.value, isDescribed: false, ...seen(one) })));
  }
  slot.querySelector(".plain").addEventListener("click", async () => {
    isTouched = true;
    photographs = photographs.filter((one) => one.id !== photograph.id);
    await keep();
    await drawPhotographs();
  });
  return slot;
}

// What was refused, and the desk's words if it had changed them: to go on typing over, or to take.
function drawRefusal(slot, photograph) {
  const wrong = slot.querySelector(".error"), take = slot.querySelector(".take");
  const { current, detail, errors } = photograph.refused ?? {};
  const theirs = current ? `The desk has: ${[current.alt_text, current.caption, current.credit].filter(Boolean).join(" · ")}` : "";
  wrong.textContent = [Object.values(errors ?? {}).flat().join(" ") || detail, theirs].filter(Boolean).join(" ");
  wrong.hidden = !photograph.refused;
  take.hidden = !current;
  take.addEventListener("click", async () => {
    const { alt_text, caption, credit } = current;
    isTouched = true;
    change(photograph.id, (one) => ({ alt_text, caption, credit, ...seen(one), isDescribed: true }));
    await keep();
    await drawPhotographs();
  });
}

// Words that were refused are typed over, and over the desk's, which she has read. A file that was refused stays so.
function seen({ refused, said }) {
  if (!refused?.ofWords) return {};
  const { current } = refused;
  if (!current) return { refused: null };
  const { alt_text, caption, credit, version } = current;
  return { refused: null, version, said: { ...said, alt_text, caption, credit } };
}

function change(which, typed) {
  photographs = photographs.map((one) => (one.id === which ? { ...one, ...typed(one) } : one));
}

// --- Filing

function fields() {
  const value = (name) => byId(name).value.trim();
  return { text: value("text"), headline: value("headline"), keynote: value("keynote"), key_event: byId("key_event").checked, quote: quote() };
}

function quote() {
  const text = byId("quote_text").value.trim(), by = byId("said_by").value.trim();
  if (!text && !by) return null;
  const was = mends?.quote, verbatim = form.elements.manner.value === "verbatim";
  if (was && by === mends.name) { // who said it stands, whatever this phone knows of the speakers there
    if (text === was.text && verbatim === was.verbatim) return was;
    return { speaker: was.speaker, attribution: was.attribution, text, verbatim };
  }
  const speaker = speakerNamed(by);
  return { speaker: speaker?.slug ?? null, attribution: speaker ? "" : by, text, verbatim };
}

// What is wrong with it, as far as a phone can know; "" if nothing.
function wrongWith({ text, quote: said }) {
  if (!text && !said && !photographs.length) return "There is nothing to send yet: write something, or add a photograph.";
  if (said && !said.text) return "Write what was said, or take the name away.";
  if (said && !said.speaker && !said.attribution) return "Say who said it.";
  return "";
}

function wrongWithCorrection(press) {
  if (press !== "correct" || byId("note").value.trim()) return "";
  return "Say what was wrong, and what is right: readers see it under the post.";
}

// A second tap while the first is under way is none.
async function file(press) {
  if (isFiling) return;
  isFiling = true;
  try {
    await fileOnce(press);
  } finally {
    isFiling = false;
  }
}

async function fileOnce(press) {
  const event = eventNow(), typed = fields();
  if (busy) return say("wrong", "A photograph is still being made ready. Try again in a moment.");
  const wrong = event ? wrongWith(typed) || wrongWithCorrection(press) : "Choose an event first.";
  say("wrong", wrong);
  if (wrong) return byId("wrong").scrollIntoView({ block: "center" });
  const unsaid = photographs.filter((one) => !one.alt_text.trim() || !one.credit.trim()).length;
  if (press === "publish" && unsaid && !asked) {
    asked = true;
    return say("wrong", "A photograph has no credit, or nothing that says what it shows. Fill that in; or press Publish again, and the words go out now and the picture when that is complete.");
  }
  try {
    await fileTyped(press, event, typed);
  } catch (error) {
    return complain(error);
  }
  await clear();
  say("wrong", "");
  byId("filings").scrollIntoView({ block: "start" });
}

async function fileTyped(press, event, typed) {
  const at = new Date().toISOString();
  const pressed = { press, pressedAt: at, wordsNow: asked, note: byId("note").value.trim(), removeOld: byId("remove_old").checked };
  if (mends) {
    const { version, isFresh, before, moreQuotes, mine } = mends;
    const known = isFresh ? { before, moreQuotes, mine } : {}; // else the outbox knows better what was sent meanwhile
    const mended = { ...pressed, ...known, fields: typed, photographs: merged(await get("filings", mends.id)), version };
    if (await outbox.mend(mends.id, mended)) return;
    mends = null;
    id = uuid7();
    draw();
    throw new NotTaken("What you were mending was taken off this phone meanwhile. Press Send to file this as new.");
  }
  const { person } = (await session()) ?? {};
  const isNew = !(await get("filings", id)); // not sent from another tab that had the same sheet open
  await outbox.file({ id: isNew ? id : uuid7(), person: person?.id ?? null, by: person?.name ?? "", event: event.slug, eventTitle: event.title, filedAt: at, fields: typed, photographs, ...pressed });
}

// Photographs went on while the sheet was open: how far they are is the outbox's to say, and the words are the sheet's.
function merged(row) {
  const known = new Map((row?.photographs ?? []).map((one) => [one.id, one]));
  return photographs.map((one) => {
    const before = known.get(one.id);
    if (!before) return one;
    const { alt_text, caption, credit, isDescribed, refused, said, version, inPost } = one;
    return { ...before, alt_text, caption, credit, refused, inPost, said: said ?? before.said, version: version ?? before.version, isDescribed: isDescribed ?? before.isDescribed };
  });
}

// Opens a filing to be changed. `row`: what this phone has of it, null for one that was filed elsewhere; `desk`: what
// the newsroom told of it; `current`: the post as it stands at the desk, if that is why it was refused. With
// `corrects` readers have it, and get a note.
export async function open(row, desk, { current = null, corrects = false } = {}) {
  if (!isEmpty() && !confirm("What you are writing now is given up. Go on?")) return;
  const isUnsent = row && (["text", "correct"].includes(row.step) || row.refused);
  say("wrong", "");
  if (row?.isStub) row = null;
  if (row) await show(row, { corrects, version: current?.version });
  else form.inert = true; // what is on the sheet stays there until the other is here
  sayTheirs(current && readable(current));
  if (row?.refused && !current) say("wrong", Object.values(row.refused.errors ?? {}).flat().join(" ") || row.refused.detail);
  form.scrollIntoView({ block: "start" });
  if (!isUnsent) await openFromDesk(row, desk, corrects);
}

async function show(shown, { corrects, version, isFresh = false }) {
  const { id: of, event, eventTitle, fields: { quote: said, ...typed }, photographs: own, before, moreQuotes, mine, isFormatted } = shown;
  const name = said ? nameOf(said) : "", given = id;
  await fill({
    ...typed, photographs: own, ownKeynote: true, quote_text: said?.text, said_by: name, manner: said?.verbatim ? "verbatim" : "paraphrase",
    note: corrects ? shown.note : "", remove_old: corrects && shown.removeOld,
    mends: { id: of, event, eventTitle, version, corrects, isFresh, before, moreQuotes, mine, quote: said ?? null, name, isFormatted: Boolean(isFormatted) },
  });
  await drafts.drop(given).catch(complain);
}

function sayTheirs(words) {
  byId("theirs").hidden = !words;
  byId("theirs").querySelector("blockquote").textContent = words ?? "";
}

// As it stands there now, which may take a while. What she has typed over the words of this phone meanwhile stays, with
// the desk's shown above it if they are others.
async function openFromDesk(row, desk, corrects) {
  const opened = mends;
  try {
    const shown = await asRow(row?.id ?? desk.id, { row, person: (await session()).person, event: told()?.events.find((one) => one.slug === told().event) });
    if (!row) await outbox.adopt(shown);
    if (mends !== opened) return;
    if (!row || !isTouched) return await show(shown, { corrects, version: shown.version, isFresh: true });
    const { version, before, moreQuotes, mine, isFormatted } = shown;
    const isTheirs = !row.mine?.includes(mine[0]);
    mends = { ...mends, isFresh: true, version, moreQuotes, mine, ...(isTheirs ? { before: null } : { before, isFormatted }) };
    if (isTheirs) sayTheirs(shown.reads);
    draw();
  } catch (error) {
    if (!(error instanceof NotDone)) throw error;
    if (row && error.kind !== "refused") return; // what this phone has will do; the newsroom says if it is old
    say("wrong", error.kind === "refused" ? error.message : "This was filed from elsewhere: it can be opened here when there is a network.");
    byId("wrong").scrollIntoView({ block: "center" });
  } finally {
    form.inert = false;
  }
}

// Asks once more, and for the reason that readers see.
export async function withdraw(row, desk) {
  const dialog = byId("withdraw"), reason = byId("reason"), note = byId("note-for-desk");
  reason.value = note.value = "";
  dialog.querySelector("blockquote").textContent = desk?.title ?? row.fields.text;
  dialog.returnValue = "";
  dialog.showModal();
  await new Promise((done) => dialog.addEventListener("close", done, { once: true }));
  if (dialog.returnValue !== "withdraw") return;
  const { person } = await session();
  if (!row) await outbox.adopt({ id: desk.id, person: person.id, by: person.name, event: told().event, eventTitle: eventNow().title, filedAt: desk.filed_at, fields: { text: desk.title }, photographs: [], version: desk.version, isStub: true });
  await outbox.withdraw(row?.id ?? desk.id, { reason: reason.value.trim(), note: note.value.trim() });
}

// --- What the newsroom told, in the sheet

export function draw() {
  const event = eventNow();
  const { events = [], preselected, over } = told() ?? {};
  const corrects = Boolean(mends?.corrects);
  byId("files-to").textContent = corrects ? "Correct what readers have of" : mends ? "Mend what you filed to" : over ? "Nothing can be filed now" : "Files to";
  byId("event-title").textContent = mends?.eventTitle ?? event?.title ?? over ?? "No event yet";
  byId("events").hidden = Boolean(mends) || events.length < 2;
  options(byId("event"), events.map(({ slug, title }) => [slug, title]), event?.slug);
  const publishes = Boolean(event?.may_publish && !event.second_reader) && !corrects;
  byId("publish").hidden = byId("send-or-publish").hidden = !publishes;
  byId("send").classList.toggle("wide", !publishes);
  byId("send").textContent = corrects ? "Correct" : mends ? "Send again" : "Send";
  byId("send").value = corrects ? "correct" : "send";
  byId("correction").hidden = !corrects;
  byId("formatted").hidden = !mends?.isFormatted;
  byId("cancel").hidden = !mends;
  drawKeynotes();
  if (!ownKeynote && !mends && preselected !== undefined && isEmpty()) preselect();
  const names = (told()?.speakers ?? []).map(labelOf);
  options(byId("speakers"), names.map((name) => [name, ""]));
  drawStage();
}

function preselect() {
  byId("keynote").value = told()?.preselected ?? "";
}

function drawKeynotes() {
  const { keynotes = [], event } = told() ?? {};
  const before = byId("keynote").value;
  options(byId("keynote"), [["", "Not in a keynote"], ...keynotes.map((one) => [one.slug, keynoteLabel(one, event)])], before);
  if (before && byId("keynote").value !== before) addKeynote(before);
}

// One that was chosen and is not of today.
function addKeynote(slug) {
  byId("keynote").add(new Option(slug, slug, false, true));
}

// Drawn only when it differs: a list that is open under her thumb stays open.
function options(list, pairs, chosen) {
  const key = JSON.stringify(pairs);
  if (list.dataset.key !== key) {
    list.replaceChildren(...pairs.map(([value, label]) => new Option(label, value)));
    list.dataset.key = key;
  }
  if (chosen !== undefined && list.value !== chosen) list.value = chosen;
}

function drawStage() {
  const on = (told()?.keynotes ?? []).filter((one) => one.on_now);
  const words = on.map(({ title, on_stage }) => {
    const line = document.createElement("strong");
    line.textContent = `On now: ${title}`;
    return [line, on_stage.map(({ name }) => name).join(", ")];
  });
  byId("stage").replaceChildren(...words.flat());
  byId("stage").hidden = !on.length || Boolean(mends);
}

const labelOf = ({ name, organisation }) => [name, organisation].filter(Boolean).join(", ");
const nameOf = ({ speaker, attribution }) => labelOf((told()?.speakers ?? []).find(({ slug }) => slug === speaker) ?? { name: attribution || speaker });
const plain = (name) => name.normalize("NFKD").replace(/\p{M}/gu, "").trim().toLowerCase();

// As completed, or the name alone if only one has it.
function speakerNamed(said) {
  const speakers = told()?.speakers ?? [];
  const named = speakers.filter((one) => plain(one.name) === plain(said));
  return speakers.find((one) => labelOf(one) === said) ?? speakers.find((one) => one.slug === said) ?? (named.length === 1 ? named[0] : undefined);
}

function drawSpeaker() {
  const said = byId("said_by").value, speaker = speakerNamed(said);
  byId("known-speaker").textContent = speaker ? `Billed: ${[speaker.name, speaker.job_title, speaker.organisation].filter(Boolean).join(", ")}` : "";
}
