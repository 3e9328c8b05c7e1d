"""The API's doors: `PUT` and `GET /api/v1/images/<uuid>/`, and `PUT …/original/`.

How an address answers is described where it is mounted (`coverage/api/images.py`), with its ways of refusing.
"""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.parsers import JSONParser, MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from media.answers import image_answer
from media.arrivals import arriving
from media.details import FIELDS, TIMES, clean_given
from media.models import Image
from media.putting import put_image, put_original
from media.shapes import ImageAnswer, ImageForm, ImageTexts, OriginalForm
from media.uploads import LimitHandler
from newsroom.editorial.errors import Invalid
from newsroom.editorial.people import User


class ImageView(APIView):
    """One image under the client's own UUID: hers, or any for an editor."""

    parser_classes = [MultiPartParser, JSONParser]

    @extend_schema(
        operation_id="images_put",
        request={"multipart/form-data": ImageForm, "application/json": ImageTexts},
    )
    def put(self, request: Request, image_id: UUID) -> Response:
        upload = _upload_of(request, fields=("file", "version", *FIELDS))
        given, version = given_in(request.data), _version_in(request.data)
        check_reachable(request.user, image_id)
        if upload is None:
            return answer_of(put_image(request.user, image_id, given, None, version=version))
        with arriving(upload) as arrival:
            return answer_of(put_image(request.user, image_id, given, arrival, version=version))

    @extend_schema(operation_id="images_get")
    def get(self, request: Request, image_id: UUID) -> Response:
        image = Image.objects.reachable_by(request.user).with_files().filter(pk=image_id).first()
        if image is None:
            raise Http404
        return Response(image_answer(image, similar_for=request.user))


class OriginalView(APIView):
    """The original of an image that came as a phone's scaled copy: the image stays the same."""

    parser_classes = [MultiPartParser]

    @extend_schema(operation_id="images_put_original", request={"multipart/form-data": OriginalForm})
    def put(self, request: Request, image_id: UUID) -> Response:
        upload = _upload_of(request, fields=("file",))
        check_reachable(request.user, image_id)
        if upload is None:
            raise Invalid({"file": ["Send the original as multipart/form-data, in the field “file”."]})
        with arriving(upload) as arrival:
            return answer_of(put_original(request.user, image_id, arrival))


def _upload_of(request: Request, *, fields: Iterable[str]) -> UploadedFile | None:
    """The file of a body that has no other fields than these. Raises Invalid."""
    request._request.upload_handlers.insert(0, LimitHandler(request._request))
    if not isinstance(request.data, Mapping):
        raise Invalid({"body": ["Send the fields of one picture, as a form or as a JSON object."]})
    if strange := {name: [of_unknown(name, fields)] for name in request.data if name not in fields}:
        raise Invalid(strange)
    upload = request.FILES.get("file")
    if "file" in request.data and not isinstance(upload, UploadedFile):
        raise Invalid({"file": ["This is no file. Send it as multipart/form-data with a file name."]})
    return upload


def of_unknown(name: str, fields: Iterable[str]) -> str:
    """Of a field that is not taken here: a misspelt one must not be lost in silence."""
    if name in FIELDS:
        return f"“{name}” is not taken with an original: send it to the picture's own address."
    if name in ImageAnswer().fields:
        return f"“{name}” is set by the newsroom and cannot be given here: leave it out."
    return f"There is no field “{name}”. The fields are: {', '.join(fields)}."


def given_in(data: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a body, cleaned. In a form a field may be repeated for the people."""
    given = {field: data[field] for field in FIELDS if field in data}
    people = data.getlist("people") if hasattr(data, "getlist") else []
    if len(people) > 1:
        given["people"] = people
    nothing = {
        field: ["Leave this out, or give a value: it cannot be null."]
        for field, value in given.items()
        if value is None and field not in TIMES
    }
    if nothing:
        raise Invalid(nothing)
    return clean_given(given)


def _version_in(data: Mapping[str, Any]) -> int | None:
    """The version she saw; None if the body does not say. Raises Invalid."""
    if "version" not in data:
        return None
    number = serializers.IntegerField(min_value=1, max_value=2**31 - 1)
    try:
        return number.run_validation(data["version"])
    except serializers.ValidationError as wrong:
        raise Invalid({"version": [str(sentence) for sentence in wrong.detail]}) from wrong


def check_reachable(person: User, image_id: UUID) -> None:
    """Raises Http404 for an image that is there and out of the person's reach."""
    taken = Image.objects.filter(pk=image_id)
    if taken.exists() and not taken.reachable_by(person).exists():
        raise Http404


def answer_of(answered: tuple[int, dict]) -> Response:
    return Response(answered[1], status=answered[0])
