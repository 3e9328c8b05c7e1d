"""A post on the wire: what a PUT takes, and what the desk is answered."""

from typing import Any

from django.db.models import QuerySet
from rest_framework import serializers

from coverage.api.clock import MomentField
from coverage.api.paging import public_url
from coverage.api.parsing import StrictSerializer
from coverage.models import Post, PostImage, Quote
from coverage.models.post import Anchor, PostKind
from newsroom.editorial.states import PostState

MOST_NAMED = 100  # images, speakers, quotes of one post


class QuoteShape(StrictSerializer):
    """What somebody said, under the speaker's own slug or an attribution."""

    speaker = serializers.SlugField(max_length=80, allow_null=True, default=None)
    attribution = serializers.CharField(
        max_length=200,
        allow_blank=True,
        default="",
        help_text="Without a speaker: “a panellist, not identified”.",
    )
    text = serializers.CharField()
    verbatim = serializers.BooleanField(default=False, help_text="Word for word; printed in quotation marks.")
    checked = serializers.BooleanField(default=False, help_text="Compared with the recording.")


class NamedImageShape(StrictSerializer):
    """A picture of the post, by the UUID it was or will be sent under."""

    image = serializers.UUIDField(help_text="May be named before it arrives: then it is awaited.")
    caption = serializers.CharField(allow_blank=True, default="", help_text="Empty: the image's own.")


class PostFiling(StrictSerializer):
    """The fields a PUT may name. What it does not name stands as it is."""

    set_by_us = frozenset(
        {
            *("id", "author", "pinned", "note", "pending", "public_id", "state", "publish_at", "url"),
            *("anchor_keynote", "anchor", "anchor_minutes"),
        }
    )

    event = serializers.SlugField(
        max_length=80, required=False, help_text="Needed for a new post; afterwards only the same."
    )
    keynote = serializers.SlugField(max_length=80, allow_null=True, required=False)
    kind = serializers.ChoiceField(PostKind.choices, required=False)
    headline = serializers.CharField(max_length=200, allow_blank=True, required=False)
    body = serializers.CharField(
        allow_blank=True,
        required=False,
        help_text="HTML of p br strong em a ul ol li blockquote; the rest is dropped.",
    )
    images = NamedImageShape(many=True, max_length=MOST_NAMED, required=False)
    speakers = serializers.ListField(
        child=serializers.SlugField(max_length=80), max_length=MOST_NAMED, required=False
    )
    quotes = QuoteShape(many=True, max_length=MOST_NAMED, required=False)
    happened_at = MomentField(
        allow_null=True, required=False, help_text="Null: the time of its first release."
    )
    key_event = serializers.BooleanField(required=False)
    byline = serializers.CharField(max_length=120, allow_blank=True, required=False)
    embargo_until = MomentField(allow_null=True, required=False)
    version = serializers.IntegerField(
        min_value=0,
        max_value=2**31 - 1,
        required=False,
        help_text="The one you saw. 0: the post must be new.",
    )
    submit = serializers.BooleanField(
        required=False,
        help_text="True files a draft in the same transaction; what is filed already stays filed.",
    )


class QuoteAnswer(serializers.ModelSerializer):
    speaker = serializers.SlugRelatedField(slug_field="slug", read_only=True, allow_null=True)

    class Meta:
        model = Quote
        fields = ["speaker", "attribution", "text", "verbatim", "checked"]
        read_only_fields = fields


class NamedImageAnswer(serializers.ModelSerializer):
    image = serializers.UUIDField(source="image_id", read_only=True)

    class Meta:
        model = PostImage
        fields = ["image", "caption"]
        read_only_fields = fields


class PostAnswer(serializers.ModelSerializer):  # load it through `for_answers`
    """A post as the desk sees it."""

    event = serializers.SlugRelatedField(slug_field="slug", read_only=True)
    keynote = serializers.SlugRelatedField(slug_field="slug", read_only=True, allow_null=True)
    kind = serializers.ChoiceField(PostKind.choices, read_only=True)
    images = NamedImageAnswer(source="post_images", many=True, read_only=True)
    speakers = serializers.SerializerMethodField(help_text="Slugs, in the order named.")
    quotes = QuoteAnswer(many=True, read_only=True)
    author = serializers.SlugRelatedField(slug_field="username", read_only=True, allow_null=True)
    byline = serializers.CharField(read_only=True, help_text="Empty: the author's own.")
    note = serializers.CharField(read_only=True, help_text="The desk's, to the author.")
    pending = serializers.SerializerMethodField(help_text="Whether a newer text than the released one waits.")
    state = serializers.ChoiceField(PostState.choices, read_only=True)
    anchor_keynote = serializers.SlugRelatedField(
        slug_field="slug", read_only=True, allow_null=True, help_text="By whose time it is scheduled, if so."
    )
    anchor = serializers.ChoiceField(
        [("", "a time of its own"), *Anchor.choices],
        read_only=True,
        help_text="Which time of that keynote; `publish_at` follows it, and is null while it is unknown.",
    )
    anchor_minutes = serializers.IntegerField(read_only=True, help_text="After it; before it, if negative.")
    url = serializers.SerializerMethodField(help_text="Its page; null before its first release.")

    class Meta:
        model = Post
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
            "author",
            "byline",
            "note",
            "pending",
            "embargo_until",
            "public_id",
            "state",
            "version",
            "publish_at",
            "anchor_keynote",
            "anchor",
            "anchor_minutes",
            "url",
        ]
        read_only_fields = fields

    def get_speakers(self, post: Post) -> list[str]:
        return [named.speaker.slug for named in post.post_speakers.all()]

    def get_pending(self, post: Post) -> bool:
        return bool(post.review)

    def get_url(self, post: Post) -> str | None:
        return post.public_id and post_url(post.event.slug, post.public_id)


def for_answers(posts: QuerySet[Post]) -> QuerySet[Post]:
    """Posts with all that an answer prints, in a fixed number of queries."""
    return posts.for_editing()


def answer_for(post_id: Any) -> dict:
    """The post as it stands now. Its reader's right to it was asked before."""
    return dict(PostAnswer(for_answers(Post.objects.filter(pk=post_id)).get()).data)


def post_url(event: str, public_id: str) -> str:
    return public_url(f"/events/{event}/posts/{public_id}/")
