"""On the stage: a panel, processors, containers, streams of data."""

import random
from itertools import pairwise
from math import sin

from PIL import Image

from coverage.demo.drawing.canvas import (
    AMBER,
    AQUA,
    BLUSH,
    CREAM,
    HONEY,
    INDIGO,
    NIGHT,
    PETROL,
    ROSE,
    RUST,
    TEAL,
    Box,
    Canvas,
    Gradient,
    curve,
    mixed,
)
from coverage.demo.drawing.figures import (
    BROWN,
    FAIR,
    TAN,
    Look,
    seated,
    standing,
)
from coverage.demo.drawing.scenery import (
    armchair,
    boards,
    low_table,
    plant,
)


def panel() -> Image.Image:
    """Draw four people in conversation on chairs, warm lamps above, plants beside."""
    canvas = Canvas(1080, Gradient(("#1a1850", "#332972", "#6a3d84")))
    for i, fill in enumerate(("#2c2a70", "#4a3486", "#7a4690", "#b5617f", "#ef9d78")):
        radius = 760 - i * 118
        canvas.disc(960, 800, radius, Gradient((mixed(fill, CREAM, 0.06), fill)))
    canvas.disc(960, 800, 170, Gradient((CREAM, HONEY)))
    boards(canvas, 800)
    canvas.ellipse((190, 838, 1730, 1060), Gradient(("#2a7f86", PETROL)))
    canvas.ellipse((250, 852, 1670, 1040), Gradient(("#3a979b", "#17606b")))
    for x, drop in ((330, 190), (640, 120), (1280, 130), (1590, 200)):
        canvas.rectangle((x - 2, 0, x + 2, drop), NIGHT)
        canvas.glow(x, drop + 46, 230, "#ff9f6a", 0.6)
        canvas.polygon(
            [(x - 22, drop), (x + 22, drop), (x + 68, drop + 62), (x - 68, drop + 62)],
            Gradient((RUST, "#7d3a58")),
        )
        canvas.ellipse((x - 66, drop + 50, x + 66, drop + 76), CREAM)
    for x, size in ((110, 1.0), (1820, 1.1)):
        plant(canvas, x, 900, size)
    people = (
        (430, 1, Look(BROWN, "#1c1430", "long", "#d9644f", "#2a2663", CREAM), ((0.5, 2.0), (1.5, 1.2))),
        (770, 1, Look(FAIR, "#4a2e2a", "short", "#2d5f8a", "#1c1a4c", CREAM), ((0.2, 2.05), (0.9, 2.1))),
        (1150, -1, Look(FAIR, "#b9784a", "bob", "#f0c05f", "#3a2a6c", ""), ((0.3, 2.0), (1.5, 1.0))),
        (1490, -1, Look(TAN, "#2a1c33", "crop", "#3f7f78", "#262357", BLUSH), ((0.1, 2.1), (0.9, 2.1))),
    )
    for x, towards, look, hands in people:
        canvas.soft([(x - 120, 930), (x + 120, 930), (x + 150, 985), (x - 150, 985)], NIGHT, 0.5, 14)
        armchair(canvas, x, 950, towards)
        layer = canvas.layer()
        seated(layer, x, 960, 560, look, towards, hands)
        canvas.lay(
            layer, shade="#2a1f5c", shade_opacity=0.35, rim="#fff0d2", rim_from=(0, -4), rim_opacity=0.7
        )
    low_table(canvas, 965, 968)
    canvas.glow(960, 760, 1000, "#ffcf95", 0.2, 0.6)
    return canvas.finish()


