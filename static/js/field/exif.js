// When a photograph was taken, as its camera wrote it. Nothing else of what a file says of itself is read.

const EXIF_POINTER = 0x8769, TAKEN = 0x9003, OFFSET = 0x9011;

// ISO 8601 with an offset, or "": no JPEG, or nothing in it. A camera that names no zone is taken to be in the phone's.
export function takenAt(bytes) {
  try {
    const tiff = exifOf(new DataView(bytes));
    return tiff ? moment(tiff) : "";
  } catch (error) {
    if (error instanceof RangeError) return ""; // cut short, or pointers that lead nowhere
    throw error;
  }
}

// The TIFF block of a JPEG's APP1 segment.
function exifOf(file) {
  if (file.byteLength < 4 || file.getUint16(0) !== 0xffd8) return null;
  for (let at = 2; file.getUint8(at) === 0xff && file.getUint8(at + 1) !== 0xda; at += 2 + file.getUint16(at + 2)) {
    const isExif = file.getUint8(at + 1) === 0xe1 && file.getUint32(at + 4) === 0x45786966;
    if (isExif) return new DataView(file.buffer, at + 10, file.getUint16(at + 2) - 8);
  }
  return null;
}

function moment(tiff) {
  const small = tiff.getUint16(0) === 0x4949;
  const first = entries(tiff, tiff.getUint32(4, small), small);
  const camera = first.has(EXIF_POINTER) ? entries(tiff, tiff.getUint32(first.get(EXIF_POINTER) + 8, small), small) : first;
  const [, year, month, day, time] = /^(\d{4}):(\d\d):(\d\d) (\d\d:\d\d:\d\d)$/.exec(text(tiff, camera.get(TAKEN), small)) ?? [];
  if (!year) return "";
  const offset = text(tiff, camera.get(OFFSET), small);
  const local = `${year}-${month}-${day}T${time}`;
  const taken = new Date(/^[+-]\d\d:\d\d$/.test(offset) ? local + offset : local);
  return Number.isNaN(taken.getTime()) ? "" : taken.toISOString();
}

// The place of each entry of a directory, by tag.
function entries(tiff, at, small) {
  const found = new Map();
  for (let i = 0, count = tiff.getUint16(at, small); i < count; i += 1) {
    found.set(tiff.getUint16(at + 2 + i * 12, small), at + 2 + i * 12);
  }
  return found;
}

function text(tiff, entry, small) {
  if (entry === undefined) return "";
  const length = tiff.getUint32(entry + 4, small);
  const at = length > 4 ? tiff.getUint32(entry + 8, small) : entry + 8;
  let said = "";
  for (let i = 0; i < Math.min(length, 40) && tiff.getUint8(at + i); i += 1) said += String.fromCharCode(tiff.getUint8(at + i));
  return said.trim();
}
