"""What readers say is wrong: taken in once, within limits, dealt with at the desk, and forgotten.

The limits count rows, so that they hold with Redis dead, and nothing is written for a report they refuse. `receive`
runs as readers may: it looks the post up in the record, and reads no report but the columns of public_role.MORE.
"""

from datetime import datetime, timedelta
from math import ceil

from django.db import transaction
from django.db.models import Count, Min, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from coverage.models import ErrorReport
from coverage.models.error_report import ReportState
from coverage.publishing.access import events_for
from coverage.record.models import ReleasedPost
from newsroom.editorial.addresses import hashed_line
from newsroom.editorial.audit import write_audit
from newsroom.editorial.errors import NotAllowed, StaleState, TooMany, WrongState
from newsroom.editorial.people import User
from newsroom.editorial.receipts import request_key
from newsroom.editorial.roles import is_editor
from newsroom.editorial.standing_in_line import stand_in_line

SHORTEST, LONGEST = 10, 2000  # characters of a report
WINDOW = timedelta(hours=1)
# How many reports are taken within the window: a hall full of readers may share one line to the network.
FROM_ONE_LINE, ON_ONE_POST, IN_ALL = 10, 30, 300
KEPT_FOR = timedelta(days=90)
LINE = 0x6E72_6570  # names PostgreSQL's lock, ours alone


def receive(
    public_id: str, *, text: str, email: str, address: str, form: str, at: datetime | None = None
) -> ErrorReport:
    """Puts a reader's report before the desk, once for what one form said; the repeat gets the first one's row.

    `email` may be ""; `address` is where it was sent from, kept as a keyed hash; `form` names the form it was typed in.
    Written without an audit row: the audit is for what the newsroom does, and nothing in it is ever deleted.
    Raises WrongState if readers do not have the post, TooMany.
    """
    at = at or timezone.now()
    post = ReleasedPost.objects.live().filter(public_id=public_id).select_related("head").first()
    if post is None:
        raise WrongState(_("This post was withdrawn meanwhile. Nobody reads it any more."))
    key, sender = request_key(form, public_id, text, email), hashed_line(address, "coverage.error_reports")
    if known := _known_or_admitted(key, public_id, sender, at):  # a flood is refused before it holds any lock
        return known
    with transaction.atomic():
        stand_in_line(LINE)
        return _known_or_admitted(key, public_id, sender, at) or ErrorReport.objects.create(
            event_id=post.head.desk_id,
            post_id=post.desk_id,
            public_id=public_id,
            text=text,
            email=email,
            at=at,
            key=key,
            sender=sender,
        )


def _known_or_admitted(key: str, public_id: str, sender: str, at: datetime) -> ErrorReport | None:
    """The report that came before under this key; None: there is none, and there is room for it. Raises TooMany."""
    refused = _no_room(public_id, sender, at)
    # Only now: what took the last room meanwhile may be this very report.
    known = ErrorReport.objects.filter(key=key).only("key").first()
    if known is None and refused:
        raise refused
    return known


def _no_room(public_id: str, sender: str, at: datetime) -> TooMany | None:
    """One query, over the rows of the window alone. With the seconds until the oldest leaves it."""
    limits = {
        "line": (Q(sender=sender), FROM_ONE_LINE),
        "post": (Q(public_id=public_id), ON_ONE_POST),
        "all": (Q(), IN_ALL),
    }
    wanted = {name: Count("pk", filter=which) for name, (which, _most) in limits.items()}
    wanted |= {f"{name}_since": Min("at", filter=which) for name, (which, _most) in limits.items()}
    found = ErrorReport.objects.filter(at__gt=at - WINDOW).aggregate(**wanted)
    full = [name for name, (_which, most) in limits.items() if found[name] >= most]
    if not full:
        return None
    waits = max(found[f"{name}_since"] for name in full) + WINDOW - at
    return _refusal(full[0], max(1, ceil(waits.total_seconds())))


def _refusal(name: str, seconds: int) -> TooMany:
    says = {
        "line": _("Many reports have come from your network within the last hour."),
        "post": _("Many readers have reported this post within the last hour: the desk knows."),
        "all": _("The desk has received very many reports within the last hour."),
    }[name]
    minutes = ceil(seconds / 60)
    wait = ngettext(
        "Your words are still here: please send them again in a minute.",
        "Your words are still here: please send them again in %(minutes)d minutes.",
        minutes,
    ) % {"minutes": minutes}
    return TooMany(f"{says} {wait}", retry_after=seconds)


def reports_for(person: User) -> QuerySet[ErrorReport]:
    """Those at the events a person works on."""
    return ErrorReport.objects.filter(event__in=events_for(person))


def handle(report: ErrorReport, *, by: User, note: str = "") -> ErrorReport:
    """It was right, or answered: off the live desk. Raises NotAllowed, StaleState."""
    return _move(report, "handle", ReportState.HANDLED, by=by, note=note)


def dismiss(report: ErrorReport, *, by: User, note: str = "") -> ErrorReport:
    """Nothing is to be done about it. Raises NotAllowed, StaleState."""
    return _move(report, "dismiss", ReportState.DISMISSED, by=by, note=note)


def reopen(report: ErrorReport, *, by: User, note: str = "") -> ErrorReport:
    """It is before the desk again. Raises NotAllowed, StaleState."""
    return _move(report, "reopen", ReportState.NEW, by=by, note=note)


@transaction.atomic
def _move(report: ErrorReport, verb: str, to: ReportState, *, by: User, note: str) -> ErrorReport:
    """To a state from the other side, by whoever is first; pressed twice by one person it is one verb."""
    if not is_editor(by):
        raise NotAllowed("Readers’ reports are for editors.")
    is_reopened, before = to == ReportState.NEW, report.state
    waiting = ErrorReport.objects.filter(pk=report.pk)
    waiting = waiting.exclude(state=to) if is_reopened else waiting.filter(state=ReportState.NEW)
    settled = {"handled_by": None, "handled_at": None} if is_reopened else _settled(by)
    changed = waiting.update(state=to, note=note, **settled)
    report.refresh_from_db()
    if changed:
        write_audit(verb, report, by=by, from_state=before, to_state=to, note=note)
    elif report.state != to or report.handled_by_id not in (None, by.pk):
        who = report.handled_by.desk_name() if report.handled_by else "Somebody"
        raise StaleState(f"{who} has dealt with it already: it is {report.get_state_display()}.")
    return report


def _settled(by: User) -> dict:
    return {"handled_by": by, "handled_at": timezone.now()}


def forget(*, at: datetime) -> int:
    """Deletes reports older than ninety days, e-mail addresses with them, and the hash of where a report came from
    once no limit counts it; answers how many reports went."""
    ErrorReport.objects.filter(at__lte=at - WINDOW).exclude(sender="").update(sender="")
    return ErrorReport.objects.filter(at__lte=at - KEPT_FOR).delete()[0]
