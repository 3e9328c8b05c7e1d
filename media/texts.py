"""Alternative text, credit and caption: changing them, and what has to follow."""

from django.db import transaction
from django.utils import timezone

from media import access, renditions
from media.models import Image
from media.wording import clean_texts
from newsroom.editorial.audit import write_audit
from newsroom.editorial.errors import Invalid
from newsroom.editorial.people import User

_KEPT = {
    "credit": "A picture readers may see keeps its credit: write the right one.",
    "alt_text": "A picture readers may see keeps its alternative text: write the right one.",
}


def describe(
    image: Image,
    *,
    by: User | None,
    alt_text: str | None = None,
    credit: str | None = None,
    caption: str | None = None,
) -> bool:
    """Changes an image's texts; None leaves what stands. Returns whether anything changed.

    Writes the audit. A changed credit or alternative text stands inside the files, so new ones are made under new
    names (see `renditions.remake`); a changed caption alone is told to the newsroom.
    `image` itself is brought up to date. Raises Invalid (a text too long, or one that may not go) and NotAllowed.
    """
    given = clean_texts(alt_text=alt_text, credit=credit, caption=caption)
    with transaction.atomic():
        current = Image.objects.select_for_update().get(pk=image.pk)
        access.check_may_change(by, current)
        check_kept(current, given)
        before = {field: getattr(current, field) for field in given}
        after = {field: text for field, text in given.items() if text != before[field]}
        if after:
            Image.objects.filter(pk=image.pk).update(**after, updated_at=timezone.now())
            image.refresh_from_db()
            write_audit(
                "describe", image, by=by, before={field: before[field] for field in after}, after=after
            )
            renditions.reprint(image, inside=bool({"credit", "alt_text"} & after.keys()))
    return bool(after)


def check_kept(image: Image, given: dict[str, str]) -> None:
    """Raises Invalid for emptying credit or alternative text of a picture that has its bytes and had both."""
    if not (image.has_bytes() and image.credit.strip() and image.alt_text.strip()):
        return
    emptied = {
        field: [sentence] for field, sentence in _KEPT.items() if field in given and not given[field].strip()
    }
    if emptied:
        raise Invalid(emptied)
