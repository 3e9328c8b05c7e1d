// The steps of a filing, each a request that may be repeated: the newsroom answers a repeat as the first time.

import { StorageShort } from "./database.js";
import { ask, NotDone } from "./newsroom.js";
import { advanced, alter, alterPicture } from "./rows.js";
import { look } from "./told.js";
import { bodyOf, saidIn, whole } from "./words.js";

const STILL_MEANT = 6 * 3600_000; // milliseconds: as the newsroom counts it with its own time
const PICTURE_WORDS = ["alt_text", "credit", "caption"];

// What was changed while it was under way goes once more, over what has just arrived.
const arrived = (filing, answer, step) =>
  alter(filing, (row) => {
    const known = { ...row, version: answer.version, state: answer.state, pending: Boolean(answer.pending) };
    return row.edits === filing.edits ? advanced({ ...known, step: step(known) }) : known;
  });

async function text(filing) {
  // Noted before it goes: should the answer be lost, what stands at the desk is known to be her own words.
  const mine = [...(filing.mine ?? []).slice(-1), saidIn(whole(filing))];
  await alter(filing, (row) => ({ ...row, mine })).catch(unlessShort);
  const { body } = await ask(`posts/${filing.id}/`, { method: "PUT", json: bodyOf(filing) });
  const { fields, photographs, moreQuotes } = filing;
  await alter(filing, (row) => ({ ...row, before: { fields, photographs, moreQuotes }, mine: [saidIn(body)] }));
  await arrived(filing, body, afterText);
}

// What is sent makes room; what cannot be noted before is noted after.
export function unlessShort(error) {
  if (!(error instanceof StorageShort)) throw error;
}

function afterText(row) {
  if (row.photographs.some((one) => !one.isDescribed && !one.refused)) return "details";
  if (row.press === "correct") return "correct";
  return row.press === "publish" && (row.state !== "published" || row.pending) ? "publish" : "pictures";
}

const saidOf = ({ alt_text, credit, caption, capturedAt, thumbhash }) => ({ alt_text, credit, caption, captured_at: capturedAt ?? "", thumbhash: thumbhash ?? "" });
const differing = (said, before) => Object.fromEntries(Object.entries(said).filter(([name, value]) => value !== (before?.[name] ?? "")));

// Credit and alternative text come before the pixels, so that a post may go out with its picture's place kept, and so
// that the end of a long upload does not undo what the desk has put right meanwhile.
async function details(filing) {
  const photograph = filing.photographs.find((one) => !one.isDescribed && !one.refused);
  if (photograph) await describe(filing, photograph);
  await alter(filing, (row) => (row.step === "details" ? advanced({ ...row, step: afterText(row) }) : row));
}

async function describe(filing, photograph) {
  const said = saidOf(photograph);
  const isNow = (one) => JSON.stringify(saidOf(one)) === JSON.stringify(said);
  try {
    const version = photograph.version ?? (await firstVersion(photograph, said));
    const json = { ...differing(said, photograph.said), ...(version ? { version } : {}) };
    const { body } = await ask(`images/${photograph.id}/`, { method: "PUT", json });
    await alterPicture(filing, photograph, (one) => ({ said, version: body.version, isDescribed: isNow(one) }));
  } catch (error) {
    if (error.kind !== "refused") throw error;
    const { current } = error.problem ?? {};
    if (current && !isTheirs(said, photograph.said, current)) { // it was changed in other words than hers
      await alterPicture(filing, photograph, { version: current.version });
      return;
    }
    const detail = current ? "The desk changed these words meanwhile." : error.message;
    const refused = { status: error.status, detail, errors: error.problem?.errors, current, ofWords: true };
    await alterPicture(filing, photograph, (one) => (isNow(one) ? { refused } : {}));
  }
}

// The post has named it already, so that the desk may have written what it shows before she could say it. null: it is
// not there yet.
async function firstVersion({ id, said: before }, said) {
  try {
    const { body } = await ask(`images/${id}/`);
    if (!isTheirs(said, before, body)) return body.version;
    throw new NotDone("refused", { status: 409, problem: { code: "stale", current: body } });
  } catch (error) {
    if (error.status !== 404) throw error;
    return null;
  }
}

// Whether somebody wrote what she would overwrite: other words than hers, than those she sent before, and than the
// credit that fills a gap.
function isTheirs(said, before, current) {
  const isFilled = (name) => name === "credit" && current.credit_from !== "person";
  const changes = Object.keys(differing(said, before)).filter((name) => PICTURE_WORDS.includes(name));
  return changes.some((name) => current[name] && !isFilled(name) && current[name] !== said[name] && current[name] !== before?.[name]);
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

async function correct(filing) {
  const json = { version: filing.version, note: filing.note, remove_old: filing.removeOld, words_now: Boolean(filing.wordsNow) };
  const { body } = await ask(`posts/${filing.id}/correct/`, { method: "POST", json });
  await arrived(filing, body, () => "pictures");
}

async function withdraw(filing) {
  const json = { version: filing.version, reason: filing.reason, note: filing.note };
  try {
    const { body } = await ask(`posts/${filing.id}/withdraw/`, { method: "POST", json });
    await arrived(filing, body, () => "pictures");
  } catch (error) {
    if (error.problem?.code !== "wrong_state") throw error;
    const { body } = await ask(`posts/${filing.id}/`);
    if (body.state !== "withdrawn") throw error;
    await arrived(filing, body, () => "pictures"); // the desk was faster
  }
}

// A keynote has begun, is over or is late: not a filing, and in one order with them.
async function press(row) {
  const { event, keynote, verb, minutes, seen, pressedAt } = row;
  if (Date.now() - Date.parse(pressedAt) > STILL_MEANT) {
    throw new NotDone("refused", { problem: { detail: "It was pressed too long ago to be sent now. Press again if it is still so." } });
  }
  const json = { pressed_at: pressedAt, ...(verb === "late" ? { minutes, seen } : {}) };
  await ask(`events/${event}/keynotes/${keynote}/${verb}/`, { method: "POST", json });
  await alter(row, (now) => ({ ...now, step: "done", doneAt: Date.now() }));
  look(); // what may be pressed next
}

export const ACTS = { withdraw, press, text, details, publish, correct, file: fileInstead };

// Whether what the desk has now is what this phone sent or saw last: then nothing of anybody's is lost by going on.
// A withdrawal goes on in any case: what she wants gone is to be gone in every wording.
export function goesOn(row, { code, current } = {}) {
  return code === "stale" && Boolean(current) && (row.step === "withdraw" || Boolean(row.mine?.includes(saidIn(current))));
}

// What becomes of a filing that was refused at a step, where that is not simply to wait until she mends it.
export const AFTER_REFUSAL = {
  publish: (row, refused) => ({ ...row, unpublished: refused, step: "file" }),
  // It was filed by somebody else's press meanwhile, or is published: then it is where it should be.
  file: (row) => advanced({ ...row, step: "pictures" }),
};
