"""A post: the working copy the desk edits. What was saved is in its revisions, what readers see in the record."""

import uuid

from django.conf import settings
from django.db import models

from coverage.models.event import Event
from coverage.models.keynote import Keynote, Speaker
from coverage.models.markup import plain_text
from media.models import Image
from newsroom.editorial.states import WITH_THE_DESK, PostState


class PostKind(models.TextChoices):
    UPDATE = "update", "update"
    PHOTO = "photo", "photo"
    QUOTE = "quote", "quote"
    EMBED = "embed", "embed"
    MARKER = "marker", "marker"


class PostQuerySet(models.QuerySet):
    def awaiting_review(self) -> "PostQuerySet":
        """With the desk, the oldest filing first."""
        return self.filter(self.with_the_desk()).order_by("submitted_at", "created_at")

    @staticmethod
    def with_the_desk(prefix: str = "") -> models.Q:
        """Posts, and changes of published posts, that somebody filed; `prefix` for a relation to posts."""
        asked = WITH_THE_DESK
        return models.Q(**{f"{prefix}state__in": asked}) | models.Q(**{f"{prefix}review__in": asked})

    def due(self, at) -> "PostQuerySet":
        """Scheduled for `at` or earlier, with no embargo beyond it."""
        return self.filter(state=PostState.SCHEDULED, publish_at__lte=at).exclude(embargo_until__gt=at)

    def for_editing(self) -> "PostQuerySet":
        return self.select_related("event", "keynote", "author", "anchor_keynote").prefetch_related(
            "post_speakers__speaker", "quotes__speaker", "post_images__image"
        )


class Anchor(models.TextChoices):
    """The moment of a keynote by which a post may be scheduled."""

    PLANNED_START = "planned-start", "planned start"
    PLANNED_END = "planned-end", "planned end"
    ACTUAL_START = "actual-start", "actual start"
    ACTUAL_END = "actual-end", "actual end"


