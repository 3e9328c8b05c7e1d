"""What was typed in a wrap's form and not saved: offered above it, taken back into it, forgotten when it is saved."""

import uuid
from dataclasses import dataclass, field

from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe

from coverage.desk import typed
from coverage.desk.typed_pages import offer_shown
from coverage.models import Event, Typed


@dataclass
class Typing:
    """The form's key and page, what was taken back into it, what else is offered."""

    key: str
    page: str
    taken: typed.Offer | None
    offers: list[SafeString] = field(default_factory=list)


def typing(request: HttpRequest, event: Event) -> Typing:
    key = request.POST.get("_form") or str(uuid.uuid4())
    page, taken = f"{request.path}?form={key}", taken_back(request, event).first()
    rows = readable_by(request, event).exclude(page=page)
    shown = [offer_shown(request, row, event) for row in rows if row != taken]
    offers = [mark_safe(one) for one in shown if one]  # noqa: S308  rendered by our own template
    return Typing(key, page, taken and typed.offer(taken, request.user), offers)


def readable_by(request: HttpRequest, event: Event) -> QuerySet[Typed]:
    """What this person had typed in this wrap's forms, the latest first."""
    page = reverse("admin:coverage_event_wrap", args=[event.pk])
    return Typed.objects.filter(person=request.user, page__startswith=page).order_by("-at")


def taken_back(request: HttpRequest, event: Event) -> QuerySet[Typed]:
    """What the form or the address names."""
    asked = request.POST.get("_typed") or request.GET.get("typed", "")
    rows = readable_by(request, event).select_related("person")
    return rows.filter(pk=asked) if asked.isdecimal() else rows.none()


def settle(request: HttpRequest, event: Event) -> str:
    """Forgets what was typed in the form that was saved; answers the form's key, for its script."""
    key = request.POST.get("_form", "")
    typed.settle(request.user, key, taken_back(request, event))
    return key
