"""A picture that comes in chunks: it goes on where it stopped, and becomes an image with its last one.

What counts is the row's offset, written after the bytes before it were flushed to disk. A killed process leaves bytes
behind the offset, and the next chunk overwrites them. One chunk at a time is written, under a lock on the file. The
last chunk counts once the image is kept: so a repeat of it gets the image's answer, or does what was left undone.
"""

import base64
import fcntl
import hashlib
import logging
import os
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any, BinaryIO
from uuid import UUID

from django.conf import settings
from django.core.files.base import File
from django.db import transaction
from django.db.models import F
from django.http import Http404

from media import access, storage
from media.arrivals import arriving, check_size
from media.details import clean_given
from media.models import PartialUpload
from media.putting import Answered, image_key, original_key, put_image, put_original
from newsroom.editorial import clock
from newsroom.editorial.crash import crash_at
from newsroom.editorial.errors import EditorialError, Invalid
from newsroom.editorial.people import User
from newsroom.editorial.receipts import answered

log = logging.getLogger(__name__)

MOST_EACH = 24  # unfinished uploads of one person: of more, the one she left alone longest goes
KEPT = timedelta(days=3)  # since the last chunk
DONE_KEPT = timedelta(days=1)  # the row alone, for whom the last answer did not reach
_SHA256 = 64  # characters


class TooLarge(EditorialError):
    code = "too_large"
    status = 413


class ChecksumMismatch(EditorialError):
    """tus 1.0, checksum extension: the chunk was damaged on its way and is not kept."""

    code = "checksum_mismatch"
    status = 460


class WrongOffset(EditorialError):
    """The chunk does not begin where the upload stands, which is said."""

    code = "wrong_offset"
    status = 409

    def __init__(self, upload: PartialUpload):
        super().__init__(f"This upload stands at byte {upload.offset:,}. Go on from there.")
        self.offset = upload.offset
        self.extra = {"offset": upload.offset}

    def headers(self) -> dict[str, str]:
        return {"Upload-Offset": str(self.offset)}


def begin(
    image_id: UUID,
    *,
    by: User,
    length: int,
    sha256: str,
    name: str = "",
    given: Mapping[str, Any] | None = None,
    is_original: bool = False,
) -> tuple[PartialUpload, bool]:
    """The upload of that image, and whether it was begun just now. `given` as the API takes it, for the image.

    Begun before with the same bytes, it stays where it is, and only what is said of the picture changes; with other
    bytes it begins anew. One whose image was kept long ago under the same receipt is done at once. Effects: beyond
    MOST_EACH uploads the one she left alone longest is given up. Raises Invalid, TooLarge, NotAllowed, and Http404 for
    another person's.
    """
    given = dict(given or {})
    _check(length, sha256, given)
    access.check_may_add(by)
    key = _key(image_id, sha256, given, is_original)
    values = {"length": length, "sha256": sha256, "name": name, "given": given}
    fresh = {"person": by, "file": _new_file(), "offset": length if answered(by, key) else 0}
    with transaction.atomic():
        upload, is_new = PartialUpload.objects.select_for_update().get_or_create(
            image_id=image_id, is_original=is_original, defaults={**values, **fresh}
        )
        if upload.person_id != by.pk:
            raise Http404
        left = "" if is_new else _begin_again(upload, values, fresh)
    if left:
        storage.partials().delete(left)
    others = PartialUpload.objects.filter(person=by, offset__lt=F("length")).exclude(pk=upload.pk)
    for old in others.order_by("-updated_at")[MOST_EACH - 1 :]:
        give_up(old)
    return upload, is_new


def _begin_again(upload: PartialUpload, values: dict, fresh: dict) -> str:
    """Answers the file that is no longer wanted; "": the upload goes on."""
    is_same = (upload.sha256, upload.length) == (values["sha256"], values["length"])
    if is_same and (not upload.is_done() or upload.given == values["given"]):
        fresh = {}
    left = upload.file if fresh else ""
    for field, value in {**values, **fresh}.items():
        setattr(upload, field, value)
    upload.save()
    return left


def most_bytes() -> int:
    """Of a whole file."""
    return settings.IMAGE_MAX_BYTES


def find(image_id: UUID, *, by: User, is_original: bool = False) -> PartialUpload:
    """Her upload of that image. Raises Http404."""
    upload = PartialUpload.objects.filter(image_id=image_id, is_original=is_original, person=by).first()
    if upload is None:
        raise Http404
    return upload


