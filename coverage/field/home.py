"""`/field/`: file to an event, see what is on and how the filings stand."""

import uuid

from django.core.paginator import Page, Paginator
from django.db import IntegrityError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotModified, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from coverage.field import events, posts, programme, wording
from coverage.field.door import action_of, field_page, is_restored, only_fills, page
from coverage.field.lost import give_back
from coverage.field.sheet import Sheet, carry_out
from coverage.models import Event, Keynote, Post
from coverage.publishing import guests, presses
from coverage.publishing.access import may_publish
from coverage.publishing.billing import IncompletePictures
from newsroom.editorial.errors import EditorialError, NotAllowed
from newsroom.editorial.people import User

PER_PAGE = 20
NOT_HERS = "You are not assigned to this event, or not any more: ask the desk. Nothing was sent."
NOT_SENT = "Not sent yet. Nothing you typed is lost."
RESTORED = "Nothing was sent. Here is what you had typed: look at it, then send it."


@require_http_methods(["GET", "HEAD", "POST"])
@field_page
def home(request: HttpRequest) -> HttpResponse:
    at, hers = timezone.now(), events.open_to(request.user)
    if request.method == "POST":
        event = events.named(hers, request.POST.get("event"))
        if event is None and is_restored(request):  # what was typed for an event that is hers no more
            event = events.nearest(hers, at=at)
        if event is None:
            return give_back(request, _why_not_hers(request))
        return _file(request, event, hers)
    event = events.named(hers, request.GET.get("event")) or events.nearest(hers, at=at)
    if event is None:
        return render(request, "field/no_event.html", {"over": _why_over(request.user)})
    return _show(request, event, hers, Sheet(event, request.user, at=at), uuid.uuid4())


def _why_over(person: User) -> str:
    """Of a guest who covers nothing any more; "" of everybody else."""
    over = guests.over_everywhere(person)
    return guests.sentence_of(over) if over else ""


def _why_not_hers(request: HttpRequest) -> str:
    event = Event.objects.filter(slug=request.POST.get("event", "")).first()
    try:
        guests.check_event(request.user, event)
    except NotAllowed as refused:
        return refused.message
    return NOT_HERS


def show_typed(
    request: HttpRequest, event: Event, hers: list[Event], *, sentence: str, status: int = 200
) -> HttpResponse:
    """The page with a sentence above it, and in its form what a press on it brought along. No file is taken in."""
    sheet = Sheet(event, request.user)
    if request.method == "POST":
        sheet = Sheet(event, request.user, data=request.POST).unchecked()
    return _show(request, event, hers, sheet, _post_id(request), sentence=sentence, status=status)


def _show(
    request: HttpRequest,
    event: Event,
    hers: list[Event],
    sheet: Sheet,
    post_id: uuid.UUID,
    *,
    sentence: str = "",
    status: int = 200,
) -> HttpResponse:
    shown = _shown(request, event)
    with timezone.override(event.zone):
        filings, filed = wording.as_filings(shown), wording.as_filings(_filed(request))
    publishes = may_publish(request.user, event)
    keynotes = programme.of_the_day(sheet.keynotes, event, at=sheet.at)
    programme.offer_presses(keynotes, event, request.user, publishes=publishes, at=sheet.at)
    context = {
        "sheet": sheet,
        "post_id": post_id,
        "press_id": uuid.uuid4(),
        "pressed": _pressed(request, sheet),
        "sentence": sentence,
        "is_wrong": status >= 400,
        "events": hers,
        "may_publish": publishes and not event.second_reader,
        "filings": filings,
        "filings_page": shown,
        "stamp": wording.stamp_of(request.user, event),
        "filed": filed,
        "keynotes": keynotes,
        "on_now": programme.on_now(sheet.keynotes, at=sheet.at),
        "at": sheet.at,
    }
    return page(request, event, "field/home.html", context, status=status)


