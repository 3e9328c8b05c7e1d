"""What the OpenAPI description says besides the shapes: how to sign in, and how each address refuses."""

from drf_spectacular.extensions import OpenApiAuthenticationExtension, OpenApiSerializerExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.serializers import PolymorphicProxySerializerExtension
from drf_spectacular.utils import OpenApiResponse, PolymorphicProxySerializer, inline_serializer
from rest_framework import serializers

from coverage.api.parsing import StrictSerializer
from coverage.api.post_shapes import PostAnswer
from coverage.api.problems import CONTENT_TYPE
from coverage.models.keynote import Standing
from coverage.publishing.presses import Press
from media.shapes import Taken
from newsroom.editorial.states import EventState, PostState
from newsroom.editorial.workflow import EventVerb, Verb


class Problem(serializers.Serializer):
    """RFC 9457. `code` is the name to decide by, `detail` the sentence to show."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    code = serializers.CharField()
    detail = serializers.CharField()


class InvalidProblem(Problem):
    errors = serializers.DictField(child=serializers.ListField(child=serializers.CharField()))


class ConflictProblem(Problem):
    current = PostAnswer(required=False, help_text="With `stale`: the post as it stands now.")


class GoneProblem(Problem):
    reason = serializers.CharField()
    withdrawn_at = serializers.DateTimeField()


PROBLEMS = {
    400: (
        InvalidProblem,
        "`invalid`, with sentences by field; those of no field under `body`.",
    ),
    401: (Problem, "`not_authenticated`: no token. `authentication_failed`: a wrong or expired one."),
    403: (Problem, "`not_allowed`: this person may not do this here."),
    404: (Problem, "`not_found`: nothing that this person may see."),
    405: (Problem, "`method_not_allowed`: this is no UUID; a picture is only read under its public name."),
    409: (
        ConflictProblem,
        "`wrong_state`: the verb does not start here. `stale`: somebody was faster. "
        "`wrong_offset`: the upload stands elsewhere, at Upload-Offset.",
    ),
    410: (GoneProblem, "`gone`: withdrawn, with the reason."),
    412: (Problem, "`unsupported_version`: another version of tus; Tus-Version says which is spoken."),
    413: (Problem, "`too_large`: the body is larger than is taken here. `detail` says how much is."),
    415: (Problem, "`unsupported_media_type`: send what the operation takes."),
    429: (Problem, "`locked`: too many failed attempts; see Retry-After."),
    460: (Problem, "`checksum_mismatch`: the chunk was damaged on its way and is not kept. Send it again."),
    503: (
        Problem,
        "`unavailable`: the storage of pictures does not answer. Send the same again in a minute.",
    ),
}
WRITING = (400, 401, 403, 404, 409, 413, 415)


def refusals(*statuses: int) -> dict:
    """The problem+json answers of an operation."""
    return {
        (status, CONTENT_TYPE): OpenApiResponse(PROBLEMS[status][0], description=PROBLEMS[status][1])
        for status in statuses
    }


Shape = type[serializers.BaseSerializer]


class Either(PolymorphicProxySerializer):
    """One of several shapes, which may overlap: an empty page has all of them."""


class EitherExtension(PolymorphicProxySerializerExtension):
    target_class = Either

    def map_serializer(self, auto_schema: AutoSchema, direction: str) -> dict:
        return {"anyOf": super().map_serializer(auto_schema, direction)["oneOf"]}


class TakenExtension(OpenApiSerializerExtension):
    """A body of named fields, of `media`'s."""

    target_class = Taken
    match_subclasses = True

    def map_serializer(self, auto_schema: AutoSchema, direction: str) -> dict:
        schema = auto_schema._map_serializer(self.target, direction, bypass_extensions=True)
        return schema | {"additionalProperties": False}


class StrictExtension(OpenApiSerializerExtension):
    """A body of named fields: no others, and no text that is nothing but spaces where it must say something."""

    target_class = StrictSerializer
    match_subclasses = True

    def map_serializer(self, auto_schema: AutoSchema, direction: str) -> dict:
        schema = auto_schema._map_serializer(self.target, direction, bypass_extensions=True)
        fields = schema.get("properties", {})
        least = {name: 1 for name, field in self.target.fields.items() if _must_say_something(field)}
        for name, characters in (least | self.target.needed).items():
            fields[name].pop("default", None)
            fields[name] |= {"minLength": characters, "pattern": fields[name].get("pattern", r"\S")}
        if self.target.needed:
            schema["required"] = sorted({*schema.get("required", ()), *self.target.needed})
        return schema | {"additionalProperties": False}


def _must_say_something(field: serializers.Field) -> bool:
    return isinstance(field, serializers.CharField) and not field.allow_blank


def either(desk: Shape, public: Shape) -> Either:
    """The answer with a token, or the one without."""
    return Either(f"{desk.__name__}Or{public.__name__}", [desk, public], None)


def page_of_shape(shape: Shape) -> serializers.Serializer:
    return inline_serializer(
        f"{shape.__name__}Page",
        {
            "next": serializers.URLField(allow_null=True, help_text="The next page; null: this is the last."),
            "results": shape(many=True),
        },
    )


def either_page(desk: Shape, public: Shape) -> Either:
    name = f"{desk.__name__}Or{public.__name__}Page"
    return Either(name, [page_of_shape(desk), page_of_shape(public)], None)


class TokenScheme(OpenApiAuthenticationExtension):
    target_class = "coverage.api.door.Token"
    name = "token"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict:
        return {
            "type": "apiKey",
            "in": "header",
            "name": "Authorization",
            "description": "`Token …`, from /api/v1/auth/login/ or made at /admin/tokens/.",
        }


class BasicScheme(OpenApiAuthenticationExtension):
    target_class = "coverage.api.login.Password"
    name = "password"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict:
        return {"type": "http", "scheme": "basic"}


class VerbSchema(AutoSchema):
    """Describes the operation of a view that carries a verb of the transition table."""

    def get_operation_id(self) -> str:
        return f"{self.view.thing}_{self.view.verb.name.replace('-', '_')}"

    def get_summary(self) -> str:
        return self.view.verb.label

    def get_description(self) -> str:
        return describe(self.view.verb)

    def get_request_serializer(self):
        return self.view.request_shape()


class PressSchema(VerbSchema):
    """Describes the operation of a view that carries a press on a keynote."""

    def get_description(self) -> str:
        return describe_press(self.view.verb) + f" {self.view.__doc__}"


def describe_press(press: Press) -> str:
    starts = ", ".join(standing.label for standing in Standing if standing in press.starts)
    who = "whoever may publish at this event, and the keynote's writer"
    return f"For {who}. Starts from {starts}, at an event that is not a draft."


def describe(verb: Verb | EventVerb) -> str:
    states = PostState if isinstance(verb, Verb) else EventState
    target = (
        f"becomes {states(verb.target).label}"
        if verb.target
        else "keeps its state, or returns to the one before"
    )
    who = verb.who.value if isinstance(verb, Verb) else "an editor"
    starts = f"Starts from {_list(states, verb.sources)}; {target}." if verb.sources else f"It {target}."
    changes = " On a published post it moves the pending changes." if getattr(verb, "reviews", False) else ""
    return f"For {who}. {starts}{changes}" + _second_reader(verb)


def _second_reader(verb: Verb | EventVerb) -> str:
    sources = getattr(verb, "second_reader_sources", None)
    return f" Where the event asks for a second reader: from {_list(PostState, sources)}." if sources else ""


def _list(states: type[PostState] | type[EventState], sources: frozenset[str]) -> str:
    return ", ".join(state.label for state in states if state in sources)
