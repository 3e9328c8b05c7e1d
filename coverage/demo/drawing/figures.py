"""People without faces, as a poster draws them. A standing figure is seven and a half heads tall."""

from dataclasses import dataclass
from math import cos, hypot, pi, sin

from coverage.demo.drawing.canvas import Canvas, Point, mixed

HEADS_TALL = 7.5

FAIR = "#f2c4a5"
TAN = "#cf9570"
BROWN = "#97603f"
DARK = "#6a4030"


@dataclass(frozen=True)
class Look:
    """What a figure wears; `hair` is its colour, `style` one of short, crop, bob, long, bun, curls, scarf."""

    skin: str
    hair: str
    style: str
    coat: str
    legs: str = "#23204f"
    shirt: str = ""


def head(canvas: Canvas, x: float, chin: float, size: float, look: Look, behind: bool = False) -> None:
    """Draw a head of the given height whose chin is at `chin`, seen from the front or from behind."""
    top, half = chin - size, size * 0.37
    if look.style == "long":
        canvas.rectangle(
            (x - half * 1.22, top, x + half * 1.22, chin + size * 0.34), look.hair, radius=half * 1.1
        )
    if look.style == "bob":
        canvas.rectangle((x - half * 1.26, top, x + half * 1.26, chin - size * 0.04), look.hair, radius=half)
    if look.style == "bun":
        canvas.disc(x + (0 if behind else half * 0.2), top - size * 0.06, size * 0.2, look.hair)
    if look.style == "scarf":
        canvas.rectangle(
            (x - half * 1.2, top - size * 0.05, x + half * 1.2, chin + size * 0.3), look.hair, radius=half
        )
    neck, collar = mixed(look.skin, "#3a1d3f", 0.22), chin + size * (0.17 if behind else 0.3)
    canvas.rectangle((x - half * 0.5, chin - size * 0.3, x + half * 0.5, collar), neck)
    if behind:
        _back_of_head(canvas, x, chin, size, look)
    else:
        _face(canvas, x, chin, size, look)


def _back_of_head(canvas: Canvas, x: float, chin: float, size: float, look: Look) -> None:
    top, half = chin - size, size * 0.37
    canvas.disc(x - half, chin - size * 0.44, size * 0.09, look.skin)
    canvas.disc(x + half, chin - size * 0.44, size * 0.09, look.skin)
    canvas.ellipse((x - half, top, x + half, chin), look.skin if look.style == "crop" else look.hair)
    if look.style == "crop":
        canvas.ellipse((x - half * 1.02, top - size * 0.02, x + half * 1.02, chin - size * 0.3), look.hair)
    if look.style in ("long", "scarf"):
        canvas.rectangle(
            (x - half * 1.2, top, x + half * 1.2, chin + size * 0.32), look.hair, radius=half * 1.2
        )
    if look.style == "bob":
        canvas.rectangle(
            (x - half * 1.24, top, x + half * 1.24, chin - size * 0.02), look.hair, radius=half * 1.24
        )
    if look.style == "curls":
        _curls(canvas, x, top, size, look.hair)


def _face(canvas: Canvas, x: float, chin: float, size: float, look: Look) -> None:
    top, half = chin - size, size * 0.37
    canvas.ellipse((x - half, top, x + half, chin), look.skin)
    canvas.disc(x - half * 0.98, chin - size * 0.42, size * 0.08, look.skin)
    canvas.disc(x + half * 0.98, chin - size * 0.42, size * 0.08, look.skin)
    if look.style == "scarf":
        canvas.ring(x, chin - size * 0.47, size * 0.55, size * 0.17, look.hair)
        canvas.rectangle(
            (x - half * 1.15, chin - size * 0.02, x + half * 1.15, chin + size * 0.34),
            look.hair,
            radius=size * 0.16,
        )
        return
    if look.style == "curls":
        _curls(canvas, x, top, size, look.hair, low=False)
        return
    crown = [pi + i * pi / 24 for i in range(25)]
    fringe = [(x + cos(a) * half * 1.1, top + size * (0.44 + sin(a) * 0.53)) for a in crown]
    fringe += [(x + half * 0.84, top + size * 0.34)]
    parting = 0.1 if look.style in ("short", "crop") else 0.26
    fringe += [(x + half * 0.3, top + size * (0.12 + parting)), (x - half * 0.5, top + size * 0.26)]
    fringe += [(x - half * 0.85, top + size * 0.36)]
    canvas.polygon(fringe, look.hair)


def _curls(canvas: Canvas, x: float, top: float, size: float, hair: str, low: bool = True) -> None:
    spots = [
        (-0.36, 0.36),
        (-0.34, 0.16),
        (-0.16, 0.04),
        (0.06, 0.0),
        (0.24, 0.08),
        (0.37, 0.22),
        (0.38, 0.4),
    ]
    if low:
        spots += [(-0.2, 0.5), (0.02, 0.4), (0.2, 0.5)]
    for across, down in spots:
        canvas.disc(x + across * size, top + down * size, size * (0.2 if low else 0.17), hair)


