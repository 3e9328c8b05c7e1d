"""The admin's forms: sending pictures, and describing one."""

import uuid
from collections.abc import Callable
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

from media.arrivals import inspect
from media.details import TIMES, check_lease, clean_given
from media.models import Image
from media.suggestions import Suggested, suggestions_for
from media.texts import check_kept
from media.wording import LONGEST
from newsroom.editorial.errors import EditorialError, Invalid
from newsroom.editorial.local_time import LocalTimeField, LocalTimeInput

# Any picture: what a file is, its bytes say, and a desk's dialog must not hide HEIC files.
_ACCEPT = "image/*"
_TAKEN = "JPEG, PNG, WebP, HEIC or AVIF"
# By `Image.credit_from`.
_FILLED = {
    "uploader": "Nobody wrote a credit for this picture: this is the own credit of who sent it. Check it.",
    "event": "Nobody wrote a credit for this picture: this is the event’s default. Check it.",
}


class PicturesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class PicturesField(forms.FileField):
    """One file or several; cleans to a list. An empty one is left to be refused for itself, by its name."""

    widget = PicturesInput(attrs={"accept": _ACCEPT})

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:
        files = data if isinstance(data, list | tuple) else [data]
        return [super(PicturesField, self).clean(file, initial) for file in files or [None]]


def _text(field: str, label: str, help_text: str, **attrs: Any) -> forms.CharField:
    widget = (
        forms.Textarea(attrs={"rows": 2, "cols": 60}) if field != "credit" else forms.TextInput({"size": 60})
    )
    return forms.CharField(
        label=label, help_text=help_text, max_length=LONGEST[field], required=False, widget=widget, **attrs
    )


class SendForm(forms.Form):
    """`token` makes the pictures' UUIDs, so that a form sent twice makes nothing twice."""

    token = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    file = PicturesField(label="Pictures", allow_empty_file=True, help_text=f"{_TAKEN}; one or several.")
    alt_text = _text(
        "alt_text",
        "Alternative text",
        "What the picture shows, for whoever cannot see it. For several pictures, describe each afterwards.",
    )
    credit = _text(
        "credit", "Credit", "Who made it and for whom: Ada Byron/Newsroom. Without it no reader sees it."
    )
    caption = _text("caption", "Caption", "")

    def texts(self) -> dict[str, str]:
        return {field: self.cleaned_data[field] for field in ("alt_text", "credit", "caption")}


class PeopleField(forms.Field):
    """Names from left to right, one a line; cleans to a list."""

    widget = forms.Textarea(attrs={"rows": 3, "cols": 60})

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def clean(self, value: str | None) -> list[str]:
        try:
            return clean_given({"people": value or ""})["people"]
        except Invalid as error:
            raise forms.ValidationError(error.errors["people"]) from error

    def has_changed(self, initial: list[str] | None, data: str | None) -> bool:
        lines = [line.strip() for line in (data or "").splitlines()]
        return list(filter(None, lines)) != (initial or [])


class PercentField(forms.FloatField):
    """A part of a length, 0 to 1, typed in per cent with one decimal."""

    widget = forms.NumberInput(attrs={"min": 0, "max": 100, "step": 0.1})

    def prepare_value(self, value: Any) -> Any:
        return round(value * 100, 1) if isinstance(value, float) else value

    def clean(self, value: str | None) -> float:
        percent = super().clean(value)
        if not 0 <= percent <= 100:
            raise forms.ValidationError("Give a number from 0 to 100.")
        return percent / 100

    def has_changed(self, initial: float | None, data: str | None) -> bool:
        """As it is shown: an old point with more decimals is not moved by a save."""
        return super().has_changed(self.prepare_value(initial), data)


class DescribeForm(forms.ModelForm):
    """One picture's texts, rights and focal point, and a file: its first, or another in place of the one it has.

    `refused` is what a verb refused after the form itself found no fault: it is said at its field.
    """

    refused: EditorialError | None = None
    people = PeopleField(required=False, help_text="Who is in it, from left to right; one name a line.")
    focal_x = PercentField(label="From the left, %")
    focal_y = PercentField(label="From the top, %")
    file = forms.FileField(required=False, widget=forms.FileInput(attrs={"accept": _ACCEPT}))

    class Meta:
        model = Image
        fields = (
            *("alt_text", "credit", "caption", "people", "basis", "creator", "copyright_notice"),
            *("web_statement", "licensor_url", "digital_source_type", *TIMES, "focal_x", "focal_y"),
        )
        help_texts = {"lease_from": "Readers do not get it before."}
        field_classes = dict.fromkeys(TIMES, LocalTimeField)
        widgets = {
            "alt_text": forms.Textarea(attrs={"rows": 2, "cols": 60}),
            "credit": forms.TextInput(attrs={"size": 60}),
            "caption": forms.Textarea(attrs={"rows": 2, "cols": 60}),
            **{field: forms.TextInput(attrs={"size": 60}) for field in ("creator", "copyright_notice")},
            **{field: LocalTimeInput() for field in TIMES},
            **{field: forms.URLInput(attrs={"size": 60}) for field in ("web_statement", "licensor_url")},
        }

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self._name_the_file()
        filled = _FILLED.get(self.instance.credit_from)
        if filled and "credit" in self.fields:
            self.fields["credit"].help_text = filled
        for suggestion in suggestions_for(self.instance):
            if suggestion.field in self.fields:
                field = self.fields[suggestion.field]
                field.widget = Suggested(field.widget, suggestion)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        self._check(lambda: check_kept(self.instance, cleaned))  # the instance still says what stands
        self._check(lambda: check_lease(cleaned.get("lease_from"), cleaned.get("lease_until")))
        if isinstance(self.refused, Invalid):
            self._add(self.refused)
        elif self.refused:
            self.add_error(None, self.refused.message)
        return cleaned

    def clean_file(self) -> UploadedFile | None:
        upload = self.cleaned_data["file"]
        if upload:
            try:
                inspect(upload)
            except Invalid as error:
                raise forms.ValidationError(error.errors["file"]) from error
        return upload

    def _name_the_file(self) -> None:
        file = self.fields.get("file")
        if file and self.instance.has_bytes():
            file.label = "Replace the file"
            file.help_text = (
                f"{_TAKEN}. The new file takes the place of this one on every page, under new addresses; texts and "
                "rights stay, the focal point returns to the middle."
            )
        elif file:
            file.help_text = f"{_TAKEN}. The picture is awaited: send its file here."

    def _check(self, check: Callable[[], None]) -> None:
        try:
            check()
        except Invalid as error:
            self._add(error)

    def _add(self, error: Invalid) -> None:
        for field, sentences in error.errors.items():
            self.add_error(field if field in self.fields else None, sentences)


class ReasonForm(forms.Form):
    """Why a picture is taken away, or comes back."""

    reason = forms.CharField(max_length=300, widget=forms.Textarea(attrs={"rows": 3}))
