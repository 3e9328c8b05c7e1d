"""An event's wrap as readers see it. Its pictures, links and times are those of its source posts, by reference."""

from django.db import models

from coverage.record.querysets import EventHeadQuerySet


class ReleasedArticleQuerySet(models.QuerySet):
    def live(self) -> "ReleasedArticleQuerySet":
        """Not withdrawn."""
        return self.filter(withdrawn_at__isnull=True)

    def of(self, heads: EventHeadQuerySet) -> "ReleasedArticleQuerySet":
        """Those of these events that stand, each with its event."""
        return self.live().filter(head__in=heads).select_related("head")


class ReleasedArticle(models.Model):
    """A withdrawn one keeps its address and its reason. `number` counts its versions."""

    head = models.OneToOneField("record.EventHead", on_delete=models.CASCADE, related_name="article")
    desk_id = models.BigIntegerField(unique=True)
    number = models.PositiveIntegerField(default=0)
    headline = models.CharField(max_length=200)
    standfirst = models.TextField(blank=True)
    byline = models.CharField(max_length=120, blank=True)
    published_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    corrections = models.JSONField(default=list)  # {"at", "note", "signed"}, the first first
    withdrawn_at = models.DateTimeField(null=True)
    reason = models.TextField(blank=True)

    objects = ReleasedArticleQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="article_withdrawn_is_blank",
                condition=models.Q(withdrawn_at__isnull=True)
                | models.Q(headline="", standfirst="", byline="", corrections=[]),
            ),
            models.CheckConstraint(
                name="article_withdrawn_says_why",
                condition=models.Q(withdrawn_at__isnull=True) | ~models.Q(reason=""),
            ),
            models.CheckConstraint(
                name="article_has_headline",
                condition=models.Q(withdrawn_at__isnull=False) | ~models.Q(headline=""),
            ),
        ]

    def __str__(self) -> str:
        return self.headline or f"withdrawn article of {self.head_id}"


class ReleasedParagraph(models.Model):
    """`source` is the public id of the post it comes from, "" for none; `corrections_seen` how many corrections that
    post had then. `image` names a picture of the source. `gone`: its words were taken back, and why; it has none."""

    article = models.ForeignKey(ReleasedArticle, on_delete=models.CASCADE, related_name="paragraphs")
    order = models.PositiveIntegerField()
    kind = models.CharField(max_length=10)
    source = models.CharField(max_length=10, blank=True, db_index=True)
    heading = models.CharField(max_length=200, blank=True)
    body = models.TextField(blank=True)
    quote = models.JSONField(null=True)
    image = models.UUIDField(null=True)
    corrections_seen = models.PositiveIntegerField(default=0)
    gone = models.TextField(blank=True)

    class Meta:
        ordering = ["article", "order", "id"]
        constraints = [
            models.CheckConstraint(
                name="article_gone_is_blank",
                condition=models.Q(gone="")
                | models.Q(heading="", body="", quote__isnull=True, image__isnull=True),
            )
        ]

    def __str__(self) -> str:
        return self.heading or self.body[:60] or f"{self.kind} {self.order}"
