"""`/.well-known/security.txt` (RFC 9116): whom to tell of a weakness. Not there without a contact, or out of date."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

PATH = "/.well-known/security.txt"


@require_safe
def security_txt(request: HttpRequest) -> HttpResponse:
    """Fields as in RFC 9116, section 2.5; 404 if nobody is named, or what was said is too old to be believed."""
    if trouble():
        raise Http404
    fields = {
        "Contact": settings.SECURITY_CONTACT,
        "Expires": f"{settings.SECURITY_TXT_EXPIRES:%Y-%m-%dT%H:%M:%SZ}",
        "Preferred-Languages": "en",
        "Canonical": settings.PUBLIC_URL + PATH,
    }
    text = "".join(f"{name}: {value}\n" for name, value in fields.items())
    response = HttpResponse(text, content_type="text/plain; charset=utf-8")
    response["Cache-Control"] = "public, max-age=3600"
    return response


def trouble() -> str:
    """Why it is not served; "" if it is."""
    if not settings.SECURITY_CONTACT:
        return "names nobody"
    if timezone.now() >= settings.SECURITY_TXT_EXPIRES:
        return f"was good until {settings.SECURITY_TXT_EXPIRES:%Y-%m-%d}"
    return ""
