"""What readers get of an image at a moment: its files, a place for them, or a placeholder."""

from dataclasses import replace
from datetime import datetime

from media import rights, storage
from media.models import Image, ImageState, Rendition, RenditionState
from media.picture import Picture, Source
from newsroom.editorial import clock

# The shape of a place whose picture nobody has measured yet.
UNKNOWN_SIZE = (1200, 800)


def as_picture(image: Image, caption: str = "", *, at: datetime | None = None) -> Picture | None:
    """What readers get of an image at `at` (UTC; None: now); None: nothing, not even a place.

    Never without credit and alternative text. Shown: at least one JPEG is made. Reserved: the files are being made,
    or the bytes were promised less than ten minutes ago. Expired: its lease is over, and not even a blur of it is
    left; of one that never had a file, nothing is. A copy uses the files of the
    image it is a copy of, and its texts where its own are empty; without `caption` the image's own is used.
    Load images `.with_files()`, or this costs two queries.
    """
    at, root = at or clock.now(), image.root()
    blank = _blank(image, root, caption)
    opening, end = rights.opens_at(image), rights.ends_at(image)
    if not (blank.credit and blank.alt) or _is_away(image, root) or (opening and opening > at):
        return None
    if end and end <= at:
        return replace(blank, place="expired", thumbhash="") if root.has_bytes() else None
    rows = list(root.renditions.all())
    sources = sorted(
        (_source(row) for row in rows if row.file and row.state == RenditionState.READY),
        key=lambda source: (source.format, source.width),
    )
    shown = replace(blank, sources=tuple(sources), place="shown")
    if ladder := shown.of_format("jpeg"):
        return replace(shown, width=ladder[-1].width, height=ladder[-1].height)
    return blank if _is_promised(image, root, rows, at) else None


def text_of(image: Image, field: str) -> str:
    """A text of its own, or where that is empty the text of the image it is a copy of."""
    return getattr(image, field).strip() or getattr(image.root(), field).strip()


def missing_of(image: Image) -> list[str]:
    """What keeps it from readers: "file", "credit", "alternative text"."""
    lacking = {
        "file": image.state in (ImageState.AWAITED, ImageState.REFUSED),
        "credit": not text_of(image, "credit"),
        "alternative text": not text_of(image, "alt_text"),
    }
    return [name for name, lacks in lacking.items() if lacks]


def _blank(image: Image, root: Image, caption: str) -> Picture:
    """A reserved place with every word that is known."""
    width, height = (root.width, root.height) if root.width else UNKNOWN_SIZE
    return Picture(
        image=str(image.pk),
        credit=text_of(image, "credit"),
        alt=text_of(image, "alt_text"),
        caption=caption or text_of(image, "caption"),
        width=width,
        height=height,
        sources=(),
        place="reserved",
        creator=text_of(image, "creator"),
        copyright_notice=text_of(image, "copyright_notice"),
        licence=text_of(image, "web_statement"),
        licensor=text_of(image, "licensor_url"),
        people=tuple(image.people or root.people),
        thumbhash=root.thumbhash,
    )


def _is_away(image: Image, root: Image) -> bool:
    gone = (ImageState.REFUSED, ImageState.WITHDRAWN)
    return image.state in gone or root.state in gone


def _is_promised(image: Image, root: Image, rows: list[Rendition], at: datetime) -> bool:
    """Whether its files are still to come: being made, or their bytes on the way."""
    if root.has_bytes():
        return any(row.state == RenditionState.WAITING for row in rows)
    return not rights.is_closed(image, at=at)


def _source(row: Rendition) -> Source:
    return Source(row.spec, row.format, storage.renditions().url(row.file), row.width, row.height)
