"""Whether this process lives, whether it can do its work, and whether what is due comes out."""

import math

import redis
from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from newsroom import standing
from newsroom.metrics import for_monitors


@require_safe
@never_cache
def livez(request: HttpRequest) -> HttpResponse:
    """200 as long as the process answers; never touches the database."""
    return HttpResponse("alive\n", content_type="text/plain")


@require_safe
@never_cache
def readyz(request: HttpRequest) -> JsonResponse:
    """503 without the database, as the desk or as readers, or with one that is not migrated; without Redis the newsroom
    works on, degraded."""
    database = standing.database()
    try:
        redis.Redis.from_url(settings.REDIS_URL, socket_connect_timeout=0.5, socket_timeout=0.5).ping()
        broker = "ok"
    except redis.RedisError:
        broker = "degraded"
    return JsonResponse({"database": database, "redis": broker}, status=200 if database == "ok" else 503)


@require_safe
@never_cache
@for_monitors
def publishing(request: HttpRequest) -> JsonResponse:
    """503 if anything is later than `standing.MOST`, and `late` names it. For whom `/metrics` is."""
    try:
        found = standing.standing()
    except DatabaseError:
        return JsonResponse({"database": "down", "late": []}, status=503)
    seconds = {name: _seconds(getattr(found, name)) for name in standing.MOST}
    late = found.late()
    return JsonResponse({"database": "ok", "late": late, "seconds": seconds}, status=503 if late else 200)


def _seconds(value: float | None) -> float | None:
    """For JSON, which knows no infinity."""
    return None if value is None or math.isinf(value) else round(value, 3)
