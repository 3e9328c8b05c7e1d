"""A post's form and what was typed in it before: offered, taken back into the form, forgotten when it is saved."""

import copy
import uuid
from dataclasses import dataclass, field

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.safestring import SafeString, mark_safe

from coverage.desk import typed
from coverage.desk.adding import given_id
from coverage.desk.merging import BOTH, MINE
from coverage.desk.post_merge import merge
from coverage.desk.typed_pages import offer_shown
from coverage.models import Post, Typed
from coverage.publishing.access import may_edit
from coverage.publishing.publication import post_by_id
from newsroom.editorial.errors import StaleState


@dataclass
class Typing:
    """What the page needs: the form's key and page, what was taken back into it, what else is offered."""

    key: str
    page: str
    taken: typed.Offer | None = None
    offers: list[SafeString] = field(default_factory=list)


class TypingAdmin(admin.ModelAdmin):
    """`?typed=` shows the form with something typed before in it; if the post changed since, merged with that."""

    def take_back(self, request: HttpRequest, object_id: str | None) -> None:
        """Makes the request one that sends what was typed, and can save nothing: `refused` is set."""
        post = post_by_id(given_id(object_id)) if object_id else None
        row = self._asked(request, post).first()
        if row is None or (post and not may_edit(request.user, post)):
            return
        request.taken, request.method, request.POST = row, "POST", typed.data_of(row)
        request.POST["_typed"] = str(row.pk)
        if row.person_id != request.user.pk:
            request.POST["_form"] = str(uuid.uuid4())
        if post and request.POST.get("_version") != str(post.version):
            request.merge = merge(self, request, post)
            request.refused = StaleState("")
        else:
            request.refused = typed.TakenBack("")

    def _asked(self, request: HttpRequest, post: Post | None) -> QuerySet[Typed]:
        """What the address or the form names, if she may read it."""
        asked = request.POST.get("_typed") or request.GET.get("typed", "")
        rows = typed.readable_by(request.user, post)
        return rows.filter(pk=asked) if asked.isdecimal() else rows.none()

    def says_something_new(self, request: HttpRequest, row: Typed, post: Post) -> bool:
        """Whether it holds anything that is neither what stands nor what the form was opened with."""
        if not may_edit(request.user, post):
            return True
        asking = copy.copy(request)
        asking.method, asking.POST = "POST", typed.data_of(row)
        merged = merge(self, asking, post)
        return bool(merged.of(MINE) or merged.of(BOTH))

    def typing(self, request: HttpRequest, post: Post | None, key: str) -> Typing:
        """`post` None: a new one. `key`: that of the form, if it came back."""
        key = request.POST.get("_form") or key or str(uuid.uuid4())
        found = Typing(key, f"{request.path}?form={key}")
        taken = self._asked(request, post).first() if request.method == "POST" else None
        found.taken = taken and typed.offer(taken, request.user)
        rows = typed.readable_by(request.user, post).exclude(page=found.page, person=request.user)
        shown = (offer_shown(request, row, post) for row in rows if row != taken)
        found.offers = [mark_safe(one) for one in shown if one]  # noqa: S308  rendered by our own template
        return found

    def settle_typed(self, request: HttpRequest, post: Post | None) -> None:
        """Call it where the form is saved: what was typed in it needs no keeping."""
        typed.settle(request.user, request.POST.get("_form", ""), self._asked(request, post))

    def say_settled(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        if hasattr(request, "saved"):
            typed.say_settled(request, response, request.POST.get("_form", ""))
        return response
