// Asking the newsroom: with this phone's token, never for longer than a moment, and with answers in one shape.

import { get, put, remove } from "./database.js";

const API = "/api/v1/";
const LONGEST = 20_000; // milliseconds; a chunk on a bad line gets longer

// `network`: nobody answered, or not in time. `later`: the server asks to come back, after `wait` milliseconds.
// `session`: the token is no longer good. `refused`: it will not take this, and says why in `problem`.
export class NotDone extends Error {
  constructor(kind, { status = 0, problem = null, wait = 0, headers = null } = {}) {
    super(problem?.detail ?? kind);
    Object.assign(this, { kind, status, problem, wait, headers });
  }
}

export const session = () => get("told", "session");

export async function signIn(kept) {
  await put("told", { ...kept, lost: false }, "session");
}

// The token is kept nowhere in a page: a link from the desk hands it over once, a password asks for one.
export async function signInByPassword(name, password) {
  const text = new TextEncoder().encode(`${name}:${password}`);
  const basic = btoa(String.fromCharCode(...text));
  const { body } = await send("auth/login/", { method: "POST", headers: { Authorization: `Basic ${basic}` } });
  await signIn({ token: body.token, expiry: body.expiry });
}

// She leaves: the token ends, and what she filed waits. Throws NotDone: without a network it cannot be ended.
export async function signOut() {
  await ask("auth/logout/", { method: "POST" });
  await remove("told", "session");
}

export async function signedOut() {
  const kept = await session();
  if (kept && !kept.lost) await put("told", { ...kept, lost: true }, "session");
}

export async function ask(address, options = {}) {
  const kept = await session();
  if (!kept || kept.lost) throw new NotDone("session");
  const headers = { Authorization: `Token ${kept.token}`, "Client-Time": new Date().toISOString(), ...options.headers };
  try {
    return await send(address, { ...options, headers });
  } catch (error) {
    // Unless somebody signed in meanwhile: then it is the old token that was refused.
    if (error.kind === "session" && (await session())?.token === kept.token) await signedOut();
    throw error;
  }
}

async function send(address, { json, longest = LONGEST, ...options }) {
  const headers = { Accept: "application/json", ...options.headers };
  if (json !== undefined) Object.assign(options, { body: JSON.stringify(json) });
  if (json !== undefined) headers["Content-Type"] = "application/json";
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), longest);
  try {
    const settings = { cache: "no-store", credentials: "omit", redirect: "error", signal: stop.signal };
    const answer = await fetch(API + address, { ...settings, ...options, headers });
    const body = await bodyOf(answer);
    if (answer.ok || answer.status === 304) return { status: answer.status, headers: answer.headers, body };
    throw refusal(answer, body);
  } catch (error) {
    throw error instanceof NotDone ? error : new NotDone("network");
  } finally {
    clearTimeout(timer);
  }
}

// A page in front of the newsroom (a hotel's Wi-Fi asking for a room number) may answer in its place: what is not
// JSON where JSON belongs came from nobody we know, and counts as no network.
async function bodyOf(answer) {
  if (answer.status === 204 || answer.status === 304) return null;
  const text = await answer.text();
  if (!text && answer.ok) throw new NotDone("network"); // cut after its head
  if (!text) return null;
  if (!/json/.test(answer.headers.get("Content-Type") ?? "")) {
    if (answer.status < 500) throw new NotDone("network");
    return null;
  }
  try {
    return JSON.parse(text);
  } catch {
    throw new NotDone("network"); // cut on its way
  }
}

function refusal(answer, problem) {
  const { status, headers } = answer;
  const wait = Number(headers.get("Retry-After") ?? 0) * 1000;
  if (status === 401) return new NotDone("session", { status, problem });
  if (status >= 500 || [408, 425, 429].includes(status)) return new NotDone("later", { status, problem, wait, headers });
  return new NotDone("refused", { status, problem, headers });
}
