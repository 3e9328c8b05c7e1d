"""Renditions, while a released post shows them, and share cards. Shown once: 410, and why. Never released: 404."""

from django.core.files.storage import storages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from coverage.front.pages import own_language
from coverage.record.models import ReleasedPicture, ShareCard
from coverage.record.pictures import why_gone

TYPES = {
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "avif": "image/avif",
    "webp": "image/webp",
    "png": "image/png",
}
HEADERS = {
    # A browser may keep a picture for an hour, a shared cache five seconds: a withdrawal reaches readers that soon.
    "Cache-Control": "public, max-age=3600, s-maxage=5",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cross-Origin-Resource-Policy": "cross-origin",
    "X-Content-Type-Options": "nosniff",
}


CARD_HEADERS = {**HEADERS, "Cache-Control": "public, max-age=0, s-maxage=5"}  # it holds words


@require_safe
def picture(request: HttpRequest, folder: str, spec: str, ext: str) -> HttpResponse:
    """A file's name is random and its bytes never change, so its name is its ETag."""
    if (spec, ext) == ("card", "png"):
        return _card(request, folder)
    if ext not in TYPES or not _is_shown(folder, request.path):
        return _missing(request, folder)
    etag = f'"{folder[:12]}-{spec}"'
    try:
        response = get_conditional_response(request, etag=etag) or _file(f"{folder}/{spec}.{ext}", TYPES[ext])
    except OSError:  # the storage is elsewhere and does not answer
        return _later()
    return _labelled(response, etag, HEADERS)


def _card(request: HttpRequest, folder: str) -> HttpResponse:
    """A page names its card before it is drawn: 503 until then. One that is given up is named no more."""
    card = ShareCard.objects.filter(folder=folder).first()
    if card is None or card.given_up:
        return _missing(request, folder)
    if card.drawn_at is None:
        return _later()
    etag = f'"{folder[:12]}-card"'
    try:
        response = get_conditional_response(request, etag=etag) or _file(card.file, TYPES["png"])
    except (OSError, Http404):  # a lost file is drawn again
        return _later()
    return _labelled(response, etag, CARD_HEADERS)


def _labelled(response: HttpResponse, etag: str, headers: dict[str, str]) -> HttpResponse:
    for name, value in headers.items():
        response[name] = value
    response["ETag"] = etag
    return response


def _later() -> HttpResponse:
    return HttpResponse(status=503, headers={"Retry-After": "10", "Cache-Control": "no-store"})


def _is_shown(folder: str, path: str) -> bool:
    """Whether a live post lists this very address."""
    shown = ReleasedPicture.objects.filter(folder=folder, post__withdrawn_at=None)
    return any(source["url"] == path for row in shown for source in row.sources)


def _file(name: str, content_type: str) -> HttpResponse:
    try:
        with storages["renditions"].open(name) as file:
            return HttpResponse(file.read(), content_type=content_type)
    except FileNotFoundError:
        raise Http404 from None


def _missing(request: HttpRequest, folder: str) -> HttpResponse:
    gone = why_gone(folder)
    if gone is None:
        raise Http404
    with own_language():
        response = render(request, "410.html", {"picture": gone}, status=410)
    response["Cache-Control"] = "public, max-age=0, s-maxage=5"
    return response