def seen_from_behind(canvas: Canvas, x: float, chin: float, size: float, look: Look) -> None:
    """Draw the head and shoulders of somebody who sits in front of us."""
    canvas.rectangle(
        (x - size * 1.02, chin + size * 0.1, x + size * 1.02, chin + size * 2.6),
        look.coat,
        radius=size * 0.62,
    )
    slope = [(x - size * 0.26, chin - size * 0.02), (x + size * 0.26, chin - size * 0.02)]
    slope += [(x + size * 0.8, chin + size * 0.22), (x - size * 0.8, chin + size * 0.22)]
    canvas.polygon(slope, look.coat)
    head(canvas, x, chin, size, look, behind=True)


def standing(
    canvas: Canvas,
    x: float,
    foot: float,
    height: float,
    look: Look,
    hands: tuple[Point, Point] = ((-0.95, 2.55), (0.95, 2.55)),
    behind: bool = False,
    stride: float = 0.0,
    bag: str = "",
) -> None:
    """Draw a standing figure; `hands` are (left, right), in heads from the middle of the shoulders."""
    unit = height / HEADS_TALL
    shoulder = foot - height + unit * 1.32
    hip, hem = shoulder + unit * 2.5, shoulder + unit * 2.95
    for side in (-1, 1):
        ankle = (x + side * unit * (0.34 + stride), foot - unit * 0.2)
        _tapered(canvas, (x + side * unit * 0.33, hip), ankle, unit * 0.62, unit * 0.36, look.legs)
        _shoe(canvas, ankle, side, unit, mixed(look.legs, "#05041c", 0.55))
    coat = [(x - unit * 0.78, shoulder + unit * 0.1), (x - unit * 0.3, shoulder - unit * 0.16)]
    coat += [(x + unit * 0.3, shoulder - unit * 0.16), (x + unit * 0.78, shoulder + unit * 0.1)]
    coat += [(x + unit * 0.62, shoulder + unit * 1.6), (x + unit * 0.74, hem), (x - unit * 0.74, hem)]
    coat += [(x - unit * 0.62, shoulder + unit * 1.6)]
    canvas.polygon(coat, look.coat)
    canvas.disc(x - unit * 0.6, shoulder + unit * 0.18, unit * 0.28, look.coat)
    canvas.disc(x + unit * 0.6, shoulder + unit * 0.18, unit * 0.28, look.coat)
    if look.shirt and not behind:
        _shirt_front(canvas, x, shoulder, hem, unit, look)
    if bag and behind:
        canvas.rectangle(
            (x - unit * 0.6, shoulder + unit * 0.05, x + unit * 0.6, shoulder + unit * 1.75),
            bag,
            radius=unit * 0.3,
        )
        canvas.rectangle(
            (x - unit * 0.42, shoulder + unit * 0.9, x + unit * 0.42, shoulder + unit * 1.5),
            mixed(bag, "#000022", 0.22),
            radius=unit * 0.14,
        )
    head(canvas, x, shoulder - unit * 0.3, unit, look, behind)
    for side, hand in zip((-1, 1), hands, strict=True):
        arm(canvas, (x + side * unit * 0.7, shoulder + unit * 0.24), hand, side, unit, look, (x, shoulder))


def _shirt_front(canvas: Canvas, x: float, shoulder: float, hem: float, unit: float, look: Look) -> None:
    throat = shoulder - unit * 0.16
    opening = [
        (x - unit * 0.28, throat),
        (x + unit * 0.28, throat),
        (x + unit * 0.16, hem),
        (x - unit * 0.16, hem),
    ]
    canvas.polygon(opening, look.shirt)
    lapel = mixed(look.coat, "#000022", 0.22)
    for side in (-1, 1):
        canvas.polygon(
            [
                (x + side * unit * 0.3, throat),
                (x + side * unit * 0.48, shoulder + unit * 0.5),
                (x + side * unit * 0.18, shoulder + unit * 1.25),
            ],
            lapel,
        )


def arm(canvas: Canvas, joint: Point, hand: Point, side: int, unit: float, look: Look, middle: Point) -> None:
    """Draw an arm from the shoulder joint to a hand given in heads from the middle of the shoulders."""
    end = (middle[0] + hand[0] * unit, middle[1] + hand[1] * unit)
    elbow = _elbow(joint, end, side, unit)
    sleeve = mixed(look.coat, "#000022", 0.13)
    canvas.limb([joint, elbow], unit * 0.46, sleeve)
    cuff = (elbow[0] + (end[0] - elbow[0]) * 0.86, elbow[1] + (end[1] - elbow[1]) * 0.86)
    canvas.limb([elbow, cuff], unit * 0.4, sleeve)
    canvas.disc(end[0], end[1], unit * 0.19, look.skin)


