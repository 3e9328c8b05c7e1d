"""Images: the desk's answers are `media`'s own; without a token the record answers, by a picture's public name."""

from django.conf import settings
from django.db.models import QuerySet
from django.http import Http404
from drf_spectacular.utils import OpenApiResponse, extend_schema, extend_schema_view
from rest_framework.request import Request
from rest_framework.response import Response

from coverage.api.description import WRITING, Problem, either_page, refusals
from coverage.api.door import Door
from coverage.api.paging import CursorQuery, newest_first
from coverage.api.parsing import CappedJSONParser
from coverage.api.problems import CONTENT_TYPE, problem
from coverage.api.record_shapes import PublicPicture
from coverage.record.models import EventHead, Place, ReleasedPicture
from coverage.record.pictures import why_gone
from media.answers import image_answer
from media.api import ImageView, OriginalView
from media.models import Image
from media.resumable_api import ChunkParser, OriginalUploadView, UploadView
from media.shapes import ImageAnswer, UploadStanding
from media.uploads import ENVELOPE

JSON = "application/json"


class ImageConflict(Problem):
    current = ImageAnswer(required=False, help_text="With `stale`: the picture as it stands.")


def answers(new: str, known: str) -> dict:
    """What a PUT is answered; both sentences say when."""
    said = {
        (status, JSON): OpenApiResponse(ImageAnswer, description=sentence)
        for status, sentence in ((201, new), (200, known))
    }
    return {**said, **refusals(*WRITING, 503), (409, CONTENT_TYPE): OpenApiResponse(ImageConflict)}


PUT = answers("Made, or its bytes arrived.", "An update, or known bytes (`same_as`).") | refusals(405)


@extend_schema_view(
    put=extend_schema(responses=PUT),
    get=extend_schema(responses={(200, JSON): ImageAnswer, **refusals(401, 404)}),
)
class ImageDoor(Door, ImageView):
    """One image under the client's own UUID; for those with a token."""

    parser_classes = ImageView.parser_classes
    max_form = settings.IMAGE_MAX_BYTES + ENVELOPE


@extend_schema_view(
    put=extend_schema(
        responses=answers(
            "The image had no bytes yet.",
            "Taken in place of the scaled copy, or not larger than what is there.",
        )
    )
)
class OriginalDoor(Door, OriginalView):
    """The original of an image whose scaled copy came first; for those with a token."""

    parser_classes = OriginalView.parser_classes
    max_form = settings.IMAGE_MAX_BYTES + ENVELOPE


BEGUN = {
    (status, JSON): OpenApiResponse(UploadStanding, description=sentence)
    for status, sentence in ((201, "Begun."), (200, "Begun before: go on at `offset`."))
}


UPLOADING = {
    "post": extend_schema(responses={**BEGUN, **refusals(*WRITING, 412)}),
    "patch": extend_schema(
        responses={
            204: OpenApiResponse(description="The chunk is kept; Upload-Offset says where the next begins."),
            **answers(
                "The last chunk: made, or its bytes arrived.", "The last chunk: known bytes (`same_as`)."
            ),
            **refusals(412, 460),
        }
    ),
    "delete": extend_schema(responses={204: None, **refusals(401, 404, 412)}),
}


@extend_schema_view(**UPLOADING)
class UploadDoor(Door, UploadView):
    """A picture in chunks (tus 1.0), which goes on where it stopped: HEAD says where. For those with a token."""

    parser_classes = [ChunkParser, CappedJSONParser]


@extend_schema_view(**UPLOADING)
class OriginalUploadDoor(Door, OriginalUploadView):
    """The original, in chunks, of an image whose scaled copy came first; for those with a token."""

    parser_classes = [ChunkParser, CappedJSONParser]


class ImageListView(Door):
    """Pictures, newest first: with a token hers, or every one for an editor; without, those readers see."""

    public = True

    @extend_schema(
        operation_id="images_list",
        parameters=[CursorQuery],
        responses={
            (200, "application/json"): either_page(ImageAnswer, PublicPicture),
            **refusals(400, 401),
        },
    )
    def get(self, request: Request) -> Response:
        if request.user.is_authenticated:
            images = Image.objects.reachable_by(request.user).with_files()
            return newest_first(images, "created_at", request, image_answer)
        return newest_first(shown(), "id", request, lambda row: PublicPicture(row).data)


class PublicImageView(Door):
    """A picture by its public name, as a released post shows it; not any more: 410, and why."""

    public = True

    @extend_schema(
        operation_id="images_get_public", responses={200: PublicPicture, **refusals(401, 404, 410)}
    )
    def get(self, request: Request, folder: str) -> Response:
        picture = shown().filter(folder=folder).first()
        if picture is not None:
            return Response(PublicPicture(picture).data)
        gone = why_gone(folder)
        if gone is None:
            raise Http404
        return problem(410, "gone", f"{gone.label}.")


def shown() -> QuerySet[ReleasedPicture]:
    """The pictures in posts of public, listed events; not those of which only the place is kept."""
    return ReleasedPicture.objects.filter(place=Place.SHOWN, post__head__in=EventHead.objects.listed())
