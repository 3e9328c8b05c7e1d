"""When a form arrives that cannot be taken: the session is over, or its token is old. What was typed is given back.

Nothing here writes. A form from another site is refused without showing what it brought.
"""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import resolve, reverse
from django.utils.cache import patch_cache_control
from django.views.csrf import csrf_failure as django_csrf_failure

from coverage.desk.old_form import old_form

NOT_CARRIED = {"csrfmiddlewaretoken", "action"}
CALLED = {
    "headline": "Headline",
    "text": "Text",
    "quote_text": "Quote",
    "quote_attribution": "Said by",
    "note": "Note",
    "reason": "Reason",
    "alt_text": "What the picture shows",
    "caption": "Caption",
}


@dataclass(frozen=True)
class Typed:
    """What a form brought: `words` to read and copy, `carried` to send again, and where to."""

    words: list[tuple[str, str]]
    carried: list[tuple[str, str]]
    path: str


def typed_in(data: QueryDict, path: str, *, without: Iterable[str] = ()) -> Typed:
    """Everything a form brought but its token and button, and but the fields named in `without`."""
    left_out = NOT_CARRIED | set(without)
    carried = [(name, value) for name, values in data.lists() if name not in left_out for value in values]
    words = [(_called(name), value) for name, value in carried if _called(name) and value.strip()]
    return Typed(words, carried, path)


def as_new_post(data: QueryDict) -> Typed:
    """The same words as a new filing, under a UUID of its own."""
    typed = typed_in(data, reverse("field:home"), without=("post", "version", "photo", "note", "remove_old"))
    return Typed(typed.words, [*typed.carried, ("post", str(uuid.uuid4()))], typed.path)


def signed_out(request: HttpRequest) -> HttpResponse:
    """The words of somebody whose session is over, the way to sign in, and a button that brings them back."""
    return give_back(request, "You are signed out. Nothing was sent.", sign_in=True)


def give_back(request: HttpRequest, sentence: str, *, sign_in: bool = False) -> HttpResponse:
    """Answers 403 with the sentence and everything typed, as text to copy and as a form to send again."""
    home = reverse("field:home")
    context = {
        "sentence": sentence,
        "typed": typed_in(request.POST, request.path),
        "sign_in": redirect_to_login(home).url if sign_in else "",
        "had_files": bool(request.FILES),
    }
    return render(request, "field/lost.html", context, status=403)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Django's CSRF_FAILURE_VIEW. In the field a signed-in person gets her form back, filled, with a new token.

    The desk answers with a page of its own. A reader who reports an error gets that form back, too.
    """
    if request.path.startswith(reverse("admin:index")):
        return old_form(request)
    if _is_reader_s(request) and _is_from_here(request):
        request.has_old_token = True
        return request.resolver_match.func(request, **request.resolver_match.kwargs)
    match = resolve(request.path) if request.path.startswith(reverse("field:home")) else None
    if match is None or match.app_name != "field" or not _is_from_here(request):
        return django_csrf_failure(request, reason=reason)
    if request.user.is_authenticated or match.url_name == "join":
        data = request.POST.copy()
        data["action"] = "restore"
        request.POST = data
        return match.func(request, *match.args, **match.kwargs)
    response = signed_out(request)
    patch_cache_control(response, private=True, no_store=True)
    return response


def _is_reader_s(request: HttpRequest) -> bool:
    return request.resolver_match is not None and request.resolver_match.app_name == "error_reports"


def _called(name: str) -> str:
    return CALLED.get(name) or CALLED.get(name.rpartition("-")[2], "")


def _is_from_here(request: HttpRequest) -> bool:
    """Whether the browser says that one of our own pages sent the form (a browser always names the origin)."""
    ours = {urlsplit(address).netloc for address in settings.CSRF_TRUSTED_ORIGINS} | {request.get_host()}
    return urlsplit(request.headers.get("Origin", "")).netloc in ours