def _elbow(joint: Point, end: Point, side: int, unit: float) -> Point:
    """Return where the elbow goes: under a hand held out to the side, otherwise away from the body."""
    upper, lower = 1.2 * unit, 1.17 * unit
    across, down = end[0] - joint[0], end[1] - joint[1]
    reach = max(0.3 * unit, min(hypot(across, down), (upper + lower) * 0.999))
    along = (upper**2 - lower**2 + reach**2) / (2 * reach)
    out = (upper**2 - along**2) ** 0.5
    x, y = across / hypot(across, down), down / hypot(across, down)
    held_out = across * side > 0.3 * unit
    out *= 1 if held_out else 0.7
    bends = [
        (joint[0] + x * along - turn * y * out, joint[1] + y * along + turn * x * out) for turn in (-1, 1)
    ]
    if held_out:
        return max(bends, key=lambda bend: bend[1])
    return max(bends, key=lambda bend: bend[0] * side)


def seated(
    canvas: Canvas,
    x: float,
    floor: float,
    height: float,
    look: Look,
    towards: int = 1,
    hands: tuple[Point, Point] = ((-0.1, 2.1), (0.6, 2.1)),
) -> None:
    """Draw a figure on a chair; `height` is its height standing, `towards` -1 faces left, 1 right."""
    unit = height / HEADS_TALL
    seat = floor - unit * 1.95
    shoulder = seat - unit * 2.35
    shoe = mixed(look.legs, "#05041c", 0.55)
    for reach, lift, shade in ((1.35, 0.0, 0.28), (1.75, 0.0, 0.0)):
        knee = (x + towards * unit * reach, seat - unit * 0.02 + unit * lift)
        ankle = (x + towards * unit * (reach + 0.02), floor - unit * 0.22)
        legs = mixed(look.legs, "#05041c", shade)
        canvas.limb([(x, seat - unit * 0.12), knee], unit * 0.68, legs)
        _tapered(canvas, knee, ankle, unit * 0.6, unit * 0.36, legs)
        _shoe(canvas, ankle, towards, unit, shoe)
    torso = [(x - unit * 0.72, shoulder + unit * 0.15), (x - unit * 0.28, shoulder - unit * 0.16)]
    torso += [(x + unit * 0.28, shoulder - unit * 0.16), (x + unit * 0.72, shoulder + unit * 0.15)]
    torso += [(x + unit * 0.6, seat + unit * 0.24), (x - unit * 0.6, seat + unit * 0.24)]
    canvas.polygon(torso, look.coat)
    canvas.disc(x - unit * 0.56, shoulder + unit * 0.2, unit * 0.27, look.coat)
    canvas.disc(x + unit * 0.56, shoulder + unit * 0.2, unit * 0.27, look.coat)
    if look.shirt:
        _shirt_front(canvas, x + towards * unit * 0.08, shoulder, seat + unit * 0.1, unit, look)
    head(canvas, x + towards * unit * 0.08, shoulder - unit * 0.28, unit, look)
    for side, hand in zip((-1, 1), hands, strict=True):
        mirrored = (hand[0] * towards, hand[1])
        arm(
            canvas,
            (x + side * towards * unit * 0.64, shoulder + unit * 0.26),
            mirrored,
            side * towards,
            unit,
            look,
            (x, shoulder),
        )


def _tapered(canvas: Canvas, start: Point, end: Point, thick: float, thin: float, fill: str) -> None:
    canvas.polygon(
        [
            (start[0] - thick / 2, start[1]),
            (start[0] + thick / 2, start[1]),
            (end[0] + thin / 2, end[1]),
            (end[0] - thin / 2, end[1]),
        ],
        fill,
    )
    canvas.disc(*start, thick / 2, fill)


def _shoe(canvas: Canvas, ankle: Point, side: int, unit: float, fill: str) -> None:
    left, right = (0.22, 0.42) if side > 0 else (0.42, 0.22)
    x, y = ankle
    canvas.rectangle(
        (x - unit * left, y - unit * 0.06, x + unit * right, y + unit * 0.2), fill, radius=unit * 0.12
    )


CROWD = (
    Look(FAIR, "#3b2430", "short", "#2c6f7c"),
    Look(BROWN, "#1c1430", "long", "#a5546f"),
    Look(TAN, "#2a1c33", "crop", "#3d3a83"),
    Look(FAIR, "#b9784a", "bob", "#24435f"),
    Look(DARK, "#1c1430", "curls", "#c07b3f"),
    Look(FAIR, "#5b3325", "bun", "#5a3f80"),
    Look(TAN, "#7fa7a5", "scarf", "#35566b"),
    Look(FAIR, "#8a8294", "crop", "#8f4a52"),
    Look(DARK, "#15102a", "short", "#2f2d66"),
    Look(BROWN, "#2a1c33", "bun", "#1f6a70"),
    Look(FAIR, "#c79a5e", "long", "#473a7c"),
)
