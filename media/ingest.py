"""Taking pictures in: an upload becomes an image, or an image is awaited until its bytes arrive.

Nothing is decoded here; a worker does that, and refuses what it cannot read.
"""

from collections.abc import Callable
from typing import Any, Unpack
from uuid import UUID

from django.core.files.base import File
from django.db import IntegrityError, transaction

from media import access, storage, texts
from media.arrivals import Arrival, arriving, refuse
from media.details import TIMES, Details, clean_given
from media.filling import OF_OTHER_BYTES, Kept, exchange, fill
from media.models import Image, ImageState
from newsroom.editorial.audit import AuditRow, write_audit
from newsroom.editorial.errors import WrongState
from newsroom.editorial.people import User

CONFLICTS = 2  # the same bytes, and then the same UUID; each conflict means that the other is there now
# By how much the shape of a scaled copy may differ from its original's: its sides are whole pixels.
SAME_SHAPE = 0.02


def receive(
    upload: File,
    *,
    image_id: UUID,
    by: User | None,
    alt_text: str | None = None,
    credit: str | None = None,
    caption: str | None = None,
    **details: Unpack[Details],
) -> Image:
    """Takes an upload in as the image of that UUID. None leaves a text as it stands. `by` None: the system.

    Effects: the original is stored, privately, under a name of ours; the row is written last; the audit says who;
    after commit a worker is told. The same UUID with the same bytes is a repeat and changes the texts only; an
    awaited image is filled in; bytes known under another UUID make a copy (`same_as`), which has no files of its
    own. A credit that is not given and not there is filled with the uploader's own
    (a post it is put in fills it with its event's: `texts.fill_credit`), and `credit_from` says so.
    Raises Invalid, with a sentence and nothing left behind, NotAllowed, and WrongState for a withdrawn image.
    """
    given = {"alt_text": alt_text, "credit": credit, "caption": caption, **details}
    with arriving(upload) as arrival:
        return keep(arrival, image_id=image_id, by=by, **given).image


def keep(arrival: Arrival, *, image_id: UUID, by: User | None, **given: Any) -> Kept:
    """`receive`, for an upload that was already looked at (`arrivals.arriving`)."""
    given = clean_given(given)
    return _surely(arrival, image_id, lambda: _keep(arrival, image_id, by, given))


def receive_original(upload: File, *, image_id: UUID, by: User | None) -> Image:
    """Takes in the original of an image that came as a phone's scaled copy: the same image, known by both hashes.

    Effects as `filling.exchange`. One that is not larger than what is there changes nothing but that its hash is
    known too. An image without bytes is filled in as by `receive`, and so is a copy: it stands for itself from
    now on. Raises Invalid (also for another picture, by its shape), NotAllowed, and WrongState for one that was
    withdrawn, or given another file (`replace`).
    """
    with arriving(upload) as arrival:
        return keep_original(arrival, image_id=image_id, by=by).image


def keep_original(arrival: Arrival, *, image_id: UUID, by: User | None) -> Kept:
    """`receive_original`, for an upload that was already looked at."""
    return _surely(arrival, image_id, lambda: _keep_original(arrival, image_id, by))


def replace(image: Image, upload: File, *, by: User | None) -> Image:
    """Gives an image other bytes: a better crop, the right picture. Credit, texts and rights stay.

    Effects as `filling.exchange`; what was measured or found in the old bytes goes, and the focal point returns to
    the middle. Copies of the image show the new bytes too; a copy that is replaced stands for itself from now on.
    Raises Invalid, NotAllowed, and WrongState for a withdrawn image. Returns the image, up to date.
    """
    with arriving(upload) as arrival:
        return _surely(arrival, image.pk, lambda: _replace(arrival, image.pk, by)).image


def expect(
    *,
    image_id: UUID,
    by: User | None,
    alt_text: str | None = None,
    credit: str | None = None,
    caption: str | None = None,
    **details: Unpack[Details],
) -> Kept:
    """An image without its bytes yet: made as awaited, or, if it exists, its texts changed.

    Raises Invalid, NotAllowed, and WrongState for a withdrawn image.
    """
    given = {"alt_text": alt_text, "credit": credit, "caption": caption, **details}
    cleaned = clean_given(given)
    with transaction.atomic():
        image = Image.objects.select_for_update().filter(pk=image_id).first()
        if image is not None:
            _check_not_withdrawn(image)
            texts.describe(image, by=by, **given)
            return Kept(image, is_new=False)
        access.check_may_add(by)
        image = Image(pk=image_id, uploaded_by=by)
        for field, value in texts.changes(image, cleaned).items():
            setattr(image, field, value)
        image.save(force_insert=True)
        if not cleaned.keys().isdisjoint(TIMES):
            texts.note_next(image)
        write_audit("await", image, by=by, to_state=image.state, after=texts.plain(cleaned))
        return Kept(image, is_new=True)


def put_back(arrival: Arrival, image_id: UUID) -> None:
    """After a transaction that came to nothing: the upload is an arrival again, and goes when that ends."""
    name, files = arrival.file_name(image_id), storage.originals()
    if not Image.objects.filter(original=name).exists() and files.exists(name):
        storage.place(files, name, arrival.staged)
        storage.remove(files, name)


def known(sha256: str) -> Image | None:
    """The image that holds these bytes, as its own or as its scaled copy's, if there is one (withdrawn ones too)."""
    return Image.objects.holding(sha256).first()


