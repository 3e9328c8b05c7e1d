"""What the API takes and answers of an image, for its description."""

from django.conf import settings
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from media.details import LONGEST_NAME, MOST_PEOPLE
from media.models import Basis, ImageState, Origin, RenditionState
from media.wording import LONGEST

KINDS = "JPEG, PNG, WebP, HEIC or AVIF."


class Taken(serializers.Serializer):
    """What a body may have; a field of any other name is refused."""


@extend_schema_field(OpenApiTypes.BINARY)
class PictureField(serializers.FileField):
    """A part of a form, with a file name."""


@extend_schema_field(
    {"anyOf": [{"type": "string", "format": "date-time"}, {"type": "string", "maxLength": 0}]}
)
class MomentField(serializers.CharField):
    """A time with its offset, or none."""


@extend_schema_field(
    {
        "anyOf": [
            {
                "type": "array",
                "items": {"type": "string", "maxLength": LONGEST_NAME},
                "maxItems": MOST_PEOPLE,
            },
            {"type": "string"},
        ]
    }
)
class PeopleField(serializers.Field):
    """A list of names, or a text with a name a line."""


def _text(field: str, **options) -> serializers.CharField:
    return serializers.CharField(required=False, allow_blank=True, max_length=LONGEST[field], **options)


def _choice(choices: list[tuple[str, str]], help_text: str) -> serializers.ChoiceField:
    return serializers.ChoiceField(choices, required=False, allow_blank=True, help_text=help_text)


def _moment(help_text: str, *, allow_null: bool) -> MomentField:
    said = f"{help_text} ISO 8601 with an offset; {'null or an ' if allow_null else ''}empty text: none."
    return MomentField(required=False, allow_null=allow_null, help_text=said)


def _part(help_text: str) -> serializers.FloatField:
    return serializers.FloatField(required=False, min_value=0, max_value=1, help_text=help_text)


_FROM, _UNTIL = "Readers get it from then on.", "After that its pages show a credited placeholder."
_EMBARGO, _CAPTURED = "Readers do not get it before.", "When it was taken; a scaled copy's file does not say."


class ImageFields(Taken):
    """What is said of a picture. What is left out stands as it is; one that is new is awaited."""

    alt_text = _text("alt_text")
    credit = _text("credit")
    caption = _text("caption")
    creator = _text("creator", help_text="Who made it, if the credit does not say so.")
    copyright_notice = _text("copyright_notice", help_text="As it must be printed.")
    web_statement = _text("web_statement", help_text="The page that states the licence or the rights.")
    licensor_url = _text("licensor_url", help_text="The page where others get a licence.")
    digital_source_type = _choice(Origin.choices, "How it came to be: a term of IPTC's, or its address.")
    basis = _choice(Basis.choices, "On what ground the newsroom may show it.")
    people = PeopleField(
        required=False,
        help_text="Who is in it, from left to right: a list, or a text with a name a line. "
        "In a form the field may be repeated.",
    )
    lease_from = _moment(_FROM, allow_null=True)
    lease_until = _moment(_UNTIL, allow_null=True)
    embargo_until = _moment(_EMBARGO, allow_null=True)
    focal_x = _part("The crops' middle, in parts of the width from the left.")
    focal_y = _part("The crops' middle, in parts of the height from the top.")
    captured_at = _moment(_CAPTURED, allow_null=False)
    thumbhash = serializers.CharField(
        required=False,
        allow_blank=True,
        help_text="5 to 25 bytes in base64: shown in its place until its own pixels were measured.",
    )


class ImageTexts(ImageFields):
    """What is said of a picture, over a version or whatever it is. What is left out stands as it is."""

    version = serializers.IntegerField(
        required=False,
        min_value=1,
        max_value=2**31 - 1,
        help_text="The one you saw: 409 `stale`, with `current`, if its words were changed since. Left out: any.",
    )


class ImageForm(ImageTexts):
    """A picture and what is said of it. What is left out stands as it is; without a file it is awaited."""

    file = PictureField(required=False, help_text=KINDS)
    lease_from = _moment(_FROM, allow_null=False)
    lease_until = _moment(_UNTIL, allow_null=False)
    embargo_until = _moment(_EMBARGO, allow_null=False)


class OriginalUploadRequest(Taken):
    """What begins an upload in chunks."""

    length = serializers.IntegerField(
        required=False,
        min_value=1,
        max_value=settings.IMAGE_MAX_BYTES,
        help_text="Bytes; or as Upload-Length.",
    )
    sha256 = serializers.RegexField("^[0-9a-fA-F]{64}$", help_text="Of the whole file.")
    filename = serializers.CharField(
        required=False, allow_blank=True, help_text="What the file was called; shown at the desk."
    )


class UploadRequest(OriginalUploadRequest, ImageFields):
    """What begins an upload in chunks, and what is said of the picture."""


class UploadStanding(serializers.Serializer):
    offset = serializers.IntegerField(help_text="Bytes that have arrived.")
    length = serializers.IntegerField()


class OriginalForm(Taken):
    file = PictureField(help_text=KINDS)


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
    scaled_sha256 = serializers.CharField(
        required=False, help_text="Of the scaled copy that stood in until this original came."
    )
    version = serializers.IntegerField(help_text="Of what is said of it: goes up with each change.")
    width = serializers.IntegerField(allow_null=True, help_text="Pixels of the original, upright.")
    height = serializers.IntegerField(allow_null=True)
    alt_text = serializers.CharField(allow_blank=True)
    credit = serializers.CharField(allow_blank=True)
    credit_from = serializers.ChoiceField(
        ["person", "uploader", "event"],
        allow_blank=True,
        help_text="A `person` wrote it, or it was filled with the `uploader`'s own or the `event`'s; empty: none yet.",
    )
    caption = serializers.CharField(allow_blank=True)
    creator = serializers.CharField(allow_blank=True)
    copyright_notice = serializers.CharField(allow_blank=True)
    web_statement = serializers.CharField(allow_blank=True)
    licensor_url = serializers.CharField(allow_blank=True)
    digital_source_type = serializers.ChoiceField(Origin.choices, allow_blank=True)
    basis = serializers.ChoiceField(Basis.choices, allow_blank=True)
    people = serializers.ListField(child=serializers.CharField())
    lease_from = serializers.DateTimeField(allow_null=True)
    lease_until = serializers.DateTimeField(allow_null=True)
    embargo_until = serializers.DateTimeField(allow_null=True)
    focal_x = serializers.FloatField()
    focal_y = serializers.FloatField()
    captured_at = serializers.DateTimeField(allow_null=True)
    thumbhash = serializers.CharField(allow_blank=True, help_text="Base64.")
    found = serializers.DictField(
        help_text="Suggestions its file makes: by field `text` or `texts`, and `from`, the block it stands in."
    )
    similar = serializers.ListField(
        child=serializers.UUIDField(),
        required=False,
        help_text="Images within your reach that look like it, once it was measured. Not in lists.",
    )
    renditions = RenditionAnswer(many=True)
    same_as = serializers.UUIDField(required=False, help_text="The image that has these bytes already.")
    refusal = serializers.CharField(required=False, help_text="Why it is refused or withdrawn.")
