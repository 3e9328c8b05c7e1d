// Photographs are made ready on the phone: turned upright, no larger than readers get them, JPEG. The canvas carries
// pixels alone, so the place, the camera's number and all else a file says of itself stays behind; when it was taken
// is sent beside it.

import { blurOf } from "./blur.js";
import { checkRoom, put, sha256, StorageShort } from "./database.js";
import { takenAt } from "./exif.js";
import { originalOf } from "./uploads.js";
import { uuid7 } from "./uuid7.js";

export const LONGEST_SIDE = 2560; // pixels
const QUALITY = 0.85;
const BLUR_SIDE = 40; // pixels: at most 100; the hash has seven waves
const MOST_BYTES = 40 * 1024 * 1024; // as the newsroom takes them

export class NotTaken extends Error {}

// Keeps a file's bytes on the phone and answers what is known of them; a filing names them by `id`. With `keepsOriginal`
// also those of the file as it came, to be sent later: `original` says whether there was room. Throws NotTaken or
// StorageShort, with a sentence.
export async function take(file, keepsOriginal = false) {
  if (!file.size) throw new NotTaken(`“${file.name}” is empty. Choose it again.`);
  await checkRoom(file.size);
  const bytes = await file.arrayBuffer(); // not the File: WebKit has given stored ones back damaged
  const ready = (await scaled(bytes)) ?? asItIs(file, bytes);
  if (ready.bytes.byteLength > MOST_BYTES) throw new NotTaken(`“${file.name}” is larger than 40 MB.`);
  await checkRoom(ready.bytes.byteLength);
  const { bytes: kept, ...measured } = ready;
  const [id, hash] = [uuid7(), await sha256(kept)];
  await put("photographs", { id, bytes: kept, sha256: hash });
  const capturedAt = takenAt(bytes) || changedAt(file);
  const original = keepsOriginal && kept !== bytes ? await keepOriginal(id, file, bytes) : null;
  return { id, state: "here", ...measured, size: kept.byteLength, sha256: hash, name: file.name, capturedAt, original };
}

async function keepOriginal(id, { name }, bytes) {
  const original = { state: "here", name, size: bytes.byteLength, sha256: await sha256(bytes) };
  if (original.size > MOST_BYTES) return { ...original, state: "dropped" };
  try {
    await checkRoom(original.size);
    await put("photographs", { id: originalOf(id), bytes, sha256: original.sha256 });
    return original;
  } catch (error) {
    if (!(error instanceof StorageShort)) throw error;
    return { ...original, state: "dropped" };
  }
}

// null: this browser cannot decode it.
async function scaled(bytes) {
  const bitmap = await createImageBitmap(new Blob([bytes]), { imageOrientation: "from-image" }).catch(() => null);
  if (!bitmap) return null;
  try {
    const part = Math.min(1, LONGEST_SIDE / Math.max(bitmap.width, bitmap.height));
    const canvas = drawn(bitmap, part);
    const jpeg = await new Promise((done) => canvas.toBlob(done, "image/jpeg", QUALITY));
    if (!jpeg) return null; // larger than a canvas may be here
    const { width, height } = canvas;
    return { bytes: await jpeg.arrayBuffer(), type: "image/jpeg", width, height, thumbhash: blurred(bitmap) };
  } finally {
    bitmap.close();
  }
}

// As it is: the newsroom decodes more kinds than a phone's browser, and never gives a place to readers.
function asItIs(file, bytes) {
  return { bytes, type: file.type, width: 0, height: 0, thumbhash: "" };
}

function drawn(bitmap, part) {
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(bitmap.width * part));
  canvas.height = Math.max(1, Math.round(bitmap.height * part));
  const context = canvas.getContext("2d", { alpha: false });
  context.fillStyle = "#fff"; // under what is transparent
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.imageSmoothingQuality = "high";
  context.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  return canvas;
}

function blurred(bitmap) {
  const canvas = drawn(bitmap, BLUR_SIDE / Math.max(bitmap.width, bitmap.height));
  return blurOf(canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height));
}

// A picture from the camera has the moment it was written; nothing better is known of one without EXIF.
const changedAt = (file) => (file.lastModified ? new Date(file.lastModified).toISOString() : "");

// A small picture, drawn: the policy allows no address for bytes in memory. null: not in this browser.
export async function preview(bytes, side = 480) {
  const bitmap = await createImageBitmap(new Blob([bytes])).catch(() => null);
  if (!bitmap) return null;
  const canvas = drawn(bitmap, Math.min(1, side / Math.max(bitmap.width, bitmap.height)));
  bitmap.close();
  return canvas;
}
