"""`/field/join/<one-time>/`: signs a phone in. Looking at it uses nothing up: a preview of the link looks, too."""

import secrets

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from coverage.desk import device_session
from coverage.field.door import is_restored
from coverage.publishing import devices
from newsroom.editorial.addresses import address_of
from newsroom.editorial.device_names import name_of
from newsroom.editorial.errors import EditorialError

OLD_FORM = "You are not signed in yet: this page was open for too long. Press the button once more."


@require_http_methods(["GET", "HEAD", "POST"])
def join_page(request: HttpRequest, secret: str) -> HttpResponse:
    """GET says who will be signed in where; POST does it, and hands the phone its token."""
    try:
        if request.method == "POST" and not is_restored(request):
            response = _sign_in(request, secret)
        else:
            response = _ask(request, secret)
    except EditorialError as refused:
        response = _refuse(request, refused)
    response["Cache-Control"] = "private, no-store"
    # The address is a secret. "no-referrer" would take the Origin from the form, too, and Django refuse it.
    response["Referrer-Policy"] = "strict-origin"
    return response


def _ask(request: HttpRequest, secret: str) -> HttpResponse:
    link = devices.link_named(secret, address=_address(request))
    context = {
        "link": link,
        "newsroom": settings.PUBLIC_HOST,
        "form": secrets.token_urlsafe(16),
        "sentence": OLD_FORM if is_restored(request) else "",
    }
    return render(request, "field/join.html", context, status=403 if is_restored(request) else 200)


def _sign_in(request: HttpRequest, secret: str) -> HttpResponse:
    made = devices.sign_in(
        secret,
        form=request.POST.get("form", ""),
        name=name_of(request.headers.get("User-Agent", "")),
        address=_address(request),
    )
    device_session.begin(request, made.token)
    context = {"link": made.link, "event": made.link.event, "made": made, "newsroom": settings.PUBLIC_HOST}
    return render(request, "field/joined.html", context)


def _refuse(request: HttpRequest, refused: EditorialError) -> HttpResponse:
    response = render(request, "field/not_joined.html", {"refused": refused}, status=refused.status)
    for name, value in refused.headers().items():
        response[name] = value
    return response


def _address(request: HttpRequest) -> str:
    return address_of(request.headers.get("X-Forwarded-For", ""), request.META.get("REMOTE_ADDR", ""))
