"""What stands on the stage whoever speaks: boards, screens, chairs, plants, the first rows of heads."""

import random
from math import cos, pi, sin

from coverage.demo.drawing.canvas import (
    AMBER,
    AQUA,
    CREAM,
    HONEY,
    INDIGO,
    NIGHT,
    PETROL,
    ROSE,
    RUST,
    TEAL,
    VIOLET,
    WIDTH,
    Box,
    Canvas,
    Gradient,
    curve,
    mixed,
)
from coverage.demo.drawing.figures import (
    CROWD,
    seen_from_behind,
)

DUSK = Gradient((NIGHT, INDIGO, VIOLET))
DAWN = Gradient(("#35358a", "#8a63a9", ROSE, "#f7b27f", HONEY))
SEA = Gradient(("#0e3a55", TEAL, AQUA))


def screen(canvas: Canvas, box: Box, fill: Gradient) -> None:
    """Draw a lit screen in a dark frame."""
    left, top, right, bottom = box
    canvas.glow((left + right) / 2, (top + bottom) / 2, (right - left) * 0.85, "#e08a9c", 0.4, 0.7)
    canvas.rectangle((left - 12, top - 12, right + 12, bottom + 12), "#0c0b2c", radius=16)
    canvas.rectangle(box, fill, radius=8)


def boards(canvas: Canvas, top: float) -> None:
    """Draw the boards of the stage, running towards us."""
    canvas.rectangle((0, top, WIDTH, canvas.height), Gradient(("#8a4a7c", "#4c3179", "#1a1748")))
    for i in range(-12, 13):
        canvas.line((960 + i * 92, top), (960 + i * 230, canvas.height), 2, NIGHT, 0.3)
    canvas.rectangle((0, top, WIDTH, top + 5), "#ffcf95", 0.75)


def front_heads(canvas: Canvas, chance: random.Random, chin: float, size: float) -> None:
    """Draw two rows of heads between us and the stage."""
    for row, scale in ((0, 0.72), (1, 1.0)):
        layer, x = canvas.layer(), -40.0 + row * 70
        while x < WIDTH + 80:
            look = CROWD[chance.randrange(len(CROWD))]
            seen_from_behind(layer, x, chin + row * 66 - 10 + chance.uniform(-12, 12), size * scale, look)
            x += size * scale * chance.uniform(2.1, 2.5)
        canvas.lay(
            layer, shade="#0f0d33", shade_opacity=0.95, rim="#ffc98c", rim_from=(0, -4), rim_opacity=0.85
        )


def lectern_stand(canvas: Canvas, x: float, foot: float, scale: float) -> None:
    top = foot - 265 * scale
    wide = 116 * scale
    canvas.ellipse((x - wide * 1.5, foot - 18, x + wide * 1.5, foot + 22), NIGHT, 0.4)
    canvas.polygon(
        [(x - wide, top), (x + wide, top), (x + wide * 0.72, foot), (x - wide * 0.72, foot)],
        Gradient((TEAL, PETROL, "#0a2a3d")),
    )
    canvas.polygon(
        [
            (x - wide * 1.14, top),
            (x + wide * 1.14, top),
            (x + wide, top - 26 * scale),
            (x - wide, top - 26 * scale),
        ],
        Gradient((HONEY, AMBER)),
    )
    canvas.rectangle((x - wide * 1.14, top, x + wide * 1.14, top + 12 * scale), RUST)
    canvas.disc(x, top + 104 * scale, 44 * scale, HONEY)
    canvas.disc(x, top + 104 * scale, 22 * scale, PETROL)
    for i, share in enumerate((0.62, 0.42)):
        y = top + (176 + i * 26) * scale
        canvas.rectangle((x - wide * share, y, x + wide * share, y + 11 * scale), CREAM, 0.85, radius=5)
    canvas.limb(
        curve(
            (x + 60 * scale, top - 20 * scale),
            (x + 62 * scale, top - 80 * scale),
            (x + 30 * scale, top - 92 * scale),
        ),
        5,
        NIGHT,
    )
    canvas.disc(x + 30 * scale, top - 92 * scale, 9 * scale, NIGHT)


def armchair(canvas: Canvas, x: float, floor: float, towards: int) -> None:
    shell = Gradient(("#f3dcc3", "#d2a592"))
    canvas.rectangle((x - 92, floor - 275, x + 92, floor - 66), shell, radius=58)
    seat = (
        (x - 96, floor - 142, x + 150, floor - 66)
        if towards > 0
        else (x - 150, floor - 142, x + 96, floor - 66)
    )
    canvas.rectangle(seat, Gradient(("#e6c0a8", "#b98483")), radius=34)
    for leg in (seat[0] + 26, seat[2] - 26):
        canvas.limb([(leg, floor - 66), (leg + (leg - x) * 0.12, floor + 6)], 9, "#5b3550")


def low_table(canvas: Canvas, x: float, floor: float) -> None:
    canvas.ellipse((x - 90, floor + 18, x + 90, floor + 44), NIGHT, 0.35)
    canvas.limb([(x, floor - 84), (x, floor + 24)], 13, "#5b3550")
    canvas.ellipse((x - 104, floor - 104, x + 104, floor - 62), "#8f4f58")
    canvas.ellipse((x - 104, floor - 112, x + 104, floor - 72), Gradient((HONEY, "#d9905f")))
    for glass in (-46, 40):
        canvas.rectangle((x + glass - 14, floor - 146, x + glass + 14, floor - 90), CREAM, 0.65, radius=6)
        canvas.rectangle((x + glass - 14, floor - 122, x + glass + 14, floor - 90), AQUA, 0.8, radius=6)


def plant(canvas: Canvas, x: float, foot: float, size: float) -> None:
    for i in range(9):
        angle = pi * (0.12 + 0.76 * i / 8)
        tip = (x + cos(angle) * 190 * size, foot - 120 * size - sin(angle) * 330 * size)
        bend = (x + cos(angle) * 40 * size, foot - 300 * size)
        side = (x + cos(angle) * 150 * size + 34 * size, foot - 200 * size)
        leaf = curve((x, foot - 90 * size), bend, tip, 14) + curve(tip, side, (x, foot - 90 * size), 14)
        canvas.polygon(leaf, Gradient((mixed(TEAL, AQUA, (i % 3) * 0.35), PETROL)))
    canvas.polygon(
        [
            (x - 74 * size, foot - 100 * size),
            (x + 74 * size, foot - 100 * size),
            (x + 52 * size, foot + 30),
            (x - 52 * size, foot + 30),
        ],
        Gradient((RUST, "#7b3a55")),
    )
