"""The theatre: filled, with one speaker, and as a camera sees it."""

import random
from math import cos, dist, pi, sin

from PIL import Image

from coverage.demo.drawing.canvas import (
    AMBER,
    AQUA,
    CREAM,
    HONEY,
    INDIGO,
    NIGHT,
    PLUM,
    ROSE,
    RUST,
    SLATE,
    TEAL,
    WIDTH,
    Box,
    Canvas,
    Gradient,
    curve,
    mixed,
)
from coverage.demo.drawing.figures import (
    BROWN,
    CROWD,
    Look,
    seen_from_behind,
    standing,
)
from coverage.demo.drawing.scenery import (
    DAWN,
    DUSK,
    SEA,
    boards,
    front_heads,
    lectern_stand,
    screen,
)


def theatre_full() -> Image.Image:
    """Draw the filled hall from its last row: heads, rows of seats, the lit stage far in front."""
    canvas = Canvas(1080, DUSK)
    canvas.glow(960, 330, 1300, "#7b4396", 0.9, 0.75)
    _ceiling(canvas)
    canvas.polygon(
        [(260, 500), (1660, 500), (1920, 700), (1920, 1080), (0, 1080), (0, 700)],
        Gradient(("#46337d", NIGHT)),
    )
    screen(canvas, (560, 130, 1360, 440), DAWN)
    _sunrise(canvas, (560, 130, 1360, 440))
    for box in ((250, 190, 500, 400), (1420, 190, 1670, 400)):
        screen(canvas, box, SEA)
        _bars(canvas, box)
    for x, fill in ((330, AQUA), (620, ROSE), (960, HONEY), (1300, ROSE), (1590, AQUA)):
        foot = 960 + (x - 960) * 0.62
        canvas.beam([(x - 8, 60), (x + 8, 60), (foot + 120, 520), (foot - 120, 520)], fill, 0.5, 10)
    canvas.polygon([(470, 470), (1450, 470), (1560, 530), (360, 530)], Gradient(("#f8c98f", "#d97f7d")))
    canvas.rectangle((360, 530, 1560, 556), Gradient(("#7c3f76", "#2b1f58")))
    for x in range(380, 1560, 40):
        canvas.disc(x, 543, 5, HONEY)
    standing(
        canvas, 1040, 506, 100, Look(BROWN, NIGHT, "long", CREAM, "#40306f"), hands=((-1.2, 1.0), (0.7, 1.6))
    )
    canvas.rectangle((860, 440, 910, 508), Gradient((AMBER, RUST)), radius=5)
    canvas.glow(960, 520, 620, HONEY, 0.5, 0.35)
    _rows(canvas, random.Random(12))
    return canvas.finish()


def _ceiling(canvas: Canvas) -> None:
    for depth in range(5):
        y, inset = 24 + depth * 22, depth * 90
        canvas.rectangle((inset, y, WIDTH - inset, y + 9 - depth), mixed("#0b0a27", PLUM, depth * 0.12))
        for i in range(13):
            x = inset + 50 + i * (WIDTH - inset * 2 - 100) / 12
            canvas.disc(x, y + 12, 7 - depth, CREAM, 0.85 - depth * 0.1)
    for side in (-1, 1):
        for i in range(6):
            x = 960 + side * (720 + i * 50)
            canvas.rectangle((x - 12, 120, x + 12, 560 + i * 40), Gradient(("#58397d", "#17143f")), 0.55)


def _rows(canvas: Canvas, chance: random.Random) -> None:
    foot, size, row = 606.0, 19.0, 0
    while foot < 1230:
        layer, step = canvas.layer(), size * 2.15
        x = 960 - step * (15 - (row % 2) / 2)
        while x < WIDTH + step:
            if abs(x - 960) > size * 1.5 or row > 6:
                look = CROWD[chance.randrange(len(CROWD))]
                if chance.random() < 0.93:
                    seen_from_behind(
                        layer, x + chance.uniform(-0.15, 0.15) * size, foot - size * 0.6, size, look
                    )
                back = (x - size * 0.98, foot + size * 0.25, x + size * 0.98, foot + size * 3)
                layer.rectangle(back, Gradient(("#7a3f73", "#3a2460")), radius=size * 0.34)
            x += step
        near = min(1.0, row / 7)
        canvas.lay(
            layer, shade="#14113d", shade_opacity=0.55 + 0.4 * near, rim="#ffcf95", rim_from=(0, -size / 15)
        )
        foot += size * 1.55
        size *= 1.27
        row += 1


