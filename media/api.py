"""The API's door: `PUT` and `GET /api/v1/images/<uuid>/`."""

from collections.abc import Mapping
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.http import Http404
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.parsers import JSONParser, MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from media import ingest
from media.answers import image_answer
from media.arrivals import Arrival, arriving
from media.models import Image, ImageState, RenditionState
from media.uploads import LimitHandler
from newsroom.editorial.errors import Invalid
from newsroom.editorial.receipts import once, request_key

_TEXTS = ("alt_text", "credit", "caption")


class ImageRequest(serializers.Serializer):
    """What a `PUT` takes. A text that is left out stands as it is; without a file the image is awaited."""

    file = serializers.FileField(required=False, help_text="JPEG, PNG or WebP.")
    alt_text = serializers.CharField(required=False, allow_blank=True)
    credit = serializers.CharField(required=False, allow_blank=True)
    caption = serializers.CharField(required=False, allow_blank=True)


class RenditionAnswer(serializers.Serializer):
    spec = serializers.CharField()
    format = serializers.CharField()
    width = serializers.IntegerField(allow_null=True, help_text="Pixels.")
    height = serializers.IntegerField(allow_null=True, help_text="Pixels.")
    url = serializers.CharField(allow_null=True, help_text="Null here: only the record has public addresses.")
    state = serializers.ChoiceField(RenditionState.choices)
    error = serializers.CharField(allow_blank=True)


class ImageAnswer(serializers.Serializer):
    id = serializers.UUIDField()
    state = serializers.ChoiceField(ImageState.choices)
    sha256 = serializers.CharField(allow_blank=True)
    width = serializers.IntegerField(allow_null=True, help_text="Pixels of the original, upright.")
    height = serializers.IntegerField(allow_null=True)
    alt_text = serializers.CharField(allow_blank=True)
    credit = serializers.CharField(allow_blank=True)
    caption = serializers.CharField(allow_blank=True)
    renditions = RenditionAnswer(many=True)
    same_as = serializers.UUIDField(required=False, help_text="The image that has these bytes already.")
    refusal = serializers.CharField(required=False, help_text="Why it is refused or withdrawn.")


class ImageView(APIView):
    """One image under the client's own UUID: hers, or any for an editor."""

    parser_classes = [MultiPartParser, JSONParser]

    @extend_schema(
        operation_id="images_put",
        request={"multipart/form-data": ImageRequest, "application/json": ImageRequest},
        responses={
            201: ImageAnswer,
            200: OpenApiResponse(ImageAnswer, description="An update, or known bytes (`same_as`)."),
        },
    )
    def put(self, request: Request, image_id: UUID) -> Response:
        request._request.upload_handlers.insert(0, LimitHandler(request._request))
        if not isinstance(request.data, Mapping):
            raise Invalid({"body": ["Send the fields of one picture, as a form or as a JSON object."]})
        given, upload = _texts_of(request), request.FILES.get("file")
        if "file" in request.data and not isinstance(upload, UploadedFile):
            raise Invalid({"file": ["This is no file. Send it as multipart/form-data with a file name."]})
        _check_reachable(request, image_id)
        if upload is None:
            status, answer = _put_once(request, image_id, given, None)
        else:
            with arriving(upload) as arrival:
                status, answer = _put_once(request, image_id, given, arrival)
        return Response(answer, status=status)

    @extend_schema(operation_id="images_get", responses=ImageAnswer)
    def get(self, request: Request, image_id: UUID) -> Response:
        image = Image.objects.reachable_by(request.user).with_files().filter(pk=image_id).first()
        if image is None:
            raise Http404
        return Response(image_answer(image))


def _texts_of(request: Request) -> dict[str, str]:
    given = {field: request.data[field] for field in _TEXTS if field in request.data}
    errors = {field: ["This must be text."] for field, text in given.items() if not isinstance(text, str)}
    if errors:
        raise Invalid(errors)
    return given


def _check_reachable(request: Request, image_id: UUID) -> None:
    taken = Image.objects.filter(pk=image_id)
    if taken.exists() and not taken.reachable_by(request.user).exists():
        raise Http404


def _put_once(request: Request, image_id: UUID, given: dict, arrival: Arrival | None) -> tuple[int, dict]:
    """A repeat of the same fields and the same bytes gets the first answer."""
    by = request.user

    def work() -> tuple[int, dict]:
        if arrival is None:
            kept = ingest.expect(image_id=image_id, by=by, **given)
        else:
            kept = ingest.keep(arrival, image_id=image_id, by=by, **given)
        image = Image.objects.with_files().get(pk=kept.image.pk)
        return (201 if kept.is_new else 200), image_answer(image)

    key = request_key("PUT image", str(image_id), given, arrival.sha256 if arrival else None)
    try:
        return once(by, key, work)
    except BaseException:
        if arrival is not None:
            ingest.put_back(arrival, image_id)
        raise
