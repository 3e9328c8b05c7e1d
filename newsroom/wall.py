"""Which requests are the desk's. All others are readers', and ask the database as readers (coverage/record/wall.py)."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse

from coverage.record.wall import PUBLIC, as_readers

# Where the newsroom works, and what it shows to whom it sent a link.
DESK = ("/admin/", "/accounts/", "/field/", "/preview/")
# Where a monitor asks after both connections and what is due.
MONITORS = ("/readyz", "/healthz/publishing", "/metrics")
API = "/api/"


def behind_the_wall(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware, the outermost. A new door of the desk is refused by the database until it stands in DESK."""

    def answer(request: HttpRequest) -> HttpResponse:
        if is_of_the_desk(request):
            return get_response(request)
        with as_readers():
            return get_response(request)

    return answer


def is_of_the_desk(request: HttpRequest) -> bool:
    """By address; at the API who brings a token or a password, right or wrong."""
    is_known = request.path.startswith(API) and "Authorization" in request.headers
    return is_known or request.path in MONITORS or request.path.startswith(DESK)


class DeskMigrates:
    """A router of databases: tables are made over the desk's connection alone."""

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool | None:
        return False if db == PUBLIC else None
