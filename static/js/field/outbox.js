// The outbox: what was filed on this phone and what became of it. Texts go first and in order, then what is said of
// their photographs, then the photographs. Everything may be repeated: the newsroom answers a repeat as the first time.
//
// A filing goes through these steps: "text", "details" (of photographs), "publish" (if she pressed that) or "file" (if
// publishing was refused), "pictures", "done". What the newsroom refuses stays where it is with the reason in `refused`,
// until it was mended. Its photographs are each "here", "received" or "kept"; their bytes stay until "kept".

import { begin, sendChunk } from "./chunks.js";
import { all, change, get, put, remove, removeFiling, sha256, StorageShort } from "./database.js";
import { ask, NotDone, session } from "./newsroom.js";

const LOCK = "newsroom-field-outbox";
const STUCK = 90_000; // milliseconds without a sign of life from the tab that sends: longer than one request may take
const BETWEEN = [2_000, 60_000]; // milliseconds between two tries: the first, the most
const LOOK_AGAIN = 4_000; // milliseconds until a received photograph is asked after
const POISON = 4; // times a server may fail over one filing before those after it go first
const REMEMBERED = 2 * 24 * 3600_000; // milliseconds a filing that is done can be mended from this phone

const channel = new BroadcastChannel(LOCK);
const listeners = new Set();
channel.onmessage = () => tell(false);

export const filings = async () => (await all("filings")).sort((a, b) => (a.id < b.id ? -1 : 1));

// Calls `listener` whenever anything here changed, in any tab.
export function onChange(listener) {
  listeners.add(listener);
}

function tell(others = true) {
  if (others) channel.postMessage(null);
  for (const listener of listeners) listener();
}

// --- What she does

export async function file(filing) {
  await put("filings", { step: "text", version: 0, edits: 0, refused: null, failures: 0, notBefore: 0, ...filing });
  tell();
  flush();
}

// Sends it again as it was mended; `version` is the one of the newsroom's that she saw. False: it is on this phone no more.
export async function mend(id, { version, ...fields }) {
  const row = await change("filings", id, (row) => ({
    ...row, ...fields, version: version ?? row.version, edits: row.edits + 1,
    step: "text", refused: null, late: "", failures: 0, notBefore: 0,
  }));
  tell();
  flush();
  return Boolean(row);
}

// Asks again after a Publish that came too late, or was refused.
export async function publishNow(id, version) {
  const pressedAt = new Date().toISOString();
  await change("filings", id, (row) => ({
    ...row, press: "publish", step: "publish", pressedAt, version: version ?? row.version, edits: row.edits + 1, late: "", refused: null,
  }));
  tell();
  flush();
}

export async function forget(filing) {
  await removeFiling(filing);
  tell();
}

// --- Sending

let running = null, again = false, timer = 0, failures = 0, sending = "";

export const isSending = (id) => sending === id;

// Sends what waits, if it can. One at a time in all tabs of this phone.
export function flush() {
  again = true;
  running ??= run().finally(() => {
    running = null;
    schedule();
  });
  return running;
}

// Starts with what waited while the app was closed, and goes on whenever there may be a network again.
export function start() {
  const now = () => {
    failures = 0;
    flush();
  };
  addEventListener("online", now);
  document.addEventListener("visibilitychange", () => document.hidden || now());
  prune().finally(now);
}

async function run() {
  while (again) {
    again = false;
    try {
      await alone(drain);
    } catch (error) {
      if (error instanceof NotDone) return;
      if (error.name === "AbortError") continue; // another tab took over
      console.error(error);
      failures += 1;
      return;
    } finally {
      sending = "";
      tell();
    }
  }
}

async function alone(work) {
  if (!navigator.locks) return work(); // sent twice it is still there once
  const patience = new AbortController();
  const giveUp = setTimeout(() => patience.abort(new DOMException("Still locked", "TimeoutError")), STUCK);
  try {
    return await navigator.locks.request(LOCK, { signal: patience.signal }, () => {
      clearTimeout(giveUp);
      return work();
    });
  } catch (error) {
    if (error.name !== "TimeoutError") throw error;
  }
  // A tab that was frozen with the lock in its hand sends nothing.
  if (Date.now() - ((await get("told", "sending")) ?? 0) > STUCK) return navigator.locks.request(LOCK, { steal: true }, work);
  again = true;
  return undefined;
}

async function drain() {
  for (;;) {
    const { person, lost, token } = (await session()) ?? {};
    if (!token || lost || !person) return;
    const step = next((await filings()).filter((row) => row.person === person));
    if (!step) return;
    await put("told", Date.now(), "sending").catch(unlessShort); // what is sent makes room
    if (sending !== step.filing.id) {
      sending = step.filing.id;
      tell();
    }
    await attempt(step);
  }
}

