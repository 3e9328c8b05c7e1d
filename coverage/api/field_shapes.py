"""What a reporter's phone is told, in one answer."""

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from coverage.api.keynote_shapes import MAY
from coverage.api.record_shapes import event_url
from coverage.field.wording import Filing
from coverage.models import Event, Keynote
from coverage.models.keynote import AppearanceRole, KeynoteFormat, Standing
from newsroom.editorial.states import EventState, PostState


class FieldPerson(serializers.Serializer):
    id = serializers.IntegerField(source="pk", help_text="Whose a filing is that waits on the phone.")
    name = serializers.CharField(source="desk_name")
    byline = serializers.CharField(source="printed_byline")
    credit = serializers.CharField(help_text="Offered for her photographs; empty: the event's.")


class FieldEvent(serializers.Serializer):
    """An event she files to; `state` is the record's."""

    slug = serializers.SlugField()
    title = serializers.CharField()
    time_zone = serializers.CharField()
    state = serializers.ChoiceField(EventState.choices)
    starts_at = serializers.DateTimeField(allow_null=True)
    ends_at = serializers.DateTimeField(allow_null=True)
    may_publish = serializers.BooleanField()
    second_reader = serializers.BooleanField(help_text="Publishing takes a second person's approval.")
    default_credit = serializers.CharField()
    url = serializers.SerializerMethodField()

    def get_url(self, event: Event) -> str:
        return event_url(event.slug)


class OnStage(serializers.Serializer):
    speaker = serializers.SlugField(source="speaker.slug")
    name = serializers.CharField(help_text="As billed.")
    job_title = serializers.CharField()
    organisation = serializers.CharField(source="organisation_name")
    role = serializers.ChoiceField(AppearanceRole.choices)
    by_video = serializers.BooleanField()
    held = serializers.BooleanField(
        help_text="Readers do not know of it yet: nothing that names it comes out."
    )


# The context has the moment, the keys of those on now, and by key what she may press.
class FieldKeynote(serializers.Serializer):
    """A keynote of the day and who is on stage in it."""

    slug = serializers.SlugField()
    title = serializers.CharField()
    format = serializers.ChoiceField(KeynoteFormat.choices)
    room = serializers.CharField()
    starts_at = serializers.DateTimeField(allow_null=True)
    ends_at = serializers.DateTimeField(allow_null=True)
    actual_start = serializers.DateTimeField(allow_null=True)
    actual_end = serializers.DateTimeField(allow_null=True)
    standing = serializers.SerializerMethodField()
    on_now = serializers.SerializerMethodField(help_text="Somebody said so, or it is by plan.")
    held = serializers.BooleanField()
    may = serializers.SerializerMethodField()
    on_stage = OnStage(many=True, source="appearances.all")

    @extend_schema_field(serializers.ChoiceField(Standing.choices))
    def get_standing(self, keynote: Keynote) -> str:
        return keynote.standing(self.context["at"])

    @extend_schema_field(MAY)
    def get_may(self, keynote: Keynote) -> list[str]:
        return self.context["may"][keynote.pk]

    def get_on_now(self, keynote: Keynote) -> bool:
        return keynote.pk in self.context["on_now"]


class FieldSpeaker(serializers.Serializer):
    """Somebody billed at the event, to complete a name with."""

    slug = serializers.SlugField(source="speaker.slug")
    name = serializers.CharField()
    job_title = serializers.CharField()
    organisation = serializers.CharField(source="organisation_name")


class FieldFiling(serializers.Serializer):
    """A post of hers: how it stands in words, and what the desk said."""

    id = serializers.UUIDField(source="post.pk")
    public_id = serializers.CharField(source="post.public_id", allow_null=True)
    title = serializers.CharField()
    state = serializers.ChoiceField(PostState.choices, source="post.state")
    version = serializers.IntegerField(source="post.version")
    standing = serializers.CharField(source="standing.key", help_text="draft received desk back live gone.")
    words = serializers.CharField(source="standing.words")
    detail = serializers.CharField(source="standing.detail")
    note = serializers.CharField(source="post.note", help_text="The desk's.")
    pictures = serializers.SerializerMethodField()
    filed_at = serializers.DateTimeField(source="post.created_at")

    def get_pictures(self, filing: Filing) -> list[str]:
        """What is wrong with them, a sentence each."""
        return [*filing.lost, *filing.alike]


class FieldAnswer(serializers.Serializer):
    person = FieldPerson()
    events = FieldEvent(many=True, help_text="The newest first; at most fifty.")
    event = serializers.SlugField(
        allow_null=True, help_text="The one asked for, else the nearest; null: none."
    )
    over = serializers.CharField(
        required=False, help_text="Without an event: why a guest has none any more, and what to do."
    )
    preselected = serializers.SlugField(
        allow_null=True, help_text="The keynote a new filing is most likely about."
    )
    keynotes = FieldKeynote(many=True, help_text="Of today, in running order; of all days if today has none.")
    speakers = FieldSpeaker(many=True, help_text="Everybody billed at the event once, by name.")
    filings = FieldFiling(many=True, help_text="Hers at this event, the newest first; at most fifty.")
