"""A small private preview of a photograph: for whoever reaches the photograph."""

import uuid

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from coverage.field.door import field_page
from coverage.publishing.reach import images_for
from media.models import ImageState
from media.previews import preview_response

SMALLEST = 1  # pixels wide, or whatever there is above it


@require_safe
@field_page
def preview(request: HttpRequest, image_id: uuid.UUID) -> HttpResponseBase:
    """The smallest JPEG made of it. Its own address is told to nobody; until it is made there is none (404)."""
    image = images_for(request.user).with_files().filter(pk=image_id, state=ImageState.READY).first()
    if image is None:
        raise Http404
    return preview_response(image, width=SMALLEST)
