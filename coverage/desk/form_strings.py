"""The strings a browser would send for a form as it stands, put into what was sent instead."""

from typing import Any

from django import forms
from django.http import QueryDict


def put_field(data: QueryDict, form: forms.BaseForm, name: str) -> None:
    """Makes `data` say of one field what the (unbound) form says of it."""
    bound = form[name]
    data.pop(bound.html_name, None)
    value = bound.value()
    if isinstance(bound.field, forms.BooleanField):
        if value:
            data[bound.html_name] = "on"
    else:
        data[bound.html_name] = _string(bound.field.widget, value)


def put_rows(data: QueryDict, formset: forms.BaseFormSet) -> None:
    """Makes `data` say of a formset what the (unbound) one holds, with an empty row after them."""
    for name in [name for name in data if name.startswith(f"{formset.prefix}-")]:
        del data[name]
    rows = formset.initial_forms
    for form in rows:
        for name in form.fields:
            put_field(data, form, name)
    counts = {"TOTAL_FORMS": len(rows) + 1, "INITIAL_FORMS": 0, "MIN_NUM_FORMS": 0, "MAX_NUM_FORMS": 1000}
    data.update({f"{formset.prefix}-{name}": str(count) for name, count in counts.items()})


def _string(widget: forms.Widget, value: Any) -> str:
    if hasattr(value, "pk"):
        value = value.pk
    shown = widget.format_value(value)
    if isinstance(shown, list):  # a select's
        shown = shown[0] if shown else ""
    return "" if shown is None else str(shown)
