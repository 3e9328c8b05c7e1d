"""An image as the desk's API answers it."""

from datetime import datetime

from media.details import FIELDS, MOMENTS
from media.models import Image, Rendition
from newsroom.editorial.people import User


def image_answer(image: Image, *, similar_for: User | None = None) -> dict:
    """The contract's shape. No URL of a rendition: a public one exists only through the record.

    `refusal` says why an image is refused or withdrawn; `found` what its file says of itself. With `similar_for`
    also which images within that person's reach look like it. Load the image `.with_files()`.
    """
    answer = {
        "id": str(image.pk),
        "state": image.state,
        "sha256": image.sha256,
        "version": image.words_version,
        "width": image.width,
        "height": image.height,
        **{field: getattr(image, field) for field in FIELDS if field not in MOMENTS},
        **{field: _moment(getattr(image, field)) for field in MOMENTS},
        "credit_from": image.credit_from,
        "found": image.root().found,
        "renditions": [_rendition(row) for row in image.root().renditions.all()],
    }
    if similar_for is not None:
        near = Image.objects.reachable_by(similar_for).near(image)
        answer["similar"] = [str(pk) for pk in near]
    if image.scaled_sha256:
        answer["scaled_sha256"] = image.scaled_sha256
    if image.same_as_id:
        answer["same_as"] = str(image.same_as_id)
    if image.refusal:
        answer["refusal"] = image.refusal
    return answer


def _moment(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _rendition(row: Rendition) -> dict:
    return {
        "spec": row.spec,
        "format": row.format,
        "width": row.width,
        "height": row.height,
        "url": None,
        "state": row.state,
        "error": row.error,
    }
