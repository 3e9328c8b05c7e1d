// The sheet: what she types, kept on the phone with every letter, until it is filed or mended.

import { get, put, StorageShort, sweep } from "./database.js";
import { keynoteLabel } from "./lists.js";
import { session } from "./newsroom.js";
import * as outbox from "./outbox.js";
import { NotTaken, preview, take } from "./photos.js";
import { choose, chosenEvent, told } from "./told.js";
import { uuid7 } from "./uuid7.js";

const KEEP_AFTER = 300; // milliseconds after a letter
const byId = (id) => document.getElementById(id);
const form = byId("sheet");
const TYPED = ["text", "headline", "keynote", "quote_text", "said_by"];

// `mends`: the filing that is open in it, with the version she saw; null: a new one, which will be filed under `id`.
let id = uuid7(), photographs = [], mends = null, ownKeynote = false, timer = 0, asked = false, busy = 0, isFiling = false;

export const isEmpty = () => !mends && !photographs.length && !busy && !byId("text").value.trim() && !byId("quote_text").value.trim() && !byId("headline").value.trim();

const eventNow = () => told()?.events.find((one) => one.slug === (mends?.event ?? chosenEvent()));

export async function start() {
  const draft = await get("told", "draft");
  // The app may have been killed after it was filed and before it was forgotten here.
  if (draft && (draft.mends || !(await get("filings", draft.id)))) await fill(draft);
  await sweepBytes();
  form.addEventListener("input", (event) => {
    if (event.target.id === "keynote") ownKeynote = true;
    keepSoon();
    drawSpeaker();
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    file(event.submitter?.value ?? "send");
  });
  byId("files").addEventListener("change", (event) => add(event.target));
  byId("event").addEventListener("change", (event) => {
    ownKeynote = false;
    choose(event.target.value);
  });
  byId("cancel").addEventListener("click", clear);
  document.addEventListener("visibilitychange", () => document.hidden && keep());
  addEventListener("pagehide", keep);
}

async function sweepBytes() {
  const rows = await outbox.filings();
  const named = [...rows.flatMap((row) => row.photographs), ...photographs].map((one) => one.id);
  if (!busy) await sweep(new Set(named));
}

// --- Kept while it is typed

function keepSoon() {
  clearTimeout(timer);
  timer = setTimeout(keep, KEEP_AFTER);
}

function keep() {
  clearTimeout(timer);
  const typed = Object.fromEntries(TYPED.map((name) => [name, byId(name).value]));
  const draft = { ...typed, id, key_event: byId("key_event").checked, manner: form.elements.manner.value, photographs, mends, ownKeynote };
  return put("told", isEmpty() ? null : draft, "draft").catch(complain);
}

async function fill(draft) {
  ({ id = uuid7(), photographs, mends = null, ownKeynote = false } = draft);
  drawKeynotes();
  for (const name of TYPED) byId(name).value = draft[name] ?? "";
  if (draft.keynote && byId("keynote").value !== draft.keynote) addKeynote(draft.keynote);
  byId("key_event").checked = Boolean(draft.key_event);
  form.elements.manner.value = draft.manner ?? "paraphrase";
  byId("quote").open = Boolean(draft.quote_text || draft.said_by);
  byId("headlines").open = Boolean(draft.headline);
  await drawPhotographs();
  draw();
}

async function clear() {
  asked = false;
  byId("wrong").hidden = byId("not-taken").hidden = byId("theirs").hidden = true;
  form.reset();
  await fill({ photographs: [], ownKeynote: false });
  preselect();
  await keep();
}

// --- Photographs

