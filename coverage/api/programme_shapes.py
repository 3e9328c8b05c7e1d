"""Event, keynote and speaker as the desk is answered. A keynote or guest held back is marked so."""

from django.db.models import OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from rest_framework import serializers

from coverage.api.record_shapes import (
    PublicAppearance,
    PublicEvent,
    PublicKeynote,
    event_url,
    keynote_url,
    speaker_url,
)
from coverage.models import Appearance, Event, Keynote, Speaker
from coverage.models.keynote import AppearanceRole, KeynoteFormat
from coverage.record.models import EventHead
from newsroom.editorial.states import EventState


class DeskEvent(serializers.ModelSerializer):  # load it through `with_heads`
    """An event as the desk sees it; state, epoch and number are the record's."""

    slug = serializers.SlugField(read_only=True)
    state = serializers.ChoiceField(EventState.choices, read_only=True)
    epoch = serializers.CharField(read_only=True, allow_null=True)
    seq = serializers.IntegerField(read_only=True)
    url = serializers.SerializerMethodField()

    class Meta:
        model = Event
        fields = [*PublicEvent.Meta.fields, "default_credit", "second_reader"]
        read_only_fields = fields

    def get_url(self, event: Event) -> str:
        return event_url(event.slug)


def with_heads(events: QuerySet[Event]) -> QuerySet[Event]:
    head = EventHead.objects.filter(desk_id=OuterRef("pk"))
    return events.annotate(
        state=Coalesce(Subquery(head.values("state")), Value(EventState.DRAFT.value)),
        epoch=Subquery(head.values("epoch")),
        seq=Coalesce(Subquery(head.values("seq")), Value(0)),
    )


class DeskAppearance(serializers.ModelSerializer):
    speaker = serializers.SlugRelatedField(slug_field="slug", read_only=True)
    role = serializers.ChoiceField(AppearanceRole.choices, read_only=True)
    organisation = serializers.CharField(source="organisation_name", read_only=True)
    organisation_slug = serializers.CharField(source="organisation.slug", default="", read_only=True)

    class Meta:
        model = Appearance
        fields = [*PublicAppearance.Meta.fields, "held", "announce_at"]
        read_only_fields = fields


class DeskKeynote(serializers.ModelSerializer):
    event = serializers.SlugRelatedField(slug_field="slug", read_only=True)
    format = serializers.ChoiceField(KeynoteFormat.choices, read_only=True)
    sponsor = serializers.CharField(source="sponsor.name", default="", read_only=True)
    sponsor_slug = serializers.CharField(source="sponsor.slug", default="", read_only=True)
    appearances = DeskAppearance(many=True, read_only=True)
    is_cancelled = serializers.SerializerMethodField()
    url = serializers.SerializerMethodField()

    class Meta:
        model = Keynote
        fields = [*PublicKeynote.Meta.fields, "held", "announce_at"]
        read_only_fields = fields

    def get_is_cancelled(self, keynote: Keynote) -> bool:
        return keynote.cancelled_at is not None

    def get_url(self, keynote: Keynote) -> str:
        return keynote_url(keynote.event.slug, keynote.slug)


class DeskSpeaker(serializers.ModelSerializer):
    organisation = serializers.CharField(source="organisation.name", default="", read_only=True)
    url = serializers.SerializerMethodField()

    class Meta:
        model = Speaker
        fields = ["slug", "name", "job_title", "organisation", "url"]
        read_only_fields = fields

    def get_url(self, speaker: Speaker) -> str:
        return speaker_url(speaker.slug)


class PublicSpeaker(serializers.Serializer):
    """As billed last; today's job title is printed nowhere."""

    slug = serializers.CharField(source="speaker")
    name = serializers.CharField()
    job_title = serializers.CharField()
    organisation = serializers.CharField()
    url = serializers.SerializerMethodField()

    def get_url(self, row: dict) -> str:
        return speaker_url(row["speaker"])
