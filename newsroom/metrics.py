"""`/metrics`: this process's figures in Prometheus' text format, for this machine or for who has the token."""

import ipaddress
import secrets

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import REGISTRY, disable_created_metrics
from prometheus_client.exposition import choose_encoder

from newsroom.editorial.addresses import is_address

disable_created_metrics()  # when each figure began: half of the lines, and nobody asks

PASSED_ON = (
    "X-Forwarded-For",
    "Forwarded",
    "Via",
)  # what a proxy adds: the connection is then not the asker's own


@require_safe
@never_cache
def metrics(request: HttpRequest) -> HttpResponse:
    """404 to anybody else, as for an address that does not exist. METRICS_TOKEN goes in `Authorization: Bearer …`."""
    if not (_has_token(request) or _is_from_here(request)):
        raise Http404
    encode, kind = choose_encoder(request.headers.get("Accept", ""))
    return HttpResponse(encode(REGISTRY), content_type=kind)


def _has_token(request: HttpRequest) -> bool:
    scheme, _, given = request.headers.get("Authorization", "").partition(" ")
    wanted = settings.METRICS_TOKEN
    return bool(wanted) and scheme == "Bearer" and secrets.compare_digest(given.encode(), wanted.encode())


def _is_from_here(request: HttpRequest) -> bool:
    remote = request.META.get("REMOTE_ADDR", "")
    is_passed_on = any(name in request.headers for name in PASSED_ON)
    return not is_passed_on and is_address(remote) and ipaddress.ip_address(remote).is_loopback