def _surely(arrival: Arrival, image_id: UUID, work: Callable[[], Kept]) -> Kept:
    for _ in range(CONFLICTS):
        try:
            return _once(arrival, image_id, work)
        except (
            IntegrityError
        ):  # the same UUID or the same bytes were being kept elsewhere: now they are there
            continue
    return _once(arrival, image_id, work)


def _once(arrival: Arrival, image_id: UUID, work: Callable[[], Kept]) -> Kept:
    try:
        with transaction.atomic():
            return work()
    except BaseException:
        put_back(arrival, image_id)
        raise


def _keep(arrival: Arrival, image_id: UUID, by: User | None, given: dict) -> Kept:
    image = _locked(image_id, by)
    if image is None:
        access.check_may_add(by)
        image = Image(pk=image_id, uploaded_by=by)
    if image.has_bytes():
        return _repeat(image, arrival, by, given)
    root = _holder(arrival, image)
    return fill(image, root, arrival, by=by, given=given)


def _keep_original(arrival: Arrival, image_id: UUID, by: User | None) -> Kept:
    image = _locked(image_id, by)
    if image is None or not image.has_bytes():
        return _keep(arrival, image_id, by, {})
    if arrival.sha256 in (image.sha256, image.scaled_sha256):
        return _repeat(image, arrival, by, {})
    _check_not_replaced(image)
    _check_same_shape(image, arrival)
    root = _holder(arrival, image)
    if not _is_larger(arrival, image):
        _know_also(image, root, arrival)
    elif image.same_as_id:
        fill(image, root, arrival, by=by, given={}, verb="original")
    else:
        exchange(image, root, arrival, by=by, verb="original", scaled_sha256=image.sha256)
    return Kept(image, is_new=False)


def _replace(arrival: Arrival, image_id: UUID, by: User | None) -> Kept:
    image = _locked(image_id, by)
    if image is None or not image.has_bytes():
        return _keep(arrival, image_id, by, {})
    if arrival.sha256 == image.sha256:
        return _repeat(image, arrival, by, {})
    root = _holder(arrival, image)
    if image.same_as_id:
        for field, value in OF_OTHER_BYTES.items():
            setattr(image, field, value)
        fill(image, root, arrival, by=by, given={}, verb="replace")
    else:
        exchange(image, root, arrival, by=by, verb="replace", **OF_OTHER_BYTES)
    return Kept(image, is_new=False)


def _locked(image_id: UUID, by: User | None) -> Image | None:
    """The image, if there is one, which this person may change. Raises NotAllowed and WrongState."""
    image = Image.objects.select_for_update().filter(pk=image_id).first()
    if image is not None:
        access.check_may_change(by, image)
        _check_not_withdrawn(image)
    return image


def _holder(arrival: Arrival, image: Image) -> Image | None:
    """Another image that holds these bytes. Raises Invalid if it was withdrawn."""
    others = Image.objects.select_for_update().holding(arrival.sha256).exclude(pk=image.pk)
    # One that was waited for may have become a copy meanwhile: the second look finds what it is a copy of.
    root = others.first() or others.first()
    if root is not None and root.state == ImageState.WITHDRAWN:
        refuse(_withdrawn(root))
    return root


def _repeat(image: Image, arrival: Arrival, by: User | None, given: dict) -> Kept:
    """The same bytes again. An original lost from the storage is put back."""
    if arrival.sha256 not in (image.sha256, image.scaled_sha256):
        refuse("This picture already has a file, and it is another one. Send this file as a new picture.")
    is_lost = image.original and not storage.originals().exists(image.original)
    if is_lost and arrival.sha256 == image.sha256:
        storage.place(storage.originals(), arrival.staged, image.original)
    texts.describe(image, by=by, **given)
    return Kept(image, is_new=False)


def _check_not_replaced(image: Image) -> None:
    """Raises WrongState for one that somebody gave another file: a blurred face must not come back by itself."""
    if AuditRow.objects.filter(
        verb="replace", thing_type=image._meta.label_lower, thing_id=str(image.pk)
    ).exists():
        raise WrongState(
            "The desk gave this picture another file meanwhile: its original does not take that one’s place."
        )


def _check_same_shape(image: Image, arrival: Arrival) -> None:
    """Raises Invalid unless both could be one picture in two sizes (upright pixels)."""
    there, sent = image.width * arrival.height, arrival.width * image.height
    if abs(there - sent) > SAME_SHAPE * there:
        refuse(
            f"This is another picture: it is {arrival.width:,} × {arrival.height:,} pixels, and the one that is "
            f"there {image.width:,} × {image.height:,}, of another shape. Send it as a new picture."
        )


def _is_larger(arrival: Arrival, image: Image) -> bool:
    """In pixels; with as many pixels, in bytes."""
    return (arrival.width * arrival.height, arrival.size) > (image.width * image.height, image.size)


def _know_also(image: Image, holder: Image | None, arrival: Arrival) -> None:
    """The smaller one came last: its hash is known from now on, unless it is another image's."""
    if holder is None and not (image.same_as_id or image.scaled_sha256):
        Image.objects.family(image.pk).update(scaled_sha256=arrival.sha256)
        image.refresh_from_db()


def _check_not_withdrawn(image: Image) -> None:
    if image.state == ImageState.WITHDRAWN:
        raise WrongState(_withdrawn(image))


def _withdrawn(image: Image) -> str:
    return f"This picture was withdrawn ({image.refusal or 'no reason was given'}) and is not taken again."