class Post(models.Model):
    """`version` rises with every save and verb and guards both: UPDATE … WHERE id AND state AND version.

    `happened_at` None: the time of first release, unless `time_unknown`: then no time is printed.
    `position` is None until first release, unless an import set it. `public_id` likewise is given at release.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="posts")
    keynote = models.ForeignKey(
        Keynote, null=True, blank=True, on_delete=models.PROTECT, related_name="posts"
    )
    kind = models.CharField(max_length=10, choices=PostKind, default=PostKind.UPDATE)
    headline = models.CharField(max_length=200, blank=True)
    body = models.TextField(blank=True)
    happened_at = models.DateTimeField(
        null=True, blank=True, help_text="When it happened. Empty: the time of its release."
    )
    time_unknown = models.BooleanField(default=False, editable=False)
    key_event = models.BooleanField(default=False, help_text="Listed among the key events.")
    embargo_until = models.DateTimeField(null=True, blank=True)
    # Null: nobody here wrote it, an import brought it.
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="posts"
    )
    byline = models.CharField(max_length=120, blank=True, help_text="Empty: the author's own.")

    state = models.CharField(max_length=10, choices=PostState, default=PostState.DRAFT, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    # How far the pending revision of a published post has come: draft to approved; empty: there is none.
    review = models.CharField(max_length=10, blank=True, editable=False)
    # It went out without a second reader, who must have read it by then; null: nothing to sign off.
    sign_by = models.DateTimeField(null=True, editable=False)
    outside_keynote = models.BooleanField(
        "not in a keynote", default=False, help_text="Decided, and not merely forgotten."
    )
    note = models.TextField(blank=True, editable=False, help_text="The desk's note to the reporter.")
    submitted_at = models.DateTimeField(null=True, editable=False)
    claimed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", editable=False
    )
    publish_at = models.DateTimeField(null=True, editable=False)
    # Scheduled by a keynote's time and so many minutes; `publish_at` follows it, null while that time is unknown.
    anchor_keynote = models.ForeignKey(
        Keynote, null=True, on_delete=models.SET_NULL, related_name="anchored_posts", editable=False
    )
    anchor = models.CharField(max_length=14, choices=Anchor, blank=True, editable=False)
    anchor_minutes = models.SmallIntegerField(default=0, editable=False)
    state_before_schedule = models.CharField(max_length=10, blank=True, editable=False)
    # The revision that was approved or scheduled; None: the newest.
    pinned_revision = models.ForeignKey(
        "coverage.Revision", null=True, on_delete=models.PROTECT, related_name="+", editable=False
    )
    released_revision = models.ForeignKey(
        "coverage.Revision", null=True, on_delete=models.PROTECT, related_name="+", editable=False
    )
    public_id = models.CharField(max_length=10, null=True, unique=True, editable=False)
    position = models.BigIntegerField(null=True, editable=False)
    first_released_at = models.DateTimeField(null=True, editable=False)
    pinned = models.BooleanField(default=False, editable=False)
    release_problem = models.CharField(max_length=300, blank=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = PostQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        indexes = [
            models.Index(fields=["event", "state"], name="post_event_state"),
            models.Index(fields=["event", "review"], name="post_event_review"),
            models.Index(fields=["event", "-updated_at"], name="post_event_latest"),
            models.Index(fields=["publish_at"], name="post_due", condition=models.Q(state="scheduled")),
            models.Index(fields=["sign_by"], name="post_unsigned", condition=models.Q(sign_by__isnull=False)),
        ]
        constraints = [
            models.CheckConstraint(name="post_state_known", condition=models.Q(state__in=PostState.values)),
            models.CheckConstraint(
                name="post_scheduled_has_time",
                condition=~models.Q(state="scheduled")
                | models.Q(publish_at__isnull=False)
                | models.Q(anchor_keynote__isnull=False),
            ),
            models.CheckConstraint(
                name="post_released_has_public_id",
                condition=~models.Q(state__in=["published", "withdrawn"])
                | models.Q(public_id__isnull=False, position__isnull=False, released_revision__isnull=False),
            ),
            models.CheckConstraint(
                name="post_review_of_a_published",
                condition=models.Q(review="")
                | models.Q(state="published", review__in=["draft", "submitted", "in_review", "approved"]),
            ),
            models.UniqueConstraint(fields=["event", "position"], name="post_position_unique_in_event"),
        ]

    def __str__(self) -> str:
        return self.headline or self.plain_body()[:80] or f"post {str(self.id)[:8]}"

    def plain_body(self) -> str:
        return plain_text(self.body)

    def get_review_display(self) -> str:
        return PostState(self.review).label if self.review else ""

    def anchor_in_words(self) -> str:
        """By which time of which keynote it is scheduled; empty for a time of its own."""
        if not self.anchor_keynote:
            return ""
        moment = f"the {self.get_anchor_display()} of “{self.anchor_keynote}”"
        minutes = abs(self.anchor_minutes)
        if not minutes:
            return f"at {moment}"
        return f"{minutes} min {'after' if self.anchor_minutes > 0 else 'before'} {moment}"

    def printed_byline(self) -> str:
        """The name readers see over it; empty if nobody here wrote it and none was given."""
        return self.byline or (self.author.printed_byline() if self.author else "")

    def latest_revision(self):
        """The newest save, or None before the first one."""
        return self.revisions.order_by("-number").first()

    def has_pending_changes(self) -> bool:
        """Whether readers would see a difference if the newest revision were released."""
        return bool(self.review)


class PostSpeaker(models.Model):
    """A speaker a post is about, in the order named."""

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="post_speakers")
    speaker = models.ForeignKey(Speaker, on_delete=models.PROTECT, related_name="post_speakers")
    order = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["order", "id"]
        constraints = [models.UniqueConstraint(fields=["post", "speaker"], name="post_speaker_once")]

    def __str__(self) -> str:
        return str(self.speaker)


class Quote(models.Model):
    """What somebody said: verbatim or paraphrased, by a speaker or by whom `attribution` describes."""

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="quotes")
    speaker = models.ForeignKey(
        Speaker, null=True, blank=True, on_delete=models.PROTECT, related_name="quotes"
    )
    attribution = models.CharField(
        max_length=200, blank=True, help_text="Without a speaker: “a panellist, not identified”."
    )
    text = models.TextField()
    verbatim = models.BooleanField(default=False, help_text="Word for word; printed in quotation marks.")
    checked = models.BooleanField(default=False, help_text="Compared with the recording.")
    order = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["order", "id"]
        constraints = [
            models.CheckConstraint(
                name="quote_is_attributed",
                condition=models.Q(speaker__isnull=False) | ~models.Q(attribution=""),
                violation_error_message="Say who said it: a speaker, or “a panellist, not identified”.",
            )
        ]

    def __str__(self) -> str:
        return self.text[:80]


class PostImage(models.Model):
    """A picture in a post, in the order shown. `caption` empty: the image's own."""

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="post_images")
    image = models.ForeignKey(Image, on_delete=models.PROTECT, related_name="post_images")
    caption = models.TextField(blank=True)
    order = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["order", "id"]
        constraints = [models.UniqueConstraint(fields=["post", "image"], name="post_image_once")]

    def __str__(self) -> str:
        return self.caption or str(self.image)
