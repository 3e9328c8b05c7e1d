"""In front of the theatre: the queue for badges, the closed doors, the way out."""

import random
from itertools import pairwise

from PIL import Image

from coverage.demo.drawing.canvas import (
    AMBER,
    AQUA,
    CREAM,
    HONEY,
    INDIGO,
    NIGHT,
    PETROL,
    PLUM,
    RUST,
    SLATE,
    TEAL,
    VIOLET,
    WIDTH,
    Canvas,
    Gradient,
    curve,
    mixed,
)
from coverage.demo.drawing.figures import (
    CROWD,
    standing,
)


def registration_hall() -> Image.Image:
    """Draw a tall glass hall against the sun and the queue in front of its desks."""
    canvas = Canvas(1280, Gradient(("#2a2766", VIOLET, PLUM)))
    _glass_wall(canvas)
    _roof(canvas)
    floor = Gradient(("#e7a08f", "#a5608a", "#4b357c", INDIGO), (0, 0.22, 0.6, 1))
    canvas.rectangle((0, 800, WIDTH, 1280), floor)
    for left, right in ((420, 640), (680, 930), (990, 1240), (1290, 1500)):
        spread = [
            (left, 800),
            (right, 800),
            (960 + (right - 960) * 2.5, 1300),
            (960 + (left - 960) * 2.5, 1300),
        ]
        canvas.beam(spread, "#ffc58f", 0.5, 18)
    _desks(canvas)
    _queue(canvas, random.Random(21), 892, 190, 150, 0.45)
    _queue(canvas, random.Random(7), 1010, 300, 214, 0.2)
    _barrier(canvas, 1090, 190)
    _queue(canvas, random.Random(30), 1262, 520, 330, 0.0)
    canvas.glow(960, 520, 1000, HONEY, 0.4)
    return canvas.finish()


def _glass_wall(canvas: Canvas) -> None:
    wall = [(300, 180), (960, 60), (1620, 180), (1620, 820), (300, 820)]
    canvas.polygon(wall, Gradient(("#8d7cc0", "#e59fae", "#fbc793", CREAM, "#ffdfae"), (0, 0.3, 0.6, 0.8, 1)))
    canvas.glow(960, 560, 520, CREAM, 0.9)
    canvas.disc(960, 560, 92, "#fffaf0")
    for x, top in (
        (360, 640),
        (470, 600),
        (590, 660),
        (700, 625),
        (1170, 640),
        (1290, 590),
        (1400, 650),
        (1500, 615),
    ):
        canvas.rectangle((x, top, x + 120, 820), "#efb39f", 0.7)
    for i in range(13):
        x = 300 + i * 110
        canvas.rectangle((x - 4, 170 - (1 - abs(x - 960) / 660) * 110, x + 4, 820), "#7a5590")
    for y in (290, 420, 550, 680):
        canvas.rectangle((300, y - 3, 1620, y + 3), "#7a5590")


def _roof(canvas: Canvas) -> None:
    """Draw side walls and trusses that run to the middle of the glass wall."""
    canvas.polygon(
        [(0, 0), (300, 180), (300, 820), (0, 1010)],
        Gradient(("#241f5b", "#58397d", "#8d5585"), sideways=True),
    )
    canvas.polygon(
        [(1920, 0), (1620, 180), (1620, 820), (1920, 1010)],
        Gradient(("#8d5585", "#58397d", "#241f5b"), sideways=True),
    )
    canvas.polygon([(0, 0), (300, 180), (960, 60), (960, -200)], Gradient((NIGHT, "#3a2d74")))
    canvas.polygon([(1920, 0), (1620, 180), (960, 60), (960, -200)], Gradient((NIGHT, "#3a2d74")))
    for depth in (0.0, 0.3, 0.58, 0.8, 1.0):
        left, right = 300 * depth, WIDTH - 300 * depth
        eaves, ridge, thick = 180 * depth + 10, 60 * depth - 60 * (1 - depth), 16 - 9 * depth
        tint = mixed("#17143f", "#8a5c93", depth * 0.75)
        for side in (left, right):
            canvas.line((side, eaves), (960, ridge), thick, tint)
            canvas.line((side, eaves + 60 - 20 * depth), (960, ridge + 90 - 30 * depth), thick * 0.7, tint)
            for k in (0.15, 0.35, 0.55, 0.75, 0.92):
                x, y = side + (960 - side) * k, eaves + (ridge - eaves) * k
                canvas.line((x, y), (x, y + 62 + 20 * (k - depth * 0.4)), thick * 0.4, tint)
            canvas.rectangle((side - thick, eaves, side + thick, 1010 - 190 * depth), tint)
    for side, depth in ((-1, 0.2), (-1, 0.62), (1, 0.2), (1, 0.62)):
        x, tall, wide = 960 + side * (960 - 300 * depth - 64), 400 - 150 * depth, 118 - 40 * depth
        _banner(canvas, x, 250, wide, tall, TEAL if depth < 0.5 else RUST)


