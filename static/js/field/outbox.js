// The outbox: what was filed on this phone and what became of it. Texts go first and in order, then what is said of
// their photographs, then the photographs, and last the originals. Everything may be repeated.
//
// A press on a keynote is a row of its own, with the step "press". A filing goes through these steps: "text", "details" (of photographs), "publish" or "correct" (if she pressed that) or
// "file" (if publishing was refused), "pictures", "done"; "withdraw" goes before all. What the newsroom refuses stays
// where it is with the reason in `refused`, until it was mended. Its photographs are each "here", "received" or "kept";
// their bytes stay until "kept".

import { all, change, exchange, get, put, remove, removeFiling, StorageShort } from "./database.js";
import { NotDone, session } from "./newsroom.js";
import { NotTaken } from "./photos.js";
import { advanced, alter, alterPicture, filings, tell } from "./rows.js";
import { ACTS, AFTER_REFUSAL, goesOn, unlessShort } from "./sending.js";
import { lookAfter, lookAt, originalOf, originalsGo, sendOriginal, sendPicture } from "./uploads.js";
import { uuid7 } from "./uuid7.js";

export { filings, onChange } from "./rows.js";

const LOCK = "newsroom-field-outbox";
const STUCK = 90_000; // milliseconds without a sign of life from the tab that sends: longer than one request may take
const BETWEEN = [2_000, 60_000]; // milliseconds between two tries: the first, the most
const POISON = 4; // times a server may fail over one filing before those after it go first
const REMEMBERED = 2 * 24 * 3600_000; // milliseconds a filing that is done can be mended from this phone

// --- What she does

export async function file(filing) {
  await put("filings", { step: "text", version: 0, edits: 0, refused: null, failures: 0, notBefore: 0, ...filing });
  tell();
  flush();
}

// A post that came from elsewhere, so that it can be mended here. What this phone has of it already stands.
export async function adopt(filing) {
  const known = await get("filings", filing.id);
  if (known && !known.isStub) return;
  await put("filings", { step: "done", doneAt: Date.now(), edits: 0, refused: null, failures: 0, notBefore: 0, ...filing });
}

const FROM_THE_START = { refused: null, late: "", unpublished: null, failures: 0, notBefore: 0 };

// Sends it again as it was mended; `version` is the one of the newsroom's that she saw. False: it is on this phone no more.
export async function mend(id, { version, ...fields }) {
  const row = await change("filings", id, (row) => {
    if (row.step === "withdraw") throw new NotTaken("This post is being withdrawn. Leave it as it was, or wait until that is done.");
    return { ...row, ...FROM_THE_START, ...fields, version: version ?? row.version, edits: row.edits + 1, step: "text" };
  });
  tell();
  flush();
  return Boolean(row);
}

async function press(id, fields) {
  await change("filings", id, (row) => ({ ...row, ...FROM_THE_START, ...fields, edits: row.edits + 1 }));
  tell();
  flush();
}

// As it stands: what was not allowed may be by now.
export const sendAgain = (id) => press(id, {});

// Asks again after a Publish that came too late, or was refused.
export const publishNow = (id) => press(id, { press: "publish", step: "publish", pressedAt: new Date().toISOString() });

// `reason` is for readers, `note` for the desk.
export const withdraw = (id, { reason, note }) => press(id, { press: "withdraw", step: "withdraw", reason, note });

// She leaves it as the newsroom has it: with the words and photographs that arrived last.
export async function leave(row) {
  if (row.isStub) return forget(row);
  await change("filings", row.id, (row) => {
    const { fields, photographs, moreQuotes } = row.before ?? row;
    const left = photographs.map((one) => {
      const now = row.photographs.find(({ id }) => id === one.id) ?? one;
      const { alt_text, caption, credit } = now.said ?? now;
      return { ...now, alt_text, caption, credit, isDescribed: true, refused: now.refused?.ofWords ? null : now.refused };
    });
    return advanced({ ...row, ...FROM_THE_START, fields, moreQuotes, photographs: left, press: "send", step: "pictures", edits: row.edits + 1 });
  });
  tell();
  return flush();
}

// Sends the photographs that were refused once more, from their beginning.
export async function tryAgain(filing) {
  const again = { state: "here", refused: null, offset: null, tries: 0 };
  await alter(filing, (row) => {
    const photographs = row.photographs.map((one) => (one.refused && !one.refused.ofWords ? { ...one, ...again } : one));
    return { ...row, photographs, step: row.step === "done" ? "pictures" : row.step };
  });
  tell();
  return flush();
}

// An original that the newsroom did not take.
export async function letGo(filing, photograph) {
  await remove("photographs", originalOf(photograph.id));
  await alterPicture(filing, photograph, (one) => ({ original: { ...one.original, state: "dropped" } }));
  tell();
}

// `verb` on a keynote of an event: start, end, late (by `minutes`, of the times she has `seen`), or one taken back.
export async function pressKeynote({ event, keynote, title, verb, minutes = 0, seen = null }) {
  const { person } = (await session()) ?? {};
  const isSame = (row) => row.step === "press" && row.verb === verb && row.keynote === keynote && row.event === event && row.person === (person?.id ?? null);
  if ((await filings()).some(isSame)) return; // a second tap
  const pressedAt = new Date().toISOString();
  await file({ id: uuid7(), person: person?.id ?? null, by: person?.name ?? "", event, keynote, title, verb, minutes, seen, pressedAt, step: "press", fields: {}, photographs: [] });
}

// Whether somebody else's filing may go in another name: nothing of it is known to be with the newsroom.
export const canBeTaken = (row) => row.step === "text" && !row.version && !row.before && row.press !== "correct";

