// The ThumbHash of a picture (evanw.github.io/thumbhash): what readers see in its place while its pixels come in.
// Read the other way round in ../thumbhash.js. Photographs have no opacity, so none is written.

const LIMIT = 7; // waves along the longer side

// Of an ImageData of at most 100 by 100 pixels, opaque; in base64.
export function blurOf({ data, width, height }) {
  const light = [], yellow = [], red = [];
  for (let i = 0; i < data.length; i += 4) {
    const [r, g, b] = [data[i] / 255, data[i + 1] / 255, data[i + 2] / 255];
    light.push((r + g + b) / 3);
    yellow.push((r + g) / 2 - b);
    red.push(r - g);
  }
  const longer = Math.max(width, height);
  const across = Math.max(1, Math.round((LIMIT * width) / longer));
  const down = Math.max(1, Math.round((LIMIT * height) / longer));
  const l = waves(light, width, height, Math.max(3, across), Math.max(3, down));
  const p = waves(yellow, width, height, 3, 3);
  const q = waves(red, width, height, 3, 3);

  const isWide = width > height;
  const head = Math.round(63 * l.mean) | (Math.round(31.5 + 31.5 * p.mean) << 6) |
    (Math.round(31.5 + 31.5 * q.mean) << 12) | (Math.round(31 * l.scale) << 18);
  const sides = (isWide ? down : across) | (Math.round(63 * p.scale) << 3) | (Math.round(63 * q.scale) << 9) |
    ((isWide ? 1 : 0) << 15);
  const bytes = [head & 255, (head >> 8) & 255, head >> 16, sides & 255, sides >> 8];
  [...l.parts, ...p.parts, ...q.parts].forEach((part, n) => {
    const at = 5 + (n >> 1);
    bytes[at] = (bytes[at] ?? 0) | (Math.round(15 * part) << ((n & 1) * 4));
  });
  return btoa(String.fromCharCode(...bytes));
}

// A cosine transform: its mean, and its waves between 0 and 1 in parts of the strongest, `scale`.
function waves(channel, width, height, columns, rows) {
  const parts = [];
  let mean = 0, scale = 0;
  for (let row = 0; row < rows; row += 1) {
    for (let column = 0; column * rows < columns * (rows - row); column += 1) {
      let sum = 0;
      for (let y = 0; y < height; y += 1) {
        const vertical = Math.cos((Math.PI / height) * row * (y + 0.5));
        for (let x = 0; x < width; x += 1) {
          sum += channel[y * width + x] * vertical * Math.cos((Math.PI / width) * column * (x + 0.5));
        }
      }
      sum /= width * height;
      if (!row && !column) mean = sum;
      else parts.push(sum);
      if (row || column) scale = Math.max(scale, Math.abs(sum));
    }
  }
  return { mean, scale, parts: parts.map((part) => (scale ? 0.5 + (0.5 / scale) * part : 0.5)) };
}
