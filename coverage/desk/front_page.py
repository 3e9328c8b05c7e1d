"""The desk's first page: the way to a first event while there is none, then what waits now."""

from dataclasses import dataclass
from typing import Any

from django.db.models import F
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from coverage.desk.leases import leases_for
from coverage.desk.post_list import age_in_words
from coverage.models import Assignment, Event, Keynote, Post
from coverage.publishing.access import events_for, posts_for
from coverage.record.models import EventHead, ReleasedPost
from newsroom.editorial.people import User
from newsroom.editorial.roles import is_chief, is_editor
from newsroom.editorial.states import EventState, PostState


@dataclass
class Step:
    """One step of a newcomer. `url` is where it is done."""

    title: str
    says: str
    url: str
    done: bool


def steps(person: User) -> list[Step]:
    """From an empty newsroom to a first published post, in order; costs a query for each step."""
    event = Event.objects.order_by("id").first()
    add_keynote = reverse("admin:coverage_keynote_add") + (f"?event={event.pk}" if event else "")
    event_page = reverse("admin:coverage_event_change", args=[event.pk]) if event else _list("event")
    people = reverse("admin:editorial_user_add") if is_chief(person) else event_page
    return [
        Step(
            "Your first event",
            "Its name, where it is, and above all its time zone.",
            reverse("admin:coverage_event_add"),
            event is not None,
        ),
        Step(
            "Its keynotes",
            "What is on stage, when, and who speaks for whom. You can hold a surprise back.",
            add_keynote,
            Keynote.objects.exists(),
        ),
        Step(
            "A reporter",
            "Invite her by e-mail and assign her to the event, or cover it alone and skip this.",
            people,
            Assignment.objects.exists(),
        ),
        Step(
            "The first post",
            "Two sentences are enough. Nothing is public before it is published.",
            reverse("admin:coverage_post_add") + (f"?event={event.pk}" if event else ""),
            Post.objects.exists(),
        ),
        Step(
            "Announce and publish",
            "Announce the event, then publish the post: now it has a page, and the page follows by itself.",
            event_page,
            ReleasedPost.objects.exists(),
        ),
    ]


def front_page(request: HttpRequest) -> dict[str, Any]:
    """What the page shows this person; the number of queries does not grow with the newsroom."""
    if not is_editor(request.user):
        hers = {"mine": _mine(request.user), "events": events_for(request.user)[:10]}
        return hers | {"leases": leases_for(request.user)}  # for a photo editor
    way = steps(request.user)
    context: dict[str, Any] = {"waiting": _waiting(), "scheduled": _scheduled(), "live": _live()}
    context["leases"] = leases_for(request.user)
    if not way[-1].done:
        context["steps"] = way
        context["next_step"] = next((step for step in way if not step.done), None)
    return context


def _waiting() -> list[Post]:
    posts = list(Post.objects.awaiting_review().select_related("event", "keynote", "author")[:12])
    now = timezone.now()
    for post in posts:
        post.age = age_in_words(post.submitted_at or post.created_at, now)
    return posts


def _scheduled() -> list[Post]:
    posts = list(
        Post.objects.filter(state=PostState.SCHEDULED)
        .select_related("event", "author", "anchor_keynote")
        .order_by(F("publish_at").asc(nulls_last=True))[:8]
    )
    for post in posts:
        at = post.publish_at and post.publish_at.astimezone(post.event.zone)
        post.when = f"{at:%-d %b, %H:%M} {at.tzname()}" if at else post.anchor_in_words()
    return posts


def _live() -> list[EventHead]:
    return list(
        EventHead.objects.filter(state__in=[EventState.LIVE, EventState.PAUSED]).order_by("-opened_at")[:8]
    )


def _mine(person: User) -> list[Post]:
    return list(
        posts_for(person)
        .exclude(state=PostState.SPIKED)
        .select_related("event", "keynote")
        .order_by("-updated_at")[:20]
    )


def _list(model: str) -> str:
    return reverse(f"admin:coverage_{model}_changelist")