def _sunrise(canvas: Canvas, box: Box) -> None:
    left, top, right, bottom = box
    x, y = (left + right) / 2, bottom - 78
    canvas.disc(x, y - 52, 128, CREAM, 0.35)
    canvas.disc(x, y, 62, CREAM)
    hills = [(left, bottom - 40), *curve((left, bottom - 40), (left + 220, bottom - 130), (x, bottom - 34))]
    hills += [
        *curve((x, bottom - 34), (right - 200, bottom - 120), (right, bottom - 60)),
        (right, bottom),
        (left, bottom),
    ]
    canvas.polygon(hills, Gradient((PLUM, INDIGO)))
    for i, length in enumerate((220, 150)):
        canvas.rectangle(
            (left + 50, top + 46 + i * 30, left + 50 + length, top + 60 + i * 30), CREAM, 0.8, radius=7
        )


def _bars(canvas: Canvas, box: Box) -> None:
    left, _, right, bottom = box
    for i, share in enumerate((0.35, 0.6, 0.48, 0.82)):
        x = left + 30 + i * (right - left - 40) / 4
        canvas.rectangle(
            (x, bottom - 24 - 150 * share, x + 34, bottom - 24), CREAM if i == 3 else HONEY, 0.85, radius=5
        )


def lectern() -> Image.Image:
    """Draw one speaker at a lectern, a large screen behind her and heads in front."""
    canvas = Canvas(1280, DUSK)
    canvas.glow(1180, 420, 1300, "#8a4a92", 0.8)
    screen(canvas, (300, 110, 1640, 800), DAWN)
    _constellation(canvas, (300, 110, 1640, 800))
    boards(canvas, 930)
    canvas.glow(610, 1000, 560, HONEY, 0.75, 0.2)
    canvas.beam([(330, -40), (430, -40), (860, 1010), (360, 1010)], "#ffe3ac", 0.55, 22)
    layer = canvas.layer()
    look = Look(BROWN, "#1c1430", "long", "#e9785e", "#2a2663", CREAM)
    standing(layer, 610, 1020, 560, look, hands=((-1.75, 0.75), (1.5, 0.95)))
    canvas.lay(layer, shade="#3a2264", shade_opacity=0.4, rim="#fff0cf", rim_from=(-4, -3))
    lectern_stand(canvas, 610, 1040, 0.98)
    front_heads(canvas, random.Random(6), 1190, 104)
    return canvas.finish()


def _constellation(canvas: Canvas, box: Box) -> None:
    """Draw a sun with rings and a net of nodes on the screen: a community, in the abstract."""
    left, top, right, bottom = box
    x, y = left + (right - left) * 0.66, top + (bottom - top) * 0.5
    for radius, opacity in ((310, 0.14), (240, 0.2), (170, 0.28)):
        canvas.disc(x, y, radius, CREAM, opacity)
    chance = random.Random(31)
    inner, outer = (
        [
            (
                x + cos(i * 2 * pi / count + tilt) * ring * 1.32,
                y + sin(i * 2 * pi / count + tilt) * ring * 0.94,
            )
            for i, tilt in enumerate(chance.uniform(-0.12, 0.12) for _ in range(count))
        ]
        for ring, count in ((192, 7), (304, 14))
    )
    for i, node in enumerate(inner):
        canvas.line(node, (x, y), 4, CREAM, 0.8)
        canvas.line(node, inner[i - 1], 3, CREAM, 0.5)
    for node in outer:
        canvas.line(node, min(inner, key=lambda near, node=node: dist(near, node)), 3, CREAM, 0.7)
    canvas.disc(x, y, 96, CREAM)
    canvas.disc(x, y, 62, AMBER)
    for i, node in enumerate(inner + outer):
        canvas.disc(*node, 28 if i < 7 else 20, (TEAL, INDIGO, RUST, PLUM)[i % 4])
        canvas.disc(*node, 9, CREAM)


