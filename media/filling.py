"""How an image comes by its bytes: its first, others in place of them, or a place beside an image that has the same.

Everything here runs in the caller's transaction, with the image's row locked and permission given.
"""

from collections.abc import Mapping
from functools import partial
from typing import Any, NamedTuple

from django.db import transaction
from django.db.models import F

from media import hints, making, renditions, rights, storage, texts
from media.arrivals import Arrival
from media.details import TIMES
from media.models import Image, ImageState, RetiredFiles
from media.wording import LONGEST
from newsroom.editorial import clock
from newsroom.editorial.audit import write_audit
from newsroom.editorial.crash import crash_at
from newsroom.editorial.people import User

MEASURES = ("sha256", "size", "format", "width", "height")
_SHARED = (*LONGEST, "people")
# What was measured of bytes that are no longer the image's, and a point that was set in them.
OF_OTHER_BYTES = {
    **{"scaled_sha256": "", "thumbhash": "", "likeness": None, "found": {}, "captured_at": None},
    **{"focal_x": 0.5, "focal_y": 0.5},
}


class Kept(NamedTuple):
    """An image, and whether it came into being or got its bytes just now (a copy of known bytes did not)."""

    image: Image
    is_new: bool


def fill(
    image: Image,
    root: Image | None,
    arrival: Arrival,
    *,
    by: User | None,
    given: Mapping[str, Any],
    verb: str = "upload",
) -> Kept:
    """Gives an image a file of its own, or with `root` the place of a copy. The row is written last.

    `given` is cleaned. A copy that had the place of one before stands for itself from now on.
    """
    before = "" if image._state.adding else image.state
    if image.same_as_id:
        _leave(image)
    _say(image, by, given)
    for field in MEASURES:
        setattr(image, field, getattr(root or arrival, field))
    image.original_name, image.refusal = arrival.name, ""
    image.same_as, image.state = root, root.state if root else ImageState.RECEIVED
    image.version += 1
    if root is None:
        image.original = arrival.file_name(image.pk)
        storage.place(storage.originals(), arrival.staged, image.original)
        crash_at("ingest.placed")
    image.save(force_insert=image._state.adding)
    write_audit(verb, image, by=by, from_state=before, to_state=image.state, note=_note(image))
    _follow(image)
    return Kept(image, is_new=root is None)


def exchange(
    image: Image, root: Image | None, arrival: Arrival, *, by: User | None, verb: str, **changes: Any
) -> None:
    """Gives an image that has a file another one, or with `root` the place of a copy; its copies go with it.

    Effects: the file it had is removed when the new one was decoded, and comes back if that cannot be; its renditions
    serve on until there are new ones, and ten minutes longer. `changes` are further columns of the image and its
    copies.
    """
    old, before = image.original, _facts(image)
    if root is None and image.state == ImageState.READY:
        Image.objects.filter(pk=image.pk).update(previous={"original": old, **_measures(image)})
        old = ""
    if root is None:
        _take(image, arrival, changes)
    else:
        _join(image, root, changes)
    Image.objects.filter(pk=image.pk).update(original_name=arrival.name)
    image.refresh_from_db()
    write_audit(verb, image, by=by, note=_note(image), before=before, after=_facts(image))
    if old:
        transaction.on_commit(partial(storage.remove, storage.originals(), old), robust=True)


def _say(image: Image, by: User | None, given: Mapping[str, Any]) -> None:
    said = texts.changes(image, given)
    for field, value in said.items():
        setattr(image, field, value)
    image.words_version += bool(said) and not image._state.adding
    if not image.credit and not image.credit_from:  # one that was sent empty stays so: somebody emptied it
        image.credit, image.credit_from = texts.credit_for(by)


def _follow(image: Image) -> None:
    """What comes after the row: its renditions are planned, or, for a copy of what is ready, the newsroom told."""
    if any(getattr(image, field) for field in TIMES):
        texts.note_next(image)
    if image.same_as_id is None:
        making.plan_rows(image)
        hints.make_after_commit(image.pk)
    elif image.state == ImageState.READY:
        hints.tell_after_commit([image.pk])


def _leave(image: Image) -> None:
    """A copy stops being one. It is not saved here."""
    _inherit(image, image.same_as)
    image.scaled_sha256 = ""  # the image it was a copy of is known by it
    image.edition += 1 + image.same_as.edition


def _inherit(copy: Image, root: Image) -> None:
    """What a copy had from its original stays: words for want of its own, and when readers may have it."""
    for field in _SHARED:
        setattr(copy, field, getattr(copy, field) or getattr(root, field))
    if any(getattr(root, field) for field in TIMES):
        copy.embargo_until, copy.lease_until = rights.opens_at(copy), rights.ends_at(copy)
        copy.lease_from = None  # the embargo is the later of both


def _take(image: Image, arrival: Arrival, changes: dict[str, Any]) -> None:
    name = arrival.file_name(image.pk)
    storage.place(storage.originals(), arrival.staged, name)
    Image.objects.family(image.pk).update(**_measures(arrival), **changes)
    Image.objects.filter(pk=image.pk).update(original=name)
    renditions.remake(image)
    making.plan_rows(image)


def _join(image: Image, root: Image, changes: dict[str, Any]) -> None:
    """The image and its copies become copies of `root`, and their old files its retired ones."""
    now, family = clock.now(), Image.objects.family(image.pk)
    for copy in image.copies.all():
        _inherit(copy, image)
        copy.save(update_fields=(*_SHARED, *TIMES))
    ids = list(family.values_list("pk", flat=True))
    if image.public_name:
        RetiredFiles.objects.create(public_name=image.public_name, image=image)
    RetiredFiles.objects.filter(image=image).update(image=root)
    image.renditions.all().delete()
    Image.objects.filter(pk__in=ids).update(
        **_measures(root) | changes,
        same_as=root,
        state=root.state,
        original="",
        public_name="",
        claimed_at=None,
        announced=False,
        version=F("version") + 1,
        edition=F("edition") + 1,
        updated_at=now,
    )
    if root.state == ImageState.READY:
        waiting = RetiredFiles.objects.filter(image=root, delete_after=None)
        waiting.update(delete_after=now + making.RETIRED_FOR)
        hints.tell_after_commit(ids)


def _measures(of: Image | Arrival) -> dict[str, Any]:
    return {field: getattr(of, field) for field in MEASURES}


def _facts(image: Image) -> dict[str, Any]:
    return {field: getattr(image, field) for field in ("original_name", *MEASURES, "focal_x", "focal_y")}


def _note(image: Image) -> str:
    return f"the same bytes as {image.same_as_id}" if image.same_as_id else image.original_name
