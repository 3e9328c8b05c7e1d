"""`/field/devices/`: her phones, their names, a link for another, and revoking one; and leaving."""

from django.conf import settings
from django.contrib.auth import logout
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from coverage.desk import qr
from coverage.desk.device_session import device_of, is_by_link
from coverage.desk.fresh import is_fresh, to_question
from coverage.field.door import field_page, is_restored
from coverage.models import Device
from coverage.publishing import devices
from newsroom.editorial.errors import Invalid

GONE = "That phone was signed out already, or moved to another browser: look at the list again."
DONE = {
    "renamed": "It has its new name.",
    "revoked": "That phone is signed out. What waits on it stays there.",
}


@require_http_methods(["GET", "HEAD", "POST"])
@field_page
def devices_page(request: HttpRequest) -> HttpResponse:
    if request.method != "POST" or is_restored(request):
        return _show(request, DONE.get(request.GET.get("done", ""), ""))
    if link := request.POST.get("link"):
        return _make_link(request, opens_here=link == "here" and not device_of(request))
    if digest := request.POST.get("rename"):
        return _rename(request, _own(request, digest))
    phone = devices.devices_of(request.user).filter(pk=request.POST.get("revoke", "")).first()
    if phone is None:
        return _show(request, GONE, status=410)
    return _revoke(request, phone)


def _show(request: HttpRequest, sentence: str = "", *, status: int = 200, **more) -> HttpResponse:
    context = {
        "phones": devices.devices_of(request.user),
        "this": device_of(request),
        "minutes": int(devices.LINK_LIVES.total_seconds() // 60),
        "sentence": sentence,
        "is_wrong": status >= 400,
        **more,
    }
    return render(request, "field/devices.html", context, status=status)


def _make_link(request: HttpRequest, *, opens_here: bool) -> HttpResponse:
    """A link for a phone of her own: shown once, or opened here at once.

    Who signed in with a password is asked for it again first. What a link signed in has none; it is moved, not doubled.
    """
    if not is_by_link(request) and not is_fresh(request):
        return to_question(request, request.path)
    secret = devices.make_link(request.user, None, by=request.user, on=device_of(request))
    path = reverse("field:join", args=[secret])
    if opens_here:
        return HttpResponseRedirect(path)
    address = f"{settings.PUBLIC_URL}{path}"
    return _show(request, link=address, code=qr.svg(address, label="QR code that signs your phone in"))


def _own(request: HttpRequest, digest: str) -> Device:
    device = devices.devices_of(request.user).filter(pk=digest).first()
    if device is None:
        raise Http404
    return device


def _rename(request: HttpRequest, device: Device) -> HttpResponse:
    try:
        devices.rename(device, request.POST.get(f"name-{device.pk}", ""), by=request.user)
    except Invalid as refused:
        return _show(request, refused.message, status=refused.status)
    return HttpResponseRedirect(f"{reverse('field:devices')}?done=renamed")


def _revoke(request: HttpRequest, device: Device) -> HttpResponse:
    devices.revoke(device.token, by=request.user)
    return HttpResponseRedirect(f"{reverse('field:devices')}?done=revoked")


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """Ends the session, and the token of a phone that was signed in by a link: the app on it is out, too."""
    device = devices.devices().filter(pk=device_of(request), token__user=request.user.pk).first()
    if device is not None:
        devices.revoke(device.token, by=request.user)
    logout(request)
    return HttpResponseRedirect(f"{reverse('admin:login')}?next={reverse('field:home')}")
