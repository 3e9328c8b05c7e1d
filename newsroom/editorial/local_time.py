"""A local time typed in a form, in the zone that is current: asked for where a clock shows it twice or never."""

import datetime

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.html import format_html

# The value of a field is what was typed, then which of the two it is: "2026-10-25T02:30 2". One needs none.
FIRST, SECOND = "1", "2"


class LocalTimeInput(forms.DateTimeInput):
    """The browser's own picker with its zone beside it; of a time that comes twice it asks which."""

    input_type = "datetime-local"

    def __init__(self, attrs: dict | None = None, format: str = "%Y-%m-%dT%H:%M:%S"):
        super().__init__(attrs, format)

    def value_from_datadict(self, data, files, name: str) -> str | None:
        typed, which = data.get(name), data.get(f"{name}_which")
        return f"{typed} {which}" if typed and which else typed

    def render(self, name: str, value, attrs: dict | None = None, renderer=None) -> str:
        local, which = value, ""
        if isinstance(value, str):
            value, which = _parted(value)
            local = _local(value)
        elif value:
            which = SECOND if value.fold else FIRST
        field = super().render(name, value, attrs, renderer)
        zone = timezone.get_current_timezone_name()
        moments = _moments(local) if local else []
        asks = _which_of(name, moments, which) if local and times_shown(moments[0]) == 2 else ""
        return format_html('{}{} <span class="in-zone">{}</span>', field, asks, zone)


class LocalTimeField(forms.DateTimeField):
    widget = LocalTimeInput

    def to_python(self, value) -> datetime.datetime | None:
        """Raises ValidationError, with both possibilities, for a time that comes never, or twice without a choice."""
        if not isinstance(value, str):
            return super().to_python(value)
        typed, which = _parted(value)
        local = _local(typed)
        if local is None:
            return super().to_python(typed)
        first, second = _moments(local)
        comes = times_shown(first)
        if comes == 1:
            return super().to_python(typed)
        zone = timezone.get_current_timezone_name()
        if comes == 0:
            around = [f"{_utc(moment).astimezone(moment.tzinfo):%H:%M}" for moment in (second, first)]
            raise ValidationError(
                f"{local:%H:%M} does not exist on {local:%-d %B %Y} in {zone}: the clocks go forward then. "
                f"Did you mean {around[0]} or {around[1]}?"
            )
        if which not in (FIRST, SECOND):
            raise ValidationError(
                f"{local:%H:%M} comes twice on {local:%-d %B %Y} in {zone}: the clocks go back then. "
                f"Say whether you mean the first, {_named(first)}, or the second, {_named(second)}."
            )
        return _utc(second if which == SECOND else first)


def _parted(value: str) -> tuple[str, str]:
    typed, _, which = value.strip().rpartition(" ")
    return (typed, which) if typed and which in (FIRST, SECOND) else (value.strip(), "")


def _local(typed: str) -> datetime.datetime | None:
    """The time without a zone that was typed; None if it is no such thing."""
    try:
        local = parse_datetime(typed)
    except ValueError:
        return None
    return local if local and timezone.is_naive(local) else None


def _moments(local: datetime.datetime) -> list[datetime.datetime]:
    zone = timezone.get_current_timezone()
    return [local.replace(tzinfo=zone, fold=fold) for fold in (0, 1)]


def times_shown(moment: datetime.datetime) -> int:
    """How often a clock of the moment's own zone shows its local time: once, twice, or never."""
    first, second = (moment.replace(fold=fold) for fold in (0, 1))
    if first.utcoffset() == second.utcoffset():
        return 1
    return 2 if first.utcoffset() > second.utcoffset() else 0


def _utc(moment: datetime.datetime) -> datetime.datetime:
    """In UTC, for a moment in a doubled hour equals none of another zone (PEP 495)."""
    return moment.astimezone(datetime.UTC)


def _named(moment: datetime.datetime) -> str:
    return f"{moment:%H:%M %Z (UTC%:z)}"


def _which_of(name: str, moments: list[datetime.datetime], chosen: str) -> str:
    choices = [("", "First or second?"), (FIRST, f"the first, {_named(moments[0])}")]
    choices.append((SECOND, f"the second, {_named(moments[1])}"))
    return forms.Select(attrs={"aria-label": "Which of the two"}, choices=choices).render(
        f"{name}_which", chosen
    )
