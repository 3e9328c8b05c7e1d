"""`POST /api/v1/posts/<uuid>/<verb>/`: one view for every verb of the transition table."""

import datetime
from collections.abc import Callable
from uuid import UUID

from django.db import transaction
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from coverage.api.clock import CLIENT_TIME, MomentField, correct_clock
from coverage.api.description import WRITING, VerbSchema, refusals
from coverage.api.door import Door, valid
from coverage.api.filing import Answer, post_in_reach, telling_current
from coverage.api.parsing import StrictSerializer
from coverage.api.post_shapes import PostAnswer, answer_for
from coverage.models import Post
from coverage.models.post import Anchor
from coverage.publishing import review
from coverage.publishing.anchors import FARTHEST
from coverage.publishing.transition import check
from coverage.publishing.verbs import POST_VERB_FUNCTIONS
from newsroom.editorial import clock
from newsroom.editorial.crash import crash_at
from newsroom.editorial.people import User
from newsroom.editorial.receipts import once, request_key
from newsroom.editorial.states import PostState
from newsroom.editorial.workflow import POST_VERBS, Verb

TOO_LATE = datetime.timedelta(minutes=3)
FILED = "Publish was pressed more than three minutes before this arrived: it waits for the desk, nothing was published."

# What a verb takes is optional here and empty if left out: whether that is enough, the verb says, after it has
# said whether the person may and the post stands where it starts.
TAKES: dict[str, Callable[[], serializers.Field]] = {
    "note": lambda: serializers.CharField(allow_blank=True, default=""),
    "event": lambda: serializers.CharField(
        allow_blank=True, default="", help_text="A slug; empty: the same."
    ),
    "keynote": lambda: serializers.CharField(
        allow_blank=True, default="", help_text="A slug; empty: in no keynote."
    ),
    "publish_at": lambda: MomentField(allow_null=True, default=None),
    "anchor_keynote": lambda: serializers.CharField(
        allow_blank=True, default="", help_text="A slug, instead of `publish_at`."
    ),
    "anchor": lambda: serializers.ChoiceField(Anchor.choices, allow_blank=True, default=""),
    "anchor_minutes": lambda: serializers.IntegerField(
        min_value=-FARTHEST, max_value=FARTHEST, default=0, help_text="After it; before it, if negative."
    ),
    "remove_old": lambda: serializers.BooleanField(
        default=False, help_text="Blanks the earlier wording everywhere."
    ),
}
# Who reads a reason depends on the verb.
REASONS = {
    "withdraw": "Readers see it.",
    "reinstate": "Kept in the record and the audit; not printed with the post.",
    "break-glass": "At least ten characters. Kept in the audit; readers never see it.",
}


class NothingDone(Exception):
    """Raised out of a receipt's transaction: there is an answer, and nothing that a repeat could do twice."""

    def __init__(self, answer: tuple[int, dict]):
        super().__init__()
        self.answer = answer


class VerbAnswer(PostAnswer):
    """The post as it stands after the verb."""

    filed_instead = serializers.CharField(
        required=False, help_text="Only when a late `publish` became a filing: says so."
    )

    class Meta(PostAnswer.Meta):
        fields = [*PostAnswer.Meta.fields, "filed_instead"]


def shape_of(verb: Verb) -> type[StrictSerializer]:
    """The body of a verb, from what the transition table says it takes."""
    fields: dict[str, object] = {
        "version": serializers.IntegerField(
            min_value=1, max_value=2**31 - 1, required=False, help_text="The one you saw. A repeat needs it."
        )
    }
    fields |= {name: TAKES[name]() for name in verb.takes if name != "reason"}
    if "reason" in verb.takes:
        fields["reason"] = serializers.CharField(allow_blank=True, default="", help_text=REASONS[verb.name])
    if verb.name in ("publish", "correct", "break-glass"):
        fields["words_now"] = serializers.BooleanField(
            default=False,
            help_text="Leaves pictures without credit or alternative text out until they are complete.",
        )
    if verb.name == "publish":
        fields["pressed_at"] = MomentField(
            allow_null=True, default=None, help_text="Over three minutes ago: the post is filed instead."
        )
    fields["needed"] = {name: verb.least.get(name, 1) for name, is_needed in verb.takes.items() if is_needed}
    fields["__doc__"] = f"What `{verb.name}` takes."
    return type(f"{verb.name.title().replace('-', '')}Request", (StrictSerializer,), fields)


@extend_schema(
    parameters=[CLIENT_TIME], responses={(200, "application/json"): VerbAnswer, **refusals(*WRITING)}
)
class PostVerbView(Door):
    """Does one verb. A repeat (same person, verb and version) gets the first answer."""

    schema = VerbSchema()
    thing = "posts"
    verb: Verb = POST_VERBS["submit"]  # each address has its own

    def request_shape(self) -> type[StrictSerializer]:
        return shape_of(self.verb)

    def post(self, request: Request, post_id: UUID) -> Response:
        takes = valid(self.request_shape()(data=request.data))
        correct_clock(request, takes, "pressed_at")
        version = takes.pop("version", None)
        with telling_current(post_id):
            status, answer = self._once(
                request, version, lambda: self._do(request.user, post_id, version, takes)
            )
        crash_at("verb.committed")
        return Response(answer, status=status)

    def _once(self, request: Request, version: int | None, work: Callable[[], Answer]) -> Answer:
        """Without a version nothing says which of two equal requests is a repeat: both are done, or refused."""
        try:
            if version is None:
                with transaction.atomic():
                    return work()
            return once(request.user, request_key(request.path, version), work)
        except NothingDone as nothing:  # without a receipt: pressed again in time, it is done
            return nothing.answer

    def _do(self, person: User, post_id: UUID, version: int | None, takes: dict) -> Answer:
        post = post_in_reach(person, post_id)
        pressed_at = takes.pop("pressed_at", None)
        if pressed_at and clock.now() - pressed_at > TOO_LATE:
            is_filed = file_instead(post, by=person, version=version)
            answer = 200, answer_for(post_id) | {"filed_instead": FILED}
            if not is_filed:
                raise NothingDone(answer)
            return answer
        POST_VERB_FUNCTIONS[self.verb.name](post, by=person, version=version, **takes)
        return 200, answer_for(post_id)


def file_instead(post: Post, *, by: User, version: int | None) -> bool:
    """What becomes of a Publish that arrives late: a draft is filed, anything else waits where it is (False).

    Raises what `publish` would have raised for the person, the version and the state.
    """
    check("publish", post, by=by, version=version)
    if post.state != PostState.DRAFT:
        return False
    review.submit(post, by=by, version=version)
    return True
