"""`/api/v1/keynotes/` and `/api/v1/speakers/`: the run of show, and who is in it."""

from django.db.models import QuerySet
from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from coverage.api.description import either, either_page, refusals
from coverage.api.door import Door, valid
from coverage.api.paging import OffsetQuery, page_of
from coverage.api.programme_shapes import DeskKeynote, DeskSpeaker, PublicSpeaker
from coverage.api.record_shapes import PublicKeynote
from coverage.models import Keynote, Speaker
from coverage.publishing.reach import appearances_for, keynotes_for, speakers_for
from coverage.record.models import EventHead, ReleasedAppearance, ReleasedKeynote, ReleasedSpeaker
from newsroom.editorial.people import User


class EventFilter(serializers.Serializer):
    event = serializers.SlugField(default=None, help_text="The slug of an event.")


def event_asked(request: Request) -> str | None:
    return valid(EventFilter(data=request.query_params.dict()))["event"]


def heads_for_readers(event: str | None) -> QuerySet[EventHead]:
    """Public events; a rehearsal only when it is asked for by its slug."""
    return EventHead.objects.public().filter(slug=event) if event else EventHead.objects.listed()


class KeynoteListView(Door):
    """In running order."""

    public = True

    @extend_schema(
        operation_id="keynotes_list",
        parameters=[EventFilter, OffsetQuery],
        responses={
            (200, "application/json"): either_page(DeskKeynote, PublicKeynote),
            **refusals(400, 401),
        },
    )
    def get(self, request: Request) -> Response:
        event = event_asked(request)
        if request.user.is_authenticated:
            rows = desk_keynotes(request.user)
            return page_of(
                rows.filter(event__slug=event) if event else rows, request, lambda row: DeskKeynote(row).data
            )
        rows = public_keynotes(heads_for_readers(event))
        return page_of(rows, request, lambda row: PublicKeynote(row).data)


class KeynoteView(Door):
    """A keynote of an event, with who is in it."""

    public = True

    @extend_schema(
        operation_id="keynotes_get",
        responses={
            (200, "application/json"): either(DeskKeynote, PublicKeynote),
            **refusals(401, 404),
        },
    )
    def get(self, request: Request, event: str, keynote: str) -> Response:
        if request.user.is_authenticated:
            row, shape = (
                desk_keynotes(request.user).filter(event__slug=event, slug=keynote).first(),
                DeskKeynote,
            )
        else:
            row, shape = public_keynotes(heads_for_readers(event)).filter(slug=keynote).first(), PublicKeynote
        if row is None:
            raise Http404
        return Response(shape(row).data)


def desk_keynotes(person: User) -> QuerySet[Keynote]:
    related = ("appearances__speaker", "appearances__organisation")
    rows = keynotes_for(person).select_related("event", "sponsor").prefetch_related(*related)
    return rows.order_by("event__slug", "order", "starts_at", "pk")


def public_keynotes(heads: QuerySet[EventHead]) -> QuerySet[ReleasedKeynote]:
    rows = (
        ReleasedKeynote.objects.filter(head__in=heads).select_related("head").prefetch_related("appearances")
    )
    return rows.order_by("head__slug", "order", "starts_at", "pk")


class SpeakerListView(Door):
    """By name on the desk, by slug in the record."""

    public = True

    @extend_schema(
        operation_id="speakers_list",
        parameters=[EventFilter, OffsetQuery],
        responses={
            (200, "application/json"): either_page(DeskSpeaker, PublicSpeaker),
            **refusals(400, 401),
        },
    )
    def get(self, request: Request) -> Response:
        event = event_asked(request)
        if request.user.is_authenticated:
            rows = desk_speakers(request.user, event)
            return page_of(rows, request, lambda row: DeskSpeaker(row).data)
        rows = public_speakers(heads_for_readers(event))
        return page_of(rows, request, lambda row: PublicSpeaker(row).data)


class SpeakerView(Door):
    """A speaker by her slug, as billed last; with a token, as the desk has her now."""

    public = True

    @extend_schema(
        operation_id="speakers_get",
        responses={
            (200, "application/json"): either(DeskSpeaker, PublicSpeaker),
            **refusals(401, 404),
        },
    )
    def get(self, request: Request, speaker: str) -> Response:
        if request.user.is_authenticated:
            row = desk_speakers(request.user, None).filter(slug=speaker).first()
            shape = DeskSpeaker
        else:
            row = next(iter(public_speakers(heads_for_readers(None), speaker)), None)
            shape = PublicSpeaker
        if row is None:
            raise Http404
        return Response(shape(row).data)


def desk_speakers(person: User, event: str | None) -> QuerySet[Speaker]:
    rows = speakers_for(person).select_related("organisation").order_by("name", "pk")
    if event is None:
        return rows
    return rows.filter(pk__in=appearances_for(person).filter(keynote__event__slug=event).values("speaker"))


def public_speakers(heads: QuerySet[EventHead], speaker: str | None = None) -> list[dict]:
    """One row for each slug the record knows: as billed in the newest keynote, else as named by a post."""
    columns = ("speaker", "name", "job_title", "organisation")
    named = ReleasedSpeaker.objects.filter(post__head__in=heads, post__withdrawn_at=None)
    billed = ReleasedAppearance.objects.filter(keynote__head__in=heads)
    if speaker is not None:
        named, billed = named.filter(speaker=speaker), billed.filter(speaker=speaker)
    rows = {row["speaker"]: row for row in named.order_by("post__position").values(*columns)}
    rows |= {row["speaker"]: row for row in billed.order_by("keynote__starts_at", "pk").values(*columns)}
    return [rows[slug] for slug in sorted(rows)]