def _banner(canvas: Canvas, x: float, top: float, wide: float, tall: float, fill: str) -> None:
    canvas.rectangle(
        (x - wide / 2, top, x + wide / 2, top + tall), Gradient((fill, mixed(fill, NIGHT, 0.4))), radius=6
    )
    canvas.disc(x, top + tall * 0.24, wide * 0.26, HONEY)
    canvas.disc(x, top + tall * 0.24, wide * 0.13, fill)
    for i, share in enumerate((0.7, 0.5, 0.62)):
        y = top + tall * (0.5 + i * 0.1)
        canvas.rectangle(
            (x - wide * share / 2, y, x + wide * share / 2, y + tall * 0.035), CREAM, 0.85, radius=4
        )


def _desks(canvas: Canvas) -> None:
    for i in range(5):
        x = 330 + i * 262
        canvas.rectangle((x, 700, x + 212, 740), Gradient((PETROL, TEAL), sideways=True), radius=8)
        for bar in range(3):
            canvas.rectangle((x + 22 + bar * 46, 715, x + 56 + bar * 46, 725), CREAM, 0.8, radius=5)
        for post in (x + 12, x + 196):
            canvas.rectangle((post, 740, post + 5, 810), PETROL)
        standing(canvas, x + 106, 872, 150, CROWD[(i * 3 + 1) % len(CROWD)])
        canvas.rectangle((x + 4, 806, x + 208, 862), Gradient(("#4b3b86", "#2c2a68")), radius=6)
        canvas.rectangle((x + 4, 802, x + 208, 812), "#ffe2b8", radius=5)
        canvas.rectangle((x + 30, 774, x + 76, 803), SLATE, radius=4)
        canvas.rectangle((x + 34, 778, x + 72, 799), AQUA, radius=3)


def _queue(
    canvas: Canvas, chance: random.Random, foot: float, height: float, step: float, haze: float
) -> None:
    """Draw a row of people from behind, their shadows falling towards us; `haze` pales those far away."""
    layer, x = canvas.layer(), chance.uniform(0, step * 0.6)
    while x < WIDTH + step * 0.3:
        tall, y = height * chance.uniform(0.92, 1.06), foot + chance.uniform(-0.03, 0.03) * height
        look = CROWD[chance.randrange(len(CROWD))]
        wide, lean = height * 0.14, (x - 960) * height / 1100
        shadow = [
            (x - wide, y),
            (x + wide, y),
            (x + wide + lean, y + tall * 0.7),
            (x - wide + lean, y + tall * 0.7),
        ]
        canvas.shadow(shadow, 0.55, 6)
        bag = (PLUM, "", PETROL, RUST, "")[chance.randrange(5)]
        standing(layer, x, y, tall, look, behind=True, bag=bag, stride=chance.choice((0.0, 0.08)))
        x += step * chance.uniform(0.75, 1.3)
    shade = mixed("#1a1747", "#b0708f", haze)
    canvas.lay(
        layer,
        shade=shade,
        shade_opacity=0.85,
        rim=HONEY,
        rim_from=(0, -max(2, height / 110)),
        rim_opacity=0.9,
    )


def _barrier(canvas: Canvas, foot: float, height: float) -> None:
    for x in range(90, WIDTH + 200, 290):
        canvas.rectangle((x - 5, foot - height, x + 5, foot), Gradient((HONEY, RUST)))
        canvas.ellipse((x - 34, foot - 8, x + 34, foot + 10), SLATE)
        canvas.disc(x, foot - height, 11, HONEY)
        canvas.rectangle((x, foot - height + 16, x + 290, foot - height + 36), TEAL, 0.92)


