// A keynote is late: by how much, and what that moves.

import { NotDone, ask } from "./newsroom.js";
import { pressKeynote } from "./outbox.js";
import { told } from "./told.js";

const byId = (id) => document.getElementById(id);
const dialog = byId("late"), minutes = byId("minutes"), moves = byId("moves");
let pressed = null, preview = null, asking = 0;

export async function late(keynote) {
  pressed = keynote;
  byId("h-late").textContent = `“${keynote.title}” is late`;
  minutes.value = "10";
  dialog.returnValue = "";
  dialog.showModal();
  look();
  await new Promise((done) => dialog.addEventListener("close", done, { once: true }));
  const by = Number(minutes.value);
  if (dialog.returnValue !== "late" || !by) return;
  await pressKeynote({ ...pressed, verb: "late", minutes: by, seen: preview?.minutes === by ? preview.seen : null });
}

// What it would move, as far as the newsroom can be asked.
async function look() {
  const mine = ++asking, by = Number(minutes.value);
  preview = null;
  moves.replaceChildren();
  if (!by) return;
  try {
    const { body } = await ask(`events/${pressed.event}/keynotes/${pressed.keynote}/late/?minutes=${by}`);
    if (mine !== asking) return;
    preview = body;
    moves.replaceChildren(...body.moved.map(line));
  } catch (error) {
    if (!(error instanceof NotDone)) throw error;
    if (mine === asking) moves.replaceChildren(item(error.kind === "refused" ? error.message : "What else it moves is not known without a network."));
  }
}

const item = (textContent) => Object.assign(document.createElement("li"), { textContent });

function line({ title, starts_at, before }) {
  const zone = told().events.find(({ slug }) => slug === pressed.event)?.time_zone;
  const clock = (at) => (at ? new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", timeZone: zone }).format(new Date(at)) : "–");
  return item(`${clock(before.starts_at)} → ${clock(starts_at)} ${title}`);
}

minutes.addEventListener("input", look);
