"""Looking at an upload before anything decodes it, and keeping it aside until its image is known."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import NoReturn

from django.conf import settings
from django.core.files.base import File
from PIL import Image

from media import heif, sniff, storage
from media.limits import MAX_PIXELS_IN_MEMORY, MAX_SIDE
from media.pixels import orientation_of
from media.wording import clean_file_name
from newsroom.editorial.crash import crash_at
from newsroom.editorial.errors import Invalid

_CUT = "The file is cut off: part of the picture is missing. Send it again."
_DAMAGED = "The file is damaged: its beginning cannot be read as a picture. Export it again and send that."


@dataclass(frozen=True)
class Arrival:
    """An upload that may become an image. `width` and `height` are its header's pixels, upright."""

    staged: str  # its name in the storage of the originals, for now
    name: str  # what the person's file was called, as text
    sha256: str
    size: int  # bytes
    format: str  # JPEG, PNG, WEBP, HEIF or AVIF
    width: int
    height: int

    def file_name(self, image_id) -> str:
        """Where its original lies for good: a name no other arrival has, not even one of the same bytes."""
        own = self.staged.rpartition("/")[2][:8]
        return f"{image_id}/{self.sha256}-{own}.{sniff.EXTENSIONS[self.format]}"


def refuse(sentence: str) -> NoReturn:
    raise Invalid({"file": [sentence]})


@contextmanager
def arriving(upload: File) -> Iterator[Arrival]:
    """Checks an upload and keeps it aside; what nobody placed is removed at the end.

    Checks, before any decoding: bytes, type by content, pixels by the header, frames. Raises Invalid.
    """
    format, (width, height) = inspect(upload)
    digest, counted = hashlib.sha256(), 0

    def chunks() -> Iterator[bytes]:
        nonlocal counted
        upload.seek(0)
        for chunk in upload.chunks():
            digest.update(chunk)
            counted += len(chunk)
            check_size(counted)
            yield chunk

    staged = storage.stage(storage.originals(), chunks())
    crash_at("ingest.staged")
    try:
        name = clean_file_name(upload.name or "")
        yield Arrival(staged, name, digest.hexdigest(), counted, format, width, height)
    finally:
        storage.originals().delete(staged)


def check_size(size: int) -> None:
    """Raises Invalid if a file of `size` bytes is too large to be taken."""
    if size > settings.IMAGE_MAX_BYTES:
        taken = settings.IMAGE_MAX_BYTES / 1024 / 1024
        refuse(
            f"The file is {size / 1024 / 1024:.1f} MB; at most {taken:.4g} MB are taken. Export a smaller JPEG."
        )


def inspect(upload: File) -> tuple[str, tuple[int, int]]:
    """The format by content and the upright size in pixels, by the header. Raises Invalid for what is not taken."""
    check_size(upload.size)
    upload.seek(0)
    start = upload.read(sniff.ENOUGH)
    kind = sniff.kind_of(start)
    if kind not in sniff.TAKEN:
        refuse(sniff.refusal_of(kind))
    if kind in ("heic", "avif"):
        return sniff.TAKEN[kind], _size_in_boxes(upload)
    if kind != "jpeg":
        _check_canvas(kind, start, upload.size)
    return sniff.TAKEN[kind], _size_by_pillow(upload, kind)


def _size_in_boxes(upload: File) -> tuple[int, int]:
    """Of HEIC and AVIF: no decoder's library touches them in this process."""
    if heif.is_cut(upload, upload.size):
        refuse(_CUT)
    size = heif.canvas(upload, upload.size)
    if size is None:
        refuse(_DAMAGED)
    _check_pixels(*size)
    _check_held_in_memory(size)
    return size


def _size_by_pillow(upload: File, kind: str) -> tuple[int, int]:
    try:
        upload.seek(0)
        with Image.open(upload, formats=[sniff.TAKEN[kind]]) as image:
            size = image.size
            frames = getattr(image, "n_frames", 1)
            # A phone's MPO is a JPEG with more pictures behind it (depth, gain map): the first one is the picture.
            animated = frames > 1 and image.format != "MPO"
            streamed = _is_streamed(kind, image)
            sideways = orientation_of(image, header_only=True) >= 5
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        refuse(_too_many_pixels())
    except Exception:  # Pillow raises whatever a broken header makes it stumble on
        refuse(_DAMAGED)
    _check_pixels(*size)
    if not streamed:
        _check_held_in_memory(size)
    if animated:
        refuse(f"The picture is animated ({frames} frames). Only stills are taken: export one frame.")
    return size[::-1] if sideways else size


def _is_streamed(kind: str, image: Image.Image) -> bool:
    """Whether it can be decoded row by row: a baseline JPEG or a PNG that is not interlaced."""
    return kind in ("jpeg", "png") and not (image.info.get("progressive") or image.info.get("interlace"))


def _check_held_in_memory(size: tuple[int, int]) -> None:
    if size[0] * size[1] > MAX_PIXELS_IN_MEMORY:
        refuse(
            f"The picture has {size[0] * size[1] / 1e6:,.0f} million pixels, and a file of its kind is taken up to "
            f"{MAX_PIXELS_IN_MEMORY / 1e6:,.0f} million. Export it as an ordinary (baseline) JPEG, or smaller."
        )


def _check_canvas(kind: str, start: bytes, size: int) -> None:
    """Before a decoder sees the file: libwebp takes memory for the whole canvas as soon as it opens one."""
    canvas = sniff.webp_canvas(start) if kind == "webp" else sniff.png_canvas(start)
    if canvas is None:
        refuse(_DAMAGED)
    if kind == "webp" and sniff.webp_is_cut(start, size):
        refuse(_CUT)
    _check_pixels(*canvas)


def _check_pixels(width: int, height: int) -> None:
    if width < 1 or height < 1:
        refuse(_DAMAGED)
    if width * height > settings.IMAGE_MAX_PIXELS:
        refuse(_too_many_pixels(f"The picture has {width * height / 1e6:,.0f} million pixels"))
    if max(width, height) > MAX_SIDE:
        refuse(
            f"The picture is {width:,} × {height:,} pixels; no side may be longer than {MAX_SIDE:,}. "
            "Send a smaller one."
        )


def _too_many_pixels(what: str = "The picture has too many pixels") -> str:
    return f"{what}; at most {settings.IMAGE_MAX_PIXELS / 1e6:,.0f} million are taken. Send a smaller one."
