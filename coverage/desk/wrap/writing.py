"""The wrap's form: its words and its paragraphs in order, and what a press in it asks for."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django import forms
from django.http import QueryDict

from coverage.desk.post_form import body_widget, typed_html
from coverage.models import Wrap, WrapParagraph
from coverage.models.markup import plain_text
from coverage.models.wrap import ParagraphKind
from coverage.publishing.wrapping import Written
from coverage.record.titles import said_by

WORDS = ("headline", "standfirst", "byline")


class WrapForm(forms.Form):
    headline = forms.CharField(required=False, max_length=200, widget=forms.TextInput({"dir": "auto"}))
    standfirst = forms.CharField(required=False, widget=forms.Textarea({"rows": 2, "dir": "auto"}))
    byline = forms.CharField(required=False, max_length=120)

    def __init__(self, wrap: Wrap, paragraphs: Sequence[WrapParagraph], data: QueryDict | None = None):
        self.paragraphs = list(paragraphs)
        initial = {name: getattr(wrap, name) for name in WORDS}
        for number, one in enumerate(self.paragraphs, start=1):
            initial |= {
                f"place-{one.pk}": number,
                f"heading-{one.pk}": one.heading,
                f"body-{one.pk}": one.body,
            }
        # A paragraph somebody added meanwhile is in no form that was opened before.
        super().__init__(_completed(data, initial) if data is not None else None, initial=initial)
        for one in self.paragraphs:
            self._add(one)

    def _add(self, paragraph: WrapParagraph) -> None:
        key, count = paragraph.pk, len(self.paragraphs)
        attrs = {"min": 1, "max": count}
        self.fields[f"place-{key}"] = forms.IntegerField(required=False, widget=forms.NumberInput(attrs))
        self.fields[f"delete-{key}"] = forms.BooleanField(required=False, label="Delete it when saved")
        if paragraph.kind == ParagraphKind.TEXT:
            widget = forms.TextInput({"dir": "auto"})
            self.fields[f"heading-{key}"] = forms.CharField(required=False, max_length=200, widget=widget)
            self.fields[f"body-{key}"] = forms.CharField(required=False, widget=body_widget())

    def rows(self) -> list[dict]:
        """Each paragraph with its bound fields, as the page prints them."""
        names = ("place", "delete", "heading", "body")
        return [
            {"paragraph": one}
            | {name: self[f"{name}-{one.pk}"] for name in names if f"{name}-{one.pk}" in self.fields}
            for one in self.paragraphs
        ]

    def written(self, press: str) -> list[Written]:
        """The paragraphs as typed, in the order asked for; `press` may move one or add one. The form is valid."""
        said = self.cleaned_data
        kept = [one.pk for one in self.paragraphs if not said[f"delete-{one.pk}"]]
        for one in self.paragraphs:
            place = said[f"place-{one.pk}"]
            if place and one.pk in kept and f"place-{one.pk}" in self.changed_data:
                kept.remove(one.pk)
                kept.insert(place - 1, one.pk)
        rows = [
            Written(key, said.get(f"heading-{key}", ""), typed_html(said.get(f"body-{key}", "")))
            for key in kept
        ]
        return _pressed(rows, press)


def _pressed(rows: list[Written], press: str) -> list[Written]:
    """“up:12”, “down:12”, “add:12” (an empty paragraph after it; 0: before all). Others change nothing."""
    act, _, key = press.partition(":")
    place = next((n for n, row in enumerate(rows) if str(row.key) == key), None)
    if act == "add":
        rows.insert(0 if place is None else place + 1, Written(None))
    elif act in ("up", "down") and place is not None:
        rows.insert(max(0, place + (-1 if act == "up" else 1)), rows.pop(place))
    return rows


def _completed(data: QueryDict, initial: dict) -> dict:
    return {name: data.get(name, value) for name, value in initial.items()} | {
        name: value for name, value in data.items() if name.startswith("delete-")
    }


@dataclass(frozen=True)
class Side:
    """What stands now and what was typed."""

    label: str
    theirs: str
    mine: str


def sides_of(wrap: Wrap, paragraphs: Iterable[WrapParagraph], data: QueryDict) -> list[Side]:
    """What a form that was refused as old says otherwise than what stands now; also of paragraphs deleted meanwhile."""
    found = [Side(name.capitalize(), getattr(wrap, name), data.get(name, "")) for name in WORDS]
    standing = {one.pk: one for one in paragraphs}
    for name in data:
        kind, _, key = name.partition("-")
        if kind in ("heading", "body") and key.isdecimal():
            one = standing.get(int(key))
            theirs = getattr(one, kind) if one else ""
            label = f"Paragraph {one.order + 1}" if one else "A paragraph that was deleted"
            found.append(Side(label, plain_text(theirs), plain_text(typed_html(data[name]))))
    return [side for side in found if " ".join(side.theirs.split()) != " ".join(side.mine.split())]


def in_words(columns: dict | None) -> str:
    """What a paragraph says, on one line; `columns` as `WrapParagraph.copied` has them."""
    if columns is None:
        return ""
    if columns.get("quote"):
        return f"“{columns['quote']['text']}” {_billed(columns['quote'])}"
    if columns.get("image"):
        return "A picture"
    return " ".join(filter(None, [columns.get("heading", ""), plain_text(columns.get("body", ""))]))


def _billed(quote: dict) -> str:
    employer = (quote.get("job_title", ""), quote.get("organisation", ""))
    return ", ".join(filter(None, [said_by(quote), *employer]))