// What somebody else filed on this phone goes in her name: as a new one, for an answer to them may have been lost.
export async function takeOver(filing, person) {
  const names = new Map(filing.photographs.map(({ id }) => [id, uuid7()]));
  const photographs = filing.photographs.map(({ said, version, ...one }) => ({ ...one, id: names.get(one.id), state: "here", offset: null, isDescribed: false, refused: null }));
  const fresh = { ...filing, ...FROM_THE_START, id: uuid7(), person: person.id, by: person.name, step: "text", version: 0, edits: 0, before: null, mine: [], photographs };
  const keys = [...names].flatMap(([from, to]) => [[from, to], [originalOf(from), originalOf(to)]]);
  await exchange(filing, fresh, keys);
  tell();
  flush();
}

export async function forget(filing) {
  await removeFiling(filing);
  tell();
}

const keepsOriginal = (photograph) => ["here", "refused"].includes(photograph.original?.state);

// Makes room on a phone that is short of it: originals that were not taken yet. Answers how many.
export async function dropOriginals() {
  let dropped = 0;
  for (const filing of await filings()) {
    for (const photograph of filing.photographs.filter(keepsOriginal)) {
      await letGo(filing, photograph);
      dropped += 1;
    }
  }
  return dropped;
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
  navigator.connection?.addEventListener?.("change", now);
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
      if (error instanceof StorageShort && (await dropOriginals())) {
        again = true;
        continue;
      }
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
    const step = next((await filings()).filter((row) => row.person === person.id));
    if (!step) return;
    await put("told", Date.now(), "sending").catch(unlessShort); // what is sent makes room
    if (sending !== step.filing.id) {
      sending = step.filing.id;
      tell();
    }
    await attempt(step);
  }
}

// The next thing to do: what is to be withdrawn, then all texts before the first photograph, the older filing first.
// One that the newsroom could not take yet is waited for, so that the order holds, until it has failed so often that it
// may be the filing's own fault.
export function next(rows, now = Date.now()) {
  const isDue = (row) => row.notBefore <= now;
  const unsaid = rows.filter((row) => row.step in ACTS && !row.refused);
  const said = unsaid.find((row) => row.step === "withdraw" && isDue(row)) ?? unsaid.find((row) => isDue(row) || row.failures < POISON);
  if (said) return isDue(said) ? { filing: said, act: ACTS[said.step] } : null;
  const due = rows.filter(isDue);
  for (const filing of due) {
    if (filing.step !== "pictures") continue;
    const photograph = filing.photographs.find((one) => (!one.refused || one.refused.ofWords) && (one.state === "here" || lookAt(one) <= now));
    if (photograph) return { filing, photograph, act: photograph.state === "here" ? sendPicture : lookAfter };
  }
  if (!originalsGo()) return null;
  for (const filing of due) {
    const photograph = filing.photographs.find((one) => one.state === "kept" && one.original?.state === "here");
    if (photograph) return { filing, photograph, act: sendOriginal };
  }
  return null;
}

async function attempt({ filing, photograph, act }) {
  try {
    await act(filing, photograph);
    failures = 0;
    if (filing.failures) await alter(filing, (row) => ({ ...row, failures: 0 }));
  } catch (error) {
    if (error.kind === "session" || error instanceof StorageShort) throw error;
    if (error.kind === "refused") return refuse(filing, photograph, error);
    failures += 1;
    if (error.kind === "network") throw error;
    if (!(error instanceof NotDone)) console.error(error); // ours: it must not hold up the others for ever, either
    // The server failed: perhaps over this one alone, so that it must not hold up the others for ever.
    const kept = await alter(filing, (row) => ({ ...row, failures: row.failures + 1, notBefore: Date.now() + (error.wait || delay(row.failures)) }));
    if (!kept || kept.failures < POISON) throw error;
  } finally {
    tell();
  }
}

async function refuse(filing, photograph, { status, problem }) {
  const refused = { status, code: problem?.code, detail: problem?.detail ?? "", errors: problem?.errors, current: problem?.current };
  if (photograph) return alterPicture(filing, photograph, { refused });
  return alter(filing, (row) => {
    if (row.edits !== filing.edits) return row; // not over what she changed while it was under way: that goes next
    if (row.step === "withdraw" && problem?.current?.state === "withdrawn") return advanced({ ...row, step: "pictures" });
    if (goesOn(row, problem ?? {})) return { ...row, version: problem.current.version };
    return AFTER_REFUSAL[row.step]?.(row, refused) ?? { ...row, refused };
  });
}

// --- Time

function delay(times) {
  const [first, most] = BETWEEN;
  return Math.min(most, first * 2 ** times) * (0.5 + Math.random()); // not all phones of a hall at once
}

const hasOriginal = (row) => row.photographs.some(keepsOriginal);

async function schedule() {
  clearTimeout(timer);
  const waits = (row) => (row.step === "done" ? originalsGo() && hasOriginal(row) : !(row.refused && row.step in ACTS));
  const rows = (await filings()).filter(waits);
  if (!rows.length) return;
  const { lost, token } = (await session()) ?? {};
  if (!token || lost) return;
  const moments = rows.flatMap((row) => [row.notBefore, ...row.photographs.map(lookAt)]);
  const soonest = Math.min(...moments.filter((at) => at > Date.now() && at < Infinity)) - Date.now();
  timer = setTimeout(flush, failures ? delay(failures - 1) : Math.min(Math.max(soonest, 250), BETWEEN[1]));
}

async function prune() {
  for (const row of await all("filings")) {
    if (row.step === "done" && !hasOriginal(row) && Date.now() - row.doneAt > REMEMBERED) await removeFiling(row);
  }
}