@require_safe
@field_page
def filings(request: HttpRequest) -> HttpResponse:
    """Her filings as they stand now, for a page that is open; 304 while nothing of them has changed."""
    event = events.named(events.open_to(request.user), request.GET.get("event"))
    if event is None:
        raise Http404
    etag = f'"{wording.stamp_of(request.user, event)}"'
    if request.headers.get("If-None-Match") == etag:
        return HttpResponseNotModified()
    shown = _shown(request, event)
    with timezone.override(event.zone):
        context = {"filings": wording.as_filings(shown), "filings_page": shown}
    response = page(request, event, "field/_filings.html", context)
    response["ETag"] = etag
    return response


def _shown(request: HttpRequest, event: Event) -> Page:
    own = wording.own_posts(request.user).filter(event=event)
    return Paginator(own, PER_PAGE).get_page(request.GET.get("page"))


def _pressed(request: HttpRequest, sheet: Sheet) -> tuple[Keynote, str] | None:
    """The keynote she pressed a moment ago and what to say of it; None if the address names none."""
    done, slug = request.GET.get("done", ""), request.GET.get("pressed", "")
    keynote = next((keynote for keynote in sheet.keynotes if keynote.slug == slug), None)
    says = presses.sentence_of(done, keynote) if keynote else ""
    return (keynote, says) if says else None


def _filed(request: HttpRequest) -> list[Post]:
    """The post filed a moment ago, to be shown above the empty form; empty if the address names none of hers."""
    try:
        post_id = uuid.UUID(request.GET.get("filed", ""))
    except ValueError:
        return []
    return list(wording.own_posts(request.user).filter(pk=post_id))


def _file(request: HttpRequest, event: Event, hers: list[Event]) -> HttpResponse:
    """Files what the form holds under the UUID it was rendered with: once, however often it is sent."""
    post_id, action = _post_id(request), action_of(request)
    sheet = Sheet(event, request.user, data=request.POST, files=request.FILES)
    if only_fills(request):
        return _fill(request, event, hers, sheet, post_id)
    earlier = Post.objects.filter(pk=post_id).first()
    if earlier:
        return _repeat(request, earlier, sheet)
    if not sheet.receive():
        return _show(request, event, hers, sheet, post_id, sentence=NOT_SENT, status=400)
    try:
        post, waits = _carry_out_or_file(action, sheet, post_id, by=request.user)
    except IntegrityError:  # the same form arrived twice at once, and the other was first
        return _repeat(request, Post.objects.get(pk=post_id), sheet)
    except EditorialError as refused:
        sheet.refuse(refused)
        return _show(request, event, hers, sheet, post_id, sentence=NOT_SENT, status=refused.status)
    if waits:
        return HttpResponseRedirect(reverse("field:step", args=[post.pk, "publish"]))
    return HttpResponseRedirect(f"{reverse('field:home')}?event={event.slug}&filed={post.pk}")


def _fill(
    request: HttpRequest, event: Event, hers: list[Event], sheet: Sheet, post_id: uuid.UUID
) -> HttpResponse:
    """The form as it was typed. The pictures it brought are taken in, for a file input cannot be filled again."""
    if is_restored(request):
        return _show(request, event, hers, sheet.unchecked(), post_id, sentence=RESTORED)
    sheet.receive()
    return _show(request, event, hers, sheet.unchecked(), post_id)


def _carry_out_or_file(action: str, sheet: Sheet, post_id: uuid.UUID, *, by: User) -> tuple[Post, bool]:
    """The post, and whether it was only filed: its pictures are incomplete, and she is asked about its words."""
    try:
        return carry_out(action, sheet, post_id, by=by), False
    except IncompletePictures:
        return carry_out("send", sheet, post_id, by=by), True


def _repeat(request: HttpRequest, earlier: Post, sheet: Sheet) -> HttpResponse:
    """Shows what came of the first sending. Words that differ from it are kept in view beside it."""
    if earlier.author_id != request.user.pk:
        raise Http404
    if any(sheet.says(revision) for revision in earlier.revisions.all()):
        return HttpResponseRedirect(f"{posts.address(earlier)}?done=again")
    return posts.show_both(request, earlier, posts.SENT_BEFORE, status=409)


def _post_id(request: HttpRequest) -> uuid.UUID:
    try:
        return uuid.UUID(request.POST.get("post", ""))
    except ValueError:
        return uuid.uuid4()
