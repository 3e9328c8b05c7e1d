"""Draws a share card: what is said, as a PNG of 1200 × 630 pixels in the newsroom's own type. Knows no database.

The fonts beside this module are Adobe's, unchanged, under the SIL Open Font License 1.1.
"""

import re
from functools import cache
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

SIZE = (1200, 630)
PAPER, INK, SOFT, LINE, ACCENT = "#faf7f1", "#1d1a16", "#6a6258", "#ded6c9", "#b0361b"  # as in site.css
MARGIN = 72
TOP = 148  # below the name of the house
LARGEST, SMALLEST, STEP = 84, 40, 2  # pixels of the type of what is said
LEADING = 1.16
COLOURS = 64
FONTS = Path(__file__).parent / "fonts"
FILES = {
    "display": "SourceSerif4Display-Bold.ttf.woff2",
    "strong": "SourceSans3-Semibold.ttf.woff2",
    "plain": "SourceSans3-Regular.ttf.woff2",
}
# What all three fonts have: Latin with its accents, Greek, Cyrillic, punctuation, the commonest signs.
COVERED = re.compile(
    "[ -~\u00a0-\u012b\u012e-\u0131\u0134-\u0165\u0168-\u017f\u0192\u01a0\u01a1\u01af\u01b0\u01cd-\u01d4"
    "\u01e6\u01e7\u0218-\u021b"
    "\u02c6\u02c7\u02d8-\u02dd\u0300-\u0304\u0386\u0388-\u038a\u038c\u038e-\u03a1\u03a3-\u03ce"
    "\u0400-\u045f\u0490\u0491\u1e80-\u1e85\u1e9e\u1ea0-\u1ef9\u2013\u2014\u2018-\u201a\u201c-\u201e\u2020-\u2022\u2026"
    "\u2030\u2032\u2033\u2039\u203a\u20ac\u2116\u2122\u2190-\u2193\u2212]"
)


def draw(says: dict) -> bytes:
    """The card's file. `says`: `house`, `text`, `event`, and as far as there are any `marks` (the quotation marks),
    `label` above, `people` (name and billing) and `notes` (lines) below."""
    card = Image.new("RGB", SIZE, PAPER)
    pen = ImageDraw.Draw(card)
    _head(card, pen, says)
    bottom = _foot(pen, says)
    _said(pen, says, bottom)
    file = BytesIO()
    card.quantize(COLOURS, dither=Image.Dither.NONE).save(file, "PNG", optimize=True)
    return file.getvalue()


