"""The wrap: an article written from an event's posts. What readers have of it is in the record (`ReleasedArticle`)."""

from django.conf import settings
from django.db import models

from coverage.models.event import Event
from coverage.models.post import Post


class WrapState(models.TextChoices):
    DRAFT = "draft", "draft"
    PUBLISHED = "published", "published"
    WITHDRAWN = "withdrawn", "withdrawn"


class Wrap(models.Model):
    """`version` rises with every save and verb and guards both, as a post's does.

    `pending`: what readers have differs from what stands here, or would be if they had it.
    """

    event = models.OneToOneField(Event, on_delete=models.CASCADE, related_name="wrap")
    state = models.CharField(max_length=10, choices=WrapState, default=WrapState.DRAFT)
    version = models.PositiveIntegerField(default=1)
    headline = models.CharField(max_length=200, blank=True)
    standfirst = models.TextField(blank=True)
    byline = models.CharField(max_length=120, blank=True)
    pending = models.BooleanField(default=True)
    corrections = models.JSONField(default=list)  # as readers have them, kept while it is withdrawn
    # Who saved its words last: where a second reader is asked for, somebody else publishes them.
    edited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="wrap_state_known", condition=models.Q(state__in=WrapState.values))
        ]

    def __str__(self) -> str:
        return self.headline or f"Wrap of {self.event}"


class ParagraphKind(models.TextChoices):
    TEXT = "text", "text"
    QUOTE = "quote", "quote"
    PICTURE = "picture", "picture"


class WrapParagraph(models.Model):
    """A text (with a subheading or none), a quote as billed, or a picture by reference; `post` null: written here.

    `copied` is what its post said when it was copied: {"heading", "body"}, {"quote"} or {"image"}; null without a
    post. `corrections_seen`: how many corrections that post had then, or when somebody decided to keep these words.
    `words_removed`: its words were removed from the post since, and may not go out. `kept_alone`: somebody decided to
    keep it, though its post has nothing in its place any more.
    """

    wrap = models.ForeignKey(Wrap, on_delete=models.CASCADE, related_name="paragraphs")
    order = models.PositiveIntegerField()
    kind = models.CharField(max_length=10, choices=ParagraphKind, default=ParagraphKind.TEXT)
    post = models.ForeignKey(Post, null=True, on_delete=models.CASCADE, related_name="wrap_paragraphs")
    heading = models.CharField(max_length=200, blank=True)
    body = models.TextField(blank=True)
    quote = models.JSONField(null=True)
    image = models.UUIDField(null=True)
    copied = models.JSONField(null=True)
    corrections_seen = models.PositiveIntegerField(default=0)
    words_removed = models.BooleanField(default=False)
    kept_alone = models.BooleanField(default=False)

    class Meta:
        ordering = ["wrap", "order", "id"]
        constraints = [
            models.CheckConstraint(
                name="wrap_paragraph_of_one_kind",
                condition=models.Q(kind="text", quote__isnull=True, image__isnull=True)
                | models.Q(kind="quote", quote__isnull=False, image__isnull=True, heading="", body="")
                | models.Q(kind="picture", quote__isnull=True, image__isnull=False, heading="", body=""),
            )
        ]

    def __str__(self) -> str:
        return f"paragraph {self.order + 1}"