def take(upload: PartialUpload, chunk: bytes, *, offset: int, checksum: str | None = None) -> Answered | None:
    """Writes a chunk that begins at byte `offset`; with the last one the image's answer, else None.

    `checksum` as tus has it: `sha256 ` and the hash in base64; None if none was sent. `upload` is brought up to date.
    Raises ChecksumMismatch, WrongOffset, Invalid (also for a whole that has another hash than was announced: then it
    has to begin anew), Unavailable, Http404 if it was given up meanwhile, and what keeping the image raises.
    """
    _check_chunk(chunk, checksum)
    with _alone_at(upload) as file:
        if not upload.is_done() and os.fstat(file.fileno()).st_size < upload.offset:
            _count(
                upload, 0
            )  # bytes that were counted are gone: a hole in their place would be found out at the end
        if upload.is_done() and offset + len(chunk) == upload.length:
            return _kept_before(upload)
        if offset != upload.offset:
            raise WrongOffset(upload)
        if offset + len(chunk) > upload.length:
            raise Invalid({"body": [f"This chunk ends behind the upload's {upload.length:,} bytes."]})
        _write(file, offset, chunk)
        crash_at("chunk.written")
        if offset + len(chunk) < upload.length:
            _count(upload, offset + len(chunk))
            return None
        result = _keep(upload, file)
        crash_at("chunk.kept")
        _count(upload, upload.length)
    storage.partials().delete(upload.file)
    return result


def give_up(upload: PartialUpload) -> None:
    """Forgets an upload and its bytes. An image that came of it stays."""
    upload.delete()
    storage.partials().delete(upload.file)


def _check(length: int, sha256: str, given: dict) -> None:
    try:
        check_size(length)
    except Invalid as error:
        raise TooLarge(error.message) from error
    errors = {}
    if length < 1:
        errors["length"] = ["The file is empty. Choose it again, or export the picture once more."]
    if len(sha256) != _SHA256 or set(sha256) - set("0123456789abcdef"):
        errors["sha256"] = ["Give the SHA-256 of the whole file, as 64 characters 0-9 a-f."]
    if errors:
        raise Invalid(errors)
    clean_given(given)


def _key(image_id: UUID, sha256: str, given: dict, is_original: bool) -> str:
    return original_key(image_id, sha256) if is_original else image_key(image_id, clean_given(given), sha256)


def _new_file() -> str:
    return f"{storage.INCOMING}/{secrets.token_hex(16)}.part"


def _check_chunk(chunk: bytes, checksum: str | None) -> None:
    if checksum is None:
        return
    algorithm, _, given = checksum.partition(" ")
    if algorithm != "sha256":
        raise Invalid({"Upload-Checksum": ["Only sha256 is taken: “sha256 ”, and the hash in base64."]})
    if given.strip() != base64.b64encode(hashlib.sha256(chunk).digest()).decode():
        raise ChecksumMismatch("This chunk was damaged on its way. Send it again.")


@contextmanager
def _alone_at(upload: PartialUpload) -> Iterator[BinaryIO]:
    """The upload's file, with no other writer at it until the end; `upload` is up to date. Raises Http404."""
    path = Path(storage.partials().path(upload.file))
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise storage.unavailable(error) from error
    with open(handle, "r+b") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        before = upload.file
        current = PartialUpload.objects.filter(pk=upload.pk).first()
        if current is None or current.file != before or current.is_done():
            path.unlink(missing_ok=True)  # of an upload that is over: nobody comes back for it
        if current is None or current.file != before:
            raise Http404
        upload.__dict__.update(current.__dict__)
        yield file


def _write(file: BinaryIO, offset: int, chunk: bytes) -> None:
    try:
        file.seek(offset)
        file.write(chunk)
        file.truncate()
        file.flush()
        os.fsync(file.fileno())
    except OSError as error:
        raise storage.unavailable(error) from error


def _count(upload: PartialUpload, offset: int) -> None:
    """The bytes up to there are on disk. Raises Http404 if the upload was given up meanwhile."""
    standing = PartialUpload.objects.filter(pk=upload.pk, file=upload.file)
    if not standing.update(offset=offset, updated_at=clock.now()):
        raise Http404
    upload.offset = offset


def _keep(upload: PartialUpload, file: BinaryIO) -> Answered:
    file.seek(0)
    if hashlib.file_digest(file, "sha256").hexdigest() != upload.sha256:
        give_up(upload)
        raise Invalid({"sha256": ["These are not the bytes that were announced. Begin the upload anew."]})
    with arriving(File(file, name=upload.name)) as arrival:
        if upload.is_original:
            return put_original(upload.person, upload.image_id, arrival)
        return put_image(upload.person, upload.image_id, clean_given(upload.given), arrival)


def _kept_before(upload: PartialUpload) -> Answered:
    """What the last chunk was answered. Raises Http404 if that is no longer known."""
    result = answered(upload.person, _key(upload.image_id, upload.sha256, upload.given, upload.is_original))
    if result is None:
        raise Http404
    return result
