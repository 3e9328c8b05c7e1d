"""The newsroom's logo: looked at by its bytes, drawn anew, and kept under a name of ours."""

import os
import tempfile
from io import BytesIO
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from PIL import Image

from media import sniff

MOST_BYTES = 5 * 1024 * 1024
MOST_PIXELS = 16_000_000
FITS = (1200, 400)  # width and height it is scaled down to
SMALLEST = 112  # pixels of its longer side: search engines take no smaller one


def read(path: str) -> bytes:
    """A PNG file of only pixels, at most `FITS`. Raises ImproperlyConfigured with what is wrong with this one."""
    try:
        with open(path, "rb") as file:
            data = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise ImproperlyConfigured(f"The logo {path} cannot be read: {error.strerror}.") from error
    if len(data) > MOST_BYTES:
        raise ImproperlyConfigured(
            f"The logo is larger than {MOST_BYTES // 1024**2} MB: export a smaller PNG."
        )
    kind = sniff.kind_of(data[: sniff.ENOUGH])
    if kind == "svg":
        raise ImproperlyConfigured(
            "The logo is an SVG drawing, which can carry programs: export it as a PNG."
        )
    if kind != "png":
        raise ImproperlyConfigured("The logo is no PNG file: export it as one.")
    width, height = sniff.png_canvas(data) or (0, 0)
    if not 0 < width * height <= MOST_PIXELS:
        raise ImproperlyConfigured(
            "The logo has too many pixels, or none: export it at most 4,000 wide and high."
        )
    if max(width, height) < SMALLEST:
        raise ImproperlyConfigured(f"The logo is too small: {SMALLEST} pixels wide or high is the least.")
    return _drawn(data)


def _drawn(data: bytes) -> bytes:
    try:
        with Image.open(BytesIO(data), formats=["PNG"]) as image:
            pixels = image.convert("RGBA")
    except (OSError, SyntaxError, ValueError) as error:
        raise ImproperlyConfigured(
            "The logo cannot be read; it may be cut short. Export it once more."
        ) from error
    pixels.thumbnail(FITS, Image.Resampling.LANCZOS)
    file = BytesIO()
    pixels.save(file, "PNG", optimize=True)
    return file.getvalue()


def path() -> Path:
    return settings.HOUSE_FILES / "logo.png"


def put(content: bytes) -> None:
    """Nobody finds half a file."""
    path().parent.mkdir(exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path().parent, delete=False) as draft:
        draft.write(content)
    os.chmod(draft.name, 0o644)
    os.replace(draft.name, path())


def take_away() -> None:
    path().unlink(missing_ok=True)
