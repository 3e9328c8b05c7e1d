"""What the API takes and answers of an image, for its description."""

from rest_framework import serializers

from media.models import Basis, ImageState, Origin, RenditionState

KINDS = "JPEG, PNG, WebP, HEIC or AVIF."
_TIME = "ISO 8601 with an offset; null takes it away."


def _text(**options) -> serializers.CharField:
    return serializers.CharField(required=False, allow_blank=True, **options)


def _choice(choices: list[tuple[str, str]], help_text: str) -> serializers.ChoiceField:
    return serializers.ChoiceField(choices, required=False, allow_blank=True, help_text=help_text)


def _moment(help_text: str) -> serializers.DateTimeField:
    return serializers.DateTimeField(required=False, allow_null=True, help_text=f"{help_text} {_TIME}")


def _part(help_text: str) -> serializers.FloatField:
    return serializers.FloatField(required=False, min_value=0, max_value=1, help_text=help_text)


class ImageRequest(serializers.Serializer):
    """What a `PUT` takes. What is left out stands as it is; without a file the image is awaited."""

    file = serializers.FileField(required=False, help_text=KINDS)
    version = serializers.IntegerField(
        required=False,
        min_value=1,
        help_text="The one you saw: 409 `stale`, with `current`, if its words were changed since. Left out: any.",
    )
    alt_text = _text()
    credit = _text()
    caption = _text()
    creator = _text(help_text="Who made it, if the credit does not say so.")
    copyright_notice = _text(help_text="As it must be printed.")
    web_statement = _text(help_text="The page that states the licence or the rights.")
    licensor_url = _text(help_text="The page where others get a licence.")
    digital_source_type = _choice(Origin.choices, "How it came to be: a term of IPTC's, or its address.")
    basis = _choice(Basis.choices, "On what ground the newsroom may show it.")
    people = serializers.ListField(
        child=serializers.CharField(),
        required=False,
        help_text="Who is in it, from left to right. In a form: repeat the field.",
    )
    lease_from = _moment("Readers get it from then on.")
    lease_until = _moment("After that its pages show a credited placeholder.")
    embargo_until = _moment("Readers do not get it before.")
    focal_x = _part("The crops' middle, in parts of the width from the left.")
    focal_y = _part("The crops' middle, in parts of the height from the top.")
    captured_at = serializers.DateTimeField(
        required=False,
        help_text="When it was taken: ISO 8601 with an offset. A scaled copy's file does not say.",
    )
    thumbhash = _text(help_text="In base64: shown in its place until its own pixels were measured.")


class OriginalUploadRequest(serializers.Serializer):
    """What begins an upload in chunks."""

    length = serializers.IntegerField(required=False, min_value=1, help_text="Bytes; or as Upload-Length.")
    sha256 = serializers.CharField(help_text="Of the whole file, 64 characters 0-9 a-f.")
    filename = serializers.CharField(required=False, help_text="What the file was called; shown at the desk.")


class UploadRequest(OriginalUploadRequest, ImageRequest):
    """What begins an upload in chunks, and what is said of the picture."""

    file = None
    version = None


class UploadStanding(serializers.Serializer):
    offset = serializers.IntegerField(help_text="Bytes that have arrived.")
    length = serializers.IntegerField()


class OriginalRequest(serializers.Serializer):
    file = serializers.FileField(help_text=KINDS)


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
