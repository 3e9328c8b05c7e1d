// Draws a picture's ThumbHash where the picture will stand, until it is there. The page is whole without this module.
// The format is Evan Wallace's, evanw.github.io/thumbhash: light, two differences of colour and opacity, each a mean
// and the longest waves across and down, in four bits a wave.

const SIDE = 48; // pixels of the longer side: 3:2, 4:3 and 16:9 come out whole

// The ImageData of a hash, itself bytes, drawn so many pixels wide and high.
export function decode(hash, width, height) {
  const bits = (byte, from, count) =>
    ((hash[byte] | (hash[byte + 1] << 8) | (hash[byte + 2] << 16)) >> from) & ((1 << count) - 1);
  const clear = bits(0, 23, 1);
  const sides = [clear ? 5 : 7, Math.max(3, bits(3, 0, 3))]; // waves along the longer side, along the shorter
  if (!bits(3, 15, 1)) sides.reverse();
  let at = clear ? 12 : 10; // half bytes

  // One number a pixel.
  function channel([columns, rows], mean, scale) {
    const plane = new Float32Array(width * height).fill(mean);
    for (let row = 0; row < rows; row += 1) {
      for (let column = row ? 0 : 1; column * rows < columns * (rows - row); column += 1, at += 1) {
        const size = (bits(at >> 1, (at & 1) * 4, 4) / 7.5 - 1) * scale * 2;
        const across = wave(column, width);
        const down = wave(row, height);
        for (let i = 0; i < plane.length; i += 1) plane[i] += size * across[i % width] * down[(i / width) | 0];
      }
    }
    return plane;
  }

  const light = channel(sides, bits(0, 0, 6) / 63, bits(0, 18, 5) / 31);
  const yellow = channel([3, 3], bits(0, 6, 6) / 31.5 - 1, bits(3, 3, 6) / 50.4);
  const red = channel([3, 3], bits(0, 12, 6) / 31.5 - 1, bits(3, 9, 6) / 50.4);
  const opacity = clear ? channel([5, 5], bits(5, 0, 4) / 15, bits(5, 4, 4) / 15) : channel([0, 0], 1, 0);

  const pixels = new ImageData(width, height);
  for (let i = 0; i < light.length; i += 1) {
    const b = light[i] - (yellow[i] * 2) / 3;
    const r = (light[i] * 3 - b + red[i]) / 2;
    [r, r - red[i], b, opacity[i]].forEach((part, n) => (pixels.data[i * 4 + n] = part * 255));
  }
  return pixels;
}

function wave(number, length) {
  return new Float32Array(length).map((_, at) => Math.cos((Math.PI / length) * (at + 0.5) * number));
}

function draw(picture) {
  const hash = Uint8Array.from(atob(picture.dataset.thumbhash), (letter) => letter.charCodeAt(0));
  delete picture.dataset.thumbhash; // once
  near.unobserve(picture);
  if (picture.complete) return;
  const sides = ["width", "height"].map((name) => Number(picture.getAttribute(name)));
  const [width, height] = sides.map((side) => Math.round((side * SIDE) / Math.max(...sides)) || 1);
  const canvas = Object.assign(document.createElement("canvas"), { width, height });
  canvas.getContext("2d").putImageData(decode(hash, width, height), 0, 0);
  picture.style.background = `url(${canvas.toDataURL()}) 0 / contain no-repeat`;
  const remove = () => picture.removeAttribute("style");
  // What is loaded is painted only when it is decoded.
  picture.addEventListener("load", () => picture.decode().then(remove, remove), { once: true });
  picture.addEventListener("error", remove, { once: true });
}

const near = new IntersectionObserver(
  (seen) => seen.filter((one) => one.isIntersecting).forEach((one) => draw(one.target)),
  { rootMargin: "100%" },
);
const watch = () => document.querySelectorAll("img[data-thumbhash]").forEach((picture) => near.observe(picture));

new MutationObserver(watch).observe(document.body, { childList: true, subtree: true });
watch();
