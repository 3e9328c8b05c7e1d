"""Withdrawing a picture everywhere, and bringing it back: a page that lists what uses it and asks why."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from coverage.desk.admin_pages import audit_of
from coverage.desk.beside import page_beside
from coverage.desk.zones import desk_zone
from coverage.publishing.images import reinstate_image, surfaces_of, withdraw_image
from media.forms import ReasonForm
from media.models import Image, ImageState
from media.previews import can_show
from newsroom.editorial.errors import EditorialError, WrongState
from newsroom.editorial.people import User
from newsroom.editorial.roles import edits_pictures, is_chief


def tools_for(person: User, image: Image) -> list[tuple[str, str]]:
    """Label and address of what this person may do with it away from its form."""
    if not edits_pictures(person):
        return []
    address = reverse("admin:media_image_withdraw", args=[image.pk])
    if image.state != ImageState.WITHDRAWN:
        return [("Withdraw everywhere", address)]
    reinstate = [("Reinstate", reverse("admin:media_image_reinstate", args=[image.pk]))]
    return [("What was withdrawn", address), *(reinstate if is_chief(person) else [])]


def withdraw_page(admin, request: HttpRequest, image: Image) -> HttpResponse:
    """GET lists what uses the picture, or what it was taken from; POST takes it away, once."""
    if not edits_pictures(request.user):
        raise PermissionDenied("Only an editor can withdraw a picture.")
    if request.method == "POST":
        return _use(admin, request, image, "withdraw", withdraw_image, "The picture is withdrawn everywhere.")
    return _page(admin, request, image, "withdraw", ReasonForm())


def reinstate_page(admin, request: HttpRequest, image: Image) -> HttpResponse:
    """GET asks why; POST brings the picture back, under new names."""
    if not is_chief(request.user):
        raise PermissionDenied("Only the chief editor can bring a withdrawn picture back.")
    if request.method == "POST":
        says = "The picture comes back as soon as its files are made."
        return _use(admin, request, image, "reinstate", reinstate_image, says)
    if image.state != ImageState.WITHDRAWN:
        return _to_form(image)
    return _page(admin, request, image, "reinstate", ReasonForm())


def _use(
    admin, request: HttpRequest, image: Image, verb: str, do: Callable[..., Any], says: str
) -> HttpResponse:
    form = ReasonForm(request.POST)
    done = _to_page(image) if verb == "withdraw" else _to_form(image)
    if (image.state == ImageState.WITHDRAWN) == (verb == "withdraw"):
        messages.info(request, f"It is {'withdrawn' if verb == 'withdraw' else 'back'} already.")
        return done
    if not form.is_valid():
        return _page(admin, request, image, verb, form, status=400)
    try:
        do(image, by=request.user, reason=form.cleaned_data["reason"])
    except WrongState as raced:  # the other click, or a colleague, was faster
        messages.info(request, raced.message)
        return done
    except EditorialError as refused:
        form.add_error(None, refused.message)
        return _page(admin, request, image, verb, form, status=refused.status)
    messages.success(request, says)
    return done


def _page(
    admin, request: HttpRequest, image: Image, verb: str, form: ReasonForm, *, status: int = 200
) -> HttpResponse:
    """In the newsroom's zone: when each surface lost the picture is said to the second."""
    is_done = verb == "withdraw" and image.state == ImageState.WITHDRAWN
    name = admin.title(image)
    context = {
        "title": f"{verb.capitalize()}: {name}",
        "image": image,
        "name": name,
        "can_show": can_show(image),
        "verb": verb,
        "form": form,
        "surfaces": [] if is_done else surfaces_of(image),
        "done": _withdrawal(image) if is_done else None,
        "may_reinstate": is_chief(request.user),
    }
    with timezone.override(desk_zone(request.user)):
        return page_beside(admin, request, "admin/picture_verb.html", context, status=status)


def _withdrawal(image: Image) -> dict[str, Any]:
    """Who withdrew it, when and why, and each surface with its time, as the audit kept it."""
    row = audit_of(image.root()).filter(verb="withdraw").first()
    surfaces = (row.after or {}).get("surfaces", []) if row else []
    return {"row": row, "surfaces": [{**one, "at": parse_datetime(one["at"])} for one in surfaces]}


def _to_page(image: Image) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("admin:media_image_withdraw", args=[image.pk]))


def _to_form(image: Image) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("admin:media_image_change", args=[image.pk]))
