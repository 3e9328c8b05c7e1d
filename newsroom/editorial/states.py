"""The states of a post and of an event, as they stand in the database and on the wire."""

from django.db import models


class PostState(models.TextChoices):
    DRAFT = "draft", "draft"
    SUBMITTED = "submitted", "submitted"
    IN_REVIEW = "in_review", "in review"
    APPROVED = "approved", "approved"
    SCHEDULED = "scheduled", "scheduled"
    PUBLISHED = "published", "published"
    WITHDRAWN = "withdrawn", "withdrawn"
    SPIKED = "spiked", "spiked"


class EventState(models.TextChoices):
    DRAFT = "draft", "draft"
    PLANNED = "planned", "planned"
    LIVE = "live", "live"
    PAUSED = "paused", "paused"
    ENDED = "ended", "ended"


UNPUBLISHED = frozenset(
    {PostState.DRAFT, PostState.SUBMITTED, PostState.IN_REVIEW, PostState.APPROVED, PostState.SCHEDULED}
)
WITH_THE_DESK = frozenset({PostState.SUBMITTED, PostState.IN_REVIEW, PostState.APPROVED})
