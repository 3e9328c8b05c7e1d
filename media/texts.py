"""What is said of a picture, its rights and its focal point: changing them, and what has to follow."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Unpack
from uuid import UUID

from django.db import transaction
from django.db.models import F

from media import access, hints, renditions, rights
from media.details import TIMES, Details, check_lease, clean_given
from media.models import Image, ImageState
from newsroom.editorial import clock
from newsroom.editorial.audit import write_audit
from newsroom.editorial.errors import Invalid
from newsroom.editorial.people import User

_KEPT = {
    "credit": "A picture readers may see keeps its credit: write the right one.",
    "alt_text": "A picture readers may see keeps its alternative text: write the right one.",
}
# What stands inside the files, or decides what they show: another value makes other files.
INSIDE = {
    *("credit", "alt_text", "creator", "copyright_notice", "web_statement", "digital_source_type"),
    *("focal_x", "focal_y"),
}
# What readers get to see of a picture besides its files, or what decides whether they see it.
AROUND = {"caption", "licensor_url", "people", "thumbhash", *TIMES}


def describe(
    image: Image,
    *,
    by: User | None,
    alt_text: str | None = None,
    credit: str | None = None,
    caption: str | None = None,
    **details: Unpack[Details],
) -> bool:
    """Changes what is said of an image; None leaves what stands, but takes away a time. Returns whether anything
    changed.

    Writes the audit. What stands inside the files, and the focal point, makes new ones under new names (see
    `renditions.remake`); what stands around them is told to the newsroom. Times of rights also say when what
    readers may see changes next (`due_at`). A credit that is given was written by a person (`credit_from`).
    `image` itself is brought up to date. Raises Invalid, with sentences, and NotAllowed.
    """
    given = clean_given({"alt_text": alt_text, "credit": credit, "caption": caption, **details})
    with transaction.atomic():
        current = Image.objects.select_for_update().get(pk=image.pk)
        access.check_may_change(by, current)
        after = changes(current, given)
        if after:
            before = {field: getattr(current, field) for field in after}
            Image.objects.filter(pk=image.pk).update(
                **after, words_version=F("words_version") + 1, updated_at=clock.now()
            )
            image.refresh_from_db()
            write_audit("describe", image, by=by, before=plain(before), after=plain(after))
            _follow(image, after.keys())
    return bool(after)


def fill_credit(image_id: UUID, default: str) -> None:
    """Fills a credit that nobody has given: with the sender's own, else with `default`, the event's.

    One that a person emptied stays empty, and so does a copy's whose original has one. Writes the audit, and makes
    new files of what has some (see `renditions.remake`).
    """
    image = (
        Image.objects.select_for_update(of=("self",))
        .select_related("same_as", "uploaded_by")
        .get(pk=image_id)
    )
    if image.credit or image.credit_from or (image.same_as and image.same_as.credit):
        return
    credit, source = credit_for(image.uploaded_by, default)
    if credit and image.state != ImageState.WITHDRAWN:
        Image.objects.filter(pk=image.pk).update(
            credit=credit, credit_from=source, words_version=F("words_version") + 1, updated_at=clock.now()
        )
        write_audit("describe", image, by=None, note=f"filled from the {source}", after={"credit": credit})
        _follow(image, {"credit"})


def credit_for(by: User | None, default: str = "") -> tuple[str, str]:
    """What fills a gap, and where from (as `Image.credit_from` has it): the person's own credit, else the default."""
    own = by.credit.strip() if by else ""
    if own:
        return own, "uploader"
    return default.strip(), "event" if default.strip() else ""


def changes(image: Image, given: Mapping[str, Any]) -> dict[str, Any]:
    """The cleaned fields that differ from what stands, with what goes with them. Raises Invalid."""
    check_kept(image, given)
    check_lease(*(given.get(field, getattr(image, field)) for field in ("lease_from", "lease_until")))
    wanted = dict(given)
    if "credit" in given:
        wanted["credit_from"] = "person"
    if image.state == ImageState.READY:  # its own pixels were measured
        wanted.pop("thumbhash", None)
    return {field: value for field, value in wanted.items() if value != getattr(image, field)}


def check_kept(image: Image, given: Mapping[str, Any]) -> None:
    """Raises Invalid for emptying credit or alternative text of a picture that has its bytes and had both."""
    if not (image.has_bytes() and image.credit.strip() and image.alt_text.strip()):
        return
    emptied = {
        field: [sentence] for field, sentence in _KEPT.items() if field in given and not given[field].strip()
    }
    if emptied:
        raise Invalid(emptied)


def plain(values: Mapping[str, Any]) -> dict[str, Any]:
    """As the audit keeps them."""
    return {
        name: value.isoformat() if isinstance(value, datetime) else value for name, value in values.items()
    }


def note_next(image: Image, *, at: datetime | None = None) -> None:
    """Writes down when, after `at` (UTC; None: now), the image and its copies change next by themselves."""
    at = at or clock.now()
    for one in Image.objects.family(image.pk).select_related("same_as"):
        Image.objects.filter(pk=one.pk).update(due_at=rights.next_change(one, at=at))


def _follow(image: Image, changed: Any) -> None:
    is_timed, was_ready = not changed.isdisjoint(TIMES), image.state == ImageState.READY
    if not changed.isdisjoint(INSIDE | AROUND):
        renditions.reprint(image, inside=not changed.isdisjoint(INSIDE))
    if is_timed:
        note_next(image)
        if not was_ready:  # a page may keep its place already
            hints.tell_after_commit([image.pk])
    image.refresh_from_db()
