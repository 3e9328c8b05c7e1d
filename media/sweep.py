"""Putting right what a lost message, a killed worker or a lost file left behind. Every part may run at any time."""

import logging
from collections.abc import Iterable
from datetime import timedelta

from django.conf import settings
from django.core.files.storage import Storage
from django.utils import timezone
from django.utils.module_loading import import_string

from media import hints, renditions, specs, storage
from media.models import Image, ImageState, Rendition, RenditionState, RetiredFiles

log = logging.getLogger(__name__)

# A worker that runs has begun by then; one that died has let its claim run out.
IDLE = timedelta(seconds=20)
ORPHAN_AGE = timedelta(hours=1)
# A whole folder that is lost is found among all images; a single file among the images changed last.
CHECKED_BY_FILE = 100
AT_ONCE = 200
REMADE_AT_ONCE = 5


def sweep() -> None:
    """One round. Effects: hints sent, lost files waiting to be made again, forgotten files deleted."""
    hint_unfinished()
    tell_again()
    repair_lost()
    remake_outdated()
    delete_retired()
    delete_orphans()


def hint_unfinished() -> list:
    """Tells a worker of images nobody has touched for 20 seconds. Returns their ids."""
    due = Image.objects.unfinished(at=timezone.now(), idle=IDLE).order_by("created_at")
    ids = list(due.values_list("pk", flat=True)[:AT_ONCE])
    for image_id in ids:
        hints.make_after_commit(image_id)
    return ids


def tell_again() -> None:
    """Tells the newsroom of ready images it may not have heard of."""
    ready = Image.objects.filter(
        state=ImageState.READY, announced=False, updated_at__lt=timezone.now() - IDLE
    )
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
    for retired in RetiredFiles.objects.filter(delete_after__lt=timezone.now()):
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
    used |= {*RetiredFiles.objects.values_list("public_name", flat=True)}
    _delete_unknown(storage.renditions(), used)
    owners = {str(pk) for pk in Image.objects.exclude(original="").values_list("pk", flat=True)}
    _delete_unknown(storage.originals(), owners | {storage.INCOMING})
    _delete_old_files(storage.originals(), storage.INCOMING)


def _delete_unknown(files: Storage, known: Iterable[str]) -> None:
    before = timezone.now() - ORPHAN_AGE
    for folder in sorted(set(storage.folders_in(files)) - set(known)):
        changed = storage.last_change(files, folder)
        if changed is not None and changed < before:
            log.info("deleting %s: nothing refers to it", folder)
            storage.remove_folder(files, folder)


def _delete_old_files(files: Storage, folder: str) -> None:
    before = timezone.now() - ORPHAN_AGE
    for name in storage.files_in(files, folder):
        if files.get_modified_time(f"{folder}/{name}") < before:
            files.delete(f"{folder}/{name}")