def shared_processors() -> Image.Image:
    """Draw two speakers before a wall of glowing processors whose time is cut into coloured slices."""
    canvas = Canvas(1280, Gradient((NIGHT, "#181650", "#2a2368")))
    canvas.glow(960, 520, 1350, "#2f6f95", 0.55)
    wall = (200, 90, 1720, 850)
    canvas.rectangle((wall[0] - 26, wall[1] - 26, wall[2] + 26, wall[3] + 26), "#0c0b2c", radius=36)
    chance, columns, rows = random.Random(77), 10, 5
    wide, tall = (wall[2] - wall[0]) / columns, (wall[3] - wall[1]) / rows
    for row in range(rows):
        for column in range(columns):
            x, y = wall[0] + column * wide, wall[1] + row * tall
            _processor(canvas, (x + 12, y + 12, x + wide - 12, y + tall - 12), chance, column, row)
    boards(canvas, 930)
    for column in range(columns):
        x = wall[0] + (column + 0.5) * wide
        spread = [
            (x - 50, 932),
            (x + 50, 932),
            (960 + (x + 50 - 960) * 1.5, 1290),
            (960 + (x - 50 - 960) * 1.5, 1290),
        ]
        canvas.beam(spread, (AQUA, HONEY, ROSE)[column % 3], 0.4, 16)
    for x, look, hands in (
        (520, Look(FAIR, "#6b4a3a", "short", "#e9785e", "#211e52", CREAM), ((-0.95, 2.5), (1.95, -0.55))),
        (1400, Look(TAN, "#1c1430", "crop", "#f0c05f", "#211e52", ""), ((-1.5, 1.0), (0.8, 1.95))),
    ):
        canvas.shadow([(x - 70, 1120), (x + 70, 1120), (x + 120, 1290), (x - 120, 1290)], 0.8, 10)
        layer = canvas.layer()
        standing(layer, x, 1140, 640, look, hands=hands)
        canvas.lay(
            layer, shade="#251c58", shade_opacity=0.45, rim="#c9fff1", rim_from=(0, -4), rim_opacity=0.85
        )
    return canvas.finish()


def _processor(canvas: Canvas, box: Box, chance: random.Random, column: int, row: int) -> None:
    left, top, right, bottom = box
    warmth = (sin(column * 0.75 + row * 0.9) + 1) / 2
    base = mixed("#22306f", "#4a2f7d", warmth)
    canvas.rectangle(box, Gradient((mixed(base, CREAM, 0.12), base)), radius=16)
    inner = (left + 18, top + 18, right - 18, bottom - 18)
    fills = [
        (TEAL, AQUA, HONEY, AMBER, ROSE)[chance.randrange(5)] for _ in range(chance.choice((1, 2, 3, 4)))
    ]
    share = (inner[2] - inner[0]) / len(fills)
    for i, fill in enumerate(fills):
        lit = chance.choice((0.95, 0.95, 0.8, 0.35))
        slot = (inner[0] + i * share + 2, inner[1], inner[0] + (i + 1) * share - 2, inner[3])
        canvas.rectangle(
            slot, Gradient((mixed(fill, CREAM, 0.35), fill, mixed(fill, INDIGO, 0.35))), lit, radius=7
        )
    for pin in range(4):
        x, y = left + 24 + pin * (right - left - 48) / 3, top + 24 + pin * (bottom - top - 48) / 3
        for near, far in ((top + 4, top + 11), (bottom - 11, bottom - 4)):
            canvas.rectangle((x - 4, near, x + 4, far), AQUA, 0.6)
        for near, far in ((left + 4, left + 11), (right - 11, right - 4)):
            canvas.rectangle((near, y - 4, far, y + 4), AQUA, 0.6)


def containers() -> Image.Image:
    """Draw a wall of stacked containers, some open with a glowing model inside, and a speaker."""
    canvas = Canvas(1280, Gradient(("#1d2a6b", "#53478f", "#c47a97", "#f7b98c"), (0, 0.35, 0.62, 0.8)))
    canvas.glow(1480, 400, 800, "#ee94a0", 0.75)
    canvas.glow(1480, 400, 360, "#ffdca0", 0.8)
    canvas.disc(1480, 400, 150, CREAM)
    boards(canvas, 960)
    chance = random.Random(5)
    fills = (TEAL, RUST, "#33508f", AMBER, "#8a4a86", "#2f7f7a")
    for row, (first, count) in enumerate(((616, 4), (738, 3), (878, 2), (1036, 1))):
        for i in range(count):
            fill = fills[(row * 2 + i * 5 + chance.randrange(2)) % len(fills)]
            x, y = first + i * 318, 968 - row * 190
            _container(canvas, x, y, fill, is_open=(row, i) in ((0, 1), (1, 2), (2, 0), (0, 3)))
    canvas.limb([(1205, -10), (1205, 104)], 7, NIGHT)
    for corner in (1088, 1322):
        canvas.limb([(1205, 104), (corner, 194)], 5, NIGHT)
    canvas.shadow([(280, 1110), (420, 1110), (500, 1290), (240, 1290)], 0.8, 10)
    layer = canvas.layer()
    standing(
        layer,
        350,
        1130,
        660,
        Look(FAIR, "#3b2430", "short", "#28306e", "#1d1a4a", CREAM),
        hands=((-0.7, 1.9), (1.9, 0.1)),
    )
    canvas.lay(layer, shade="#2a1c58", shade_opacity=0.4, rim="#ffe3b0", rim_from=(4, -3))
    return canvas.finish()


