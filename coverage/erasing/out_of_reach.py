"""What no erasure reaches, said to whoever ordered it: copies elsewhere, and where they may be."""

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.db.models import Model

from coverage.backup import log
from coverage.backup.restoring import kept_aside
from coverage.models import Event, Speaker
from newsroom.editorial.audit import AuditRow
from newsroom.editorial.people import User

EXPORTED = "export"  # the audit's verb for an event written into a folder


def lines(thing: Model, addresses: Iterable[str], events: Iterable[Event]) -> Iterable[str]:
    """A line for each place; `addresses` are paths that will answer 410, `events` those that have it."""
    yield from _backups(_since(thing))
    yield from _exports(list(events))
    addresses = sorted(addresses)
    where = (
        f" Purge there: {', '.join(settings.PUBLIC_URL + path for path in addresses)}" if addresses else ""
    )
    yield (
        "Shared caches keep a page five seconds at most; one that serves stale pages while the newsroom is away "
        f"may keep it longer (deploy/cdn.md).{where}"
    )
    if settings.WEBSUB_HUB:
        yield f"The hub {settings.WEBSUB_HUB} and whoever subscribes there were sent the feeds."
    yield "Notifications that browsers were shown within the hour are replaced; older ones may still be on a screen."
    yield "Search engines, archives and feed readers keep copies: ask them to remove the addresses above."
    yield "E-mails this newsroom sent, mailboxes that filed here, phones and open forms keep their own copies."
    if isinstance(thing, User | Speaker):
        yield "Originals of photographs may name her inside their files: readers never get these. Erase the picture."
        yield "A schedule that is imported again from a file that names her brings her name back."
    yield _database()


def _since(thing: Model) -> datetime | None:
    """From when on a backup may have it; None: nobody knows."""
    return getattr(thing, "created_at", None) or getattr(thing, "date_joined", None)


def _backups(since: datetime | None) -> Iterable[str]:
    """Those of the log that may hold it, and what restores have put aside."""
    made = [one for one in log.read() if since is None or datetime.fromisoformat(one["at"]) >= since]
    there = [one for one in made if Path(one["file"]).exists()]
    for one in there:
        at, sealed = datetime.fromisoformat(one["at"]), ", encrypted" if one["encrypted"] else ""
        yield f"The backup of {at:%-d %B %Y, %H:%M} UTC{sealed}, still holds it: rm {one['file']}"
    if gone := len(made) - len(there):
        yield f"{gone} more backups of that time were made here and lie elsewhere by now, or nowhere."
    for place in kept_aside():
        yield f"A restore has put {place} aside, which may hold it: remove it."
    yield (
        "Every copy of a backup made before this holds it, as long as it is kept. After restoring one, "
        "manage.py restore and manage.py doctor say what to erase again."
    )


def _exports(events: list[Event]) -> Iterable[str]:
    rows = AuditRow.objects.filter(verb=EXPORTED, event_id__in=[event.pk for event in events])
    for row in rows.order_by("pk"):
        yield f"The export of {row.at:%-d %B %Y, %H:%M} UTC at {row.note} may hold it: export again, or delete it."
    if not rows:
        yield "No export of its events is known to the audit; one made before it noted them may hold it."


def _database() -> str:
    if connection.vendor == "postgresql":
        return "PostgreSQL keeps the bytes of deleted rows until VACUUM, and in its write-ahead log and replicas."
    return "SQLite keeps the bytes of deleted rows in its file until VACUUM: sqlite3 DATA_DIR/newsroom.sqlite3 VACUUM"