async function add(input) {
  const files = [...input.files];
  input.value = "";
  byId("not-taken").hidden = true;
  busy += 1;
  try {
    for (const file of files) {
      const { credit = "" } = told()?.person ?? {};
      const taken = await take(file);
      photographs = [...photographs, { ...taken, alt_text: "", caption: "", credit: credit || eventNow()?.default_credit || "" }];
      await keep();
      await drawPhotographs();
    }
  } catch (error) {
    complain(error);
  } finally {
    busy -= 1;
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
  slot.querySelector("legend").textContent = `Photograph ${n + 1}`;
  if (!drawn.has(photograph.id)) {
    const row = await get("photographs", photograph.id);
    drawn.set(photograph.id, row ? await preview(row.bytes) : null);
  }
  const picture = drawn.get(photograph.id);
  slot.querySelector("legend").after(picture ?? document.createTextNode(photograph.name));
  const wrong = slot.querySelector(".error");
  wrong.textContent = photograph.refused?.detail ?? "";
  wrong.hidden = !photograph.refused;
  for (const input of slot.querySelectorAll("[data-field]")) {
    const name = input.dataset.field;
    input.id = `${name}-${photograph.id}`;
    input.previousElementSibling.htmlFor = input.id;
    input.value = photograph[name];
    input.addEventListener("input", () => change(photograph.id, { [name]: input.value, isDescribed: false, refused: photograph.offset === undefined ? null : photograph.refused }));
  }
  slot.querySelector("button").addEventListener("click", async () => {
    photographs = photographs.filter((one) => one.id !== photograph.id);
    await keep();
    await drawPhotographs();
  });
  return slot;
}

function change(which, typed) {
  photographs = photographs.map((one) => (one.id === which ? { ...one, ...typed } : one));
}

// --- Filing

function fields() {
  const value = (name) => byId(name).value.trim();
  return { text: value("text"), headline: value("headline"), keynote: value("keynote"), key_event: byId("key_event").checked, quote: quote() };
}

function quote() {
  const text = byId("quote_text").value.trim(), by = byId("said_by").value.trim();
  if (!text && !by) return null;
  const speaker = speakerNamed(by);
  return { speaker: speaker?.slug ?? null, attribution: speaker ? "" : by, text, verbatim: form.elements.manner.value === "verbatim" };
}

// What is wrong with it, as far as a phone can know; "" if nothing.
function wrongWith({ text, quote: said }) {
  if (!text && !said && !photographs.length) return "There is nothing to send yet: write something, or add a photograph.";
  if (said && !said.text) return "Write what was said, or take the name away.";
  if (said && !said.speaker && !said.attribution) return "Say who said it.";
  return "";
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
  const wrong = event ? wrongWith(typed) : "Choose an event first.";
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
  const pressed = { press, pressedAt: at, wordsNow: asked };
  if (mends) {
    const mended = { ...pressed, fields: typed, photographs: merged(await get("filings", mends.id)), version: mends.version };
    if (await outbox.mend(mends.id, mended)) return;
    mends = null;
    id = uuid7();
    draw();
    throw new NotTaken("What you were mending was taken off this phone meanwhile. Press Send to file this as new.");
  }
  const { person = "" } = (await session()) ?? {};
  const isNew = !(await get("filings", id)); // not sent from another tab that had the same sheet open
  await outbox.file({ id: isNew ? id : uuid7(), person, event: event.slug, eventTitle: event.title, filedAt: at, fields: typed, photographs, ...pressed });
}

// Photographs went on while the sheet was open: how far they are is the outbox's to say, and the words are the sheet's.
function merged(row) {
  const known = new Map((row?.photographs ?? []).map((one) => [one.id, one]));
  return photographs.map((one) => {
    const { alt_text, caption, credit, isDescribed, refused } = one;
    const before = known.get(one.id);
    return before ? { ...before, alt_text, caption, credit, refused, isDescribed: isDescribed ?? before.isDescribed } : one;
  });
}

// Opens a filing to be mended. `current` is the post as it stands at the desk, if that is why it was refused.
export async function mend(row, version, current) {
  if (!isEmpty() && !confirm("What you are writing now is given up. Go on?")) return;
  const { fields: typed, photographs: own } = row;
  const said = typed.quote;
  await fill({
    ...typed, photographs: own, ownKeynote: true, quote_text: said?.text, said_by: said ? nameOf(said) : "", manner: said?.verbatim ? "verbatim" : "paraphrase",
    mends: { id: row.id, event: row.event, eventTitle: row.eventTitle, version: current?.version ?? version },
  });
  byId("theirs").hidden = !current;
  if (current) byId("theirs").querySelector("blockquote").textContent = wordsOf(current);
  say("wrong", row.refused && !current ? Object.values(row.refused.errors ?? {}).flat().join(" ") || row.refused.detail : "");
  await keep();
  form.scrollIntoView({ block: "start" });
}

function wordsOf({ headline, body, quotes }) {
  const page = new DOMParser().parseFromString(body.replaceAll("</p>", "\n\n").replaceAll("<br>", "\n"), "text/html");
  return [headline, page.body.textContent.trim(), ...quotes.map(({ text }) => `“${text}”`)].filter(Boolean).join("\n\n");
}

// --- What the newsroom told, in the sheet

export function draw() {
  const event = eventNow();
  const { events = [], preselected } = told() ?? {};
  byId("files-to").textContent = mends ? "Mend what you filed to" : "Files to";
  byId("event-title").textContent = mends?.eventTitle ?? event?.title ?? "No event yet";
  byId("events").hidden = Boolean(mends) || events.length < 2;
  options(byId("event"), events.map(({ slug, title }) => [slug, title]), event?.slug);
  const publishes = Boolean(event?.may_publish && !event.second_reader);
  byId("publish").hidden = byId("send-or-publish").hidden = !publishes;
  byId("send").classList.toggle("wide", !publishes);
  byId("send").textContent = mends ? "Send again" : "Send";
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
