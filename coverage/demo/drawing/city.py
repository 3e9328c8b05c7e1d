"""The city outside: roofs, a tower, the sun."""

import random
from math import exp

from PIL import Image

from coverage.demo.drawing.canvas import (
    AMBER,
    BLUSH,
    CREAM,
    HONEY,
    NIGHT,
    RUST,
    SLATE,
    WIDTH,
    Canvas,
    Gradient,
    curve,
    mixed,
)


def paris_morning() -> Image.Image:
    """Draw the roofs of Paris and its tower against a rising sun."""
    sky = Gradient(("#333a8c", "#7364ae", "#c884ac", "#f3ae9f", HONEY, CREAM), (0, 0.25, 0.44, 0.58, 0.74, 1))
    canvas = Canvas(1080, sky)
    canvas.glow(1290, 560, 1150, "#f7a98e", 0.8)
    canvas.glow(1290, 560, 620, "#ffdf9f", 0.85)
    canvas.glow(1290, 560, 300, CREAM, 0.8)
    canvas.disc(1290, 560, 104, CREAM)
    _clouds(canvas)
    _far_city(canvas)
    canvas.soft([(-100, 690), (2020, 690), (2020, 860), (-100, 860)], "#f7b79c", 0.75, 60)
    _tower(canvas, 560, 850, 700)
    canvas.soft([(-100, 780), (2020, 780), (2020, 930), (-100, 930)], "#eaa09a", 0.6, 50)
    _roofs(canvas, random.Random(3), 800, 150, "#a4638f", "#7d568f", 0.25)
    canvas.soft([(-100, 900), (2020, 900), (2020, 1000), (-100, 1000)], "#d98a97", 0.4, 40)
    _roofs(canvas, random.Random(11), 900, 200, "#5b3c80", "#43347a", 0.5)
    _roofs(canvas, random.Random(5), 1010, 280, "#2a2460", "#1f1c50", 0.75)
    for x, y, span in ((820, 330, 26), (880, 300, 20), (905, 352, 16), (1010, 270, 18)):
        for side in (-1, 1):
            canvas.limb(
                curve((x, y), (x + side * span * 0.5, y - span * 0.7), (x + side * span, y - 3), 8), 4, SLATE
            )
    return canvas.finish()


def _clouds(canvas: Canvas) -> None:
    clouds = (
        (120, 250, 300),
        (210, 285, 230),
        (1500, 200, 380),
        (1400, 236, 300),
        (960, 430, 330),
        (1620, 480, 300),
    )
    for x, y, length in clouds:
        canvas.rectangle((x, y, x + length, y + 22), Gradient((BLUSH, CREAM), sideways=True), 0.5, radius=11)


def _far_city(canvas: Canvas) -> None:
    chance, x = random.Random(8), -20
    haze = Gradient(("#d9929f", "#f0b09c"))
    while x < WIDTH:
        width, top = chance.randint(30, 84), chance.randint(690, 742)
        canvas.rectangle((x, top, x + width, 900), haze)
        x += width
    # A hill with a white basilica's domes, and one office tower.
    for x, radius, y in ((1700, 34, 618), (1655, 18, 640), (1745, 18, 640)):
        canvas.ellipse((x - radius, y - radius * 1.5, x + radius, y + radius * 1.6), "#f3c4b4")
        canvas.rectangle((x - radius, y + radius * 0.3, x + radius, 720), "#f3c4b4")
    canvas.ellipse((1440, 654, 1980, 1000), "#dd98a1")
    canvas.rectangle((130, 540, 212, 900), Gradient(("#b27aa5", "#dd98a1")))


