"""How an event stands at the desk: what waits, what is scheduled, what readers have, what is wrong."""

import hashlib
from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, F, Max, QuerySet, Subquery
from django.urls import reverse

from coverage.desk.live_desk import reading
from coverage.desk.post_list import age_in_words, with_signs
from coverage.desk.presence import Here
from coverage.desk.verbs import Button, VerbForm, label_of
from coverage.field import wording
from coverage.models import Alert, ErrorReport, Event, Post, Quote, Wrap
from coverage.publishing.access import verbs_for
from coverage.record.models import EventHead
from media.models import Image, ImageState
from newsroom.editorial.people import User
from newsroom.editorial.states import WITH_THE_DESK, PostState

# How many rows a part shows; the post list has the rest.
MOST = {"waiting": 40, "scheduled": 20, "published": 15, "pictures": 20}
# The verbs a row offers, in their order; the post's own page has the others.
OFFERED = {
    "waiting": (
        *("claim", "release-claim", "approve", "publish", "break-glass", "send-back"),
        *("schedule", "move", "spike"),
    ),
    "scheduled": ("publish", "schedule", "unschedule", "move", "spike"),
    "published": (
        *("sign-off", "approve", "publish", "correct", "withdraw"),
        *("pin", "unpin", "mark-key", "unmark-key", "move"),
    ),
}
# What waits for a keynote to begin or end has no time yet.
SOONEST = F("publish_at").asc(nulls_last=True)
# What asks too much for a row has a page of its own.
ELSEWHERE = ("schedule", "move")
# The one a row's main key presses: the first of these it offers.
MAIN = ("sign-off", "publish", "approve", "claim")
POST_PAGE = "/coverage/post/"


@dataclass(frozen=True)
class Row:
    """One post. `late`: it waits longer than the event's target; `when` and `embargo`: in the event's zone, or
    ""; `at_it`: who else has it open."""

    post: Post
    words: str
    age: str
    late: bool
    when: str
    embargo: str
    problems: list[str]
    hints: list[str]
    pictures: tuple[reading.Shown, ...]
    buttons: list[Button]
    at_it: list[str]

    @property
    def key(self) -> str:
        """Names the row; `stamp` changes with all it shows but its age."""
        return str(self.post.pk)

    @property
    def quotes(self) -> list[Quote]:
        return list(self.post.quotes.all())

    @property
    def stamp(self) -> str:
        said = (self.post.version, self.post.state, self.post.review, self.when, self.embargo, self.late)
        said += (self.problems, self.hints, self.at_it, self.pictures)
        said += (self.post.claimed_by_id, str(self.post.keynote), [str(q.speaker) for q in self.quotes])
        return hashlib.sha256(repr(said).encode()).hexdigest()[:12]


@dataclass(frozen=True)
class Part:
    """A list of the live desk: what it shows, and how many there are in all."""

    name: str
    rows: list[Row]
    count: int


def people_at(present: list[Here]) -> list[tuple[str, int]]:
    """Who is here, who came first first, and how many posts each has open."""
    posts = Counter(one.person for one in present if POST_PAGE in one.page)
    names = {one.person: one.name for one in present}
    return [(name, posts[person]) for person, name in names.items()]


def parts_of(event: Event, person: User, present: list[Here], *, at: datetime) -> dict[str, Part]:
    """The three lists of posts; a fixed number of queries, however many posts the event has."""
    others = defaultdict(list)
    for one in present:
        if one.person != person.pk:
            others[one.page].append(one.name)
    posts = event.posts.all()
    lists = {
        "waiting": _waiting(event),
        "scheduled": posts.filter(state=PostState.SCHEDULED).order_by(SOONEST, "created_at"),
        "published": posts.filter(state=PostState.PUBLISHED).order_by("-position"),
    }
    shown = {name: _shown(name, chosen, event) for name, chosen in lists.items()}
    reading.load(event, [post for posts in shown.values() for post in posts])
    parts = {}
    for name, found in shown.items():
        rows = [_row(name, post, person, others.get(_page_of(post), []), at) for post in found]
        parts[name] = Part(name, rows, len(rows) if len(rows) < MOST[name] else lists[name].count())
    return parts


def _waiting(event: Event) -> QuerySet[Post]:
    """As `awaiting_review`, by two indexes: an OR over both columns reads every post of the event."""
    filed, changed = (
        event.posts.filter(**{f"{column}__in": WITH_THE_DESK}).values("pk") for column in ("state", "review")
    )
    return Post.objects.filter(pk__in=filed.union(changed, all=True)).order_by("submitted_at", "created_at")


def _shown(name: str, posts: QuerySet[Post], event: Event) -> list[Post]:
    signed = with_signs(posts).select_related("author", "keynote", "claimed_by", "anchor_keynote")
    shown = list(signed[: MOST[name]])
    for post in shown:
        post.event = event  # loaded once
    return shown


