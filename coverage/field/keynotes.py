"""Started, over, late: the buttons beside a keynote in the run of show.

They belong to the form above it, so what she had typed comes with them: it is given back, and nothing of it is sent.
"""

import uuid
from collections.abc import Callable
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from coverage.field import events, home
from coverage.field.door import action_of, field_page, is_restored, page
from coverage.field.lost import Typed, typed_in
from coverage.models import Event, Keynote
from coverage.publishing import presses
from coverage.publishing.delays import LATE_BY, check_can_be_late, digest_of, planned_shift, shift
from coverage.publishing.running_order import check_may_run
from newsroom.editorial.errors import EditorialError, Invalid, StaleState
from newsroom.editorial.receipts import once, request_key

NOT_DONE = "Nothing was done. Press again if you still mean it."
KEPT = "What you had typed is in the form; nothing of it was sent."
CHOOSE_AGAIN = "Choose your photographs again."


@require_http_methods(["GET", "HEAD", "POST"])
@field_page
def press_page(request: HttpRequest, event: str, keynote: str, verb: str) -> HttpResponse:
    """Does a press at once, but for `late`, which shows first what it moves."""
    hers = events.open_to(request.user)
    covered = events.named(hers, event)
    found = covered and covered.keynotes.select_related("event").filter(slug=keynote).first()
    if not found or verb not in presses.PRESSES:
        raise Http404
    try:
        if verb == "late":
            return _late(request, found, hers)
        if request.method != "POST":
            return HttpResponseRedirect(_address(found))
        if is_restored(request):
            return home.show_typed(request, covered, hers, sentence=NOT_DONE)
        return _after(request, found, hers, _once(request, found, verb, lambda: _press(request, found, verb)))
    except EditorialError as refused:
        return home.show_typed(request, covered, hers, sentence=refused.message, status=refused.status)


def _press(request: HttpRequest, keynote: Keynote, verb: str) -> str:
    return presses.done_by(verb, presses.press(verb, keynote, by=request.user))


def _late(request: HttpRequest, keynote: Keynote, hers: list[Event]) -> HttpResponse:
    """Asks how late, shows what moves, and moves it if that is still so. Raises NotAllowed, WrongState."""
    if action_of(request) == "go":
        try:
            done = _once(request, keynote, "late", lambda: _shift(request, keynote))
        except (Invalid, StaleState) as refused:
            keynote.refresh_from_db()
            return _show_late(request, keynote, sentence=refused.message, status=refused.status)
        return _after(request, keynote, hers, done)
    check_may_run(request.user, keynote)
    check_can_be_late(keynote)
    return _show_late(request, keynote, sentence=NOT_DONE if is_restored(request) else "")


def _shift(request: HttpRequest, keynote: Keynote) -> str:
    shift(keynote, _minutes(request) or 0, by=request.user, seen=request.POST.get("seen", ""))
    return "late"


def _show_late(
    request: HttpRequest, keynote: Keynote, *, sentence: str = "", status: int = 200
) -> HttpResponse:
    minutes, shifts = _minutes(request), []
    if minutes is not None:
        try:
            shifts = planned_shift(keynote, minutes)
        except Invalid as wrong:
            sentence, status = wrong.message, wrong.status
    context = {
        "keynote": keynote,
        "minutes": minutes,
        "late_by": LATE_BY,
        "shifts": shifts,
        "seen": digest_of(shifts),
        "press_id": uuid.uuid4(),
        "sentence": sentence,
        "is_wrong": status >= 400,
        "typed": _typed(request),
        "brings": _brings(request),
        "back": _address(keynote),
    }
    return page(request, keynote.event, "field/late.html", context, status=status)


def _minutes(request: HttpRequest) -> int | None:
    """Those chosen or typed; None: not asked for yet; 0 for what is no number."""
    given = request.POST.get("by") or request.POST.get("minutes")
    try:
        return int(given) if given is not None else None
    except ValueError:
        return 0


def _once(request: HttpRequest, keynote: Keynote, verb: str, work: Callable[[], str]) -> str:
    """Does it once for the page its button stood on, and says what was done: a second tap is told the same."""
    shown = request.POST.get("press") or str(uuid.uuid4())
    key = request_key("field", keynote.pk, verb, shown)
    return once(request.user, key, lambda: (200, {"done": work()}))[1]["done"]


def _after(request: HttpRequest, keynote: Keynote, hers: list[Event], done: str) -> HttpResponse:
    """Back to the run of show. With something typed the page itself, for a redirect would lose it."""
    if not _brings(request):
        return HttpResponseRedirect(_address(keynote, done))
    says = presses.sentence_of(done, keynote)
    again = [CHOOSE_AGAIN] if _chosen_files(request) else []
    return home.show_typed(request, keynote.event, hers, sentence=" ".join([says, KEPT, *again]))


def _typed(request: HttpRequest) -> Typed:
    return typed_in(request.POST, reverse("field:home"), without=("minutes", "by", "seen", "press"))


def _brings(request: HttpRequest) -> bool:
    """Whether there was anything in the form above."""
    return bool(_typed(request).words) or _chosen_files(request)


def _chosen_files(request: HttpRequest) -> bool:
    """Whether she had chosen photographs: the buttons send their names alone."""
    return any(name.endswith("-file") and value for name, value in request.POST.items())


def _address(keynote: Keynote, done: str = "") -> str:
    asked = {"event": keynote.event.slug} | ({"done": done, "pressed": keynote.slug} if done else {})
    return f"{reverse('field:home')}?{urlencode(asked)}#show-{keynote.slug}"