def theatre_doors() -> Image.Image:
    """Draw the closed double doors of the theatre, light under them, and two people who wait."""
    canvas = Canvas(2400, Gradient((NIGHT, INDIGO, "#332970", "#44307a")))
    for x in (170, 1750):
        canvas.rectangle(
            (x - 130, 0, x + 130, 1840), Gradient(("#17153f", "#3c2f78", "#17153f"), sideways=True)
        )
        canvas.glow(x, 760, 760, "#c2566f", 0.75, 1.5)
        canvas.glow(x, 760, 330, AMBER, 0.75, 1.3)
        canvas.rectangle((x - 34, 640, x + 34, 880), Gradient((CREAM, HONEY, AMBER)), radius=34)
        canvas.rectangle((x - 44, 620, x + 44, 652), "#6b4a4d", radius=10)
        canvas.rectangle((x - 44, 868, x + 44, 900), "#6b4a4d", radius=10)
    floor = Gradient(("#8b4666", "#5f376f", "#2d2359"))
    canvas.rectangle((0, 1830, WIDTH, 2400), floor)
    canvas.rectangle((0, 1800, WIDTH, 1836), "#1a1745")
    canvas.polygon(
        [(560, 1836), (1360, 1836), (1700, 2400), (220, 2400)], Gradient((RUST, "#8d3f55", "#5a2c57"))
    )
    _sign(canvas)
    _double_door(canvas)
    canvas.beam([(500, 1836), (1420, 1836), (1760, 2330), (160, 2330)], AMBER, 0.85, 26)
    canvas.rectangle((470, 1818, 1450, 1838), "#fff6dd")
    canvas.glow(960, 1834, 620, HONEY, 0.75, 0.16)
    _rope(canvas)
    layer = canvas.layer()
    for x, tall, look, bag in ((640, 800, CROWD[9], ""), (1190, 850, CROWD[2], PETROL)):
        canvas.shadow([(x - 110, 2190), (x + 110, 2190), (x + 200, 2480), (x - 200, 2480)], 0.8, 14)
        standing(layer, x, 2210, tall, look, behind=True, bag=bag)
    canvas.lay(layer, shade="#161340", shade_opacity=0.72, rim="#ffcf86", rim_from=(0, -4), rim_opacity=0.75)
    return canvas.finish()


def _sign(canvas: Canvas) -> None:
    canvas.glow(960, 330, 860, TEAL, 0.6, 0.55)
    canvas.rectangle((520, 210, 1400, 430), "#0d2f45", radius=34)
    canvas.rectangle((536, 226, 1384, 414), Gradient((TEAL, PETROL)), radius=24)
    canvas.disc(650, 320, 54, HONEY)
    canvas.polygon([(632, 290), (632, 350), (684, 320)], PETROL)
    for y, right in ((278, 1290), (318, 1180), (358, 1240)):
        canvas.rectangle((760, y - 11, right, y + 11), CREAM, 0.9, radius=11)


def _double_door(canvas: Canvas) -> None:
    canvas.rectangle(
        (400, 560, 1520, 1836), Gradient(("#221b4e", "#5b3b78", "#221b4e"), sideways=True), radius=26
    )
    canvas.rectangle((456, 616, 1464, 1836), "#120f33", radius=10)
    for left, right, grain in (
        (470, 952, ("#5d2f58", "#93485f", "#b05d5c")),
        (968, 1450, ("#b05d5c", "#93485f", "#5d2f58")),
    ):
        canvas.rectangle((left, 630, right, 1820), Gradient(grain, sideways=True), radius=4)
        for top, bottom in ((700, 1120), (1190, 1760)):
            box = (left + 66, top, right - 66, bottom)
            canvas.rectangle((box[0] - 8, box[1] - 8, box[2] + 8, box[3] + 8), "#4a2650", radius=16)
            canvas.rectangle(box, Gradient(("#a4545f", "#6e3a5e")), radius=12)
            canvas.rectangle(
                (box[0] + 26, box[1] + 26, box[2] - 26, box[3] - 26),
                Gradient(("#7d4061", "#99505f")),
                radius=8,
            )
    canvas.rectangle((950, 630, 970, 1820), "#fff1cf")
    canvas.glow(960, 1230, 150, HONEY, 0.85, 4.2)
    for x in (906, 994):
        canvas.rectangle((x, 1230, x + 20, 1440), Gradient((CREAM, AMBER, "#9a5a3c")), radius=10)


def _rope(canvas: Canvas) -> None:
    posts = (300, 735, 1185, 1620)
    for left, right in pairwise(posts):
        sag = curve((left, 1690), ((left + right) / 2, 1880), (right, 1690), 30)
        canvas.limb([(x, y + 7) for x, y in sag], 26, "#5c1f45")
        canvas.limb(sag, 20, "#c2476a")
    for x in posts:
        canvas.ellipse((x - 74, 1996, x + 74, 2042), "#3a2450")
        canvas.rectangle((x - 12, 1680, x + 12, 2016), Gradient(("#8a5a3e", HONEY, "#a5673c"), sideways=True))
        canvas.disc(x, 1668, 26, HONEY)
        canvas.disc(x - 7, 1660, 9, CREAM)


