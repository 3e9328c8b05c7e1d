"""The list of posts: what awaits review first, with its age, its pending changes and its problems."""

import datetime

from django.contrib import admin
from django.contrib.admin.views.main import SEARCH_VAR
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.html import format_html
from django.utils.text import Truncator

from coverage.models import Post, PostImage, Revision
from coverage.models.post import PostQuerySet
from media.models import ImageState
from newsroom.editorial.roles import is_editor
from newsroom.editorial.states import PostState

QUEUES: dict[str, tuple[str, Q]] = {
    "desk": ("With the desk", PostQuerySet.with_the_desk()),
    "scheduled": ("Scheduled", Q(state=PostState.SCHEDULED)),
    "drafts": ("Drafts", Q(state=PostState.DRAFT)),
    "published": ("Published", Q(state=PostState.PUBLISHED)),
    "withdrawn": ("Withdrawn", Q(state=PostState.WITHDRAWN)),
    "spiked": ("Spiked", Q(state=PostState.SPIKED)),
}
ORDERS = {"desk": ("submitted_at", "created_at"), "published": ("-first_released_at",)}


def default_queue(request: HttpRequest) -> str:
    """An editor begins with what awaits review; a search, and everybody else, looks through all there is."""
    return "desk" if is_editor(request.user) and not request.GET.get(SEARCH_VAR) else "all"


class QueueFilter(admin.SimpleListFilter):
    title = "state"
    parameter_name = "queue"

    def __init__(self, request, params, model, model_admin):
        self.default = default_queue(request)
        super().__init__(request, params, model, model_admin)

    def lookups(self, request, model_admin):
        return [(name, label) for name, (label, _) in QUEUES.items()] + [("all", "All")]

    def chosen(self) -> str:
        return self.value() or self.default

    def queryset(self, request, queryset: QuerySet[Post]) -> QuerySet[Post]:
        queue = QUEUES.get(self.chosen())
        return queryset.filter(queue[1]) if queue else queryset

    def choices(self, changelist):
        """Each state with the number of posts it would show within the search and the other filters."""
        within = changelist.get_queryset(self.request, exclude_parameters=self.expected_parameters())
        counts = within.order_by().aggregate(
            **{name: Count("pk", filter=where) for name, (_, where) in QUEUES.items()}, all=Count("pk")
        )
        for name, label in self.lookup_choices:
            yield {
                "selected": self.chosen() == name,
                "query_string": changelist.get_query_string({self.parameter_name: name}),
                "display": f"{label} ({counts[name]})",
            }


def with_signs(posts: QuerySet[Post]) -> QuerySet[Post]:
    """Adds `newest_revision` and `picture_incomplete`, so that a list costs the same however long it is."""
    newest = Revision.objects.filter(post=OuterRef("pk")).order_by("-number").values("pk")[:1]
    no_credit = Q(image__credit="") & (Q(image__same_as=None) | Q(image__same_as__credit=""))
    no_alt = Q(image__alt_text="") & (Q(image__same_as=None) | Q(image__same_as__alt_text=""))
    pictures = PostImage.objects.filter(post=OuterRef("pk"))
    return posts.annotate(
        newest_revision=Subquery(newest),
        picture_incomplete=Exists(pictures.filter(no_credit | no_alt)),
        picture_refused=Exists(pictures.filter(image__state__in=[ImageState.REFUSED, ImageState.WITHDRAWN])),
    )


def age_in_words(since: datetime.datetime, now: datetime.datetime) -> str:
    """`7 min`, `3 h 10 min`, `2 days`."""
    minutes = max(0, int((now - since).total_seconds() // 60))
    if minutes < 60:
        return f"{minutes} min"
    if minutes < 48 * 60:
        return f"{minutes // 60} h {minutes % 60} min"
    return f"{minutes // (24 * 60)} days"


class PostListMixin:
    """The columns of the list; `get_queryset` must have gone through `with_signs`."""

    list_display = ("words", "shown_state", "event", "keynote", "by", "age", "pending", "problems")
    list_display_links = ("words",)
    list_filter = (QueueFilter, ("event", admin.RelatedOnlyFieldListFilter), "kind")
    list_select_related = ("event", "keynote", "author")
    search_fields = ("headline", "body", "author__username", "author__last_name", "keynote__title")
    search_help_text = "Headline, words, keynote or author"

    def get_ordering(self, request):
        """The queue: the oldest filing first; what is published by its release. Else the latest change first."""
        queue = request.GET.get("queue") or default_queue(request)
        return ORDERS.get(queue, ("-updated_at",))

    @admin.display(description="Post", ordering="headline")
    def words(self, post: Post) -> str:
        return Truncator(post.headline or post.plain_body()).chars(90) or "(no words yet)"

    @admin.display(description="State", ordering="state")
    def shown_state(self, post: Post) -> str:
        """With the time it is due or was first released, and whether it is pinned."""
        at = {PostState.SCHEDULED: post.publish_at, PostState.PUBLISHED: post.first_released_at}.get(
            post.state
        )
        pinned = post.pinned and post.state == PostState.PUBLISHED
        return render_to_string("admin/coverage/post/state.html", {"post": post, "at": at, "pinned": pinned})

    @admin.display(description="Author", ordering="author", empty_value="imported")
    def by(self, post: Post) -> str | None:
        return post.author.desk_name() if post.author else None

    @admin.display(description="Age", ordering=F("submitted_at").desc(nulls_last=True))
    def age(self, post: Post) -> str:
        """Since it was filed; a draft since it was begun."""
        return age_in_words(post.submitted_at or post.created_at, timezone.now())

    @admin.display(description="Changes", empty_value="")
    def pending(self, post: Post) -> str | None:
        pending = post.released_revision_id and post.newest_revision != post.released_revision_id
        return "not yet released" if pending and post.state == PostState.PUBLISHED else None

    @admin.display(description="Problems", empty_value="")
    def problems(self, post: Post) -> str | None:
        found = [
            post.release_problem,
            "picture without credit or alternative text" if post.picture_incomplete else "",
            "picture refused or withdrawn" if post.picture_refused else "",
            "sent back with a note" if post.note and post.state == PostState.DRAFT else "",
        ]
        said = "; ".join(filter(None, found))
        return format_html('<span class="problem">{}</span>', said) if said else None
