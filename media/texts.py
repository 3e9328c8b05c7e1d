"""Alternative text, credit and caption: changing them, and what has to follow."""

from django.db import transaction
from django.utils import timezone

from media import access, renditions
from media.models import Image
from media.wording import clean_texts
from newsroom.editorial.audit import write_audit
from newsroom.editorial.people import User


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
    `image` itself is brought up to date. Raises Invalid (a text too long) and NotAllowed.
    """
    given = clean_texts(alt_text=alt_text, credit=credit, caption=caption)
    with transaction.atomic():
        current = Image.objects.select_for_update().get(pk=image.pk)
        access.check_may_change(by, current)
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
