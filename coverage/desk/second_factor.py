"""In production nobody works at the desk or in the field without a second factor."""

from collections.abc import Callable

from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from coverage.desk.device_session import is_by_link
from coverage.desk.tokens import end_tokens
from newsroom.editorial.people import User

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
    return is_mfa_enabled(person, [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN])


def remove_second_factor(person: User) -> int:
    """Takes all of a person's factors away, as after a lost phone, and ends her tokens; answers how many there were."""
    end_tokens(person)
    return Authenticator.objects.filter(user=person).delete()[0]