@cache
def font(name: str, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(FONTS / FILES[name], size)


def _head(card: Image.Image, pen: ImageDraw.ImageDraw, says: dict) -> None:
    """The masthead: the name with its dot, the label at the right, a double rule."""
    name = font("display", 44)
    house = _cut(pen, says["house"], name, SIZE[0] - 2 * MARGIN - 26)
    pen.text((MARGIN, 92), house, INK, name, anchor="ls")
    x = MARGIN + pen.textlength(house, name) + 8
    card.paste(ACCENT, (round(x), 75), _dot(18))
    label = _cut(pen, says.get("label", ""), font("plain", 30), SIZE[0] - MARGIN - x - 60)
    pen.text((SIZE[0] - MARGIN, 92), label, SOFT, font("plain", 30), anchor="rs")
    for y in (113, 117):
        pen.line((MARGIN, y, SIZE[0] - MARGIN, y), fill=LINE, width=2)


def _foot(pen: ImageDraw.ImageDraw, says: dict) -> int:
    """The event, and above it the notes and the people. Returns where what is said must end."""
    width = SIZE[0] - 2 * MARGIN
    y = SIZE[1] - 56
    pen.text(
        (MARGIN, y), _cut(pen, says["event"], font("strong", 30), width), ACCENT, font("strong", 30), "ls"
    )
    for note in reversed(says.get("notes", [])):
        y -= 42
        pen.text((MARGIN, y), _cut(pen, note, font("plain", 28), width), SOFT, font("plain", 28), "ls")
    y -= 16 if says.get("people") else 0
    for name, billing in reversed(says.get("people", [])):
        y -= 44
        _person(pen, y, name, billing, width)
    return y - 58


def _person(pen: ImageDraw.ImageDraw, y: int, name: str, billing: str, width: int) -> None:
    shown = _cut(pen, name, font("strong", 34), width)
    pen.text((MARGIN, y), shown, INK, font("strong", 34), anchor="ls")
    x = pen.textlength(shown, font("strong", 34))
    rest = _cut(pen, f", {billing}" if billing else "", font("plain", 32), width - x)
    pen.text((MARGIN + x, y), rest, SOFT, font("plain", 32), anchor="ls")


def _said(pen: ImageDraw.ImageDraw, says: dict, bottom: int) -> None:
    """As large as fits, in the middle of the room there is; a quote has the warm bar that it has on the page."""
    opening, closing = says.get("marks") or ("", "")
    indent = 34 if "marks" in says else 0
    width = SIZE[0] - 2 * MARGIN - indent
    size, lines = _fitted(pen, f"{opening}{says['text']}", closing, width, bottom - TOP)
    height = round(size * LEADING)
    y = TOP + max(0, (bottom - TOP - height * len(lines)) // 2)
    if indent:
        pen.rectangle((MARGIN, y + 4, MARGIN + 6, y + height * len(lines)), fill=ACCENT if opening else LINE)
    for number, line in enumerate(lines):
        pen.text((MARGIN + indent, y + height * number + size), line, INK, font("display", size), "ls")


def _fitted(
    pen: ImageDraw.ImageDraw, text: str, closing: str, width: int, room: int
) -> tuple[int, list[str]]:
    """The largest size at which the text fits, and its lines; at the smallest it is cut, and says so."""
    for size in range(LARGEST, SMALLEST - 1, -STEP):
        lines = _wrapped(pen, text + closing, font("display", size), width)
        if len(lines) * round(size * LEADING) <= room:
            return size, _balanced(pen, text + closing, font("display", size), width, len(lines))
    most = max(1, room // round(SMALLEST * LEADING))
    lines = _wrapped(pen, text, font("display", SMALLEST), width)[:most]
    last = lines[-1].rstrip(" .,;:–—")
    while pen.textlength(f"{last} …{closing}", font("display", SMALLEST)) > width:
        last = last.rpartition(" ")[0] or last[:-1]
    return SMALLEST, [*lines[:-1], f"{last} …{closing}"]


def _balanced(
    pen: ImageDraw.ImageDraw, text: str, type_: ImageFont.FreeTypeFont, width: int, count: int
) -> list[str]:
    """As many lines, as alike in length as they can be."""
    narrower = width
    while len(_wrapped(pen, text, type_, narrower - 20)) == count and narrower > width // 3:
        narrower -= 20
    return _wrapped(pen, text, type_, narrower)


def _dot(size: int) -> Image.Image:
    """A mask with a soft edge."""
    mask = Image.new("L", (size * 4, size * 4))
    ImageDraw.Draw(mask).ellipse((0, 0, size * 4 - 1, size * 4 - 1), fill=255)
    return mask.resize((size, size), Image.Resampling.LANCZOS)


def _wrapped(pen: ImageDraw.ImageDraw, text: str, type_: ImageFont.FreeTypeFont, width: int) -> list[str]:
    """Broken between words; a word longer than a line is broken where the line ends."""
    lines, line = [], ""
    for word in text.split(" "):
        longer = f"{line} {word}".lstrip()
        if pen.textlength(longer, type_) <= width:
            line = longer
            continue
        if line:
            lines.append(line)
        line = word
        while pen.textlength(line, type_) > width:
            fits = next(n for n in range(len(line) - 1, 0, -1) if pen.textlength(line[:n], type_) <= width)
            lines.append(line[:fits])
            line = line[fits:]
    return [*lines, line] if line else lines


def _cut(pen: ImageDraw.ImageDraw, text: str, type_: ImageFont.FreeTypeFont, width: float) -> str:
    """On one line, with "…" where it was too long."""
    if pen.textlength(text, type_) <= width:
        return text
    while text and pen.textlength(f"{text}…", type_) > width:
        text = text[:-1].rstrip()
    return f"{text}…" if text else ""