def camera_view() -> Image.Image:
    """Draw a screen on which a camera sees the hall and marks what it recognises, a presenter beside it."""
    canvas = Canvas(1080, Gradient((NIGHT, "#1c2a63", "#21486f")))
    box = (560, 90, 1800, 740)
    screen(canvas, box, Gradient(("#2b2a70", "#7a4a93", "#e39290")))
    _hall_on_screen(canvas, box)
    for left, top, right, bottom, fill in (
        (790, 190, 1570, 430, HONEY),
        (620, 500, 1010, 716, AQUA),
        (1130, 520, 1340, 716, CREAM),
        (1440, 500, 1750, 716, AQUA),
    ):
        _corners_of(canvas, (left, top, right, bottom), fill)
    boards(canvas, 860)
    canvas.glow(330, 930, 420, HONEY, 0.7, 0.22)
    canvas.beam([(180, -30), (260, -30), (480, 940), (150, 940)], "#ffd9a0", 0.5, 20)
    layer = canvas.layer()
    look = Look(BROWN, "#1c1430", "long", "#e9785e", "#2a2663", CREAM)
    standing(layer, 330, 960, 600, look, hands=((-0.95, 2.5), (1.55, 0.2)))
    layer.rectangle((426, 470, 478, 560), SLATE, radius=10)
    layer.rectangle((432, 478, 472, 552), AQUA, radius=6)
    canvas.lay(layer, shade="#3a2264", shade_opacity=0.4, rim="#fff0cf", rim_from=(3, -3))
    front_heads(canvas, random.Random(16), 1010, 84)
    return canvas.finish()


def _hall_on_screen(canvas: Canvas, box: Box) -> None:
    left, top, right, bottom = box
    canvas.rectangle((840, 230, 1520, 400), Gradient((AQUA, "#f0d59a")), radius=8)
    canvas.disc(1180, 330, 46, CREAM)
    for x in (680, 930, 1180, 1430, 1680):
        canvas.beam([(x - 6, top), (x + 6, top), (x + 70, 430), (x - 70, 430)], "#ffd9a0", 0.5, 8)
    canvas.polygon([(700, 440), (1660, 440), (1740, 480), (620, 480)], Gradient((HONEY, "#d97f7d")))
    layer, chance = canvas.layer(), random.Random(23)
    for row in range(4):
        size = 32 + row * 11
        x = left + 20 + (row % 2) * size
        while x < right - 10:
            seen_from_behind(layer, x, 530 + row * 56, size, CROWD[chance.randrange(len(CROWD))])
            x += size * 2.2
    layer.image.paste((0, 0, 0, 0), (0, bottom * 2, *layer.size))
    layer.image.paste((0, 0, 0, 0), (0, 0, left * 2, layer.size[1]))
    layer.image.paste((0, 0, 0, 0), (right * 2, 0, *layer.size))
    canvas.lay(layer, shade="#2b2064", shade_opacity=0.7, rim="#ffd9a0", rim_from=(0, -3))


def _corners_of(canvas: Canvas, box: Box, fill: str) -> None:
    """Draw the four corners of a frame and a label of bars: something has been recognised here."""
    left, top, right, bottom = box
    arm = 46
    for x, across in ((left, 1), (right, -1)):
        for y, down in ((top, 1), (bottom, -1)):
            canvas.limb([(x + across * arm, y), (x, y), (x, y + down * arm)], 8, fill)
    canvas.rectangle((left + 16, top - 46, left + 190, top - 12), INDIGO, 0.9, radius=10)
    canvas.disc(left + 36, top - 29, 8, fill)
    canvas.rectangle((left + 56, top - 34, left + 172, top - 24), CREAM, 0.9, radius=5)