def leaving() -> Image.Image:
    """Draw the crowd that leaves the dark theatre through tall doors into daylight."""
    canvas = Canvas(1280, Gradient((NIGHT, "#211c58", "#35296f")))
    canvas.glow(960, 560, 1400, "#a4508a", 0.85)
    for i in range(9):
        x = i * 240
        canvas.rectangle((x - 16, 0, x + 16, 860), Gradient(("#120f36", "#3d2d73")), 0.8)
    _daylight(canvas)
    floor = Gradient(("#f0b18f", "#a8608a", "#45327a", "#171443"), (0, 0.25, 0.62, 1))
    canvas.polygon([(0, 850), (WIDTH, 850), (WIDTH, 1280), (0, 1280)], floor)
    for left, right in ((560, 930), (990, 1360)):
        spread = [
            (left, 850),
            (right, 850),
            (960 + (right - 960) * 2.6, 1300),
            (960 + (left - 960) * 2.6, 1300),
        ]
        canvas.beam(spread, CREAM, 0.8, 24)
    for side in (-1, 1):
        for row in range(4):
            x, y, size = 960 + side * (620 + row * 110), 850 + row * 92, 70 + row * 34
            for seat in range(4):
                left = x + side * seat * size * 1.15
                box = (left - size / 2, y - size * 0.3, left + size / 2, y + size * 1.1)
                canvas.rectangle(box, Gradient(("#8d4a74", "#2c2059")), radius=size * 0.22)
    for seed, foot, height, step, inside, haze in (
        (4, 878, 236, 84, 330, 0.75),
        (9, 950, 300, 118, 470, 0.45),
        (14, 1080, 420, 190, 700, 0.2),
        (17, 1330, 640, 330, 960, 0.0),
    ):
        _leavers(canvas, random.Random(seed), foot, height, step, inside, haze)
    canvas.glow(960, 520, 900, "#ffe6bd", 0.4)
    return canvas.finish()


def _daylight(canvas: Canvas) -> None:
    canvas.rectangle((520, 150, 1400, 860), "#1a1548", radius=20)
    canvas.rectangle((550, 180, 1370, 856), Gradient(("#9cc9d6", "#f6cfae", "#ffe9c6", "#ffdca6")))
    canvas.glow(1130, 430, 420, "#fffaf0", 0.95)
    canvas.disc(1130, 430, 74, "#fffdf6")
    for x, top, wide in (
        (550, 560, 150),
        (690, 610, 120),
        (800, 540, 110),
        (1180, 590, 100),
        (1270, 545, 100),
    ):
        canvas.rectangle((x, top, x + wide, 856), "#e3a58f", 0.6)
    for x, radius in ((640, 70), (735, 52), (1300, 66)):
        canvas.disc(x, 690, radius, "#5fa39a", 0.75)
        canvas.rectangle((x - 6, 690, x + 6, 856), "#8a5a6a", 0.8)
    for x in (940, 980):
        canvas.rectangle((x - 10, 180, x + 10, 856), "#2a2060")
    for side, hinge in ((-1, 550), (1, 1370)):
        leaf = [(hinge, 180), (hinge + side * 170, 110), (hinge + side * 170, 960), (hinge, 856)]
        canvas.polygon(leaf, Gradient(("#6e3a62", "#b5635f", "#7b4164")))
        canvas.polygon(
            [(hinge, 180), (hinge + side * 12, 175), (hinge + side * 12, 863), (hinge, 856)], HONEY, 0.85
        )


def _leavers(
    canvas: Canvas, chance: random.Random, foot: float, height: float, step: float, inside: float, haze: float
) -> None:
    layer, x = canvas.layer(), 960 - inside + chance.uniform(0, step * 0.5)
    while x < 960 + inside:
        y, tall = foot + chance.uniform(-0.04, 0.04) * height, height * chance.uniform(0.92, 1.06)
        lean, wide = (x - 960) * height / 900, height * 0.12
        shadow = [
            (x - wide, y),
            (x + wide, y),
            (x + wide + lean, y + tall * 0.6),
            (x - wide + lean, y + tall * 0.6),
        ]
        canvas.shadow(shadow, 0.5)
        bag = (PLUM, "", TEAL, RUST, "")[chance.randrange(5)]
        standing(layer, x, y, tall, CROWD[chance.randrange(len(CROWD))], behind=True, bag=bag, stride=0.1)
        x += step * chance.uniform(0.8, 1.35)
    canvas.lay(
        layer,
        shade=mixed("#15123f", "#b5748c", haze),
        shade_opacity=0.85,
        rim="#ffe0ac",
        rim_from=(0, -max(2, height / 110)),
        rim_opacity=0.9,
    )
