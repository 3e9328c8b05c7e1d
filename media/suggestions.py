"""What a photograph's file says of itself, offered beside the field it would fill; never taken over by itself."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from media.models import Image, Origin

_FIELDS = (
    *("alt_text", "credit", "caption", "people", "creator", "copyright_notice"),
    *("web_statement", "licensor_url", "digital_source_type"),
)
# What no field of ours takes, and whoever writes the texts wants to know.
_BESIDES = {
    "headline": "headline",
    "event": "event",
    "taken_at": "time",
    "source": "source",
    "usage_terms": "usage terms",
    "keywords": "keywords",
}


@dataclass(frozen=True)
class Suggestion:
    """`value` is what the form's field would be given; `shown` the same for people; `source` XMP, IPTC or EXIF."""

    field: str
    value: str
    shown: str
    source: str


def suggestions_for(image: Image) -> list[Suggestion]:
    """What its file says and the image does not yet."""
    found = image.root().found
    said = (_suggestion(field, found[field]) for field in _FIELDS if field in found)
    return [one for one in said if one and one.value != _standing(image, one.field)]


def said_besides(image: Image) -> list[tuple[str, str, str]]:
    """What else its file says: what it is, the words, and the block they stand in."""
    found = image.root().found
    said = [(label, found[field]) for field, label in _BESIDES.items() if field in found]
    return [(label, one.get("text") or ", ".join(one["texts"]), one["from"]) for label, one in said]


def _suggestion(field: str, said: dict[str, Any]) -> Suggestion | None:
    if field == "people":
        return Suggestion(field, "\n".join(said["texts"]), ", ".join(said["texts"]), said["from"])
    if field != "digital_source_type":
        return Suggestion(field, said["text"], said["text"], said["from"])
    term = said["text"].rpartition("/")[2]
    return Suggestion(field, term, Origin(term).label, said["from"]) if term in Origin.values else None


def _standing(image: Image, field: str) -> str:
    value = getattr(image, field)
    return "\n".join(value) if isinstance(value, list) else value


class Suggested(forms.Widget):
    """A field's own widget with a suggestion below it. Its button sends the form with the suggestion in the field."""

    def __init__(self, widget: forms.Widget, suggestion: Suggestion):
        self.widget, self.suggestion = widget, suggestion
        super().__init__(widget.attrs)

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        field = self.widget.render(name, value, attrs, renderer)
        return field + render_to_string("media/admin/suggestion.html", {"said": self.suggestion})

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        return self.widget.value_from_datadict(data, files, name)
