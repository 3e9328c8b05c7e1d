"""The card's picture: its size, its type, and that nothing of a long text leaves it."""

from io import BytesIO

import pytest
from PIL import Image, ImageChops, ImageFont

from coverage.record.cards import drawing
from coverage.record.cards.drawing import COVERED, FILES, FONTS, MARGIN, PAPER, SIZE, draw

LETTERS = [chr(code) for code in range(0x21, 0x2300) if COVERED.match(chr(code)) and not chr(code).isspace()]
LONG = "Nothing that is longer than a card may leave it at any side, whatever is said. " * 12


def drawn(**says) -> Image.Image:
    file = draw({"house": "Newsroom", "text": "The doors open", "event": "The Summit", **says})
    return Image.open(BytesIO(file)).convert("RGB")


def inked(card: Image.Image) -> tuple[int, int, int, int]:
    """The box around everything that is not paper."""
    return ImageChops.difference(card, Image.new("RGB", card.size, PAPER)).getbbox()


def test_a_card_has_the_size_networks_ask_for_and_is_light():
    file = draw({"house": "Newsroom", "text": LONG, "event": "The Summit"})

    assert Image.open(BytesIO(file)).size == SIZE == (1200, 630)
    assert file.startswith(b"\x89PNG")
    assert len(file) < 60_000


@pytest.mark.parametrize("name", FILES)
def test_our_type_has_every_letter_we_promise(name):
    type_ = ImageFont.truetype(FONTS / FILES[name], 40, layout_engine=ImageFont.Layout.BASIC)
    nothing = bytes(type_.getmask("\uffff"))

    assert [sign for sign in LETTERS if sign != "\u00ad" and bytes(type_.getmask(sign)) == nothing] == []
    assert len(LETTERS) > 600


def test_the_licence_lies_beside_the_fonts():
    for licence in FONTS.glob("*LICENSE*"):
        assert "SIL Open Font License, Version 1.1" in licence.read_text()
    assert len([*FONTS.glob("*LICENSE*")]) == 2


@pytest.mark.parametrize(
    "says",
    [
        {"text": LONG},
        {"text": LONG, "marks": ["“", "”"], "people": [["N" * 90, "T" * 200]], "notes": [LONG, LONG]},
        {"text": "x" * 600, "event": LONG, "label": LONG},
        {"text": "W", "people": [["A", ""], ["B", "C"], ["D", "E"]], "notes": ["and 7 more", "a day"]},
    ],
)
def test_nothing_leaves_the_card(says):
    left, top, right, bottom = inked(drawn(**says))

    assert left >= MARGIN - 8
    assert right <= SIZE[0] - MARGIN + 8
    assert top >= 30
    assert bottom <= SIZE[1] - 30


def test_other_words_are_another_card_and_the_same_words_the_same():
    assert drawn().tobytes() != drawn(text="The doors close for today").tobytes()
    assert drawn().tobytes() == drawn().tobytes()


def test_a_text_that_is_cut_says_so():
    pen = drawing.ImageDraw.Draw(Image.new("RGB", SIZE))

    size, lines = drawing._fitted(pen, f"“{LONG}", "”", 1000, 300)

    assert size == drawing.SMALLEST
    assert lines[-1].endswith(" …”")


def test_lines_are_alike_in_length():
    pen = drawing.ImageDraw.Draw(Image.new("RGB", SIZE))

    _, lines = drawing._fitted(pen, "Events, covered as they happen", "", 1056, 400)

    assert lines == ["Events, covered", "as they happen"]
