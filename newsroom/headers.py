"""The headers every answer has: Django's middleware puts them on what it answers, `sealed` on the rest."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.deprecation import MiddlewareMixin

from coverage.live.answers import security_headers


class StrictHeaders(MiddlewareMixin):
    """Those Django has no setting of its own for. A view that says otherwise is left alone."""

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        for name, value in settings.STRICT_HEADERS.items():
            response.headers.setdefault(name, value)
        return response


def sealed(send):
    """`send` for answers that may not have passed the middleware: our refusals, and Django's to what it cannot read.

    Only one that did has a policy. A refusal has HSTS even over plain HTTP, where browsers pass it over.
    """

    async def send_sealed(message) -> None:
        if message["type"] == "http.response.start":
            headers = list(message.get("headers", ()))
            if not any(name.lower() == b"content-security-policy" for name, _ in headers):
                message = {**message, "headers": [*headers, *security_headers()]}
        await send(message)

    return send_sealed
