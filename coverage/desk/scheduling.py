"""When a post comes out, as a form asks for it: at a time, or at a time of a keynote and so many minutes."""

from typing import Any

from django import forms

from coverage.models import Post
from coverage.models.post import Anchor
from coverage.publishing.anchors import FARTHEST
from newsroom.editorial.local_time import LocalTimeField, LocalTimeInput

AT_A_TIME, AT_A_KEYNOTE = "time", "keynote"
AT_TIME = ("publish_at",)
BY_KEYNOTE = ("anchor_keynote", "anchor", "anchor_minutes")


def schedule_fields(post: Post) -> dict[str, forms.Field]:
    """What `schedule` takes; by a keynote only where the event has one that takes place."""
    time = LocalTimeField(label="Publish at", widget=LocalTimeInput(format="%Y-%m-%dT%H:%M"))
    keynotes = post.event.keynotes.filter(cancelled_at=None).order_by("order", "starts_at", "id")
    choices = [(keynote.slug, keynote.title) for keynote in keynotes]
    if not choices:
        return {"publish_at": time}
    ways = [(AT_A_TIME, "At a time"), (AT_A_KEYNOTE, "At a keynote’s start or end")]
    return {
        "when": forms.ChoiceField(label="When", choices=ways),
        "publish_at": time,
        "anchor_keynote": forms.ChoiceField(label="Keynote", choices=choices),
        "anchor": forms.ChoiceField(label="Which time of it", choices=Anchor),
        "anchor_minutes": forms.IntegerField(
            label="Minutes after it",
            min_value=-FARTHEST,
            max_value=FARTHEST,
            help_text="With a minus: before it. The post moves with the keynote.",
        ),
    }


def schedule_initial(post: Post) -> dict[str, Any]:
    """How it is scheduled now, else by the keynote it belongs to."""
    keynote = post.anchor_keynote or post.keynote
    return {
        "when": AT_A_KEYNOTE if post.anchor_keynote else AT_A_TIME,
        "publish_at": post.publish_at,
        "anchor_keynote": keynote and keynote.slug,
        "anchor": post.anchor or Anchor.PLANNED_START,
        "anchor_minutes": post.anchor_minutes,
    }


def settle_schedule(form: forms.Form, cleaned: dict[str, Any]) -> dict[str, Any]:
    """Only what belongs to the way that was chosen, and no error of the other; without a choice it is the time."""
    by_keynote = cleaned.get("when") == AT_A_KEYNOTE
    chosen, other = (BY_KEYNOTE, AT_TIME) if by_keynote else (AT_TIME, BY_KEYNOTE)
    for name in ("when", *other):
        form.errors.pop(name, None)
    return {name: cleaned[name] for name in chosen if name in cleaned}
