"""What is answered without a token: the record's rows, and of a post its public id and never the desk's UUID."""

from django.db.models import QuerySet
from rest_framework import serializers

from coverage.api.paging import public_url
from coverage.api.post_shapes import post_url
from coverage.models.keynote import AppearanceRole, KeynoteFormat
from coverage.models.post import PostKind
from coverage.publishing.programme import HEAD_COLUMNS
from coverage.record.models import (
    EventHead,
    Place,
    ReleasedAppearance,
    ReleasedKeynote,
    ReleasedPicture,
    ReleasedPost,
)
from newsroom.editorial.states import EventState


class PublicEvent(serializers.ModelSerializer):
    slug = serializers.SlugField(read_only=True)
    state = serializers.ChoiceField(EventState.choices, read_only=True)
    url = serializers.SerializerMethodField()

    class Meta:
        model = EventHead
        fields = [*HEAD_COLUMNS, "state", "epoch", "seq", "url"]
        read_only_fields = fields

    def get_url(self, head: EventHead) -> str:
        return event_url(head.slug)


class PublicAppearance(serializers.ModelSerializer):
    """Name, job title and organisation as billed that day."""

    role = serializers.ChoiceField(AppearanceRole.choices, read_only=True)
    organisation_slug = serializers.CharField(read_only=True, help_text="Empty: it has no page.")

    class Meta:
        model = ReleasedAppearance
        fields = ["speaker", "name", "role", "job_title", "organisation", "organisation_slug", "by_video"]
        read_only_fields = fields


class PublicKeynote(serializers.ModelSerializer):
    event = serializers.SlugRelatedField(source="head", slug_field="slug", read_only=True)
    format = serializers.ChoiceField(KeynoteFormat.choices, read_only=True)
    sponsor = serializers.CharField(read_only=True, help_text="Disclose it wherever the keynote appears.")
    sponsor_slug = serializers.CharField(read_only=True, help_text="Empty: none.")
    appearances = PublicAppearance(many=True, read_only=True)
    url = serializers.SerializerMethodField()

    class Meta:
        model = ReleasedKeynote
        fields = [
            "event",
            "slug",
            "title",
            "format",
            "room",
            "sponsor",
            "sponsor_slug",
            "summary",
            "starts_at",
            "ends_at",
            "actual_start",
            "actual_end",
            "is_cancelled",
            "order",
            "appearances",
            "url",
        ]
        read_only_fields = fields

    def get_url(self, keynote: ReleasedKeynote) -> str:
        return keynote_url(keynote.head.slug, keynote.slug)


class PublicSource(serializers.Serializer):
    spec = serializers.CharField()
    format = serializers.CharField()
    url = serializers.SerializerMethodField()
    width = serializers.IntegerField(help_text="Pixels.")
    height = serializers.IntegerField(help_text="Pixels.")

    def get_url(self, source: dict) -> str:
        return public_url(source["url"])


class PublicPicture(serializers.ModelSerializer):
    image = serializers.CharField(
        source="folder", read_only=True, help_text="Its public name; empty where only its place is kept."
    )
    place = serializers.ChoiceField(
        Place.choices,
        read_only=True,
        help_text="`reserved`: its files are being made. `expired`: the newsroom may not show it any more.",
    )
    people = serializers.ListField(
        child=serializers.CharField(), read_only=True, help_text="From left to right."
    )
    thumbhash = serializers.CharField(
        read_only=True,
        help_text="A blurred picture to show while the file loads (evanw.github.io/thumbhash), in base64.",
    )
    licence = serializers.CharField(read_only=True, help_text="A web address, or empty.")
    licensor = serializers.CharField(read_only=True, help_text="A web address, or empty.")
    sources = PublicSource(many=True, read_only=True)

    class Meta:
        model = ReleasedPicture
        fields = [
            "image",
            "place",
            "caption",
            "credit",
            "creator",
            "copyright_notice",
            "licence",
            "licensor",
            "people",
            "alt",
            "width",
            "height",
            "thumbhash",
            "sources",
        ]
        read_only_fields = fields


class PublicQuote(serializers.Serializer):
    speaker = serializers.CharField(default=None, allow_null=True, help_text="A slug.")
    attribution = serializers.CharField()
    text = serializers.CharField()
    verbatim = serializers.BooleanField()


class PublicCorrection(serializers.Serializer):
    at = serializers.DateTimeField()
    note = serializers.CharField()
    signed = serializers.CharField()


class PublicPost(serializers.ModelSerializer):  # load it through `for_readers`
    """A post as readers see it."""

    id = serializers.CharField(source="public_id", read_only=True)
    event = serializers.SlugRelatedField(source="head", slug_field="slug", read_only=True)
    keynote = serializers.SerializerMethodField()
    kind = serializers.ChoiceField(PostKind.choices, read_only=True)
    images = PublicPicture(source="picture_rows", many=True, read_only=True)
    speakers = serializers.SlugRelatedField(slug_field="speaker", many=True, read_only=True)
    quotes = PublicQuote(many=True, read_only=True)
    corrections = PublicCorrection(many=True, read_only=True)
    state = serializers.SerializerMethodField()
    sponsor = serializers.CharField(read_only=True, help_text="Of its keynote; disclose it with the post.")
    url = serializers.SerializerMethodField()

    class Meta:
        model = ReleasedPost
        fields = [
            "id",
            "event",
            "keynote",
            "kind",
            "headline",
            "body",
            "images",
            "speakers",
            "quotes",
            "happened_at",
            "key_event",
            "pinned",
            "byline",
            "public_id",
            "state",
            "url",
            "sponsor",
            "position",
            "seq",
            "released_at",
            "changed_at",
            "corrections",
        ]
        read_only_fields = fields

    def get_keynote(self, post: ReleasedPost) -> str | None:
        return post.keynote or None

    def get_state(self, post: ReleasedPost) -> str:
        return "published"

    def get_url(self, post: ReleasedPost) -> str:
        return post_url(post.head.slug, post.public_id)


def for_readers(posts: QuerySet[ReleasedPost]) -> QuerySet[ReleasedPost]:
    """Released posts with all that an answer prints, in a fixed number of queries."""
    return posts.select_related("head").prefetch_related("picture_rows", "speakers")


def event_url(event: str) -> str:
    return public_url(f"/events/{event}/")


def keynote_url(event: str, keynote: str) -> str:
    return public_url(f"/events/{event}/keynotes/{keynote}/")


def speaker_url(speaker: str) -> str:
    return public_url(f"/speakers/{speaker}/")
