"""What a reporter types. Nothing is required here: the verbs say what is missing."""

from collections.abc import Iterable, Sequence

from django import forms

from coverage.models import Appearance, Event, Keynote, Speaker

ACCEPTED = "image/jpeg,image/png,image/webp"
PARAPHRASE, VERBATIM = "paraphrase", "verbatim"


def lines(rows: int, **attributes) -> forms.Textarea:
    return forms.Textarea({"rows": rows, "cols": False, "autocomplete": "off", "dir": "auto", **attributes})


def line(**attributes) -> forms.TextInput:
    return forms.TextInput({"dir": "auto", **attributes})


class FilingForm(forms.Form):
    """The words of a post. `speakers` are offered for the quote, those of `current` first."""

    use_required_attribute = False

    text = forms.CharField(
        label="What happened?", required=False, max_length=40_000, widget=lines(6, enterkeyhint="enter")
    )
    headline = forms.CharField(label="Headline", required=False, max_length=200, widget=line())
    keynote = forms.ChoiceField(
        label="Keynote",
        required=False,
        error_messages={"invalid_choice": "That keynote is not in this event. Choose one that is."},
    )
    key_event = forms.BooleanField(label="Key event", required=False)
    quote_text = forms.CharField(label="What was said", required=False, max_length=5000, widget=lines(3))
    quote_speaker = forms.ChoiceField(
        label="Who said it",
        required=False,
        error_messages={"invalid_choice": "That speaker is not in this event. Write the name below instead."},
    )
    quote_attribution = forms.CharField(
        label="Or in words",
        required=False,
        max_length=200,
        widget=line(placeholder="a panellist, not identified"),
    )
    quote_manner = forms.ChoiceField(
        label="How it was said",
        required=False,
        choices=[(PARAPHRASE, "In my words"), (VERBATIM, "Word for word")],
        widget=forms.RadioSelect,
        initial=PARAPHRASE,
    )

    def __init__(
        self,
        *args,
        event: Event,
        keynotes: Sequence[Keynote],
        current: Keynote | None = None,
        quoted: Speaker | None = None,
        **kwargs,
    ):
        super().__init__(*args, **kwargs)
        self.fields["keynote"].choices = keynote_choices(event, keynotes)
        self.fields["quote_speaker"].choices = speaker_choices(keynotes, current, quoted)

    def quote(self) -> dict | None:
        """The quote as `filing` takes it; None if nothing of it was filled in."""
        data = self.cleaned_data
        text, slug, attribution = (
            data.get(f"quote_{name}", "") for name in ("text", "speaker", "attribution")
        )
        if not (text or slug or attribution):
            return None
        return {
            "text": text,
            "speaker": Speaker.objects.filter(slug=slug).first() if slug else None,
            "attribution": attribution,
            "verbatim": data.get("quote_manner") == VERBATIM,
            "checked": False,
        }

    def has_quote(self) -> bool:
        """Whether anything of a quote stands in the form, typed or filled in."""
        return any(self[f"quote_{name}"].value() for name in ("text", "speaker", "attribution"))


def keynote_choices(event: Event, keynotes: Iterable[Keynote]) -> list[tuple[str, str]]:
    def label(keynote: Keynote) -> str:
        if keynote.starts_at is None:
            return keynote.title
        return f"{keynote.starts_at.astimezone(event.zone):%H:%M} {keynote.title}"

    return [("", "Not in a keynote"), *((keynote.slug, label(keynote)) for keynote in keynotes)]


def speaker_choices(keynotes: Iterable[Keynote], current: Keynote | None, quoted: Speaker | None) -> list:
    """Everybody billed at the event once, as billed, whoever is on stage first; and `quoted` in any case."""
    billed: dict[str, Appearance] = {}
    for keynote in sorted(keynotes, key=lambda k: k != current):
        for appearance in keynote.appearances.all():
            billed.setdefault(appearance.speaker.slug, appearance)
    on_stage = {slug: a for slug, a in billed.items() if current and a.keynote_id == current.pk}
    others = {slug: a for slug, a in billed.items() if slug not in on_stage}
    groups = [("On stage", _names(on_stage)), ("At this event", sorted(_names(others), key=lambda c: c[1]))]
    if quoted and quoted.slug not in billed:
        groups.append(("Named already", [(quoted.slug, quoted.name)]))
    return [("", "Nobody chosen"), *((name, choices) for name, choices in groups if choices)]


def _names(billed: dict[str, Appearance]) -> list[tuple[str, str]]:
    return [(slug, ", ".join(filter(None, (a.name, a.organisation_name)))) for slug, a in billed.items()]


class PhotoForm(forms.Form):
    """One photograph's slot; its prefix is the photograph's UUID. `refused` remembers that a file was not taken."""

    use_required_attribute = False

    file = forms.FileField(
        label="Choose or take a picture",
        required=False,
        allow_empty_file=True,
        widget=forms.FileInput({"accept": ACCEPTED}),
    )
    alt_text = forms.CharField(label="What it shows", required=False, max_length=500, widget=lines(2))
    caption = forms.CharField(label="Caption", required=False, max_length=2000, widget=lines(2))
    credit = forms.CharField(label="Credit", required=False, max_length=200, widget=line())
    off = forms.BooleanField(label="Take it off this post", required=False)
    refused = forms.BooleanField(required=False, widget=forms.HiddenInput)
