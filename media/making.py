"""One worker's work on one image: the claim, the files, the end. `media.renditions` is the door."""

import errno
import logging
import secrets
import time
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from io import BytesIO
from uuid import UUID

from celery.exceptions import SoftTimeLimitExceeded
from django.db import transaction
from django.db.models import F

from media import hints, looks, metadata, specs, storage
from media.decoding import decode
from media.labels import Labels
from media.models import Image, ImageState, Rendition, RenditionState, RetiredFiles
from media.upright import Unreadable, Upright
from newsroom.editorial import clock
from newsroom.editorial.crash import crash_at

log = logging.getLogger(__name__)

TRIES = 3
ORIGINS = "http://cv.iptc.org/newscodes/digitalsourcetype/"
# How long the URLs of replaced files still serve once their successors are ready.
RETIRED_FOR = timedelta(minutes=10)


class Refused(Exception):
    """The original cannot be decoded; the message is for the person."""


class Superseded(Exception):
    """Somebody changed the image meanwhile: its version is no longer the one claimed."""


@dataclass
class Job:
    """A claimed image, at the version of the claim, and the specs still to be made, in order."""

    image: Image
    missing: list[str]


def new_public_name() -> str:
    """A folder's name nobody can guess: 128 bits, safe where file names ignore case."""
    return secrets.token_hex(16)


@transaction.atomic
def claim(image_id: UUID | str) -> Job | None:
    """Claims an image for this worker; None if there is nothing to do or another is at it.

    The tries are counted here, before the work: a picture that kills its worker is given up after three.
    """
    now = clock.now()
    image = Image.objects.filter(pk=image_id).first()
    if image is None or image.state != ImageState.RECEIVED or image.same_as_id:
        return None
    mine = Image.objects.filter(pk=image.pk, version=image.version, state=ImageState.RECEIVED).unclaimed(
        at=now
    )
    name = image.public_name or new_public_name()
    if not mine.update(version=F("version") + 1, claimed_at=now, public_name=name):
        return None
    image.refresh_from_db()
    plan_rows(image)
    _give_up(image)
    waiting = image.renditions.filter(state=RenditionState.WAITING)
    waiting.update(attempts=F("attempts") + 1)
    return Job(image, _in_order(image, waiting))


def plan_rows(image: Image) -> None:
    """Gives an image that was measured a row for each rendition it is to have, and no other."""
    planned = specs.plan(image.width)
    image.renditions.exclude(spec__in=planned).delete()
    rows = [Rendition(image=image, spec=name, format=specs.format_of(name)) for name in planned]
    Rendition.objects.bulk_create(rows, ignore_conflicts=True)


def make_all(job: Job) -> None:
    """Decodes the original and makes what is missing. A failure is noted on its row; the others go on.

    Raises Refused and Superseded.
    """
    if not job.missing:
        return
    crash_at("rendition.claimed")
    try:
        data = _original(job)
        _make_first(job, data)
        upright = _decode(job, data)
        for name in list(job.missing):
            _make(job, name, upright)
            crash_at("rendition.landed")
            job.missing.remove(name)
    except Unreadable as error:
        raise Refused(str(error)) from error
    except storage.Unavailable as error:
        _wait_for_storage(job, error)
    except (OSError, MemoryError, SoftTimeLimitExceeded) as error:
        _note_failure(job, job.missing, error)


@transaction.atomic
def finish(job: Job) -> None:
    """Sets the image and its copies ready if every rendition is; else lets go of it. Raises Superseded."""
    _hold(job)
    if job.image.renditions.exclude(state=RenditionState.READY).exists():
        Image.objects.filter(pk=job.image.pk).update(claimed_at=None)
        return
    now = clock.now()
    family = Image.objects.family(job.image.pk)
    family.update(state=ImageState.READY, announced=False, claimed_at=None, updated_at=now)
    Image.objects.filter(pk=job.image.pk).update(edition=F("edition") + 1, previous=None)
    if job.image.previous:
        old = job.image.previous["original"]
        transaction.on_commit(partial(storage.remove, storage.originals(), old), robust=True)
    RetiredFiles.objects.filter(image=job.image, delete_after=None).update(delete_after=now + RETIRED_FOR)
    hints.tell_after_commit(family.values_list("pk", flat=True))


def remove_stale(job: Job) -> None:
    """Removes the files of a worker that came too late, unless their folder is still in use."""
    folder = job.image.public_name
    in_use = Image.objects.filter(public_name=folder).exists()
    if not in_use and not RetiredFiles.objects.filter(public_name=folder).exists():
        storage.remove_folder(storage.renditions(), folder)


def _original(job: Job) -> bytes:
    with storage.originals().open(job.image.original) as file:
        return file.read()


def _make_first(job: Job, data: bytes) -> None:
    """The JPEG a post can show soonest, out of a decode at little more than its size. Only a JPEG saves time so."""
    if job.missing[0] != specs.FIRST or job.image.format != "JPEG":
        return
    upright = decode(data, "JPEG", largest=specs.SPECS[specs.FIRST].width, headroom=1)
    if (upright.width, upright.height) == (job.image.width, job.image.height):
        _make(job, job.missing.pop(0), upright)
        _show_first(job)


