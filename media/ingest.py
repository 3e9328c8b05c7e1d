"""Taking pictures in: an upload becomes an image, or an image is awaited until its bytes arrive.

Nothing is decoded here; a worker does that, and refuses what it cannot read.
"""

from typing import NamedTuple
from uuid import UUID

from django.core.files.base import File
from django.db import IntegrityError, transaction

from media import access, hints, making, storage, texts
from media.arrivals import Arrival, arriving, refuse
from media.models import Image, ImageState
from media.wording import clean_texts
from newsroom.editorial.audit import write_audit
from newsroom.editorial.errors import WrongState
from newsroom.editorial.people import User

CONFLICTS = 2  # the same bytes, and then the same UUID; each conflict means that the other is there now
_MEASURES = ("sha256", "size", "format", "width", "height")


class Kept(NamedTuple):
    """An image, and whether it came into being or got its bytes just now (a copy of known bytes did not)."""

    image: Image
    is_new: bool


def receive(
    upload: File,
    *,
    image_id: UUID,
    by: User | None,
    alt_text: str | None = None,
    credit: str | None = None,
    caption: str | None = None,
) -> Image:
    """Takes an upload in as the image of that UUID. None leaves a text as it stands. `by` None: the system.

    Effects: the original is stored, privately, under a name of ours; the row is written last; the audit says who;
    after commit a worker is told. The same UUID with the same bytes is a repeat and changes the texts only; an
    awaited image is filled in; bytes known under another UUID make a copy (`same_as`), which has no files of its
    own. A credit that is not given and not there is filled with the uploader's own. Raises Invalid, with a
    sentence and nothing left behind, NotAllowed, and WrongState for a withdrawn image.
    """
    with arriving(upload) as arrival:
        return keep(
            arrival, image_id=image_id, by=by, alt_text=alt_text, credit=credit, caption=caption
        ).image


def keep(arrival: Arrival, *, image_id: UUID, by: User | None, **given: str | None) -> Kept:
    """`receive`, for an upload that was already looked at (`arrivals.arriving`)."""
    clean_texts(**given)
    for _ in range(CONFLICTS):
        try:
            return _keep_once(arrival, image_id, by, given)
        except (
            IntegrityError
        ):  # the same UUID or the same bytes were being kept elsewhere: now they are there
            continue
    return _keep_once(arrival, image_id, by, given)


def expect(
    *,
    image_id: UUID,
    by: User | None,
    alt_text: str | None = None,
    credit: str | None = None,
    caption: str | None = None,
) -> Kept:
    """An image without its bytes yet: made as awaited, or, if it exists, its texts changed.

    Raises Invalid, NotAllowed, and WrongState for a withdrawn image.
    """
    given = {"alt_text": alt_text, "credit": credit, "caption": caption}
    cleaned = clean_texts(**given)
    with transaction.atomic():
        image = Image.objects.select_for_update().filter(pk=image_id).first()
        if image is not None:
            _check_not_withdrawn(image)
            texts.describe(image, by=by, **given)
            return Kept(image, is_new=False)
        access.check_may_add(by)
        image = Image.objects.create(pk=image_id, uploaded_by=by, **cleaned)
        write_audit("await", image, by=by, to_state=image.state, after=cleaned)
        return Kept(image, is_new=True)


def put_back(arrival: Arrival, image_id: UUID) -> None:
    """After a transaction that came to nothing: the upload is an arrival again, and goes when that ends."""
    name, files = arrival.file_name(image_id), storage.originals()
    if not Image.objects.filter(original=name).exists() and files.exists(name):
        storage.place(files, name, arrival.staged)
        storage.remove(files, name)


def known(sha256: str) -> Image | None:
    """The image that holds these bytes already, if there is one (withdrawn ones too)."""
    return Image.objects.holding(sha256).first()


def _keep_once(arrival: Arrival, image_id: UUID, by: User | None, given: dict) -> Kept:
    try:
        with transaction.atomic():
            return _keep(arrival, image_id, by, given)
    except BaseException:
        put_back(arrival, image_id)
        raise


def _keep(arrival: Arrival, image_id: UUID, by: User | None, given: dict) -> Kept:
    image = Image.objects.select_for_update().filter(pk=image_id).first()
    if image is None:
        access.check_may_add(by)
        image = Image(pk=image_id, uploaded_by=by)
    else:
        access.check_may_change(by, image)
        _check_not_withdrawn(image)
    if image.has_bytes():
        return _repeat(image, arrival, by, given)
    root = Image.objects.select_for_update().holding(arrival.sha256).exclude(pk=image.pk).first()
    if root is not None and root.state == ImageState.WITHDRAWN:
        refuse(_withdrawn(root))
    return _fill(image, root, arrival, by, given)


def _repeat(image: Image, arrival: Arrival, by: User | None, given: dict) -> Kept:
    """The same bytes again. An original lost from the storage is put back."""
    if image.sha256 != arrival.sha256:
        refuse("This picture already has a file, and it is another one. Send this file as a new picture.")
    if image.original and not storage.originals().exists(image.original):
        storage.place(storage.originals(), arrival.staged, image.original)
    texts.describe(image, by=by, **given)
    return Kept(image, is_new=False)


def _fill(image: Image, root: Image | None, arrival: Arrival, by: User | None, given: dict) -> Kept:
    """Gives an image its bytes: a file of its own, or the place of a copy. The row is written last."""
    before = "" if image._state.adding else image.state
    for field, text in clean_texts(**given).items():
        setattr(image, field, text)
    if given.get("credit") is None and by:  # an empty credit that was sent stays empty: somebody emptied it
        image.credit = image.credit or by.credit.strip()
    for field in _MEASURES:
        setattr(image, field, getattr(root or arrival, field))
    image.original_name, image.refusal = arrival.name, ""
    image.same_as, image.state = root, root.state if root else ImageState.RECEIVED
    image.version += 1
    if root is None:
        image.original = arrival.file_name(image.pk)
        storage.place(storage.originals(), arrival.staged, image.original)
    image.save(force_insert=image._state.adding)
    write_audit("upload", image, by=by, from_state=before, to_state=image.state, note=_note(image))
    if root is None:
        making.plan_rows(image)
        hints.make_after_commit(image.pk)
    elif image.state == ImageState.READY:
        hints.tell_after_commit([image.pk])
    return Kept(image, is_new=root is None)


def _note(image: Image) -> str:
    return f"the same bytes as {image.same_as_id}" if image.same_as_id else image.original_name


def _check_not_withdrawn(image: Image) -> None:
    if image.state == ImageState.WITHDRAWN:
        raise WrongState(_withdrawn(image))


def _withdrawn(image: Image) -> str:
    return f"This picture was withdrawn ({image.refusal or 'no reason was given'}) and is not taken again."
