"""Bodies: JSON, at most 1 MiB, of text that can be stored. And the shapes they must have."""

import codecs
import json
from collections.abc import Mapping
from typing import IO, Any

from rest_framework import exceptions, serializers
from rest_framework.parsers import JSONParser, get_encoding
from rest_framework.utils.json import strict_constant

MAX_BODY = 1024 * 1024  # bytes


class BodyTooLarge(exceptions.APIException):
    status_code = 413
    default_code = "too_large"
    default_detail = (
        "The body is larger than 1 MiB, the most that is taken here. Shorten the text; "
        "pictures are sent by themselves, to /api/v1/images/."
    )


class CappedJSONParser(JSONParser):
    """Reads no more than the limit, whatever length was announced."""

    def parse(
        self, stream: IO[bytes], media_type: str | None = None, parser_context: dict | None = None
    ) -> Any:
        body = stream.read(MAX_BODY + 1)
        if len(body) > MAX_BODY:
            raise BodyTooLarge
        if not body:
            return {}
        try:
            text, _ = codecs.getdecoder(get_encoding(parser_context or {}))(body)
            data = json.loads(text, parse_constant=strict_constant)
            # "\ud800" alone is JSON, but no text that a database or an answer can hold.
            json.dumps(data, ensure_ascii=False).encode()
        except UnicodeEncodeError as broken:
            raise exceptions.ParseError("The body holds half a character (a lone surrogate).") from broken
        except ValueError as broken:
            raise exceptions.ParseError(f"The body is not JSON: {broken}.") from broken
        except RecursionError as deep:
            raise exceptions.ParseError("The body is nested too deeply.") from deep
        return data


class StrictSerializer(serializers.Serializer):
    """Refuses what it does not know, by name: a misspelt field must not be lost in silence.

    `set_by_us` names the fields of an answer that nobody can set here. `needed` says of fields that are read without
    complaint, because others are refused first, how many characters they must have.
    """

    set_by_us: frozenset[str] = frozenset()
    needed: Mapping[str, int] = {}

    def to_internal_value(self, data: Any) -> dict:
        if isinstance(data, Mapping):
            strange = {name: [self.refusal_of(name)] for name in data if name not in self.fields}
            if strange:
                raise serializers.ValidationError(strange)
        return super().to_internal_value(data)

    def refusal_of(self, name: str) -> str:
        if name in self.set_by_us:
            return f"“{name}” is set by the newsroom and cannot be given here: leave it out."
        return f"There is no field “{name}”. The fields are: {', '.join(self.fields) or 'none'}."
