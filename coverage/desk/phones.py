"""Phones at an event: who signs one in, with which link, and which are signed in. For editors."""

from dataclasses import dataclass, field

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.safestring import SafeString

from coverage.desk import qr
from coverage.desk.beside import key_sent, page_beside
from coverage.desk.fresh import ask_again
from coverage.models import Assignment, Device, Event, JoinLink
from coverage.publishing import devices, guests
from coverage.publishing.access import events_for
from newsroom.editorial.errors import EditorialError
from newsroom.editorial.people import User
from newsroom.editorial.roles import is_editor


@dataclass(frozen=True)
class Shown:
    """A link just made: it is shown once."""

    person: User
    address: str
    code: SafeString


@dataclass
class Row:
    """A person at the event, her invitation if she is a guest, her open link to it and her phones."""

    person: User
    guest: Assignment | None = None
    link: JoinLink | None = None
    phones: list[Device] = field(default_factory=list)


def show(person: User, secret: str) -> Shown:
    address = f"{settings.PUBLIC_URL}{reverse('field:join', args=[secret])}"
    return Shown(person, address, qr.svg(address, label=f"QR code that signs {person.desk_name()} in"))


def phones_page(admin, request: HttpRequest, event_id: int) -> HttpResponse:
    """The people whose phones this editor may sign in, and the link she has just made for one of them."""
    event = get_object_or_404(events_for(request.user), pk=event_id)
    if not is_editor(request.user):
        raise PermissionDenied("This is for an editor.")
    shown, status = None, 200
    if "link" in request.POST and (asked := ask_again(request)):
        return asked
    if request.method == "POST":
        try:
            shown = _do(request, event)
        except EditorialError as refused:
            messages.error(request, refused.message)
            status = refused.status
        else:
            if shown is None:
                return HttpResponseRedirect(reverse("admin:coverage_event_phones", args=[event.pk]))
    context = {
        "title": f"Phones: {event}",
        "event": event,
        "rows": _rows(event, request.user),
        "shown": shown,
        "now": timezone.now(),
        "minutes": int(devices.LINK_LIVES.total_seconds() // 60),
    }
    with timezone.override(event.zone):
        return page_beside(admin, request, "admin/coverage/event/phones.html", context, status=status)


def _do(request: HttpRequest, event: Event) -> Shown | None:
    """What was pressed. None: done, and nothing to show but a sentence."""
    people = devices.people_to_sign_in(event, by=request.user)
    if chosen := key_sent(request, "link"):
        person = get_object_or_404(people, pk=chosen)
        return show(person, devices.make_link(person, event, by=request.user))
    if chosen := key_sent(request, "prolong"):
        guest = get_object_or_404(event.assignments.select_related("person"), person=chosen, guest=True)
        until = guests.prolong(guest, by=request.user).astimezone(event.zone)
        says = f"{guest.person.desk_name()} reaches this event until {date_format(until, 'j F, H:i')}."
    elif chosen := key_sent(request, "withdraw"):
        link = get_object_or_404(JoinLink.objects.select_related("person", "event"), pk=chosen, event=event)
        gone = devices.withdraw_link(link, by=request.user)
        says = "Withdrawn: nobody signs in with that link." if gone else "That link is over already."
    else:
        phone = devices.devices().filter(pk=request.POST.get("revoke", ""), token__user__in=people).first()
        if phone is not None:
            devices.revoke(phone.token, by=request.user)
        says = (
            "Revoked: that phone is signed out. What waits on it stays there."
            if phone
            else "That phone was signed out already, or moved to another browser: look at the list again."
        )
    messages.success(request, says)
    return None


def _rows(event: Event, editor: User) -> list[Row]:
    """By name. Four queries, however many people there are."""
    people = devices.people_to_sign_in(event, by=editor)
    rows = {person.pk: Row(person) for person in people}
    for guest in event.assignments.filter(guest=True, person__in=list(rows)).select_related("event"):
        rows[guest.person_id].guest = guest
    for link in devices.links_open(at=timezone.now()).filter(event=event, person__in=list(rows)):
        rows[link.person_id].link = link
    for phone in devices.devices().filter(token__user__in=list(rows)):
        rows[phone.token.user_id].phones.append(phone)
    return list(rows.values())
