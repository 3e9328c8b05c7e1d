"""In production nobody works at the desk or in the field without a second factor: the app's codes or a passkey."""

from collections.abc import Callable
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added, authenticator_removed
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from coverage.desk.device_session import is_by_link
from coverage.desk.tokens import end_tokens
from newsroom.editorial.audit import write_audit
from newsroom.editorial.people import User

FACTORS = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]
# Where people work. Readers' pages know nobody: asking who reads them would keep shared caches from serving them.
GUARDED = ("/admin/", "/field/", "/accounts/")
# All that somebody without a factor can open: setting one up, confirming her password for it, leaving.
OPEN = (
    "/accounts/2fa/",
    "/accounts/reauthenticate/",
    "/accounts/logout/",
    "/admin/logout/",
    "/admin/jsi18n/",
)


class SecondFactorMiddleware:
    """Sends a signed-in staff member who has no second factor to set one up, whatever of the desk she asked for."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if settings.STAFF_SECOND_FACTOR and self._lacks_factor(request):
            return HttpResponseRedirect(reverse("mfa_index"))
        return self.get_response(request)

    def _lacks_factor(self, request: HttpRequest) -> bool:
        if not request.path.startswith(GUARDED) or request.path.startswith(OPEN):
            return False
        if is_by_link(
            request
        ):  # such a session knows nobody outside the field, where holding the phone is enough
            return False
        person = request.user
        return person.is_authenticated and person.is_staff and not has_second_factor(person)


def has_second_factor(person: User) -> bool:
    """Whether she has an authenticator; recovery codes alone are none."""
    return is_mfa_enabled(person, FACTORS)


def remove_second_factor(person: User) -> int:
    """Takes all of a person's factors away, as after a lost phone, and ends her tokens; answers how many there were."""
    end_tokens(person)
    return Authenticator.objects.filter(user=person).delete()[0]


def connect() -> None:
    """allauth's pages put a factor on and take it off by themselves and say so afterwards, of the app after commit."""
    authenticator_added.connect(_added, dispatch_uid="coverage.desk.second_factor")
    authenticator_removed.connect(_removed, dispatch_uid="coverage.desk.second_factor")


def _added(sender: Any, user: User, authenticator: Authenticator, **kwargs: Any) -> None:
    if authenticator.type in FACTORS:
        write_audit("add second factor", user, by=user, note=_called(authenticator))


def _removed(sender: Any, user: User, authenticator: Authenticator, **kwargs: Any) -> None:
    """Without her last factor her tokens end, too."""
    if authenticator.type in FACTORS:
        write_audit("remove second factor", user, by=user, note=_called(authenticator))
    if not has_second_factor(user):
        end_tokens(user)


def _called(factor: Authenticator) -> str:
    return f"passkey “{factor}”" if factor.type == Authenticator.Type.WEBAUTHN else "authenticator app"