function unlessShort(error) {
  if (!(error instanceof StorageShort)) throw error;
}

// The next thing to do: all texts before the first photograph, the older filing first. One that the newsroom could not
// take yet is waited for, so that the order holds, until it has failed so often that it may be the filing's own fault.
export function next(rows, now = Date.now()) {
  const isDue = (row) => row.notBefore <= now;
  const unsaid = rows.filter((row) => ["text", "details", "publish", "file"].includes(row.step) && !row.refused);
  const said = unsaid.find((row) => isDue(row) || row.failures < POISON);
  if (said) return isDue(said) ? { filing: said, act: ACTS[said.step] } : null;
  for (const filing of rows.filter(isDue)) {
    if (filing.step !== "pictures") continue;
    const photograph = filing.photographs.find((one) => !one.refused && (one.state === "here" || lookAt(one) <= now));
    if (photograph) return { filing, photograph, act: photograph.state === "here" ? sendPicture : lookAfter };
  }
  return null;
}

const lookAt = (photograph) => (photograph.state === "received" ? photograph.lookAt : Infinity);

async function attempt({ filing, photograph, act }) {
  try {
    await act(filing, photograph);
    failures = 0;
    if (filing.failures) await alter(filing, (row) => ({ ...row, failures: 0 }));
  } catch (error) {
    if (!(error instanceof NotDone)) throw error;
    if (error.kind === "session") throw error;
    if (error.kind === "refused") return refuse(filing, photograph, error);
    failures += 1;
    if (error.kind === "network") throw error;
    // The server failed: perhaps over this one alone, so that it must not hold up the others for ever.
    const kept = await alter(filing, (row) => ({ ...row, failures: row.failures + 1, notBefore: Date.now() + (error.wait || delay(row.failures)) }));
    if (!kept || kept.failures < POISON) throw error;
  } finally {
    tell();
  }
}

const alter = (filing, how) => change("filings", filing.id, how);

function alterPicture(filing, photograph, fields) {
  return alter(filing, (row) => {
    const photographs = row.photographs.map((one) => (one.id === photograph.id ? { ...one, ...fields } : one));
    return advanced({ ...row, photographs });
  });
}

// Over once every photograph is with the newsroom.
function advanced(row) {
  const isDone = row.step === "pictures" && row.photographs.every((one) => one.state === "kept");
  return isDone ? { ...row, step: "done", doneAt: Date.now() } : row;
}

async function refuse(filing, photograph, { status, problem }) {
  const refused = { status, code: problem?.code, detail: problem?.detail ?? "", errors: problem?.errors, current: problem?.current };
  if (photograph) return alterPicture(filing, photograph, { refused });
  const after = {
    publish: (row) => ({ ...row, unpublished: refused, step: "file" }),
    // It was filed by somebody else's press meanwhile, or is published: then it is where it should be.
    file: (row) => advanced({ ...row, step: "pictures" }),
  }[filing.step];
  // Not over what she changed while it was under way: that goes next.
  return alter(filing, (row) => (row.edits === filing.edits ? (after?.(row) ?? { ...row, refused }) : row));
}

// --- The steps

const ACTS = { text: sendText, details: describe, publish, file: fileInstead };

// What was changed while it was under way goes once more, over what has just arrived.
const arrived = (filing, answer, step) =>
  alter(filing, (row) => {
    const known = { ...row, version: answer.version, state: answer.state };
    return row.edits === filing.edits ? advanced({ ...known, step: step(known) }) : known;
  });

async function sendText(filing) {
  const { body } = await ask(`posts/${filing.id}/`, { method: "PUT", json: bodyOf(filing) });
  await arrived(filing, body, afterText);
}

function afterText(row) {
  if (row.photographs.some((one) => !one.isDescribed && !one.refused)) return "details";
  return row.press === "publish" && row.state !== "published" ? "publish" : "pictures";
}

// Text as a post has it: a blank line between paragraphs.
export function htmlOf(text) {
  const escaped = text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll("\r\n", "\n");
  const blocks = escaped.split(/\n[ \t]*\n+/).map((block) => block.trim()).filter(Boolean);
  return blocks.map((block) => `<p>${block.replaceAll("\n", "<br>")}</p>`).join("");
}

// The same bytes each time it is sent: a repeat is known by them.
function bodyOf({ event, version, press, filedAt, fields, photographs }) {
  const { text, headline, keynote, key_event, quote } = fields;
  return {
    event,
    version,
    kind: text ? "update" : photographs.length ? "photo" : "quote",
    headline,
    body: htmlOf(text),
    keynote: keynote || null,
    key_event,
    quotes: quote ? [quote] : [],
    images: photographs.map(({ id }) => ({ image: id })),
    happened_at: filedAt,
    ...(press === "publish" ? {} : { submit: true }),
  };
}

