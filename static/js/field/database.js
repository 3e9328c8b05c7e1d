// What this phone keeps: filings, the bytes of photographs (as ArrayBuffer, each with its SHA-256) and what the server
// told last. WebKit loses its connection to the database when a tab was in the background, and then fails every request
// on it: so each piece of work is tried again on a new connection before it counts as failed.

const NAME = "newsroom-field";
const VERSION = 1;
const TRIES = 3;
// Left free beside what is about to be kept: the database needs room to write, and so does everything else on it.
const SPARE = 20 * 1024 * 1024; // bytes

let connection = null;

export class StorageShort extends Error {}

function open() {
  connection ??= new Promise((resolve, reject) => {
    const asked = indexedDB.open(NAME, VERSION);
    asked.onupgradeneeded = () => {
      // Only ever added to: an outbox made by an older version must come through.
      for (const store of ["filings", "photographs"]) asked.result.createObjectStore(store, { keyPath: "id" });
      asked.result.createObjectStore("told");
    };
    asked.onsuccess = () => {
      asked.result.onclose = forget;
      asked.result.onversionchange = () => { // a newer version of the app, in another tab
        asked.result.close();
        forget();
      };
      resolve(asked.result);
    };
    asked.onerror = () => reject(asked.error);
  }).catch((error) => {
    forget();
    throw error;
  });
  return connection;
}

function forget() {
  connection = null;
}

// Runs `work(stores)` in one transaction and answers the result of the request it returns, once all is on the disk.
async function inTransaction(names, mode, work) {
  const database = await open();
  return new Promise((resolve, reject) => {
    const transaction = database.transaction(names, mode, { durability: "strict" });
    const stores = names.map((name) => transaction.objectStore(name));
    let request;
    transaction.oncomplete = () => resolve(request?.result);
    transaction.onabort = () => reject(transaction.error ?? new DOMException("aborted", "AbortError"));
    try {
      request = work(...stores);
    } catch (error) {
      reject(error);
      transaction.abort();
    }
  });
}

async function attempt(names, mode, work) {
  for (let left = TRIES - 1; ; left -= 1) {
    try {
      return await inTransaction(names, mode, work);
    } catch (error) {
      if (error.name === "QuotaExceededError") throw new StorageShort("The storage of this phone is full.");
      if (!left || error.name === "DataError") throw error;
      const broken = await connection?.catch(() => null);
      broken?.close();
      forget();
    }
  }
}

export const get = (name, key) => attempt([name], "readonly", (store) => store.get(key));
export const keysOf = (name) => attempt([name], "readonly", (store) => store.getAllKeys());
export const all = (name) => attempt([name], "readonly", (store) => store.getAll());
export const put = (name, value, key) => attempt([name], "readwrite", (store) => store.put(value, key));
export const remove = (name, key) => attempt([name], "readwrite", (store) => store.delete(key));

// Changes a row as it stands now, so that two tabs lose nothing of each other's: `alter` gets the row and answers what
// to keep. Answers that, or undefined if the row is there no more.
export async function change(name, key, alter) {
  let kept, broken = null;
  const work = (store) => {
    const asked = store.get(key);
    asked.onsuccess = () => {
      try {
        kept = asked.result && alter(asked.result);
        if (kept) store.put(kept);
      } catch (error) {
        broken = error;
        asked.transaction.abort();
      }
    };
  };
  await attempt([name], "readwrite", work).catch((error) => { throw broken ?? error; });
  return kept;
}

export function removeFiling(filing) {
  return attempt(["filings", "photographs"], "readwrite", (filings, photographs) => {
    filings.delete(filing.id);
    for (const { id } of filing.photographs) for (const key of [id, `${id}/original`]) photographs.delete(key);
  });
}

// Puts a filing in the place of another, and the bytes of its photographs under new keys ([[old, new]]).
export function exchange(old, fresh, keys) {
  return attempt(["filings", "photographs"], "readwrite", (filings, photographs) => {
    for (const [from, to] of keys) {
      const asked = photographs.get(from);
      asked.onsuccess = () => {
        if (!asked.result) return;
        photographs.put({ ...asked.result, id: to });
        photographs.delete(from);
      };
    }
    filings.delete(old.id);
    return filings.put(fresh);
  });
}

// Bytes that no filing names any more: of photographs taken off a sheet, or of a sheet that was given up. Those of the
// last day stay: they may be of a sheet that is open in another tab.
export async function sweep(named, now = Date.now()) {
  const keys = await keysOf("photographs");
  const isOld = (key) => now - parseInt(key.replace("-", "").slice(0, 12), 16) > 24 * 3600_000; // a UUIDv7 says when
  for (const key of keys) if (!named.has(key) && isOld(key)) await remove("photographs", key);
}

// Asks the browser not to clear this storage when the phone is short of it. It may say no, and does so in silence.
export async function persist() {
  return Boolean(await navigator.storage?.persist?.().catch(() => false));
}

// Throws StorageShort, with a sentence, unless so many bytes can be kept.
export async function checkRoom(bytes) {
  const { quota, usage } = (await navigator.storage?.estimate?.().catch(() => null)) ?? {};
  if (!quota) return; // a browser that does not say: then the write itself fails, and says so
  const left = quota - usage - SPARE;
  if (bytes > left) {
    const free = Math.max(0, Math.floor(left / 1024 / 1024));
    throw new StorageShort(
      `This phone is short of storage: ${free} MB are left for the newsroom. This was not taken. ` +
        "Delete something on the phone, or let what waits be sent first.",
    );
  }
}

export async function sha256(bytes) {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