def _page_of(post: Post) -> str:
    return reverse("admin:coverage_post_change", args=[post.pk])


def _row(part: str, post: Post, person: User, at_it: list[str], at: datetime) -> Row:
    since = post.submitted_at or post.created_at
    embargo = post.embargo_until if post.embargo_until and post.embargo_until > at else None
    return Row(
        post=post,
        words=wording.title(post),
        age=age_in_words(since, at),
        late=part == "waiting" and at - since > timedelta(minutes=post.event.review_target),
        when=_clock(_moment_of(part, post), post.event, at),
        embargo=_clock(embargo, post.event, at),
        problems=reading.problems_of(post),
        hints=reading.hints_of(post),
        pictures=reading.pictures_of(post),
        buttons=_buttons(part, post, person),
        at_it=at_it,
    )


def _moment_of(part: str, post: Post) -> datetime | None:
    return {"scheduled": post.publish_at, "published": post.first_released_at}.get(part)


def _clock(moment: datetime | None, event: Event, at: datetime) -> str:
    """The time in the event's zone, with the day unless it is today's; "" for no moment."""
    if moment is None:
        return ""
    local, today = moment.astimezone(event.zone), at.astimezone(event.zone).date()
    return f"{local:%H:%M}" if local.date() == today else f"{local:%-d %b, %H:%M}"


def _buttons(part: str, post: Post, person: User) -> list[Button]:
    offered = {verb.name: verb for verb in verbs_for(person, post)}
    buttons = []
    for name in OFFERED[part]:
        verb = offered.get(name)
        if verb is None or (name == "publish" and part == "published" and not post.review):
            continue
        asks = verb.takes and name not in ELSEWHERE
        form = VerbForm(verb, post, auto_id=f"id-{post.pk}-%s") if asks else None
        buttons.append(Button(verb, _label(verb, post), form, first=False))
    main = next((name for name in MAIN if any(button.verb.name == name for button in buttons)), "")
    for button in buttons:
        button.first = button.verb.name == main
    return buttons


def _label(verb, post: Post) -> str:
    if verb.name == "publish" and post.picture_incomplete:
        return "Words now, picture when complete"
    return label_of(verb, post)


def pictures_of(event: Event) -> QuerySet[Image]:
    """Awaited, refused or incomplete pictures of its posts that are still on their way or out."""
    alive = event.posts.exclude(state__in=[PostState.SPIKED, PostState.WITHDRAWN])
    wanting = Image.objects.filter(post_images__post__in=alive, same_as=None).distinct()
    broken = wanting.filter(state__in=[ImageState.AWAITED, ImageState.REFUSED])
    incomplete = wanting.exclude(state=ImageState.WITHDRAWN).filter(credit="") | wanting.exclude(
        state=ImageState.WITHDRAWN
    ).filter(alt_text="")
    return (broken | incomplete).order_by("created_at")


def alerts_of(event: Event | None, *, at: datetime) -> list[Alert]:
    """What nobody has dismissed within two days, the latest first."""
    return list(Alert.objects.open_at(event).filter(raised_at__gte=at - timedelta(days=2))[:10])


def see(alerts: list[Alert], *, at: datetime) -> None:
    """Somebody at the desk has them before her: they need no e-mail."""
    unseen = [alert.pk for alert in alerts if alert.seen_at is None]
    if unseen:
        Alert.objects.filter(pk__in=unseen, seen_at=None).update(seen_at=at)


def stamp_of(event: Event, *, at: datetime, who: str = "") -> str:
    """Changes with anything the page shows, ages included (by the minute), and with every picture's change.

    Six queries that cost the same however much the event has: the latest change, what waits, and what readers got.
    """
    posts = event.posts.order_by("-updated_at").values_list("updated_at", flat=True).first()
    queued = event.posts.filter(state__in=[*WITH_THE_DESK, PostState.SCHEDULED]).count()
    pictures = Image.objects.order_by("-updated_at").values_list("updated_at", flat=True).first()
    wrap = Subquery(Wrap.objects.filter(event=event.pk).values("version"))
    heads = EventHead.objects.filter(desk_id=event.pk).annotate(wrap=wrap)
    head = heads.values_list("seq", "state", "wrap").first()
    alerts = Alert.objects.open_at(event).aggregate(Max("pk"), Count("pk"))
    reports = ErrorReport.objects.new().filter(event=event).order_by().aggregate(Max("pk"), Count("pk"))
    said = (posts, queued, pictures, head, alerts, reports, event.held_since, int(at.timestamp() // 60), who)
    return hashlib.sha256(repr(said).encode()).hexdigest()[:20]
