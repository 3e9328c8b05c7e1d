"""Where a person is signed in: her browsers and the phones a link signed in, listed; one ended, or all others."""

from dataclasses import dataclass

from django.contrib import admin, messages
from django.contrib.auth import logout
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from coverage.models import Device
from coverage.publishing import devices
from newsroom.editorial.audit import write_audit
from newsroom.editorial.errors import NotAllowed
from newsroom.editorial.people import User
from newsroom.editorial.roles import is_chief
from newsroom.editorial.sessions import Session, sessions_of


@dataclass(frozen=True)
class Place:
    """Where somebody is signed in. `phone`: what a link signed in there, if one did."""

    session: Session
    phone: Device | None
    is_this: bool

    def __str__(self) -> str:
        return str(self.phone or self.session)


def places_of(person: User, *, here: str | None = None) -> list[Place]:
    """The one seen last first; `here` is the key of the session that asks. Two queries."""
    phones = {phone.pk: phone for phone in devices.devices_of(person)}
    return [Place(row, phones.get(row.device()), row.session_key == here) for row in sessions_of(person)]


def may_end(by: User, person: User) -> bool:
    """Her own, and a chief editor anybody's but an administrator's."""
    return by.pk == person.pk or (is_chief(by) and (by.is_superuser or not person.is_superuser))


@transaction.atomic
def end(place: Place, *, by: User) -> None:
    """Signs that browser out, and a phone with its token. Writes the audit. Raises NotAllowed."""
    person = place.session.person
    if not may_end(by, person):
        raise NotAllowed("This is somebody else’s: ask a chief editor.")
    if place.phone is not None:
        devices.revoke(place.phone.token, by=by)
    place.session.delete()
    write_audit("end session", person, by=by, note=str(place))


def end_named(person: User, handle: str, *, by: User) -> Place | None:
    """Ends the session of that handle; None if it is over already."""
    place = next((one for one in places_of(person) if one.session.handle() == handle), None)
    if place is not None:
        end(place, by=by)
    return place


@transaction.atomic
def end_others(person: User, *, by: User, here: str | None) -> int:
    """Ends all her sessions but the one with the key `here`; answers how many."""
    others = [one for one in places_of(person, here=here) if not one.is_this]
    for place in others:
        end(place, by=by)
    return len(others)


@require_http_methods(["GET", "HEAD", "POST"])
def sessions_page(request: HttpRequest) -> HttpResponse:
    """A person's own; POST `end` (a handle) or `others`. Ending this one signs her out."""
    here, address = request.session.session_key, reverse("admin:sessions")
    if request.method == "POST":
        if "others" in request.POST:
            _say_ended(request, end_others(request.user, by=request.user, here=here))
        else:
            ended = end_named(request.user, request.POST.get("end", ""), by=request.user)
            if ended is not None and ended.session.session_key == here:
                logout(request)
            else:
                _say_ended(request, 1 if ended else 0)
        return HttpResponseRedirect(address)
    context = {
        **admin.site.each_context(request),
        "title": "Where you are signed in",
        "places": places_of(request.user, here=here),
    }
    return TemplateResponse(request, "admin/sessions.html", context)


def _say_ended(request: HttpRequest, count: int) -> None:
    if count:
        messages.success(request, f"Signed out in {count} place{'s' if count > 1 else ''}.")
    else:
        messages.info(request, "That session is over already.")
