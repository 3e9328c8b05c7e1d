"""What the desk sees of a picture before readers may: bytes for permitted people only, kept by no cache."""

from typing import BinaryIO

from django.http import Http404, HttpResponse, HttpResponseBase

from media import storage
from media.models import Image, RenditionState
from media.storage import Unavailable

_TYPES = {
    "JPEG": "image/jpeg",
    "PNG": "image/png",
    "WEBP": "image/webp",
    "HEIF": "image/heic",
    "AVIF": "image/avif",
}
HEADERS = {
    "Cache-Control": "private, no-store",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Content-Disposition": "inline",
}


def can_show(image: Image) -> bool:
    """Whether a browser can show its preview: only HEIC waits for a JPEG of it. Load it `.with_files()`."""
    root = image.root()
    made = any(row.format == "jpeg" and row.state == RenditionState.READY for row in root.renditions.all())
    return made or bool(root.original and root.format != "HEIF")


def preview_response(image: Image, *, width: int, or_original: bool = True) -> HttpResponseBase:
    """The smallest JPEG at least `width` pixels wide, or the largest there is, or the original. Raises Http404.

    503 with Retry-After if the storage does not answer. `or_original` False: for people outside the newsroom, who get
    503 too while no JPEG is made; an original says where it was taken.
    """
    try:
        file, content_type = _smallest_sufficient(image.root(), width, or_original)
    except Unavailable as error:
        headers = HEADERS | error.headers()
        return HttpResponse(error.message, status=error.status, content_type="text/plain", headers=headers)
    with file:
        return HttpResponse(file.read(), content_type=content_type, headers=HEADERS)


def _smallest_sufficient(root: Image, width: int, or_original: bool) -> tuple[BinaryIO, str]:
    made = root.renditions.filter(spec__startswith="jpeg-", state=RenditionState.READY).order_by("width")
    row = made.filter(width__gte=width).first() or made.last()
    try:
        if row is not None:
            return storage.renditions().open(row.file), "image/jpeg"
        if not or_original:
            raise Unavailable("This picture is being made. Try again in a minute.")
        if root.original:
            return storage.originals().open(root.original), _TYPES[root.format]
    except FileNotFoundError as error:
        raise Http404 from error
    raise Http404
