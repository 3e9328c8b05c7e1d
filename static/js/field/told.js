// What the newsroom told last: her events, the run of show, who can be quoted, how her filings stand. Asked for while
// the app is looked at, kept for when there is no network.

import { all, change, get, keysOf, put, remove, StorageShort } from "./database.js";
import { ask, NotDone, session } from "./newsroom.js";

const EVERY = 4000; // milliseconds while the app is looked at
const listeners = new Set();

let chosen = ""; // the slug of an event; "" for the nearest
let asking = null, last = null, reached = false;

export const told = () => last;
export const isOnline = () => reached;
export const chosenEvent = () => chosen || last?.event || "";

export function onTold(listener) {
  listeners.add(listener);
}

const tell = () => listeners.forEach((listener) => listener());
const keyOf = (slug) => `field:${slug}`;

// What was told of another event stays here, too: she may change between them without a network.
export async function choose(slug) {
  chosen = slug;
  await put("told", slug, "event");
  const kept = await get("told", keyOf(slug));
  // Of an event never looked at, only its name is known.
  last = kept?.body ?? (last && { ...last, event: slug, preselected: null, keynotes: [], speakers: [], filings: [] });
  tell();
  look();
}

// Answers once what was told last is read; the newsroom is asked meanwhile, which may take long on a bad line.
export async function start() {
  chosen = (await get("told", "event")) ?? "";
  last = (await get("told", keyOf(chosen)))?.body ?? null;
  setInterval(() => document.hidden || look(), EVERY);
  addEventListener("online", look);
  addEventListener("offline", () => {
    reached = false;
    tell();
  });
  document.addEventListener("visibilitychange", () => document.hidden || look());
  tell();
  look();
}

// What was told to somebody who has left.
export async function forget() {
  for (const key of await keysOf("told")) if (String(key).startsWith(keyOf(""))) await remove("told", key);
  last = null;
  tell();
}

export function look() {
  asking ??= askOnce().finally(() => {
    asking = null;
  });
  return asking;
}

async function askOnce() {
  const slug = chosen, kept = await get("told", keyOf(slug)), { token } = (await session()) ?? {};
  const before = reached;
  try {
    const query = slug ? `?event=${encodeURIComponent(slug)}` : "";
    const headers = kept?.etag ? { "If-None-Match": kept.etag } : {};
    const answer = await ask(`field/${query}`, { headers });
    reached = true;
    if ((await session())?.token !== token) return undefined; // somebody else is signed in by now, or nobody
    const body = answer.body ?? kept.body;
    await identify(body.person);
    if (answer.body) await put("told", { etag: answer.headers.get("ETag"), body }, keyOf(slug)).catch(unlessShort);
    if (slug === chosen) last = body;
    if (answer.body || !before) tell();
  } catch (error) {
    if (!(error instanceof NotDone)) throw error;
    reached = error.kind !== "network";
    // An event that is hers no more: the nearest is shown, and what waits for the other is refused with a reason.
    if (error.status === 404 && chosen === slug && slug) return choose("");
    if (before !== reached || error.kind === "session") tell();
  }
  return undefined;
}

// It is kept for when there is no network; a phone that is full shows it all the same.
function unlessShort(error) {
  if (!(error instanceof StorageShort)) throw error;
}

// Who is signed in: what somebody else filed on this phone is not sent in her name. What was filed before the newsroom
// said who that is, is hers. (An earlier version of the app knew people by their names.)
async function identify({ id, name }) {
  const kept = await session();
  if (!kept || (kept.person?.id === id && kept.person.name === name)) return;
  const isHers = ({ person }) => person === name || (!person && !kept.person);
  for (const row of await all("filings")) {
    if (isHers(row)) await change("filings", row.id, (now) => (isHers(now) ? { ...now, person: id, by: name } : now));
  }
  await put("told", { ...kept, person: { id, name } }, "session");
  if (kept.person?.id !== id) last = null;
}
