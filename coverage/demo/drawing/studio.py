"""The news show: a studio built on the stage."""

from math import cos, dist, hypot, pi, sin

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
    Box,
    Canvas,
    Gradient,
    curve,
)
from coverage.demo.drawing.figures import (
    BROWN,
    TAN,
    Look,
    standing,
)
from coverage.demo.drawing.scenery import (
    DAWN,
    screen,
)


def news_desk() -> Image.Image:
    """Draw a make-believe news studio: two presenters, a globe, a guest on a screen, bars of graphics."""
    canvas = Canvas(1080, Gradient(("#14124a", "#1f3a7a", "#2b7488")))
    _globe(canvas, 960, 400, 300)
    for i in range(6):
        x = 120 + i * 336
        canvas.beam([(x - 16, -10), (x + 16, -10), (x + 120, 520), (x - 120, 520)], AQUA, 0.24, 14)
        canvas.rectangle((x - 30, 0, x + 30, 34), "#0c0b2c", radius=8)
        canvas.ellipse((x - 24, 22, x + 24, 46), CREAM)
    _guest(canvas, (1330, 130, 1800, 470))
    box = (120, 130, 590, 470)
    screen(canvas, box, DAWN)
    points = [(150, 410), (220, 370), (290, 385), (360, 310), (430, 290), (500, 215), (560, 180)]
    canvas.polygon([*points, (560, 440), (150, 440)], CREAM, 0.35)
    canvas.limb(points, 10, CREAM)
    for point in points:
        canvas.disc(*point, 13, RUST)
    layer = canvas.layer()
    standing(
        layer,
        720,
        1130,
        660,
        Look(BROWN, "#1c1430", "bob", "#d9644f", "#2a2663", CREAM),
        hands=((-0.5, 1.9), (1.4, 1.15)),
    )
    standing(
        layer,
        1200,
        1130,
        680,
        Look(TAN, "#1c1430", "short", "#33317a", "#2a2663", CREAM),
        hands=((-0.5, 2.0), (0.5, 2.0)),
    )
    canvas.lay(layer, shade="#241c58", shade_opacity=0.4, rim="#d8fff4", rim_from=(0, -4), rim_opacity=0.8)
    _desk(canvas)
    return canvas.finish()


def _globe(canvas: Canvas, x: float, y: float, radius: float) -> None:
    canvas.glow(x, y, radius * 2.1, AQUA, 0.5)
    canvas.disc(x, y, radius, Gradient(("#49b3b5", TEAL, "#155269")))
    lands = (
        (-150, -130, 92),
        (-70, -190, 66),
        (-105, -30, 40),
        (-80, 70, 62),
        (-60, 160, 46),
        (70, -150, 60),
    )
    lands += ((160, -110, 96), (75, -20, 62), (100, 70, 52), (205, 20, 40), (215, 130, 44), (-230, 60, 26))
    spacing = 21
    for row in range(-16, 17):
        for column in range(-15, 16):
            dot = ((column + (row % 2) / 2) * spacing, row * spacing * 0.87)
            on_land = any(dist(dot, (land[0], land[1])) < land[2] for land in lands)
            if on_land and hypot(*dot) < radius * 0.95:
                canvas.disc(x + dot[0], y + dot[1], 8, "#b4efdc", 0.85)
    for share in (0.35, 0.72):
        canvas.oval((x - radius * share, y - radius, x + radius * share, y + radius), 2.5, CREAM, 0.35)
    for share in (-0.55, 0, 0.55):
        half = radius * (1 - share * share) ** 0.5
        canvas.line((x - half, y + radius * share), (x + half, y + radius * share), 2.5, CREAM, 0.35)
    for tilt, fill in ((0.32, HONEY), (-0.3, ROSE)):
        orbit = [
            (x + cos(t) * radius * 1.36, y + sin(t) * radius * 0.34 + cos(t) * radius * tilt)
            for t in (i * 2 * pi / 90 for i in range(91))
        ]
        canvas.limb(orbit, 6, fill, 0.9)
        canvas.disc(*orbit[8], 17, fill)


def _guest(canvas: Canvas, box: Box) -> None:
    left, top, right, bottom = box
    screen(canvas, box, Gradient(("#f3b08a", ROSE, PLUM)))
    middle = (left + right) / 2
    layer = canvas.layer()
    seen = Look(TAN, "#5a4a55", "crop", "#1f5f6a", SLATE, CREAM)
    standing(layer, middle, bottom + 560, 860, seen)
    layer.image.paste((0, 0, 0, 0), (0, round(bottom - 4) * 2, *layer.size))
    canvas.lay(layer, shade=PLUM, shade_opacity=0.35)
    canvas.rectangle((left + 24, bottom - 66, left + 330, bottom - 26), INDIGO, 0.85, radius=10)
    canvas.rectangle((left + 44, bottom - 53, left + 280, bottom - 39), CREAM, 0.9, radius=7)
    canvas.disc(right - 40, top + 40, 15, "#e2504f")


def _desk(canvas: Canvas) -> None:
    canvas.ellipse((180, 920, 1740, 1130), NIGHT, 0.5)
    front = [
        (270, 750),
        *curve((270, 750), (960, 850), (1650, 750)),
        (1560, 1000),
        *curve((1560, 1000), (960, 1110), (360, 1000)),
    ]
    canvas.polygon(front, Gradient(("#33307c", "#211d5b", NIGHT)))
    top = [
        (230, 752),
        *curve((230, 752), (960, 872), (1690, 752)),
        (1650, 716),
        *curve((1650, 716), (960, 800), (270, 716)),
    ]
    canvas.polygon(top, Gradient((CREAM, "#f0c99f", AMBER)))
    canvas.limb(curve((236, 764), (960, 884), (1684, 764), 60), 12, AQUA)
    for i, (share, fill) in enumerate(((0.9, ROSE), (0.62, HONEY), (0.76, AQUA))):
        y = 868 + i * 38
        wide = 520 * share
        canvas.limb(curve((960 - wide, y - 14), (960, y + 34), (960 + wide, y - 14), 40), 13, fill, 0.9)
    for x in (560, 1330):
        canvas.rectangle((x - 17, 716, x + 17, 776), CREAM, radius=7)
        canvas.rectangle((x - 17, 730, x + 17, 742), RUST)
    canvas.polygon([(890, 782), (1040, 782), (1054, 806), (880, 806)], "#fffaf0")
    canvas.rectangle((0, 1000, 1920, 1080), Gradient((RUST, "#8d3a55")))
    canvas.rectangle((0, 1000, 300, 1080), Gradient((HONEY, AMBER)))
    canvas.disc(70, 1040, 18, RUST)
    canvas.rectangle((112, 1028, 262, 1052), INDIGO, radius=12)
    for x, length in ((350, 300), (690, 180), (910, 420), (1370, 240), (1650, 200)):
        canvas.rectangle((x, 1031, x + length, 1049), CREAM, 0.9, radius=9)
