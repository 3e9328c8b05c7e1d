// What is typed and not filed yet: one draft for each tab, under the identity it will be filed with. A tab holds a lock
// on the one it shows, so that no other opens it too; what a killed tab leaves is found by the next.

import { all, get, keysOf, put, remove, sweep } from "./database.js";
import { session } from "./newsroom.js";
import { originalOf } from "./uploads.js";

const OLD = "draft"; // an earlier version of the app had this one alone
const keyOf = (id) => `draft:${id}`;

export async function keep(draft) {
  const { person } = (await session()) ?? {};
  await put("told", { ...draft, person: person?.id ?? null }, keyOf(draft.id));
}

export const drop = (id) => remove("told", keyOf(id));

// Holds it, and lets go of the one before, until this tab is gone. Answers false if another tab does.
export function claim(id) {
  letGo();
  if (!navigator.locks) return Promise.resolve(true);
  return new Promise((done) => {
    navigator.locks.request(`newsroom-field-${keyOf(id)}`, { ifAvailable: true }, (lock) => {
      done(Boolean(lock));
      return lock && new Promise((free) => { letGo = free; });
    });
  });
}

let letGo = () => {};

// The newest of hers that no tab has open; null: there is none.
export async function open() {
  const { person } = (await session()) ?? {};
  const hers = (await drafts()).filter((draft) => !draft.person || draft.person === person?.id);
  for (const draft of hers.reverse()) {
    if (!(await claim(draft.id))) continue;
    // The app may have been killed after it was filed and before it was forgotten here.
    if (draft.mends || !(await get("filings", draft.id))) return draft;
    await drop(draft.id);
  }
  return null;
}

// Bytes of photographs that neither a filing nor a draft names; `shown`: those on the sheet, null: some are on the way.
export async function sweepBytes(shown) {
  if (!shown) return;
  const named = [...(await all("filings")), ...(await drafts())].flatMap(({ photographs }) => photographs);
  await sweep(new Set([...named, ...shown].flatMap(({ id }) => [id, originalOf(id)])));
}

// The oldest first.
async function drafts() {
  const old = await get("told", OLD);
  if (old) await put("told", old, keyOf(old.id));
  await remove("told", OLD);
  const keys = (await keysOf("told")).filter((key) => String(key).startsWith(keyOf("")));
  const found = await Promise.all(keys.sort().map((key) => get("told", key)));
  return found.filter(Boolean); // another tab may have filed one meanwhile
}
