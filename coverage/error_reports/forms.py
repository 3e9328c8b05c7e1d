"""What a reader is asked: what is wrong, and where an answer may go."""

import uuid
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import normalize_newlines
from django.utils.translation import gettext_lazy as _

from coverage.publishing.error_reports import LONGEST, SHORTEST


class Words(forms.CharField):
    """A browser counts a line break as one character and sends two."""

    def to_python(self, value: Any) -> str:
        return super().to_python(normalize_newlines(value) if value else value)


class ReportForm(forms.Form):
    text = Words(
        label=_("What is wrong?"),
        min_length=SHORTEST,
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={
            "required": _("Say in a sentence what is wrong."),
            "min_length": _("Say a little more: at least %(limit_value)d characters."),
            "max_length": _(
                "This is %(show_value)d characters long: shorten it to %(limit_value)d, or send it in two parts."
            ),
        },
    )
    email = forms.EmailField(
        label=_("Your e-mail address, if you would like an answer"),
        required=False,
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={
            "invalid": _("This is no e-mail address: write it like name@example.org, or leave it empty.")
        },
    )
    # A field no person sees; a machine that fills in whatever it finds betrays itself.
    website = forms.CharField(
        label=_("Leave this empty"),
        required=False,
        widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"}),
    )
    form = forms.CharField(required=False, initial=uuid.uuid4, widget=forms.HiddenInput)

    def clean_website(self) -> str:
        """Whatever filled it, a helpful browser perhaps: what was typed in the other fields stays."""
        if not self.cleaned_data["website"]:
            return ""
        self.data = self.data.copy()
        self.data["website"] = ""
        raise ValidationError(
            _(
                "A hidden field that has to stay empty was filled in. It is empty again: please send this once more."
            )
        )
