"""A small private preview of a photograph: for who sent it and for the author of a post that holds it."""

import uuid

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from coverage.field.door import field_page
from coverage.field.photos import reachable_images
from media import storage
from media.models import ImageState, Rendition


@require_safe
@field_page
def preview(request: HttpRequest, image_id: uuid.UUID) -> HttpResponse:
    """The smallest JPEG made of it. Its own address is told to nobody; until it is made there is none (404)."""
    image = reachable_images(request.user).filter(pk=image_id, state=ImageState.READY).first()
    smallest = _smallest(image.root().renditions.all()) if image else None
    if smallest is None:
        raise Http404
    try:
        file = storage.renditions().open(smallest.file)
    except FileNotFoundError:
        raise Http404 from None
    return FileResponse(file, content_type="image/jpeg")


def _smallest(renditions) -> Rendition | None:
    made = [row for row in renditions if row.format == "jpeg" and row.file]
    return min(made, key=lambda row: row.width, default=None)
