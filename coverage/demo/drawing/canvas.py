"""A sheet to draw poster-like pictures on: flat shapes, gradients and light, with Pillow alone."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache

from PIL import Image, ImageChops, ImageColor, ImageDraw, ImageFilter

WIDTH = 1920
# Everything is drawn twice as large and averaged down, which is what makes the edges smooth.
SUPERSAMPLE = 2
# Soft things (beams, shadows) are drawn at an eighth of the sheet and blown up.
SOFT = 8

Point = tuple[float, float]
Box = tuple[float, float, float, float]

NIGHT = "#100f33"
INDIGO = "#1d1b54"
VIOLET = "#3b2f80"
PLUM = "#6f3f86"
ROSE = "#e08a9c"
BLUSH = "#f6bfb2"
AMBER = "#f5a03c"
HONEY = "#ffd07a"
CREAM = "#fff3df"
PETROL = "#0f4453"
TEAL = "#1e8688"
AQUA = "#7fd0c3"
RUST = "#c65f45"
SLATE = "#2d2b62"


def mixed(first: str, second: str, share: float) -> str:
    """Return the colour that lies `share` (0 to 1) of the way from the first to the second."""
    pairs = zip(ImageColor.getrgb(first)[:3], ImageColor.getrgb(second)[:3], strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)


@dataclass(frozen=True)
class Gradient:
    """Colours from top to bottom (or left to right), evenly spaced unless `at` gives places (0 to 1)."""

    colours: tuple[str, ...]
    at: tuple[float, ...] = ()
    sideways: bool = False

    def image(self, size: tuple[int, int]) -> Image.Image:
        steps = 512
        strip = Image.new("RGB", (steps, 1))
        strip.putdata([self._colour(i / (steps - 1)) for i in range(steps)])
        if not self.sideways:
            strip = strip.transpose(Image.Transpose.ROTATE_270)
        return strip.resize(size, Image.Resampling.BILINEAR)

    def _colour(self, place: float) -> tuple[int, ...]:
        last = len(self.colours) - 1
        at = self.at or tuple(i / last for i in range(last + 1))
        for i in range(last):
            if place <= at[i + 1]:
                share = max(0.0, (place - at[i]) / (at[i + 1] - at[i]))
                return ImageColor.getrgb(mixed(self.colours[i], self.colours[i + 1], share))
        return ImageColor.getrgb(self.colours[-1])


Fill = str | Gradient


@cache
def _halo() -> Image.Image:
    """Return a disc that fades from white in the middle to black at its edge."""
    # Pillow's gradient is 181 (256 / √2) where the circle touches the sides of its square.
    return Image.radial_gradient("L").point(lambda v: round(255 * max(0.0, 1 - v / 181) ** 1.7))


@cache
def _grain() -> Image.Image:
    """Return a tile of faint noise (0 to 3): it hides the bands of wide gradients."""
    bits = random.Random(2024).randbytes(256 * 256)
    return Image.frombytes("L", (256, 256), bits).point(lambda v: v * 4 // 256)


class Canvas:
    """A sheet whose coordinates are pixels of the finished picture."""

    def __init__(self, height: int, fill: Fill | None = None) -> None:
        self.width, self.height = WIDTH, height
        self.size = (WIDTH * SUPERSAMPLE, height * SUPERSAMPLE)
        self.image = Image.new("RGBA" if fill is None else "RGB", self.size)
        self.draw = ImageDraw.Draw(self.image)
        if fill is not None:
            self.rectangle((0, 0, WIDTH, height), fill)

    # Flat shapes

    def polygon(self, points: Sequence[Point], fill: Fill, opacity: float = 1) -> None:
        self._shape(_bounds(points), fill, opacity, lambda d, at: d.polygon(at(points), fill=255))

    def ellipse(self, box: Box, fill: Fill, opacity: float = 1) -> None:
        self._shape(box, fill, opacity, lambda d, at: d.ellipse(at(_corners(box)), fill=255))

    def disc(self, x: float, y: float, radius: float, fill: Fill, opacity: float = 1) -> None:
        self.ellipse((x - radius, y - radius, x + radius, y + radius), fill, opacity)

    def rectangle(self, box: Box, fill: Fill, opacity: float = 1, radius: float = 0) -> None:
        def stroke(draw: ImageDraw.ImageDraw, at: Callable[[Sequence[Point]], list[Point]]) -> None:
            draw.rounded_rectangle(at(_corners(box)), radius * SUPERSAMPLE, fill=255)

        self._shape(box, fill, opacity, stroke)

    def ring(
        self, x: float, y: float, radius: float, thickness: float, fill: Fill, opacity: float = 1
    ) -> None:
        self.oval((x - radius, y - radius, x + radius, y + radius), thickness, fill, opacity)

    def oval(self, box: Box, thickness: float, fill: Fill, opacity: float = 1) -> None:
        """Draw the outline of an ellipse."""
        width = round(thickness * SUPERSAMPLE)
        self._shape(box, fill, opacity, lambda d, at: d.ellipse(at(_corners(box)), outline=255, width=width))

    def limb(self, points: Sequence[Point], thickness: float, fill: Fill, opacity: float = 1) -> None:
        """Draw a line with round ends and joints."""
        half = thickness / 2

        def stroke(draw: ImageDraw.ImageDraw, at: Callable[[Sequence[Point]], list[Point]]) -> None:
            draw.line(at(points), fill=255, width=round(thickness * SUPERSAMPLE), joint="curve")
            for x, y in (points[0], points[-1]):
                draw.ellipse(at(((x - half, y - half), (x + half, y + half))), fill=255)

        left, top, right, bottom = _bounds(points)
        self._shape((left - half, top - half, right + half, bottom + half), fill, opacity, stroke)

    def line(self, start: Point, end: Point, thickness: float, fill: Fill, opacity: float = 1) -> None:
        """Draw a line with square ends."""
        pad = thickness
        left, top, right, bottom = _bounds((start, end))
        width = max(1, round(thickness * SUPERSAMPLE))
        self._shape(
            (left - pad, top - pad, right + pad, bottom + pad),
            fill,
            opacity,
            lambda d, at: d.line(at((start, end)), fill=255, width=width),
        )

    # Light and shade

    def glow(
        self, x: float, y: float, radius: float, fill: str, strength: float = 1, squash: float = 1
    ) -> None:
        """Add light that fades to nothing at the radius; `squash` flattens it into an ellipse."""
        size = (round(radius * 2 * SUPERSAMPLE), round(radius * 2 * squash * SUPERSAMPLE))
        mask = _halo().point(lambda v: round(v * strength)).resize(size, Image.Resampling.BICUBIC)
        corner = (round((x - radius) * SUPERSAMPLE), round((y - radius * squash) * SUPERSAMPLE))
        self.image.paste(fill, (*corner, corner[0] + size[0], corner[1] + size[1]), mask)

    def soft(self, points: Sequence[Point], fill: str, opacity: float, blur: float) -> None:
        """Draw a polygon with edges as soft as `blur` pixels: haze, or the shade under a chair."""
        box, mask = self._softened(points, opacity, blur)
        self.image.paste(fill, box, mask)

    def shadow(self, points: Sequence[Point], opacity: float, blur: float = 7) -> None:
        """Draw a soft shadow that fades towards the polygon's lower edge."""
        box, mask = self._softened(points, opacity, blur, fading=True)
        self.image.paste(NIGHT, box, mask)

    def beam(self, points: Sequence[Point], fill: str, strength: float, blur: float = 14) -> None:
        """Add light that falls through a polygon and fades towards the polygon's lower edge."""
        box, mask = self._softened(points, strength, blur, fading=True)
        under = self.image.crop(box)
        self.image.paste(ImageChops.screen(under, Image.new("RGB", under.size, fill)), box, mask)

    def _softened(
        self, points: Sequence[Point], opacity: float, blur: float, fading: bool = False
    ) -> tuple[tuple[int, int, int, int], Image.Image]:
        """Return a blurred polygon as a mask, and where on the sheet it goes."""
        small = (self.size[0] // SOFT, self.size[1] // SOFT)
        mask = Image.new("L", small)
        ImageDraw.Draw(mask).polygon(
            [_scaled(p, SUPERSAMPLE / SOFT) for p in points], fill=round(255 * opacity)
        )
        mask = mask.filter(ImageFilter.GaussianBlur(blur * SUPERSAMPLE / SOFT))
        box = mask.getbbox() or (0, 0, 1, 1)
        mask = mask.crop(box)
        if fading:
            fade = Gradient(("#ffffff", "#000000")).image(mask.size).convert("L")
            mask = ImageChops.multiply(mask, fade)
        left, top, right, bottom = (side * SOFT for side in box)
        return (left, top, right, bottom), mask.resize((right - left, bottom - top), Image.Resampling.BICUBIC)

    # Layers

    def layer(self) -> "Canvas":
        """Return an empty sheet of the same size, to be laid onto this one."""
        return Canvas(self.height)

    def lay(
        self,
        layer: "Canvas",
        shade: str | None = None,
        shade_opacity: float = 0.5,
        rim: str | None = None,
        rim_from: Point = (0, -3),
        rim_opacity: float = 0.8,
    ) -> None:
        """Lay a layer on: `shade` darkens it towards its foot, `rim` lights its edges from `rim_from`."""
        box = layer.image.getbbox()
        if box is None:
            return
        cut = layer.image.crop(box)
        alpha = cut.getchannel("A")
        flat = cut.convert("RGB")
        if shade is not None:
            fade = Gradient(("#000000", "#ffffff")).image(cut.size).convert("L")
            flat.paste(shade, (0, 0), fade.point(lambda v: round(v * shade_opacity)))
        if rim is not None:
            padded = Image.new("L", cut.size)
            padded.paste(alpha, (round(-rim_from[0] * SUPERSAMPLE), round(-rim_from[1] * SUPERSAMPLE)))
            # Blurred and cut, so that upright edges do not catch a broken line of light.
            edge = ImageChops.subtract(alpha, padded).filter(ImageFilter.BoxBlur(2))
            edge = edge.point(lambda v: round(min(255, max(0, v - 110) * 3) * rim_opacity))
            flat.paste(rim, (0, 0), edge)
        self.image.paste(flat, box, alpha)

    def finish(self) -> Image.Image:
        """Return the picture at its final size."""
        small = self.image.reduce(SUPERSAMPLE)
        noise = Image.new("L", small.size)
        for left in range(0, small.width, 256):
            for top in range(0, small.height, 256):
                noise.paste(_grain(), (left, top))
        return ImageChops.add(small, Image.merge("RGB", (noise, noise, noise)), offset=-1)

    def _shape(self, box: Box, fill: Fill, opacity: float, stroke: Callable[..., None]) -> None:
        """Let `stroke` draw a mask just large enough for the box, and pour the fill through it."""
        left, top = int(box[0] * SUPERSAMPLE) - 2, int(box[1] * SUPERSAMPLE) - 2
        right, bottom = int(box[2] * SUPERSAMPLE) + 3, int(box[3] * SUPERSAMPLE) + 3
        if box[3] <= box[1] or top > self.size[1]:
            return
        mask = Image.new("L", (right - left, bottom - top))

        def at(points: Sequence[Point]) -> list[Point]:
            return [(x * SUPERSAMPLE - left, y * SUPERSAMPLE - top) for x, y in points]

        stroke(ImageDraw.Draw(mask), at)
        if opacity < 1:
            mask = mask.point(lambda v: round(v * opacity))
        paint = fill.image(mask.size) if isinstance(fill, Gradient) else fill
        self.image.paste(paint, (left, top, right, bottom), mask)


def _scaled(point: Point, factor: float) -> Point:
    return point[0] * factor, point[1] * factor


def _corners(box: Box) -> tuple[Point, Point]:
    return (box[0], box[1]), (box[2], box[3])


def _bounds(points: Sequence[Point]) -> Box:
    across, down = zip(*points, strict=True)
    return min(across), min(down), max(across), max(down)


def curve(start: Point, bend: Point, end: Point, steps: int = 24) -> list[Point]:
    """Return the points of a quadratic Bézier curve."""
    points = []
    for i in range(steps + 1):
        t = i / steps
        a, b, c = (1 - t) ** 2, 2 * t * (1 - t), t * t
        points.append((a * start[0] + b * bend[0] + c * end[0], a * start[1] + b * bend[1] + c * end[1]))
    return points
