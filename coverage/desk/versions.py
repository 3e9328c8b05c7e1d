"""What a form carries so that nobody overwrites anybody: the version of the thing as the person saw it."""

import hashlib
import json
from collections.abc import Iterable
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Model

SECRET_COLUMNS = {"password", "last_login"}


def columns_of(thing: Model) -> dict[str, Any]:
    """A row's columns as plain JSON, but for passwords; foreign keys as keys."""
    values = {
        field.name: field.value_from_object(thing)
        for field in thing._meta.concrete_fields
        if field.name not in SECRET_COLUMNS
    }
    return json.loads(DjangoJSONEncoder().encode(values))


def version_of(thing: Model, rows: Iterable[Model] = ()) -> str:
    """The row's own version where it has one, else a digest of its columns and of the rows saved along with it."""
    version = getattr(thing, "version", None)
    if version is not None:
        return str(version)
    return digest([columns_of(each) for each in (thing, *rows)])


def digest(columns: list[dict[str, Any]]) -> str:
    """Sixteen characters that change with any value."""
    text = json.dumps(columns, sort_keys=True, cls=DjangoJSONEncoder)
    return hashlib.sha256(text.encode()).hexdigest()[:16]
