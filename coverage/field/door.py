"""The door: every page of the field is for a signed-in person, is kept by no cache, and loses nothing typed."""

import functools
from collections.abc import Callable

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.cache import patch_cache_control

from coverage.field.lost import as_new_post, signed_out
from coverage.models import Event

View = Callable[..., HttpResponse]


def field_page(view: View) -> View:
    """Sends whoever is not signed in to sign in, or gives back what they had typed; answers 404 in our words."""

    @functools.wraps(view)
    def guarded(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        response = _answer(view, request, *args, **kwargs)
        patch_cache_control(response, private=True, no_store=True)
        return response

    return guarded


def _answer(view: View, request: HttpRequest, *args, **kwargs) -> HttpResponse:
    if not request.user.is_authenticated:
        if request.method == "POST":
            return signed_out(request)
        return redirect_to_login(request.get_full_path())
    try:
        return view(request, *args, **kwargs)
    except Http404:
        typed = as_new_post(request.POST) if request.method == "POST" else None
        return render(request, "field/missing.html", {"typed": typed}, status=404)


def page(
    request: HttpRequest, event: Event, template: str, context: dict, *, status: int = 200
) -> HttpResponse:
    """A page about an event: its times are printed in the event's zone."""
    with timezone.override(event.zone):
        return render(request, template, {"event": event, **context}, status=status)


def action_of(request: HttpRequest) -> str:
    """The button pressed."""
    return request.POST.get("action", "")


def only_fills(request: HttpRequest) -> bool:
    """Whether the form is to come back as typed and nothing is to happen.

    `restore`: it was given back after a lost session; `stay`: the Enter key in a line of text; `event`: another
    event was chosen, whose keynotes and speakers are to be offered.
    """
    return action_of(request) in ("restore", "stay", "event")


def is_restored(request: HttpRequest) -> bool:
    """Whether it may even come with an old token: then not one file of it is taken in."""
    return action_of(request) == "restore"
