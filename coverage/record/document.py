"""The table a search looks through; the database keeps its own index of it."""

from django.db import models


class Kind(models.TextChoices):
    """What a search finds."""

    EVENT = "event"
    KEYNOTE = "keynote"
    SPEAKER = "speaker"
    POST = "post"


class Document(models.Model):
    """What the search looks through of one thing readers may see; gone with its row (`coverage.record.documents`).

    Words are folded (`coverage.record.words`) and stand between single spaces. The database keeps its index by
    itself (0008_search): on SQLite triggers fill the FTS5 table `record_words`, on PostgreSQL a generated column
    `lexemes` has a GIN index. A speaker has a document for each appearance. `position` is a post's, 0 for others.
    """

    kind = models.CharField(max_length=10, choices=Kind)
    head = models.ForeignKey("record.EventHead", on_delete=models.CASCADE, related_name="documents")
    post = models.OneToOneField("record.ReleasedPost", on_delete=models.CASCADE, null=True)
    keynote = models.OneToOneField("record.ReleasedKeynote", on_delete=models.CASCADE, null=True)
    appearance = models.OneToOneField("record.ReleasedAppearance", on_delete=models.CASCADE, null=True)
    position = models.BigIntegerField(default=0)
    title_words = models.TextField(blank=True)
    text_words = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["head"], condition=models.Q(kind=Kind.EVENT), name="document_of_event_once"
            ),
            models.CheckConstraint(
                name="document_is_of_its_kind",
                condition=models.Q(kind=Kind.EVENT, post=None, keynote=None, appearance=None)
                | models.Q(kind=Kind.KEYNOTE, post=None, keynote__isnull=False, appearance=None)
                | models.Q(kind=Kind.SPEAKER, post=None, keynote=None, appearance__isnull=False)
                | models.Q(kind=Kind.POST, post__isnull=False, keynote=None, appearance=None),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.title_words[:60]}"
