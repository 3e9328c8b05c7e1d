// A UUIDv7 (RFC 9562, section 5.7): milliseconds first, so that what is filed later sorts later. Within one
// millisecond, and when the phone's clock is set back, a counter keeps the order (section 6.2, method 1).

let last = 0, counter = 0;

export function uuid7(now = Date.now()) {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  if (now > last) {
    last = now;
    counter = ((bytes[6] & 7) << 8) | bytes[7]; // half of its twelve bits are left to count with
  } else if ((counter += 1) > 4095) {
    last += 1;
    counter = 0;
  }
  for (let i = 0; i < 6; i += 1) bytes[i] = Math.floor(last / 256 ** (5 - i)) % 256;
  bytes[6] = 0x70 | (counter >> 8);
  bytes[7] = counter & 255;
  bytes[8] = 0x80 | (bytes[8] & 63);
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}
