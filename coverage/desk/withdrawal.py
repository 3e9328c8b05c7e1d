"""After a withdrawal: each place readers could meet the post, confirmed to be without it, and the seconds it took."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from coverage.desk.admin_pages import audit_of
from coverage.desk.beside import page_beside
from coverage.desk.surfaces import is_confirmed, surfaces_of
from coverage.models import Post
from coverage.record.models import ReleasedPost
from newsroom.editorial.audit import AuditRow, write_audit
from newsroom.editorial.people import User
from newsroom.editorial.states import PostState

CONFIRM = "confirm-withdrawal"


@dataclass(frozen=True)
class Confirmed:
    """A place, and how many seconds after the withdrawal it was without the post; None: it still had it when asked."""

    title: str
    url: str
    seconds: float | None


@dataclass(frozen=True)
class Withdrawal:
    """`row` of the audit says who withdrew it and why; `places` is empty until somebody looked."""

    row: AuditRow
    places: list[Confirmed]

    @property
    def is_confirmed(self) -> bool:
        return bool(self.places) and all(place.seconds is not None for place in self.places)

    @property
    def seconds(self) -> float:
        """How long the slowest took."""
        return max(place.seconds or 0.0 for place in self.places)


def confirm(post: Post, *, by: User, pressed: datetime | None = None) -> Withdrawal | None:
    """Asks every place until all have lost the post, and writes down what is news; None if it is not withdrawn.

    Seconds count from `pressed` (UTC), else from when the withdrawal was written down. Call it after the commit.
    """
    standing = last_withdrawal(post)
    if standing is None or standing.is_confirmed:
        return standing
    began = _began(standing.row) or pressed or standing.row.at
    known = {place.title: place.seconds for place in standing.places}
    places = [
        Confirmed(one.title, one.url, _seconds(known.get(one.title), is_confirmed(one), began))
        for one in surfaces_of(post)
    ]
    if places == standing.places:
        return standing
    after = {
        "surfaces": [vars(place) for place in places],
        "pressed": began.isoformat(),
        "of": standing.row.pk,
    }
    write_audit(CONFIRM, post, by=by, after=after)
    return Withdrawal(standing.row, places)


def _seconds(known: float | None, is_gone: bool, began: datetime) -> float | None:
    if known is not None:
        return known
    return round((timezone.now() - began).total_seconds(), 2) if is_gone else None


def last_withdrawal(post: Post) -> Withdrawal | None:
    """The withdrawal that holds, with what was found out about it; None if the post is not withdrawn."""
    row = audit_of(post).filter(verb="withdraw").first() if post.state == PostState.WITHDRAWN else None
    if row is None:
        return None
    seen = _seen(row)
    surfaces = seen.after["surfaces"] if seen else []
    return Withdrawal(row, [Confirmed(one["title"], one["url"], one["seconds"]) for one in surfaces])


def _seen(row: AuditRow) -> AuditRow | None:
    """The last look at what became of a withdrawal."""
    looks = AuditRow.objects.filter(verb=CONFIRM, thing_type=row.thing_type, thing_id=row.thing_id)
    return looks.filter(pk__gt=row.pk).first()


def _began(row: AuditRow) -> datetime | None:
    seen = _seen(row)
    return parse_datetime(seen.after["pressed"]) if seen else None


def says(withdrawal: Withdrawal) -> str:
    """What the desk is told right after the verb."""
    if withdrawal.is_confirmed:
        return f"Gone from {len(withdrawal.places)} places in {withdrawal.seconds} s."
    return "Not confirmed everywhere yet: look at its withdrawal."


def withdrawal_page(admin, request: HttpRequest, post: Post) -> HttpResponse:
    """GET shows what is known; POST looks again. A script asks for JSON: whether all is confirmed, and the table."""
    if post.state != PostState.WITHDRAWN:
        return HttpResponseRedirect(reverse("admin:coverage_post_change", args=[post.pk]))
    if request.method == "POST":
        found = confirm(post, by=request.user)
        if request.headers.get("Accept") == "application/json":
            return JsonResponse({"confirmed": bool(found and found.is_confirmed), "html": _table(found)})
        return HttpResponseRedirect(request.path)
    standing = last_withdrawal(post)
    reason = ReleasedPost.objects.values_list("reason", flat=True).get(desk_id=post.pk)
    context: dict[str, Any] = {
        "title": f"Withdrawn: {post}",
        "post": post,
        "withdrawal": standing,
        "reason": reason,
        "desk_note": standing.row.note.removeprefix(reason).strip() if standing else "",
    }
    with timezone.override(post.event.zone):
        return page_beside(admin, request, "admin/coverage/post/withdrawal.html", context)


def _table(withdrawal: Withdrawal | None) -> str:
    return render_to_string("admin/coverage/post/withdrawn_places.html", {"withdrawal": withdrawal})


def withdrawal_url(post: Post) -> str:
    return reverse("admin:coverage_post_withdrawal", args=[post.pk])
