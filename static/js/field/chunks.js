// A photograph on its way: in chunks, each at its offset and with its SHA-256, going on where the last one stopped.
// The newsroom's side is media/resumable_api.py, which speaks tus 1.0. tus-js-client was weighed: it does the same in
// 60 KB, keeps its fingerprints in localStorage, wants a File, and repeats a chunk on its own clock; here the outbox
// says when, and the bytes come out of the database.

import { ask, NotDone } from "./newsroom.js";

const CHUNK = 256 * 1024; // bytes: 10 s at 200 kbit/s is all that a cut costs
const LARGE = 512 * 1024; // while the line is quick
const QUICK = 2_000; // milliseconds for one

let size = CHUNK;
const LONGEST = 60_000; // milliseconds for one

// Where the upload to a picture's address stands, in bytes. Begun before with these bytes it goes on, and a repeat
// changes nothing.
export async function begin(address, { size, sha256, name }) {
  const json = { length: size, sha256, filename: name };
  const { headers } = await ask(`${address}upload/`, { method: "POST", json });
  return Number(headers.get("Upload-Offset"));
}

// Sends the chunk at `offset`. Answers where the upload stands then, and the image once it is whole.
export async function sendChunk(address, bytes, offset) {
  const chunk = bytes.slice(offset, offset + size), begun = performance.now();
  size = CHUNK; // until it has passed
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", chunk));
  const headers = {
    "Content-Type": "application/offset+octet-stream",
    "Tus-Resumable": "1.0.0",
    "Upload-Offset": String(offset),
    "Upload-Checksum": `sha256 ${btoa(String.fromCharCode(...hash))}`,
  };
  try {
    const answer = await ask(`${address}upload/`, { method: "PATCH", headers, body: chunk, longest: LONGEST });
    if (performance.now() - begun < QUICK) size = LARGE;
    return { offset: Number(answer.headers.get("Upload-Offset")), image: answer.body };
  } catch (error) {
    // The answer to an earlier chunk was lost (409 says where the upload stands), or this one was damaged (460).
    const stands = error.headers?.get("Upload-Offset");
    if (error.status === 409 && stands) return { offset: Number(stands), image: null };
    if (error.status === 460) throw new NotDone("later");
    throw error;
  }
}