def _container(canvas: Canvas, x: float, foot: float, fill: str, is_open: bool) -> None:
    wide, tall, deep = 300, 184, 40
    top = foot - tall
    roof = [(x, top), (x + deep, top - 22), (x + wide + deep, top - 22), (x + wide, top)]
    end = [(x + wide, top), (x + wide + deep, top - 22), (x + wide + deep, foot - 22), (x + wide, foot)]
    canvas.polygon(roof, mixed(fill, CREAM, 0.4))
    canvas.polygon(end, mixed(fill, HONEY, 0.3))
    canvas.rectangle((x, top, x + wide, foot), Gradient((mixed(fill, CREAM, 0.08), mixed(fill, NIGHT, 0.35))))
    for i in range(15):
        left = x + 10 + i * 19.4
        canvas.rectangle((left, top + 14, left + 8, foot - 14), mixed(fill, NIGHT, 0.3), 0.75)
    canvas.rectangle((x, top, x + wide, top + 8), mixed(fill, CREAM, 0.25))
    canvas.rectangle((x, foot - 8, x + wide, foot), mixed(fill, NIGHT, 0.5))
    if is_open:
        _model(canvas, (x + 54, top + 22, x + wide - 54, foot - 18))


def _model(canvas: Canvas, box: Box) -> None:
    """Draw the inside of a container: three layers of nodes joined by lines."""
    left, top, right, bottom = box
    canvas.rectangle(box, Gradient(("#171548", "#2b2268")), radius=8)
    canvas.glow((left + right) / 2, (top + bottom) / 2, 110, AMBER, 0.85, 0.7)
    layers = [
        [
            (left + 32 + k * (right - left - 64) / 2, top + (bottom - top) * (n + 1) / (count + 1))
            for n in range(count)
        ]
        for k, count in enumerate((3, 4, 2))
    ]
    for near, far in pairwise(layers):
        for start in near:
            for end in far:
                canvas.line(start, end, 2.5, CREAM, 0.6)
    for k, nodes in enumerate(layers):
        for node in nodes:
            canvas.disc(*node, 10, (AQUA, CREAM, HONEY)[k])


def data_streams() -> Image.Image:
    """Draw ribbons of data that sweep across a wall towards two speakers."""
    canvas = Canvas(1080, Gradient((NIGHT, "#1b1a58", "#3a2a78")))
    canvas.glow(1500, 330, 900, "#a14f8e", 0.7)
    ribbons = (TEAL, AQUA, HONEY, AMBER, ROSE, "#8a63b8", "#3f6fb0")
    for i, fill in enumerate(ribbons):
        y = 150 + i * 84
        middle, far = 420 + (i - 3) * 34, 420 + (i - 3) * 8
        # The first curve ends in the direction in which the second begins.
        near = middle - (820 - 340) * (far - middle) / (1350 - 820)
        path = curve((-40, y - 60), (340, near), (820, middle), 40)
        path += curve((820, middle), (1350, far), (1960, 90 + i * 104), 40)[1:]
        canvas.limb([(x, py + 10) for x, py in path], 46, NIGHT, 0.35)
        canvas.limb(
            path, 40, Gradient((mixed(fill, INDIGO, 0.45), fill, mixed(fill, CREAM, 0.25)), sideways=True)
        )
        for k in range(4 + i % 3, len(path) - 3, 9):
            canvas.disc(*path[k], 12, CREAM, 0.92)
            canvas.disc(*path[k], 5, mixed(fill, NIGHT, 0.3))
    boards(canvas, 800)
    canvas.glow(960, 880, 900, HONEY, 0.4, 0.2)
    for x, look, hands in (
        (700, Look(FAIR, "#1c1430", "bob", "#f0c05f", "#211e52", ""), ((-1.6, 0.5), (0.95, 2.5))),
        (1240, Look(TAN, "#1c1430", "short", "#2d8084", "#211e52", CREAM), ((-0.75, 1.95), (1.55, 0.9))),
    ):
        canvas.shadow([(x - 66, 980), (x + 66, 980), (x + 110, 1090), (x - 110, 1090)], 0.8, 10)
        layer = canvas.layer()
        standing(layer, x, 1000, 590, look, hands=hands)
        canvas.lay(
            layer, shade="#251c58", shade_opacity=0.45, rim="#fff0cf", rim_from=(0, -4), rim_opacity=0.8
        )
    return canvas.finish()
