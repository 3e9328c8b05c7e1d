"""Two people saved one thing: theirs and mine beside each other, in words, and rows that are gone kept in the form."""

import datetime
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.db.models import Model
from django.http import QueryDict
from django.utils import timezone
from django.utils.text import capfirst


@dataclass(frozen=True)
class Side:
    """One field, or one list of rows, as it stands and as it was typed."""

    label: str
    theirs: str
    mine: str


def sides(form: forms.ModelForm, inlines: Iterable, standing: Model) -> list[Side]:
    """What the form says otherwise than what stands now, field by field, then rows that differ."""
    found = [
        Side(
            capfirst(form.fields[name].label or name),
            stands_in_words(form, standing, name),
            typed_in_words(form, name),
        )
        for name in form.changed_data
    ]
    return found + list(filter(None, map(_rows_side, inlines)))


def _rows_side(inline) -> Side | None:
    formset = inline.formset
    mine = "\n".join(
        filter(
            None, (_row(form, typed_in_words) for form in formset.forms if form not in formset.deleted_forms)
        )
    )
    opened = type(formset)(instance=formset.instance, queryset=formset.queryset, prefix=formset.prefix)
    theirs = "\n".join(
        _row(form, lambda form, name: stands_in_words(form, form.instance, name))
        for form in opened.initial_forms
    )
    return Side(capfirst(inline.opts.verbose_name_plural), theirs, mine) if theirs != mine else None


def _row(form: forms.ModelForm, words) -> str:
    shown = [name for name, field in form.fields.items() if not field.widget.is_hidden and name != "DELETE"]
    return " · ".join(filter(None, (words(form, name) for name in shown)))


def stands_in_words(form: forms.ModelForm, thing: Model, name: str) -> str:
    """A field of a thing as a person reads it; empty for nothing."""
    own = getattr(form, "in_words", None)
    said = own(thing, name) if own else None
    return in_words(form, name, getattr(thing, name, None)) if said is None else said


def typed_in_words(form: forms.ModelForm, name: str) -> str:
    """What was typed into a field as a person reads it, also where it makes no sense."""
    cleaned = getattr(form, "cleaned_data", {})
    raw = form.data.get(form.add_prefix(name), "")
    return in_words(form, name, cleaned[name]) if name in cleaned else str(raw)


def in_words(form: forms.ModelForm, name: str, value: Any) -> str:
    """Times in the current zone, choices by their label, lists a line each; empty for nothing or no."""
    if isinstance(value, datetime.datetime):
        return f"{timezone.localtime(value):%-d %b %Y, %H:%M:%S}"
    if isinstance(value, bool):
        return str(form.fields[name].label or name) if value else ""
    if isinstance(value, list | tuple):
        return "\n".join(map(str, value))
    choices = getattr(form.fields[name], "choices", None)
    if choices is not None and not isinstance(value, Model):
        return dict(_flat(choices)).get(value, str(value or ""))
    return "" if value is None else str(value)


def _flat(choices: Iterable) -> Iterable[tuple[Any, str]]:
    for value, label in choices:
        if isinstance(label, list | tuple):
            yield from label
        else:
            yield value, str(label)


def keep_gone_rows(data: QueryDict, prefix: str, standing: set[str]) -> None:
    """Rows of a form whose row in the database is gone become new rows of it, after the others that stand."""
    count = data.get(f"{prefix}-INITIAL_FORMS", "")
    if not count.isdecimal():
        return
    rows = _numbered(data, prefix)
    stay = [i for i in rows if i < int(count) and data.get(f"{prefix}-{i}-id") in standing]
    gone = [i for i in rows if i < int(count) and i not in stay]
    if not gone:
        return
    fields = {i: {name: data.getlist(f"{prefix}-{i}-{name}") for name in names} for i, names in rows.items()}
    for i in gone:
        fields[i].pop("id", None)
    for i, names in rows.items():
        for name in names:
            del data[f"{prefix}-{i}-{name}"]
    for place, i in enumerate([*stay, *gone, *(i for i in rows if i >= int(count))]):
        for name, values in fields[i].items():
            data.setlist(f"{prefix}-{place}-{name}", values)
    data[f"{prefix}-INITIAL_FORMS"] = str(len(stay))


def _numbered(data: QueryDict, prefix: str) -> dict[int, list[str]]:
    """The names of each row's fields, by the row's number, in order."""
    rows: dict[int, list[str]] = {}
    for key in data:
        if found := re.fullmatch(rf"{re.escape(prefix)}-(\d+)-(.+)", key):
            rows.setdefault(int(found[1]), []).append(found[2])
    return dict(sorted(rows.items()))
