"""Every column of ours that holds words: looked through, and cleaned of marks where it stands."""

from collections.abc import Iterable, Iterator

from django.apps import apps
from django.db import models
from django.db.models import F, Q, QuerySet, TextField
from django.db.models.functions import Cast
from django.utils.text import slugify

from coverage.erasing.marks import Marks
from coverage.models import Post, PostImage, PostSpeaker, Quote, Revision, Wrap, WrapParagraph
from media.models import Image
from newsroom.editorial.audit import AuditRow

DESK = ("coverage", "media")
OURS = (*DESK, "record", "following", "editorial")
AT_ONCE = 200
ENCODED = {"session_data"}
# What was done to which thing, the audit keeps whatever is erased.
KEPT = {"verb", "thing_type", "thing_id", "from_state", "to_state"}
# What guards a row against a save by who has not seen it so; the desk's other rows are guarded by all they say.
VERSIONS = {Post: "version", Wrap: "version", Image: "words_version"}
PART_OF = {
    **dict.fromkeys((Quote, PostImage, PostSpeaker, Revision), ("post", Post)),
    WrapParagraph: ("wrap", Wrap),
}


def texts(model: type[models.Model]) -> list[models.Field]:
    """The columns a person or a program writes words into; what is encoded would hold them by chance alone."""
    kinds = (models.CharField, models.TextField, models.JSONField)
    fields = [one for one in model._meta.concrete_fields if isinstance(one, kinds) and not one.primary_key]
    return [one for one in fields if one.name not in ENCODED]


def changeable(model: type[models.Model]) -> list[models.Field]:
    """Those whose words can be replaced: no addresses, no choices, nothing that has to be the only one."""
    fixed = models.SlugField | models.URLField
    kept = KEPT if model is AuditRow else ()
    return [
        one
        for one in texts(model)
        if not (one.choices or one.unique or isinstance(one, fixed) or one.name in kept)
    ]


def holding(model: type[models.Model], marks: Marks, fields: list[models.Field]) -> Iterator[models.Model]:
    """The rows that have a mark in one of these columns. The database narrows them down, and is case-blind."""
    if not fields or not marks:
        return
    names = {f"text_{one.name}": Cast(one.name, TextField()) for one in fields}
    wanted = Q()
    for hint in marks.hints():
        for name in names:
            wanted |= Q(**{f"{name}__icontains": hint})
    for row in _rows(model).alias(**names).filter(wanted).order_by("pk").iterator(chunk_size=AT_ONCE):
        if any(marks.is_in(getattr(row, one.attname)) for one in fields):
            yield row


def clean(model: type[models.Model], marks: Marks) -> list:
    """Replaces the marks in a table's words, raises versions, and answers the keys of the rows that had some."""
    fields, changed = changeable(model), []
    for row in list(holding(model, marks, fields)):
        values = {one.attname: getattr(row, one.attname) for one in fields}
        cleaned = {name: marks.clean(value) for name, value in values.items()}
        _rows(model).filter(pk=row.pk).update(
            **{name: _fitting(row, name, value) for name, value in cleaned.items() if value != values[name]}
        )
        changed.append(row.pk)
    raise_versions(model, changed)
    return changed


def raise_versions(model: type[models.Model], keys: Iterable) -> None:
    """Of these rows, or of what they are part of: a form that was opened before would bring back what went."""
    keys, whole = list(keys), model
    if model in PART_OF:
        name, whole = PART_OF[model]
        keys = list(_rows(model).filter(pk__in=keys).values_list(name, flat=True).distinct())
    if whole in VERSIONS:
        column = VERSIONS[whole]
        _rows(whole).filter(pk__in=keys).update(**{column: F(column) + 1})


def left(marks: Marks) -> list[str]:
    """Where a mark still stands, as “table: column (rows)”."""
    found: dict[str, int] = {}
    for label in OURS:
        for model in apps.get_app_config(label).get_models():
            fields = texts(model)
            for row in holding(model, marks, fields):
                for one in fields:
                    if marks.is_in(getattr(row, one.attname)):
                        name = f"{model._meta.verbose_name}: {one.verbose_name}"
                        found[name] = found.get(name, 0) + 1
    return [f"{name} ({rows})" for name, rows in sorted(found.items())]


def addresses(marks: Marks) -> list[str]:
    """Parts of addresses that have a mark as addresses spell it: those are never changed here."""
    spelt = {slugify(mark) for mark in marks.within} - {""}
    found = set()
    for label in DESK:
        for model in apps.get_app_config(label).get_models():
            for one in texts(model):
                if isinstance(one, models.SlugField):
                    values = _rows(model).exclude(**{one.name: None}).values_list(one.name, flat=True)
                    found |= {
                        f"{model._meta.verbose_name}: {value}" for value in values if _has(value, spelt)
                    }
    return sorted(found)


def _has(address: str, spelt: set[str]) -> bool:
    return any(f"-{one}-" in f"-{address}-" for one in spelt)


def _rows(model: type[models.Model]) -> QuerySet:
    """Of every row, also of a table whose own manager refuses changes: the audit's."""
    return QuerySet(model)


def _fitting(row: models.Model, name: str, value):
    longest = getattr(row._meta.get_field(name), "max_length", None)
    return value[:longest] if longest and isinstance(value, str) else value
