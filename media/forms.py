"""The admin's forms: sending pictures, and describing one."""

import uuid
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

from media.arrivals import inspect
from media.models import Image
from media.texts import check_kept
from media.wording import LONGEST
from newsroom.editorial.errors import Invalid

_ACCEPT = "image/jpeg,image/png,image/webp"


class PicturesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class PicturesField(forms.FileField):
    """One file or several; cleans to a list."""

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
    file = PicturesField(label="Pictures", help_text="JPEG, PNG or WebP; one or several.")
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


class DescribeForm(forms.ModelForm):
    """One picture's texts, and its file while it has none."""

    file = forms.FileField(
        required=False,
        help_text="JPEG, PNG or WebP. The picture is awaited: send its file here.",
        widget=forms.FileInput(attrs={"accept": _ACCEPT}),
    )

    class Meta:
        model = Image
        fields = ("alt_text", "credit", "caption")
        widgets = {
            "alt_text": forms.Textarea(attrs={"rows": 2, "cols": 60}),
            "credit": forms.TextInput(attrs={"size": 60}),
            "caption": forms.Textarea(attrs={"rows": 2, "cols": 60}),
        }

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        try:
            check_kept(self.instance, cleaned)  # the instance still says what stands
        except Invalid as error:
            for field, sentences in error.errors.items():
                self.add_error(field, sentences)
        return cleaned

    def clean_file(self) -> UploadedFile | None:
        upload = self.cleaned_data["file"]
        if upload:
            try:
                inspect(upload)
            except Invalid as error:
                raise forms.ValidationError(error.errors["file"]) from error
        return upload
