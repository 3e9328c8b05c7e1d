"""Where a browser says that it follows an event, or leaves it; and the script that shows what it is told.

Outside `coverage.front`, whose addresses answer the same to everybody. No cookie counts here and nothing is told of
anybody, so that there is nothing for another site to abuse; a form of one could not send JSON all the same.
"""

import json
from pathlib import Path
from typing import Any

from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from coverage.following import followers
from coverage.following.services import public_key
from coverage.front.reading import public_head
from newsroom.editorial.addresses import address_of
from newsroom.editorial.errors import EditorialError, Invalid

LONGEST = 8192  # bytes of a body


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def follow(request: HttpRequest, event: str) -> HttpResponse:
    """GET: `{"key"}` to subscribe with. POST `{"endpoint", "keys": {"p256dh", "auth"}}`, as a browser's
    PushSubscription has them: 204, or a problem."""
    head = public_head(event)
    if request.method != "POST":
        return JsonResponse({"key": public_key()}, headers={"Cache-Control": "public, max-age=0"})
    address = address_of(request.headers.get("X-Forwarded-For", ""), request.META.get("REMOTE_ADDR", ""))
    with translation.override(head.language):
        return _answer(request, lambda given: followers.follow(head, **_subscription(given), address=address))


@csrf_exempt
@require_POST
def leave(request: HttpRequest, event: str) -> HttpResponse:
    """`{"endpoint"}`. 204, whether it followed or not."""
    head = public_head(event)
    with translation.override(head.language):
        return _answer(request, lambda given: followers.leave(head, _text(given, "endpoint")))


@csrf_exempt
@require_POST
def moved(request: HttpRequest) -> HttpResponse:
    """`{"old", "endpoint", "keys"}`: the push service gave a browser another address. 204, or a problem."""
    return _answer(request, lambda given: followers.move(_text(given, "old"), **_subscription(given)))


@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker. It lies at the top, for it answers for every page; browsers look for a new one each day."""
    script = Path(finders.find("js/push_worker.js")).read_bytes()
    return HttpResponse(
        script, content_type="text/javascript; charset=utf-8", headers={"Cache-Control": "public, max-age=0"}
    )


def _answer(request: HttpRequest, act) -> HttpResponse:
    try:
        act(_body(request))
    except EditorialError as refused:
        problem = {
            "type": "about:blank",
            "title": refused.code,
            "status": refused.status,
            "code": refused.code,
        }
        problem |= {"detail": refused.message, "errors": getattr(refused, "errors", {})}
        response = JsonResponse(
            problem, status=refused.status, content_type="application/problem+json", headers=refused.headers()
        )
    else:
        response = HttpResponse(status=204)
    response["Cache-Control"] = "private, no-store"
    return response


def _body(request: HttpRequest) -> dict[str, Any]:
    """Raises Invalid."""
    given = None
    if request.content_type == "application/json" and len(request.body) <= LONGEST:
        try:
            given = json.loads(request.body)
        except ValueError:  # not UTF-8, or not JSON
            given = None
    if not isinstance(given, dict):
        raise Invalid({"body": [_("Send a JSON object.")]})
    return given


def _subscription(given: dict[str, Any]) -> dict[str, str]:
    """Raises Invalid."""
    keys = given.get("keys")
    keys = keys if isinstance(keys, dict) else {}
    return {
        "endpoint": _text(given, "endpoint"),
        "p256dh": _text(keys, "p256dh"),
        "auth": _text(keys, "auth"),
    }


def _text(given: dict[str, Any], name: str) -> str:
    """Raises Invalid."""
    value = given.get(name)
    if not isinstance(value, str) or not value or "\0" in value:
        raise Invalid({name: [_("This is missing.")]})
    return value
