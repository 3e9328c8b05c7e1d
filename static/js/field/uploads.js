// The bytes of photographs: what is under way, what has arrived, and the originals that follow when there is Wi-Fi.

import { begin, sendChunk } from "./chunks.js";
import { get, remove, sha256 } from "./database.js";
import { ask, NotDone } from "./newsroom.js";
import { alterPicture } from "./rows.js";

const LOOK_AGAIN = 4_000; // milliseconds until a received photograph is asked after
const MOST_TRIES = 3; // from the start, when the newsroom gave an upload up

export const originalOf = (id) => `${id}/original`; // its key in the database
export const lookAt = (photograph) => (photograph.state === "received" ? photograph.lookAt : Infinity);

let isAllowed = false;

// Whether an original may go now: on Wi-Fi, or because she said so (an iPhone does not say what it is connected by).
export const originalsGo = () => isAllowed || ["wifi", "ethernet"].includes(navigator.connection?.type);
export const isConnectionKnown = () => Boolean(navigator.connection?.type);

export function sendOriginalsNow() {
  isAllowed = true;
}

async function wholeBytes(key, expected) {
  const row = await get("photographs", key);
  if (row && (await sha256(row.bytes)) === expected) return row.bytes;
  const detail = "This phone has lost or damaged the picture. Take it off, and choose it again.";
  throw new NotDone("refused", { problem: { code: "damaged", detail } });
}

// One chunk of `part` ({ size, sha256, offset, tries, name }); whatever text was filed meanwhile goes before the next.
// Answers what is now known of it: { image } once it is whole, else { offset } and perhaps { tries }.
async function sendSome(address, key, part) {
  const bytes = await wholeBytes(key, part.sha256);
  const offset = part.offset ?? (await begin(address, part));
  if (offset >= part.size) return { image: null };
  try {
    const sent = await sendChunk(address, bytes, offset);
    if (sent.image) return { image: sent.image };
    // Whole, and no image named: asked for again, the newsroom says what came of it.
    return { offset: sent.offset < part.size ? sent.offset : null };
  } catch (error) {
    // Given up by the newsroom (404), or other bytes than announced arrived (400): from the start, but not for ever.
    const tries = (part.tries ?? 0) + 1;
    if (![400, 404].includes(error.status) || tries > MOST_TRIES) throw error;
    return { offset: null, tries };
  }
}

export async function sendPicture(filing, photograph) {
  const { image, ...known } = await sendSome(`images/${photograph.id}/`, photograph.id, photograph);
  if (image === undefined) return alterPicture(filing, photograph, known);
  const said = image && [image.sha256, image.scaled_sha256];
  if (said && !said.includes(photograph.sha256) && !image.same_as) return alterPicture(filing, photograph, { offset: null });
  return alterPicture(filing, photograph, { state: "received", offset: photograph.size, lookAt: Date.now() + LOOK_AGAIN });
}

async function standing(id) {
  try {
    return (await ask(`images/${id}/`)).body;
  } catch (error) {
    if (error.status !== 404) throw error;
    return { state: "awaited" };
  }
}

// Its bytes stay here until the newsroom could read them.
export async function lookAfter(filing, photograph) {
  const body = await standing(photograph.id);
  if (body.state === "awaited") return alterPicture(filing, photograph, { state: "here", offset: null }); // of a restored newsroom
  if (body.state === "refused") {
    throw new NotDone("refused", { status: 400, problem: { code: "refused", detail: body.refusal } });
  }
  if (!["ready", "withdrawn"].includes(body.state)) {
    return alterPicture(filing, photograph, { lookAt: Date.now() + LOOK_AGAIN });
  }
  await alterPicture(filing, photograph, { state: "kept" });
  return remove("photographs", photograph.id);
}

// The same image, in full: acknowledged it goes from the phone; refused it stays until she lets it go.
export async function sendOriginal(filing, photograph) {
  const { original } = photograph;
  try {
    const { image, ...known } = await sendSome(`images/${photograph.id}/original/`, originalOf(photograph.id), original);
    if (image === undefined) return alterPicture(filing, photograph, { original: { ...original, ...known } });
    await alterPicture(filing, photograph, { original: { ...original, state: "kept" } });
  } catch (error) {
    if (error.kind !== "refused") throw error;
    return alterPicture(filing, photograph, { original: { ...original, state: "refused", detail: error.message } });
  }
  return remove("photographs", originalOf(photograph.id));
}
