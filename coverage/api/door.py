"""What every address below /api/v1/ has in common: a token or nothing, and how long an answer may be kept."""

from django.http import HttpRequest
from django.utils.cache import patch_vary_headers
from knox.auth import TokenAuthentication
from rest_framework import exceptions
from rest_framework.permissions import SAFE_METHODS, AllowAny, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer
from rest_framework.views import APIView

from coverage.api.parsing import MAX_BODY, CappedJSONParser

FOR_EVERYBODY = "public, max-age=1"
FOR_NOBODY_ELSE = "private, no-store"


class Token(TokenAuthentication):
    """knox's, but for a token that is no UTF-8: that is a wrong token, not a fault of the server."""

    def authenticate_credentials(self, token: bytes) -> tuple:
        try:
            return super().authenticate_credentials(token)
        except UnicodeDecodeError as wrong:
            raise exceptions.AuthenticationFailed("Invalid token.") from wrong


class TokenNeeded(exceptions.NotAuthenticated):
    default_detail = "Sign in: send the header Authorization: Token …, with a token from /api/v1/auth/login/."


class Door(APIView):
    """Takes tokens only: a cookie opens nothing here, so nothing here can be forged across sites.

    `public`: without a token GET is answered too, from the record.
    """

    authentication_classes = [Token]
    parser_classes = [CappedJSONParser]
    needed: type[exceptions.NotAuthenticated] = TokenNeeded
    public = False
    max_form = MAX_BODY  # bytes of a multipart body

    def initialize_request(self, request: HttpRequest, *args, **kwargs) -> Request:
        """A body may come without its length (chunked, or over HTTP/2): unsaid, it would be taken for empty."""
        described = request.META.get("CONTENT_TYPE") or request.META.get("HTTP_TRANSFER_ENCODING")
        if described and not request.META.get("CONTENT_LENGTH"):
            is_form = (request.content_type or "").startswith("multipart/")
            request.META["CONTENT_LENGTH"] = str(self.max_form if is_form else MAX_BODY)
        return super().initialize_request(request, *args, **kwargs)

    def get_permissions(self) -> list:
        # Whoever brings an Authorization is asked who she is: only without one it is the record that answers.
        if (
            self.public
            and self.request.method in SAFE_METHODS
            and "Authorization" not in self.request.headers
        ):
            return [AllowAny()]
        return [IsAuthenticated()]

    def permission_denied(
        self, request: Request, message: str | None = None, code: str | None = None
    ) -> None:
        if request.authenticators and not request.successful_authenticator:
            raise self.needed
        super().permission_denied(request, message, code)

    def finalize_response(self, request: Request, response: Response, *args, **kwargs) -> Response:
        response = super().finalize_response(request, response, *args, **kwargs)
        anonymous = "Authorization" not in request.headers
        shared = self.public and anonymous and request.method in SAFE_METHODS and response.status_code == 200
        response["Cache-Control"] = FOR_EVERYBODY if shared else FOR_NOBODY_ELSE
        patch_vary_headers(response, ["Authorization"])
        return response


def valid(serializer: BaseSerializer) -> dict:
    """What a serializer made of what was sent; raises DRF's ValidationError with sentences by field."""
    serializer.is_valid(raise_exception=True)
    return serializer.validated_data
