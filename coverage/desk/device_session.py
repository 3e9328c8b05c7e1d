"""The session of a phone that a link signed in: it opens the field alone, and ends with the phone's token."""

from collections.abc import Callable

from django.contrib.auth import BACKEND_SESSION_KEY, login, logout
from django.contrib.auth.backends import BaseBackend
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from knox.models import AuthToken

from coverage.publishing import devices
from newsroom.editorial.people import User

BACKEND = "coverage.desk.device_session.LinkBackend"
KEY = "device"  # in the session: the digest of the phone's token
FIELD = "/field/"
# Where somebody is known at all: readers' pages must not ask for a session.
GUARDED = (FIELD, "/admin/", "/accounts/")


class LinkBackend(BaseBackend):
    """Who was signed in by a link; its name in the session says so. Nobody signs in here with a password."""

    def get_user(self, user_id: int) -> User | None:
        return User.objects.filter(pk=user_id, is_active=True).first()


def begin(request: HttpRequest, token: AuthToken) -> None:
    """Signs the browser in as the token's person until the token expires.

    Whoever was signed in there is out, and if that was by a link, that phone is no more: it is this one now.
    """
    before = devices.devices().filter(pk=device_of(request)).exclude(pk=token.pk).first()
    if before is not None:
        devices.revoke(before.token, by=before.token.user)
    if request.user.is_authenticated:
        logout(request)
    login(request, token.user, backend=BACKEND)
    request.session[KEY] = token.pk
    request.session.set_expiry(token.expiry)


def device_of(request: HttpRequest) -> str:
    """The digest of the token this session came with; "" for a session that was begun otherwise."""
    return request.session.get(KEY, "")


def is_by_link(request: HttpRequest) -> bool:
    """Whether nothing but a link proved who this is. A password given later, with its second factor, proves more."""
    return request.session.get(BACKEND_SESSION_KEY) == BACKEND


class DeviceSessionMiddleware:
    """Notes that a session was seen, and ends that of a phone whose token is gone.

    Outside the field, what a link signed in is nobody.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path.startswith(GUARDED):
            self._look(request)
        return self.get_response(request)

    def _look(self, request: HttpRequest) -> None:
        device = device_of(request)
        request.session.note_seen()
        if device and not devices.seen(device):
            logout(request)
        elif device and is_by_link(request) and not request.path.startswith(FIELD):
            request.user = AnonymousUser()
