"""An image as the desk's API answers it."""

from media.models import Image, Rendition


def image_answer(image: Image) -> dict:
    """The contract's shape. No URL of a rendition: a public one exists only through the record.

    `refusal` says why an image is refused or withdrawn. Load the image `.with_files()`.
    """
    answer = {
        "id": str(image.pk),
        "state": image.state,
        "sha256": image.sha256,
        "width": image.width,
        "height": image.height,
        "alt_text": image.alt_text,
        "credit": image.credit,
        "caption": image.caption,
        "renditions": [_rendition(row) for row in image.root().renditions.all()],
    }
    if image.same_as_id:
        answer["same_as"] = str(image.same_as_id)
    if image.refusal:
        answer["refusal"] = image.refusal
    return answer


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
