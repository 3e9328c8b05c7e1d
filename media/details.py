"""What may be said of a picture, field by field: checked, cleaned, and refused in sentences."""

import base64
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, NoReturn, TypedDict

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.dateparse import parse_datetime
from django.utils.timezone import is_naive

from media.models import Basis, Origin
from media.wording import LONGEST, clean_text, clean_texts
from newsroom.editorial.errors import Invalid

MOST_PEOPLE = 50
TIMES = ("lease_from", "lease_until", "embargo_until")  # of rights
MOMENTS = (*TIMES, "captured_at")
LONGEST_NAME = 150  # characters
_THUMBHASH = range(5, 26)  # bytes
_CHOICES = {"digital_source_type": Origin, "basis": Basis}
_is_web_address = URLValidator(schemes=["http", "https"])


class Details(TypedDict, total=False):
    """What a picture has besides credit, alternative text and caption. A time that is None is taken away."""

    creator: str | None
    copyright_notice: str | None
    web_statement: str | None
    licensor_url: str | None
    digital_source_type: str | None
    basis: str | None
    people: list[str] | str | None  # from left to right; as a text one name a line, or a JSON list
    lease_from: datetime | str | None
    lease_until: datetime | str | None
    embargo_until: datetime | str | None
    focal_x: float | str | None  # parts of the width from the left, 0 to 1
    focal_y: float | str | None  # parts of the height from the top, 0 to 1
    captured_at: datetime | str | None
    thumbhash: str | None  # base64: stands in for a file that is still to come, until that was measured


def clean_given(given: Mapping[str, Any]) -> dict[str, Any]:
    """The given fields, cleaned; None (leave what stands) is left out, but for the times, where it stays.

    Raises Invalid, with a sentence for every field that cannot be taken.
    """
    cleaned, errors = {}, {}
    for field, value in given.items():
        if value is None and field not in TIMES:
            continue
        try:
            cleaned[field] = _CLEANERS[field](field, value)
        except Invalid as error:
            errors |= error.errors
    if errors:
        raise Invalid(errors)
    return cleaned


def check_lease(start: datetime | None, end: datetime | None) -> None:
    """Raises Invalid for a lease that ends before it starts."""
    if start and end and end <= start:
        _refuse("lease_until", "The lease ends before it starts: give a later end, or an earlier start.")


def _text(field: str, value: Any) -> str:
    if not isinstance(value, str):
        _refuse(field, "This must be text.")
    return clean_texts(**{field: value})[field]


def _address(field: str, value: Any) -> str:
    address = _text(field, value)
    try:
        if address:
            _is_web_address(address)
    except ValidationError:
        _refuse(field, "This is no web address: write it whole, beginning with https:// or http://.")
    return address


def _choice(field: str, value: Any) -> str:
    """One of the values, or nothing; an origin also as the full address of its IPTC term."""
    term = value.rpartition("/")[2] if isinstance(value, str) else value
    values = _CHOICES[field].values
    if term not in ("", *values):
        _refuse(field, f"Choose one of these, or leave it empty: {', '.join(values)}.")
    return term


def _people(field: str, value: Any) -> list[str]:
    names = _listed(value) if isinstance(value, str) else value
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        _refuse(field, "Give a list of names, from left to right.")
    names = [name for name in map(_one_line, names) if name]
    if len(names) > MOST_PEOPLE:
        _refuse(
            field, f"These are {len(names):,} people; at most {MOST_PEOPLE} are listed. Name the main ones."
        )
    if longest := next((name for name in names if len(name) > LONGEST_NAME), None):
        _refuse(field, f"“{longest[:30]}…” is longer than a name: at most {LONGEST_NAME} characters.")
    return names


def _listed(text: str) -> Any:
    if text.lstrip().startswith("["):
        try:
            return json.loads(text)
        except (ValueError, RecursionError):
            return None
    return text.splitlines()


def _one_line(name: str) -> str:
    return " ".join(clean_text(name).split())


def _moment(field: str, value: Any) -> datetime | None:
    """In UTC; None: there is no such time."""
    if value is None or value == "":
        return None
    try:
        moment = parse_datetime(value) if isinstance(value, str) else value
    except ValueError:
        moment = None
    if not isinstance(moment, datetime):
        _refuse(field, "Write the time in ISO 8601 with its offset, like 2024-03-20T09:15:00+01:00.")
    if is_naive(moment):
        _refuse(field, "Say in which zone: add the offset, like 2024-03-20T09:15:00+01:00, or Z for UTC.")
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        _refuse(field, "No calendar reaches that far.")


def _part(field: str, value: Any) -> float:
    try:
        part = float(value) if isinstance(value, str | int | float) else -1.0
    except (ValueError, OverflowError):
        part = -1.0
    if isinstance(value, bool) or not 0 <= part <= 1:  # a NaN is not between them either
        _refuse(field, "Give a number from 0 (left, top) to 1 (right, bottom).")
    return part


def _blur(field: str, value: Any) -> str:
    """A ThumbHash in base64, or nothing."""
    text = value.strip().rstrip("=") if isinstance(value, str) else "?"
    try:
        hashed = base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
    except ValueError:
        hashed = b"?"
    if hashed and len(hashed) not in _THUMBHASH:
        _refuse(field, "This is no ThumbHash: send its bytes in base64, or leave it out.")
    return base64.b64encode(hashed).decode()


def _refuse(field: str, sentence: str) -> NoReturn:
    raise Invalid({field: [sentence]})


_CLEANERS = {
    **dict.fromkeys(LONGEST, _text),
    **dict.fromkeys(("web_statement", "licensor_url"), _address),
    **dict.fromkeys(_CHOICES, _choice),
    **dict.fromkeys(MOMENTS, _moment),
    **dict.fromkeys(("focal_x", "focal_y"), _part),
    "people": _people,
    "thumbhash": _blur,
}
FIELDS = tuple(_CLEANERS)
