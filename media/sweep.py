"""Putting right what a lost message, a killed worker or a lost file left behind. Every part may run at any time."""

import logging
from collections.abc import Collection, Iterable
from contextlib import suppress
from datetime import timedelta

from django.conf import settings
from django.core.files.storage import Storage
from django.db.models import F
from django.utils.module_loading import import_string

from media import hints, renditions, resuming, specs, storage
from media.models import Image, ImageState, PartialUpload, Rendition, RenditionState, RetiredFiles
from newsroom.editorial import clock

log = logging.getLogger(__name__)

# A worker that runs has begun by then; one that died has let its claim run out.
IDLE = timedelta(seconds=20)
ORPHAN_AGE = timedelta(hours=1)
# A whole folder that is lost is found among all images; a single file among the images changed last.
CHECKED_BY_FILE = 100
AT_ONCE = 200
REMADE_AT_ONCE = 5
# Images whose folders are listed for stray files: each costs two requests in S3.
LOOKED_INTO = 20


def sweep() -> None:
    """One round. Effects: hints sent, lost files waiting to be made again, forgotten files deleted."""
    hint_unfinished()
    tell_again()
    repair_lost()
    remake_outdated()
    delete_retired()
    delete_orphans()
    delete_strays()
    delete_partials()


def hint_unfinished() -> list:
    """Tells a worker of images nobody has touched for 20 seconds. Returns their ids."""
    due = Image.objects.unfinished(at=clock.now(), idle=IDLE).order_by("created_at")
    ids = list(due.values_list("pk", flat=True)[:AT_ONCE])
    for image_id in ids:
        hints.make_after_commit(image_id)
    return ids


def tell_again() -> None:
    """Tells the newsroom of ready images it may not have heard of."""
    ready = Image.objects.filter(state=ImageState.READY, announced=False, updated_at__lt=clock.now() - IDLE)
    hints.tell(ready.values_list("pk", flat=True)[:AT_ONCE])


def repair_lost() -> list:
    """Images whose files are gone from the storage are made again, under the same names. Returns their ids."""
    files = storage.renditions()
    folders = set(storage.folders_in(files))
    ready = Image.objects.filter(state=ImageState.READY, same_as=None)
    lost = [pk for pk, name in ready.values_list("pk", "public_name") if name not in folders]
    recent = ready.order_by("-updated_at").values_list("pk", flat=True)[:CHECKED_BY_FILE]
    rows = Rendition.objects.filter(image__in=[*lost[:AT_ONCE], *recent])
    listed = list(rows.values_list("image", "spec", "file"))
    gone = storage.lacking(files, [file for _, _, file in listed])
    missing: dict = {}
    for image_id, spec, file in listed:
        if file in gone:
            missing.setdefault(image_id, []).append(spec)
    for image in Image.objects.filter(pk__in=missing):
        log.warning("%d files of image %s are lost and will be made again", len(missing[image.pk]), image.pk)
        renditions.repair(image, missing[image.pk])
    return list(missing)


def remake_outdated() -> list:
    """A few images at a time whose files were made by an older recipe are made again. Returns their ids."""
    older = Rendition.objects.filter(recipe__lt=specs.RECIPE, state=RenditionState.READY)
    ready = Image.objects.filter(state=ImageState.READY, same_as=None, renditions__in=older).distinct()
    images = list(ready.order_by("-updated_at")[:REMADE_AT_ONCE])
    for image in images:
        renditions.remake(image)
    return [image.pk for image in images]


def delete_retired() -> None:
    """Deletes the files that were replaced, when their time is up and readers are shown them no longer."""
    for retired in RetiredFiles.objects.filter(delete_after__lt=clock.now()):
        if is_in_use(retired.public_name):
            continue
        storage.remove_folder(storage.renditions(), retired.public_name)
        retired.delete()


def is_in_use(folder: str) -> bool:
    """Whether what the newsroom released shows a folder's files. Asks the function named in the settings, if any."""
    name = getattr(settings, "MEDIA_FOLDER_IN_USE", "")
    return bool(name) and import_string(name)(folder)


def delete_orphans() -> None:
    """Deletes folders and staged uploads of the last hour before this that no row knows."""
    used = {*Image.objects.exclude(public_name="").values_list("public_name", flat=True)}
    used |= {*RetiredFiles.objects.values_list("public_name", flat=True), storage.APART}
    _delete_unknown(storage.renditions(), used)
    owners = {str(pk) for pk in Image.objects.exclude(original="").values_list("pk", flat=True)}
    _delete_unknown(storage.originals(), owners | {storage.INCOMING})
    _delete_files(storage.originals(), storage.INCOMING)


def delete_strays() -> None:
    """Deletes files that lie in an image's folders and are named by no row of it.

    Looks at a few images that nobody changed for an hour, taken by chance: there may be thousands, and nobody waits.
    """
    settled = Image.objects.filter(updated_at__lt=clock.now() - ORPHAN_AGE).exclude(original="")
    for image in settled.prefetch_related("renditions").order_by("?")[:LOOKED_INTO]:
        before = image.previous["original"] if image.previous else ""
        _delete_files(storage.originals(), str(image.pk), but={image.original, before})
        if image.public_name:
            named = {rendition.file for rendition in image.renditions.all()}
            _delete_files(storage.renditions(), image.public_name, but=named)


def delete_partials() -> None:
    """Gives up uploads that nobody went on with, and deletes files of none."""
    now = clock.now()
    left = PartialUpload.objects.filter(updated_at__lt=now - resuming.KEPT)
    done = PartialUpload.objects.filter(updated_at__lt=now - resuming.DONE_KEPT, offset=F("length"))
    for upload in (left | done)[:AT_ONCE]:
        resuming.give_up(upload)
    known = PartialUpload.objects.values_list("file", flat=True)
    _delete_files(storage.partials(), storage.INCOMING, but=set(known))


def _delete_unknown(files: Storage, known: Iterable[str]) -> None:
    before = storage.older_than(ORPHAN_AGE)
    for folder in sorted(set(storage.folders_in(files)) - set(known)):
        changed = storage.last_change(files, folder)
        if changed is not None and changed < before:
            log.info("deleting %s: nothing refers to it", folder)
            storage.remove_folder(files, folder)


def _delete_files(files: Storage, folder: str, *, but: Collection[str] = ()) -> None:
    """Deletes the files of a folder that were written more than an hour ago, but for those named."""
    before = storage.older_than(ORPHAN_AGE)
    for name in [f"{folder}/{name}" for name in storage.files_in(files, folder)]:
        with suppress(FileNotFoundError):  # whoever wrote it renamed or removed it just now
            if name not in but and files.get_modified_time(name) < before:
                log.info("deleting %s: nothing refers to it", name)
                files.delete(name)
