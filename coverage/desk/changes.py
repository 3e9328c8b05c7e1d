"""What a save in the admin changed, as the audit keeps it and as a person reads it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import ForeignKey, Model, Q, QuerySet
from django.forms import ModelForm
from django.forms.models import BaseInlineFormSet

from coverage.desk.versions import columns_of
from coverage.models.markup import plain_text
from newsroom.editorial.audit import AuditRow

Values = dict[str, Any]


def saved_changes(form: ModelForm, formsets: Iterable[BaseInlineFormSet]) -> tuple[Values, Values]:
    """Before and after of a saved form and its rows; both empty if nothing changed. Costs a query for each foreign
    key that changed: the audit keeps what a thing was called then."""
    before, after = _differing(form.instance, form.before, columns_of(form.instance))
    for formset in formsets:
        was, now = _rows(formset)
        before |= {formset.prefix: was} if was else {}
        after |= {formset.prefix: now} if now else {}
    return before, after


def _differing(thing: Model, before: Values | None, after: Values) -> tuple[Values, Values]:
    """`before` None: the thing is new."""
    if before is None:
        return {}, {name: _called(thing, name, value) for name, value in after.items()}
    changed = [name for name in after if name in before and before[name] != after[name]]
    return tuple({name: _called(thing, name, side[name]) for name in changed} for side in (before, after))


def _called(thing: Model, name: str, value: Any) -> Any:
    """A column's value; instead of a foreign key what it points to is called."""
    column = thing._meta.get_field(name)
    if not isinstance(column, ForeignKey) or value is None:
        return value
    named = column.related_model._base_manager.filter(pk=value).first()
    return str(named) if named else value


def _rows(formset: BaseInlineFormSet) -> tuple[Values, Values]:
    """Rows added and removed by their titles, and of those changed what each column was and is, by title."""
    before, changed = {}, {}
    for row, names in formset.changed_objects:
        form = next(form for form in formset.initial_forms if form.instance.pk == row.pk)
        known = [name for name in names if name in form.initial]
        title = str(row)
        before[title] = {name: _called(row, name, _plain(form.initial[name])) for name in known}
        now = columns_of(row)
        changed[title] = {name: _called(row, name, now[name]) for name in known if name in now}
    after = {
        "added": [str(row) for row in formset.new_objects],
        "changed": changed,
        "removed": [str(row) for row in formset.deleted_objects],
    }
    return before, {name: rows for name, rows in after.items() if rows}


def _plain(value: Any) -> Any:
    return value if value is None or isinstance(value, bool | int | float | str) else str(value)


def history_of(thing: Model, rows: Iterable[str] = ()) -> QuerySet[AuditRow]:
    """Everything done to a thing, and to what is edited in its form (`rows`: related names), the latest first."""
    mine = Q(thing_type=thing._meta.label_lower, thing_id=str(thing.pk))
    for name in rows:
        related = getattr(thing, name)
        keys = [str(key) for key in related.values_list("pk", flat=True)]
        mine |= Q(thing_type=related.model._meta.label_lower, thing_id__in=keys)
    return AuditRow.objects.filter(mine)


@dataclass(frozen=True)
class Change:
    """One line of what changed, in words; `before` is empty where nothing stood or it was not kept."""

    name: str
    before: str
    after: str


def changes_in(row: AuditRow) -> list[Change]:
    """What an audit row says changed, without what stayed the same; surfaces of a withdrawal have their own list."""
    before, after = (side if isinstance(side, dict) else {} for side in (row.before, row.after))
    names = [name for name in {**before, **after} if name != "surfaces"]
    differing = [name for name in names if before.get(name) != after.get(name)]
    lines = [
        Change(name.replace("_", " "), in_words(before.get(name)), in_words(after.get(name)))
        for name in differing
    ]
    return [line for line in lines if line.before or line.after]


def in_words(value: Any) -> str:
    """A value of the audit's JSON on one line: HTML as its text, rows as what was added, changed and removed."""
    if value in (None, "", [], {}):
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return "; ".join(filter(None, map(in_words, value)))
    if isinstance(value, dict):
        return "; ".join(f"{name.replace('_', ' ')}: {in_words(one) or '–'}" for name, one in value.items())
    text = str(value)
    return plain_text(text) if text.startswith("<") else text
