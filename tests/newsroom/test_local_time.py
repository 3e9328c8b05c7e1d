"""A local time that a clock shows twice or never is asked for; everything else means what it says."""

import datetime
import zoneinfo

import pytest
from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from newsroom.editorial.local_time import LocalTimeField

DOUBLED, MISSING = "2026-10-25T02:30", "2026-03-29T02:30"
FIRST = datetime.datetime(2026, 10, 25, 0, 30, tzinfo=datetime.UTC)
SECOND = FIRST + datetime.timedelta(hours=1)


class Form(forms.Form):
    at = LocalTimeField(required=False)


@pytest.fixture(autouse=True)
def in_paris():
    with timezone.override(zoneinfo.ZoneInfo("Europe/Paris")):
        yield


@pytest.mark.parametrize(
    ("typed", "utc"),
    [
        ("2026-07-01T09:00", datetime.datetime(2026, 7, 1, 7, tzinfo=datetime.UTC)),
        ("2026-10-25T01:59:59", datetime.datetime(2026, 10, 24, 23, 59, 59, tzinfo=datetime.UTC)),
        ("2026-10-25T03:00", datetime.datetime(2026, 10, 25, 2, tzinfo=datetime.UTC)),
        ("2026-03-29T03:00", datetime.datetime(2026, 3, 29, 1, tzinfo=datetime.UTC)),
    ],
)
def test_a_time_that_comes_once_is_no_question(typed, utc):
    assert Form({"at": typed, "at_which": "2"}).fields["at"].clean(typed) == utc


@pytest.mark.parametrize("typed", ["2026-13-01T09:00", "tea time", "2026-02-30 09:00"])
def test_what_is_no_time_is_refused_as_ever(typed):
    with pytest.raises(ValidationError, match="valid date/time"):
        LocalTimeField().clean(typed)


def test_a_missing_time_names_both_times_that_may_be_meant():
    form = Form({"at": MISSING})

    assert form.errors["at"] == [
        "02:30 does not exist on 29 March 2026 in Europe/Paris: the clocks go forward then. "
        "Did you mean 01:30 or 03:30?"
    ]


def test_a_doubled_time_is_asked_for_with_both_it_may_be():
    form = Form({"at": DOUBLED})

    assert form.errors["at"] == [
        "02:30 comes twice on 25 October 2026 in Europe/Paris: the clocks go back then. "
        "Say whether you mean the first, 02:30 CEST (UTC+02:00), or the second, 02:30 CET (UTC+01:00)."
    ]
    assert 'name="at_which"' in str(form["at"])
    assert "the second, 02:30 CET (UTC+01:00)</option>" in str(form["at"])
    assert f'value="{DOUBLED}"' in str(form["at"])


@pytest.mark.parametrize(("which", "utc"), [("1", FIRST), ("2", SECOND)])
def test_the_one_that_was_chosen_is_taken_shown_again_and_unchanged(which, utc):
    form = Form({"at": DOUBLED, "at_which": which}, initial={"at": utc})

    assert form.is_valid()
    assert form.cleaned_data["at"] == utc
    assert not form.has_changed()
    for shown in (str(form["at"]), str(Form(initial={"at": utc})["at"])):
        assert f'<option value="{which}" selected>' in shown
    other = Form({"at": DOUBLED, "at_which": "1" if which == "2" else "2"}, initial={"at": utc})
    assert other.has_changed()


def test_the_zone_stands_beside_the_field_and_no_question_without_need():
    shown = str(Form(initial={"at": FIRST.replace(month=7)})["at"])

    assert '<span class="in-zone">Europe/Paris</span>' in shown
    assert "at_which" not in shown