@transaction.atomic
def _show_first(job: Job) -> None:
    """Says that there is something to show, if it was made."""
    _hold(job)
    if job.image.renditions.filter(spec=specs.FIRST, state=RenditionState.READY).exists():
        hints.tell_after_commit(Image.objects.family(job.image.pk).values_list("pk", flat=True))


def _decode(job: Job, data: bytes) -> Upright:
    """The picture, decoded once. Notes what it looks like; corrects the measures if the header had told less."""
    largest = max(specs.WIDTHS)
    upright = decode(data, job.image.format, largest=largest)
    if (upright.width, upright.height) != (job.image.width, job.image.height):
        with transaction.atomic():
            _hold(job)
            measures = {"width": upright.width, "height": upright.height}
            Image.objects.family(job.image.pk).update(**measures)
            job.image.width, job.image.height = upright.width, upright.height
            plan_rows(job.image)
            waiting = job.image.renditions.filter(state=RenditionState.WAITING)
            waiting.filter(attempts=0).update(attempts=1)
            job.missing = _in_order(job.image, waiting)
    _note_looks(job, data, upright)
    return upright


def _note_looks(job: Job, data: bytes, upright: Upright) -> None:
    """What it looks like, and what its file says of itself."""
    smallest = upright.at(min(specs.WIDTHS))
    noted = {
        "thumbhash": looks.thumbhash_of(smallest),
        "likeness": looks.likeness_of(smallest),
        "found": metadata.read(data, job.image.format).as_json(),
    }
    with transaction.atomic():
        _hold(job)
        Image.objects.family(job.image.pk).update(**noted)


def labels_of(image: Image) -> Labels:
    """What its files say; nothing without a credit: such files are for the desk only and made again later."""
    if not image.credit:
        return Labels()
    return Labels(
        creator=image.creator or image.credit,
        credit=image.credit,
        copyright_notice=image.copyright_notice or image.credit,
        web_statement=image.web_statement,
        digital_source_type=ORIGINS + image.digital_source_type if image.digital_source_type else "",
        alt_text=image.alt_text,
    )


def _make(job: Job, name: str, upright: Upright) -> None:
    """One rendition: its pixels, its file, its row."""
    started = time.monotonic()
    image = job.image
    target = specs.file_name(image.public_name, name)
    focus = (image.focal_x, image.focal_y)
    try:
        file = specs.spec_for(name, source=upright, labels=labels_of(image), focus=focus).generate()
        storage.write(storage.renditions(), target, file.getvalue())
        crash_at("rendition.written")
    except (MemoryError, SoftTimeLimitExceeded, storage.Unavailable):
        raise
    except Exception as error:
        log.exception("%s of image %s could not be made", name, image.pk)
        _note_failure(job, [name], error)
    else:
        _land(job, name, target, file, milliseconds=round((time.monotonic() - started) * 1000))


@transaction.atomic
def _land(job: Job, name: str, target: str, file: BytesIO, *, milliseconds: int) -> None:
    _hold(job)
    width, height = file.pixels
    job.image.renditions.filter(spec=name).update(
        state=RenditionState.READY,
        file=target,
        width=width,
        height=height,
        size=len(file.getbuffer()),
        milliseconds=milliseconds,
        error="",
        recipe=specs.RECIPE,
        updated_at=clock.now(),
    )


@transaction.atomic
def _note_failure(job: Job, names: list[str], error: Exception) -> None:
    _hold(job)
    job.image.renditions.filter(spec__in=names).update(error=_in_plain_words(error), updated_at=clock.now())
    _give_up(job.image)


@transaction.atomic
def _wait_for_storage(job: Job, error: storage.Unavailable) -> None:
    """A storage that is away is no fault of the picture: the try is given back, and the sweep comes again."""
    _hold(job)
    job.image.renditions.filter(spec__in=job.missing).update(
        attempts=F("attempts") - 1, error=error.message, updated_at=clock.now()
    )


def _give_up(image: Image) -> None:
    tried = image.renditions.filter(state=RenditionState.WAITING, attempts__gte=TRIES)
    tried.filter(error="").update(error="Its making was cut short three times.")
    tried.update(state=RenditionState.FAILED)


def _hold(job: Job) -> None:
    """Renews the claim, and locks the image for the rest of the transaction. Raises Superseded."""
    now = clock.now()
    mine = Image.objects.filter(pk=job.image.pk, version=job.image.version, state=ImageState.RECEIVED)
    if not mine.update(claimed_at=now, updated_at=now):
        raise Superseded


def _in_order(image: Image, rows) -> list[str]:
    names = set(rows.values_list("spec", flat=True))
    return [name for name in specs.plan(image.width) if name in names]


def _in_plain_words(error: Exception) -> str:
    if isinstance(error, FileNotFoundError):
        return "The original is missing from the storage. Send the picture again."
    if isinstance(error, OSError) and error.errno == errno.ENOSPC:
        return "The disk is full."
    if isinstance(error, MemoryError):
        return "The picture needs more memory than there is. Send a smaller one."
    if isinstance(error, SoftTimeLimitExceeded):
        return "Making it took longer than a minute."
    return f"It could not be made: {error}"[:300]
