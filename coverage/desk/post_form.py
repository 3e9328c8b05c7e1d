"""The post's form, and what it hands to the filing verb."""

import datetime
import re
from typing import Any

from django import forms
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.db.models import Model
from django_prose_editor.widgets import AdminProseEditorWidget

from coverage.desk.adding import given_id
from coverage.desk.admin_pages import DeskForm
from coverage.desk.contents import time_of
from coverage.desk.post_rows import PictureRows, QuoteRows, SpeakerRows
from coverage.models import Post
from coverage.models.markup import paragraphs, plain_text
from coverage.publishing.filing import COLUMNS

_TAG = re.compile(r"<[a-z]+[^>]*>", re.IGNORECASE)

BESIDES = ("embargo_until", "outside_keynote")  # columns of the form that are no part of a revision


def body_widget() -> forms.Widget:
    """The prose editor with what a post may hold: p br strong em a ul ol li blockquote. A textarea without script."""
    extensions = {
        "Bold": True,
        "Italic": True,
        "Link": {"enableTarget": False, "protocols": ["http", "https", "mailto"]},
        "BulletList": True,
        "OrderedList": {"enableListAttributes": False},
        "ListItem": True,
        "Blockquote": True,
        "HardBreak": True,
        "History": True,
    }
    return AdminProseEditorWidget(
        config={"extensions": extensions}, preset="configurable", attrs={"rows": 10}
    )


def typed_html(text: str) -> str:
    """What the editor made of it; text typed without the editor becomes paragraphs."""
    return text if _TAG.search(text) else paragraphs(text)


class KeynoteSelect(forms.Select):
    """Says of each keynote to which event it belongs, so that the page can offer only that event's."""

    def create_option(self, name, value, label, selected, index, subindex=None, attrs=None) -> dict:
        option = super().create_option(name, value, label, selected, index, subindex, attrs)
        if getattr(value, "instance", None):
            option["attrs"]["data-event"] = value.instance.event_id
        return option


class PostForm(DeskForm):
    class Meta:
        model = Post
        fields = (
            "event",
            "keynote",
            "outside_keynote",
            "kind",
            "headline",
            "body",
            "happened_at",
            "key_event",
            "byline",
            "embargo_until",
        )

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        # Kept here: a formset of rows takes the key off an instance that is not saved yet.
        given = given_id(self.data.get("_id")) if self.is_bound else None
        self.post_id = given if given and not Post.objects.filter(pk=given).exists() else self.instance.pk
        for name in self._besides():
            self.fields[name].show_hidden_initial = True
        for name in {"headline", "body"} & self.fields.keys():
            self.fields[name].widget.attrs["dir"] = "auto"
        keynotes = self.fields.get("keynote")
        if keynotes:
            self._offer_keynotes(keynotes)

    def _offer_keynotes(self, keynotes: forms.ModelChoiceField) -> None:
        keynotes.empty_label = "Not chosen"
        if isinstance(keynotes.widget, RelatedFieldWidgetWrapper):
            keynotes.widget = keynotes.widget.widget
        if not self.instance._state.adding:
            keynotes.queryset = keynotes.queryset.filter(event=self.instance.event_id)
            keynotes.label_from_instance = lambda keynote: keynote.title
        else:
            keynotes.label_from_instance = lambda keynote: f"{keynote.title} ({keynote.event.title})"

    def _besides(self) -> list[str]:
        return [name for name in BESIDES if name in self.fields]

    def opened_with(self) -> dict[str, Any]:
        """What the fields beside the revision held when the form was opened, as its hidden fields say."""
        opened = {}
        for name in self._besides():
            sent, field = self.add_initial_prefix(name), self.fields[name]
            if sent in self.data:
                opened[name] = _held(field.to_python(self.data[sent]))
        return opened

    def hidden_strings(self) -> dict[str, str]:
        """Those hidden fields of a form opened now."""
        values = {self.add_initial_prefix(name): self[name].value() for name in self._besides()}
        return {name: "" if value is None else str(value) for name, value in values.items()}

    def clean_body(self) -> str:
        return typed_html(self.cleaned_data["body"])


def post_fields(form: PostForm, formsets: list) -> dict[str, Any]:
    """What `filing.create_post` and `update_post` take: the columns that changed, and all related rows."""
    fields = {name: form.cleaned_data[name] for name in form.changed_data if name in COLUMNS}
    for formset in formsets:
        fields |= _ROWS[formset.model](formset.values())
    return fields


_ROWS = {
    SpeakerRows.model: lambda rows: {"speakers": [row["speaker"] for row in rows]},
    QuoteRows.model: lambda rows: {
        "quotes": [
            {name: row[name] for name in ("speaker", "attribution", "text", "verbatim", "checked")}
            for row in rows
        ]
    },
    PictureRows.model: lambda rows: {
        "images": [{"image": row["image"], "caption": row["caption"]} for row in rows]
    },
}


def columns_typed(form: PostForm) -> dict[str, Any]:
    """The columns that were sent and make sense, as a revision holds them."""
    return {name: _held(value) for name, value in form.cleaned_data.items() if name in COLUMNS}


def _held(value: Any) -> Any:
    """A field's value as a revision would hold it."""
    if isinstance(value, datetime.datetime):
        return time_of(value)
    return value.pk if isinstance(value, Model) else value


def rows_typed(formset: forms.BaseFormSet) -> list:
    """The rows that were sent, as a revision holds them. The formset is valid."""
    return _HELD[formset.model](formset.values())


_HELD = {
    SpeakerRows.model: lambda rows: list(dict.fromkeys(row["speaker"].pk for row in rows)),
    QuoteRows.model: lambda rows: [
        {
            "speaker_id": row["speaker"] and row["speaker"].pk,
            "attribution": row["attribution"].strip(),
            "text": plain_text(row["text"]),
            "verbatim": row["verbatim"],
            "checked": row["checked"],
        }
        for row in rows
    ],
    PictureRows.model: lambda rows: [
        {"image": str(row["image"].pk), "caption": row["caption"]} for row in rows
    ],
}


def rows_stand(post: Post, fields: dict[str, Any]) -> bool:
    """Whether the related rows in `fields` are those the post has already."""
    return (
        [speaker.pk for speaker in fields.get("speakers", [])]
        == list(post.post_speakers.values_list("speaker", flat=True))
        and [
            (
                row["speaker"] and row["speaker"].pk,
                row["attribution"],
                row["text"],
                row["verbatim"],
                row["checked"],
            )
            for row in fields.get("quotes", [])
        ]
        == list(post.quotes.values_list("speaker", "attribution", "text", "verbatim", "checked"))
        and [(row["image"].pk, row["caption"]) for row in fields.get("images", [])]
        == list(post.post_images.values_list("image", "caption"))
    )
