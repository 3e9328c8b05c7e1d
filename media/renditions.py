"""The verbs on an image's renditions: making them, making them again, taking them away.

One worker at a time makes an image's renditions: it *claims* the image by an UPDATE on its version, notes every
file it lands on the image's row, and gives up when the version is no longer its own. Pixels are made outside any
transaction. What a message failed to start, or a killed worker left, `media.sweep` starts again.
"""

from functools import partial
from uuid import UUID

from django.db import transaction
from django.db.models import F, QuerySet

from media import hints, making, storage
from media.making import Refused, Superseded
from media.models import Image, ImageState, RenditionState, RetiredFiles
from newsroom.editorial import clock
from newsroom.editorial.audit import write_audit
from newsroom.editorial.people import User


def make_renditions(image_id: UUID | str) -> None:
    """Makes what is missing of an image's renditions. Safe to call again, and by several workers at once.

    Effects: claims the image; decodes the original once; writes each file and its row, the 960 pixel JPEG first;
    with the last one sets the image (and its copies) ready and tells the newsroom after commit. A picture that
    cannot be decoded is refused with a sentence and its original removed. A file that cannot be made is tried
    three times, then its row says why.
    """
    job = making.claim(image_id)
    if job is None:
        return
    try:
        making.make_all(job)
        making.finish(job)
    except Refused as refused:
        refuse(job.image, str(refused))
    except Superseded:
        making.remove_stale(job)


@transaction.atomic
def refuse(image: Image, sentence: str) -> None:
    """Sets an image (at the version given) refused, with the reason for the person; removes all its files.

    One that had another file before this one gets that back instead.
    """
    if not _mine(image).update(claimed_at=None, version=F("version") + 1):
        return
    write_audit("refuse", image, by=None, from_state=image.state, to_state=ImageState.REFUSED, note=sentence)
    transaction.on_commit(partial(storage.remove, storage.originals(), image.original), robust=True)
    _delete_after_commit(image)
    if image.previous and not Image.objects.holding(image.previous["sha256"]).exclude(pk=image.pk).exists():
        _put_back(image, sentence)
        return
    changes = {"state": ImageState.REFUSED, "refusal": sentence[:300], "updated_at": clock.now()}
    Image.objects.filter(pk=image.pk).update(**changes, original="", public_name="", previous=None)
    # Its copies stand for themselves again: they can be filled with other bytes.
    image.copies.update(**changes, same_as=None, version=F("version") + 1)
    image.renditions.all().delete()
    RetiredFiles.objects.filter(image=image, delete_after=None).update(delete_after=clock.now())


def _mine(image: Image) -> QuerySet[Image]:
    return Image.objects.filter(pk=image.pk, version=image.version, state=ImageState.RECEIVED)


def _put_back(image: Image, sentence: str) -> None:
    """The file before this one, whose renditions are made again."""
    measures = {field: value for field, value in image.previous.items() if field != "original"}
    refusal = f"The new file was refused and the one before kept. {sentence}"[:300]
    Image.objects.family(image.pk).update(**measures, refusal=refusal, updated_at=clock.now())
    Image.objects.filter(pk=image.pk).update(
        original=image.previous["original"], public_name="", previous=None
    )
    image.renditions.update(state=RenditionState.WAITING, attempts=0, error="", file="")
    hints.make_after_commit(image.pk)


def reprint(image: Image, *, inside: bool) -> None:
    """What readers see of an image changed: its files are made again if it stands `inside` them.

    Call it in the transaction of the change. A copy has no files of its own: the newsroom is told at once.
    """
    if inside and image.same_as_id is None and image.state in (ImageState.RECEIVED, ImageState.READY):
        remake(image)
    elif image.state == ImageState.READY:
        Image.objects.filter(pk=image.pk).update(announced=False, edition=F("edition") + 1)
        hints.tell_after_commit([image.pk])


@transaction.atomic
def remake(image: Image) -> None:
    """Makes all renditions again, under a new public name.

    Until they are ready the image is `received`; its old files serve on, and are deleted ten minutes after.
    """
    root = Image.objects.select_for_update().get(pk=image.same_as_id or image.pk)
    if not root.has_bytes():
        return
    if root.public_name:
        RetiredFiles.objects.get_or_create(public_name=root.public_name, defaults={"image": root})
    _back_to_received(root, public_name="")
    root.renditions.update(state=RenditionState.WAITING, attempts=0, error="", file="")
    hints.make_after_commit(root.pk)
    image.refresh_from_db()


@transaction.atomic
def repair(image: Image, missing: list[str]) -> None:
    """Makes the named specs' lost files again, under the names that were released."""
    root = Image.objects.select_for_update().get(pk=image.pk)
    if root.state != ImageState.READY:
        return
    _back_to_received(root)
    root.renditions.filter(spec__in=missing).update(state=RenditionState.WAITING, attempts=0, error="")
    hints.make_after_commit(root.pk)


@transaction.atomic
def try_again(image: Image, *, by: User | None) -> int:
    """Gives the failed renditions three new tries. Returns how many there were."""
    root = Image.objects.select_for_update().get(pk=image.same_as_id or image.pk)
    failed = root.renditions.filter(state=RenditionState.FAILED)
    count = failed.update(state=RenditionState.WAITING, attempts=0, error="")
    if count:
        Image.objects.filter(pk=root.pk).update(claimed_at=None, version=F("version") + 1)
        write_audit("try again", root, by=by, note=f"{count} renditions")
        hints.make_after_commit(root.pk)
    return count


@transaction.atomic
def withdraw_files(image: Image, reason: str = "") -> None:
    """Takes an image and its copies away: state withdrawn, rows and rendition files deleted after commit.

    The private original stays, so that the chief editor can reinstate it; its bytes are refused meanwhile, with
    the reason.
    """
    root = Image.objects.select_for_update().get(pk=image.same_as_id or image.pk)
    family = Image.objects.family(root.pk)
    for retired in RetiredFiles.objects.filter(image__in=family):
        transaction.on_commit(
            partial(storage.remove_folder, storage.renditions(), retired.public_name), robust=True
        )
    RetiredFiles.objects.filter(image__in=family).delete()
    root.renditions.all().delete()
    _delete_after_commit(root)
    family.update(
        state=ImageState.WITHDRAWN,
        refusal=(reason or root.refusal)[:300],
        public_name="",
        claimed_at=None,
        announced=True,
        version=F("version") + 1,
        updated_at=clock.now(),
    )
    image.refresh_from_db()


@transaction.atomic
def reinstate_files(image: Image) -> None:
    """A withdrawn image that still has its original is received again; new files get new names."""
    root = Image.objects.select_for_update().get(pk=image.same_as_id or image.pk)
    if root.state == ImageState.WITHDRAWN:
        kept = ImageState.RECEIVED if root.original else ImageState.AWAITED
        Image.objects.family(root.pk).update(
            state=kept, refusal="", version=F("version") + 1, announced=False, updated_at=clock.now()
        )
        if root.original:
            hints.make_after_commit(root.pk)
    image.refresh_from_db()


def _back_to_received(root: Image, **changes) -> None:
    Image.objects.filter(pk=root.pk).update(
        **changes, claimed_at=None, version=F("version") + 1, edition=F("edition") + 1
    )
    Image.objects.family(root.pk).update(state=ImageState.RECEIVED, announced=False, updated_at=clock.now())


def _delete_after_commit(image: Image) -> None:
    if image.public_name:
        transaction.on_commit(
            partial(storage.remove_folder, storage.renditions(), image.public_name), robust=True
        )
