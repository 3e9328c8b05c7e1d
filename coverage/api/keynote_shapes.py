"""What a press on a keynote takes, and what it is answered."""

from typing import Any

from rest_framework import serializers

from coverage.api.clock import MomentField
from coverage.api.description import Problem
from coverage.api.parsing import StrictSerializer
from coverage.api.programme_shapes import DeskKeynote
from coverage.models import Post
from coverage.publishing.delays import FARTHEST, Shift, digest_of
from coverage.publishing.presses import PRESSES
from newsroom.editorial.states import PostState

MAY = serializers.ListField(
    child=serializers.ChoiceField(list(PRESSES)),
    read_only=True,
    help_text="The presses that would work now, for her: `POST …/keynotes/<keynote>/<press>/`.",
)


class KeynotePress(StrictSerializer):
    """One press of a button."""

    pressed_at = MomentField(
        allow_null=True,
        default=None,
        help_text="When the button was pressed. A repeat needs it. It counts with this time, unless that lies in the "
        "future, over six hours back, or on a day before the keynote's: then with the time of arrival.",
    )


class LatePress(KeynotePress):
    minutes = serializers.IntegerField(
        default=0, help_text=f"So many later; earlier, if negative. At most {FARTHEST}, and not 0."
    )
    seen = serializers.CharField(
        allow_null=True,
        default=None,
        help_text="Of the times she was shown, as GET answered it: if they have changed since, nothing is moved. "
        "Left out: whatever they are now.",
    )


class PlannedTimes(serializers.Serializer):
    starts_at = serializers.DateTimeField(allow_null=True)
    ends_at = serializers.DateTimeField(allow_null=True)


class MovedKeynote(PlannedTimes):
    slug = serializers.SlugField(source="keynote.slug")
    title = serializers.CharField(source="keynote.title")
    before = PlannedTimes(source="keynote")


class LatePreview(serializers.Serializer):
    """What being so late would move."""

    minutes = serializers.IntegerField()
    seen = serializers.CharField(help_text="Send it with the press.")
    moved = MovedKeynote(many=True, help_text="In order of time.")


class KeynoteMarker(serializers.ModelSerializer):
    """The post that says that it begins."""

    state = serializers.ChoiceField(
        PostState.choices, read_only=True, help_text="`submitted`: it waits with the desk."
    )

    class Meta:
        model = Post
        fields = ["id", "state"]
        read_only_fields = fields


class KeynoteVerbAnswer(DeskKeynote):
    """The keynote as it stands after the press."""

    may = MAY
    marker = KeynoteMarker(read_only=True, allow_null=True, help_text="Only of a start; else null.")
    moved = MovedKeynote(many=True, read_only=True, help_text="Only of `late`, in order of time; else empty.")

    class Meta(DeskKeynote.Meta):
        fields = [*DeskKeynote.Meta.fields, "may", "marker", "moved"]
        read_only_fields = fields


class KeynoteConflict(Problem):
    current = LatePreview(required=False, help_text="With `stale`: what the press would move now.")


def preview_of(shifts: list[Shift], minutes: int) -> dict[str, Any]:
    moved = MovedKeynote(shifts, many=True).data
    return {"minutes": minutes, "seen": digest_of(shifts), "moved": moved}
