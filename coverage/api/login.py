"""`/api/v1/auth/`: a token for a program, against a name and a password; and its end."""

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib.auth import authenticate
from django.contrib.auth.signals import user_logged_in, user_logged_out
from drf_spectacular.utils import extend_schema
from knox.models import get_token_model
from rest_framework import exceptions, serializers
from rest_framework.authentication import BasicAuthentication
from rest_framework.request import Request
from rest_framework.response import Response

from coverage.api.description import refusals
from coverage.api.door import Door
from newsroom.editorial.errors import NotAllowed
from newsroom.editorial.people import User

SECOND_FACTOR = (
    "This account signs in with a second factor, which a program cannot give. "
    "Make a named token at /admin/tokens/ and send that."
)


class Locked(exceptions.APIException):
    status_code = 429
    default_code = "locked"
    default_detail = "Too many failed attempts to sign in. Wait a quarter of an hour, or ask the desk."
    wait = settings.AXES_COOLOFF_TIME * 3600  # seconds


class Password(BasicAuthentication):
    """HTTP Basic, counted by django-axes as every other sign-in is."""

    www_authenticate_realm = "newsroom"

    def authenticate_credentials(self, userid: str, password: str, request: Request | None = None) -> tuple:
        plain = request._request  # axes and its middleware leave their marks on Django's own request
        user = None
        if "\0" not in userid:
            user = authenticate(request=plain, username=userid, password=password)
        if user is not None:
            return user, None
        if getattr(plain, "axes_locked_out", False):
            plain.axes_locked_out = False  # or the middleware answers for us, as a page
            raise Locked
        raise exceptions.AuthenticationFailed("This name and password do not belong together.")


class LoginAnswer(serializers.Serializer):
    token = serializers.CharField(help_text="Send it as `Authorization: Token …`.")
    expiry = serializers.DateTimeField()


class PasswordNeeded(exceptions.NotAuthenticated):
    default_detail = (
        "Send your user name and password as HTTP Basic: curl -u NAME:PASSWORD -X POST …/auth/login/."
    )


class LoginView(Door):
    """Refuses (403) an account that has, or must have, a second factor."""

    authentication_classes = [Password]
    needed = PasswordNeeded

    @extend_schema(
        operation_id="auth_login",
        request=None,
        responses={(200, "application/json"): LoginAnswer, **refusals(401, 403, 429)},
    )
    def post(self, request: Request) -> Response:
        if needs_second_factor(request.user):
            raise NotAllowed(SECOND_FACTOR)
        kept, token = get_token_model().objects.create(request.user)
        user_logged_in.send(sender=User, request=request._request, user=request.user)
        return Response({"token": token, "expiry": kept.expiry.isoformat()})


class LogoutView(Door):
    @extend_schema(operation_id="auth_logout", request=None, responses={204: None, **refusals(401)})
    def post(self, request: Request) -> Response:
        """Ends the token it is sent with."""
        request.auth.delete()
        user_logged_out.send(sender=User, request=request._request, user=request.user)
        return Response(status=204)


def needs_second_factor(user: User) -> bool:
    """Whether the person has one, or must have one: staff in production."""
    return (settings.PRODUCTION and user.is_staff) or is_mfa_enabled(user)
