// A keynote is late: by how much, and what that moves.

import { clock } from "./lists.js";
import { NotDone, ask } from "./newsroom.js";
import { pressKeynote } from "./outbox.js";
import { told } from "./told.js";

const byId = (id) => document.getElementById(id);
const dialog = byId("late"), minutes = byId("minutes"), moves = byId("moves"), go = dialog.querySelector("[value=late]");
let pressed = null, preview = null, asking = 0;

export async function late(keynote) {
  pressed = keynote;
  byId("h-late").textContent = `“${keynote.title}” is late`;
  minutes.value = "10";
  dialog.returnValue = "";
  dialog.showModal();
  look();
  await new Promise((done) => dialog.addEventListener("close", done, { once: true }));
  if (dialog.returnValue === "late" && preview) await pressKeynote({ ...pressed, verb: "late", minutes: preview.minutes, seen: preview.seen });
}

// What it would move: she says so only of times she has seen, or two who say it at once would move them twice.
async function look() {
  const mine = ++asking, by = Number(minutes.value);
  preview = null;
  go.disabled = true;
  moves.replaceChildren();
  if (!by) return;
  try {
    const { body } = await ask(`events/${pressed.event}/keynotes/${pressed.keynote}/late/?minutes=${by}`);
    if (mine !== asking) return;
    preview = body;
    go.disabled = false;
    moves.replaceChildren(...body.moved.map(line));
  } catch (error) {
    if (!(error instanceof NotDone)) throw error;
    if (mine === asking) moves.replaceChildren(item(error.kind === "refused" ? error.message : "There is no network: what comes after it is not known. Say so when there is one."));
  }
}

const item = (textContent) => Object.assign(document.createElement("li"), { textContent });

function line({ title, starts_at, before }) {
  const zone = told().events.find(({ slug }) => slug === pressed.event)?.time_zone;
  return item(`${clock(before.starts_at, zone)} → ${clock(starts_at, zone)} ${title}`);
}

minutes.addEventListener("input", look);