// Credit and alternative text come before the pixels, so that a post may go out with its picture's place kept, and so
// that the end of a long upload does not undo what the desk has put right meanwhile.
async function describe(filing) {
  const photograph = filing.photographs.find((one) => !one.isDescribed && !one.refused);
  if (photograph) {
    const { alt_text, credit, caption, capturedAt, thumbhash } = photograph;
    const said = { alt_text, credit, caption, captured_at: capturedAt, thumbhash };
    const json = Object.fromEntries(Object.entries(said).filter(([, value]) => value));
    try {
      await ask(`images/${photograph.id}/`, { method: "PUT", json });
      await alterPicture(filing, photograph, { isDescribed: true });
    } catch (error) {
      if (error.kind !== "refused") throw error;
      await refuse(filing, photograph, error);
    }
  }
  await alter(filing, (row) => (row.step === "details" ? advanced({ ...row, step: afterText(row) }) : row));
}

async function publish(filing) {
  const json = { version: filing.version, pressed_at: filing.pressedAt, words_now: Boolean(filing.wordsNow) };
  const { body } = await ask(`posts/${filing.id}/publish/`, { method: "POST", json });
  await arrived(filing, body, () => "pictures");
  const late = body.filed_instead ?? "";
  await alter(filing, (row) => ({ ...row, late, unpublished: null, press: late ? "send" : row.press }));
}

async function fileInstead(filing) {
  const { body } = await ask(`posts/${filing.id}/submit/`, { method: "POST", json: { version: filing.version } });
  await arrived(filing, body, () => "pictures");
}

// One chunk; whatever text was filed meanwhile goes before the next.
async function sendPicture(filing, photograph) {
  const row = await get("photographs", photograph.id);
  const isWhole = row && (await sha256(row.bytes)) === photograph.sha256;
  if (!isWhole) {
    const detail = "This phone has lost or damaged the picture. Take it off, and choose it again.";
    throw new NotDone("refused", { problem: { code: "damaged", detail } });
  }
  const offset = photograph.offset ?? (await begin(photograph));
  if (offset >= photograph.size) return received(filing, photograph);
  try {
    const sent = await sendChunk(photograph.id, row.bytes, offset);
    if (sent.image) return received(filing, photograph, sent.image);
    // Whole, and no image named: asked for again, the newsroom says what came of it.
    return alterPicture(filing, photograph, { offset: sent.offset < photograph.size ? sent.offset : null });
  } catch (error) {
    // Given up by the newsroom (404), or other bytes than announced arrived (400): from the start, but not for ever.
    const tries = (photograph.tries ?? 0) + 1;
    if (![400, 404].includes(error.status) || tries > 3) throw error;
    return alterPicture(filing, photograph, { offset: null, tries });
  }
}

function received(filing, photograph, image) {
  const said = image && [image.sha256, image.scaled_sha256];
  if (said && !said.includes(photograph.sha256) && !image.same_as) return alterPicture(filing, photograph, { offset: null });
  return alterPicture(filing, photograph, { state: "received", offset: photograph.size, lookAt: Date.now() + LOOK_AGAIN });
}

// Its bytes stay here until the newsroom could read them.
async function lookAfter(filing, photograph) {
  const { body } = await ask(`images/${photograph.id}/`);
  if (body.state === "refused") {
    throw new NotDone("refused", { status: 400, problem: { code: "refused", detail: body.refusal } });
  }
  if (!["ready", "withdrawn"].includes(body.state)) {
    return alterPicture(filing, photograph, { lookAt: Date.now() + LOOK_AGAIN });
  }
  await alterPicture(filing, photograph, { state: "kept" });
  return remove("photographs", photograph.id);
}

// --- Time

function delay(times) {
  const [first, most] = BETWEEN;
  return Math.min(most, first * 2 ** times) * (0.5 + Math.random()); // not all phones of a hall at once
}

async function schedule() {
  clearTimeout(timer);
  const rows = (await filings()).filter((row) => row.step !== "done" && !(row.refused && row.step === "text"));
  if (!rows.length) return;
  const { lost, token } = (await session()) ?? {};
  if (!token || lost) return;
  const waits = rows.flatMap((row) => [row.notBefore, ...row.photographs.map(lookAt)]);
  const soonest = Math.min(...waits.filter((at) => at > Date.now() && at < Infinity)) - Date.now();
  timer = setTimeout(flush, failures ? delay(failures - 1) : Math.min(Math.max(soonest, 250), BETWEEN[1]));
}

async function prune() {
  for (const row of await all("filings")) {
    if (row.step === "done" && Date.now() - row.doneAt > REMEMBERED) await removeFiling(row);
  }
}