def _tower(canvas: Canvas, x: float, foot: float, height: float) -> None:
    """Draw the iron tower: two bent legs, an arch between them, three platforms, a lattice."""
    iron = Gradient(("#5d4690", "#7a4f8d", "#8f5a8e"))
    layer = canvas.layer()

    def half(share: float) -> float:
        return height * (0.185 * exp(-3.7 * share) + 0.003)

    steps = [i / 40 for i in range(41)]
    for side in (-1, 1):
        outer = [(x + side * half(t), foot - t * height) for t in steps]
        inner = [(x + side * half(t) * _opening(t), foot - t * height) for t in reversed(steps)]
        layer.polygon(outer + inner, iron)
    for share, wide, thick in ((0.19, 1.22, 15), (0.37, 1.35, 11), (0.86, 2.4, 7)):
        y = foot - share * height
        layer.rectangle((x - half(share) * wide, y - thick, x + half(share) * wide, y + thick * 0.4), iron)
    arch = half(0.0) * 0.62
    layer.ring(x, foot - height * 0.03, arch, 9, iron)
    layer.rectangle((x - 2.5, foot - height * 1.06, x + 2.5, foot - height * 0.97), iron)
    canvas.lay(layer, rim="#ffd9a8", rim_from=(3, -1), rim_opacity=0.9)
    for i in range(9):
        low, high = 0.02 + i * 0.04, 0.06 + i * 0.04
        for side in (-1, 1):
            mid = [(x + side * half(t) * (1 + _opening(t)) / 2, foot - t * height) for t in (low, high)]
            spread = half(low) * (1 - _opening(low)) * 0.38
            canvas.line(
                (mid[0][0] - spread, mid[0][1]), (mid[1][0] + spread, mid[1][1]), 2.5, "#c98a9f", 0.55
            )
            canvas.line(
                (mid[0][0] + spread, mid[0][1]), (mid[1][0] - spread, mid[1][1]), 2.5, "#c98a9f", 0.55
            )


def _opening(share: float) -> float:
    """Return how much of the tower's half width is open at a height (both 0 to 1)."""
    if share < 0.37:
        return 0.56 - share * 0.5
    return max(0.0, 0.34 - (share - 0.37) * 2.2)


def _roofs(
    canvas: Canvas, chance: random.Random, line: float, spread: float, wall: str, roof: str, lit: float
) -> None:
    """Draw a row of houses with mansard roofs; `lit` is the share of warm windows."""
    x = -60.0
    while x < WIDTH + 60:
        width = chance.uniform(spread * 0.9, spread * 1.7)
        top = line + chance.uniform(-0.22, 0.16) * spread
        _house(canvas, chance, x, top, width, spread, wall, roof, lit)
        x += width


def _house(
    canvas: Canvas,
    chance: random.Random,
    x: float,
    top: float,
    width: float,
    size: float,
    wall: str,
    roof: str,
    lit: float,
) -> None:
    eaves, slope = top + size * 0.34, size * 0.13
    for _ in range(2):
        stack = x + slope + chance.uniform(0, max(1.0, width - slope * 2 - size * 0.2))
        canvas.rectangle((stack, top - size * 0.2, stack + size * 0.16, top + 6), mixed(wall, RUST, 0.35))
        for pot in range(3):
            left = stack + size * (0.012 + pot * 0.05)
            canvas.rectangle(
                (left, top - size * 0.26, left + size * 0.03, top - size * 0.2), mixed(wall, RUST, 0.6)
            )
    canvas.rectangle((x, eaves, x + width, canvas.height), Gradient((wall, mixed(wall, NIGHT, 0.35))))
    slant = [(x + slope, top), (x + width - slope, top), (x + width, eaves), (x, eaves)]
    canvas.polygon(slant, Gradient((mixed(roof, BLUSH, 0.28), roof)))
    canvas.polygon(
        [(x + width - slope, top), (x + width, eaves), (x + width - slope * 0.9, eaves)],
        mixed(roof, HONEY, 0.5),
        0.7,
    )
    canvas.rectangle((x, eaves - 3, x + width, eaves + size * 0.025), mixed(wall, BLUSH, 0.3))
    count = max(2, int(width / (size * 0.3)))
    gap = width / count
    for i in range(count):
        middle, wide = x + gap * (i + 0.5), size * 0.055
        box = (middle - wide, top + size * 0.12, middle + wide, eaves - size * 0.03)
        canvas.rectangle((box[0] - 4, box[1] - 5, box[2] + 4, box[3]), mixed(roof, NIGHT, 0.3), radius=6)
        canvas.rectangle(box, _pane(chance, wall, lit))
        for storey in range(3):
            y = eaves + size * (0.12 + storey * 0.34)
            canvas.rectangle((middle - wide, y, middle + wide, y + size * 0.2), _pane(chance, wall, lit))


def _pane(chance: random.Random, wall: str, lit: float) -> str:
    return mixed(HONEY, AMBER, chance.random()) if chance.random() < lit * 0.55 else mixed(wall, NIGHT, 0.35)
