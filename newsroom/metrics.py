"""`/metrics`: figures in Prometheus' text format, for this machine or for who has the token. What is counted is this
process's; what is asked for in the moment is the newsroom's, but for pages."""

import datetime
import functools
import ipaddress
import secrets
from collections.abc import Callable, Iterator

from django.conf import settings
from django.contrib.auth.signals import user_login_failed
from django.db import DatabaseError
from django.http import Http404, HttpRequest, HttpResponse
from django.http.request import split_domain_port
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import REGISTRY, Counter, disable_created_metrics
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.exposition import choose_encoder
from prometheus_client.registry import Collector

from coverage.backup import log as backups
from newsroom import standing, visits  # noqa: F401 - its figures are registered
from newsroom.editorial.addresses import is_address
from newsroom.wall import MONITORS

disable_created_metrics()  # when each figure began: half of the lines, and nobody asks

PASSED_ON = (
    "X-Forwarded-For",
    "Forwarded",
    "Via",
)  # what a proxy adds: the connection is then not the asker's own

ASKED_BY_MONITORS = ("/livez", *MONITORS)
HERE = ("127.0.0.1", "localhost", "[::1]")

SIGN_INS_FAILED = Counter("newsroom_sign_ins_failed_total", "Wrong passwords, at every door.")
user_login_failed.connect(lambda **given: SIGN_INS_FAILED.inc(), weak=False, dispatch_uid="metrics")


class OfTheMoment(Collector):
    """Asked for when `/metrics` is: two queries, and two questions to Redis. What is unknown is left out."""

    def describe(self) -> list:
        """Nothing: to be registered it must not ask."""
        return []

    def collect(self) -> Iterator[GaugeMetricFamily]:
        database = standing.database()
        yield _figure("database_up", "1: the database answers and is migrated.", float(database == "ok"))
        if database == "ok":
            yield from _publishing()
        waiting = standing.waiting()
        yield _figure("redis_up", "1: Redis answers.", float(waiting is not None))
        queues = GaugeMetricFamily(
            "newsroom_queue_length", "Messages that wait for a worker.", labels=["queue"]
        )
        for name, length in (waiting or {}).items():
            queues.add_metric([name], length)
        yield queues
        if (age := _backup_age()) is not None:
            yield _figure("backup_age_seconds", "Since the last backup of this DATA_DIR.", age)


def _publishing() -> Iterator[GaugeMetricFamily]:
    try:
        found = standing.standing()
    except DatabaseError:  # it went away in between
        return
    figures = {
        "oldest_due_seconds": ("Since the time of what is due longest and not released.", found.oldest_due),
        "unfinished_page_seconds": (
            "Since a change no finished page of this process has.",
            found.unfinished_page,
        ),
        "record_looked_at_seconds": ("Since this process looked at the record.", found.record_looked_at),
        "beat_seconds": ("Since beat was heard by the worker for publishing.", found.beat),
    }
    for name, (says, value) in figures.items():
        if value is not None:
            yield _figure(name, says, value)


def _backup_age() -> float | None:
    """Seconds; None: none was ever made from here."""
    made = backups.read()
    if not made:
        return None
    return (timezone.now() - datetime.datetime.fromisoformat(made[-1]["at"])).total_seconds()


def _figure(name: str, says: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"newsroom_{name}", says, value=value)


REGISTRY.register(OfTheMoment())


def by_any_name(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware, before the one that judges the Host. A monitor asks each process at its own address, which is none of
    ALLOWED_HOSTS: who has the token may call it anything, and this machine may call it by this machine's names, but by
    no other, by which a page in a browser here could ask."""

    def answer(request: HttpRequest) -> HttpResponse:
        if request.path in ASKED_BY_MONITORS and (_has_token(request) or _is_all_here(request)):
            request.META["HTTP_HOST"] = settings.PUBLIC_HOST
        return get_response(request)

    return answer


def for_monitors(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """404 to anybody else, as for an address that does not exist. METRICS_TOKEN goes in `Authorization: Bearer …`."""

    @functools.wraps(view)
    def answer(request: HttpRequest) -> HttpResponse:
        if not (_has_token(request) or _is_from_here(request)):
            raise Http404
        return view(request)

    return answer


@require_safe
@never_cache
@for_monitors
def metrics(request: HttpRequest) -> HttpResponse:
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


def _is_all_here(request: HttpRequest) -> bool:
    """Whether asker and name are this machine's."""
    return _is_from_here(request) and split_domain_port(request.META.get("HTTP_HOST", ""))[0] in HERE
