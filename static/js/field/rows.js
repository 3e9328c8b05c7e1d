// The filings in the database of this phone, and telling every tab that something of them changed.

import { all, change } from "./database.js";

const channel = new BroadcastChannel("newsroom-field-outbox");
const listeners = new Set();
channel.onmessage = () => tell(false);

export const filings = async () => (await all("filings")).sort((a, b) => (a.id < b.id ? -1 : 1));

// Calls `listener` whenever anything here changed, in any tab.
export function onChange(listener) {
  listeners.add(listener);
}

export function tell(others = true) {
  if (others) channel.postMessage(null);
  for (const listener of listeners) listener();
}

export const alter = (filing, how) => change("filings", filing.id, how);

// `fields`, or what a function makes of the photograph as it stands.
export function alterPicture(filing, photograph, fields) {
  const after = (one) => ({ ...one, ...(typeof fields === "function" ? fields(one) : fields) });
  return alter(filing, (row) => {
    const photographs = row.photographs.map((one) => (one.id === photograph.id ? after(one) : one));
    return advanced({ ...row, photographs });
  });
}

// Over once every photograph is with the newsroom.
export function advanced(row) {
  const isDone = row.step === "pictures" && row.photographs.every((one) => one.state === "kept");
  return isDone ? { ...row, step: "done", doneAt: Date.now() } : row;
}
