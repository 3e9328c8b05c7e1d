"""What a card says: chosen from the record's rows, in the event's language, and only what our type can show."""

from datetime import UTC, datetime

import pytest

from coverage.record.cards import words
from coverage.record.models import EventHead, ReleasedAppearance, ReleasedKeynote, ReleasedPost

VERA = {
    "speaker": "vera",
    "name": "Vera K.",
    "job_title": "Engineer",
    "organisation": "Acme",
    "text": "“We count work.”",
    "verbatim": True,
    "attribution": "",
}
MORNING = datetime(2026, 3, 20, 8, tzinfo=UTC)


@pytest.fixture
def head() -> EventHead:
    return EventHead(
        title="The Summit", slug="summit", time_zone="Europe/Paris", venue="The Hall", city="Paris"
    )


def post(**columns) -> ReleasedPost:
    return ReleasedPost(**{"body": "<p>Tea &amp; talk.</p>", **columns})


def test_a_quote_comes_before_the_headline_with_who_said_it(head):
    says = words.of_post(post(headline="Doors", quotes=[VERA]), head)

    assert (says["text"], says["marks"]) == ("We count work.", ["“", "”"])
    assert says["people"] == [["Vera K.", "Engineer, Acme"]]
    assert (says["event"], says["house"], says["notes"]) == ("The Summit", "Newsroom", [])
    assert words.alt_of(says) == "“We count work.” – Vera K., Engineer, Acme"


def test_a_paraphrase_has_no_marks_and_says_so(head):
    quote = {"text": "that it works", "verbatim": False, "attribution": "a panellist, not identified"}

    says = words.of_post(post(quotes=[quote]), head)

    assert (says["marks"], says["notes"]) == (["", ""], ["paraphrased"])
    assert words.alt_of(says) == "that it works – a panellist, not identified"


@pytest.mark.parametrize(
    ("columns", "text"),
    [
        ({"headline": "Doors"}, "Doors"),
        ({}, "Tea & talk."),
        ({"body": "", "keynote_title": "Opening"}, "Opening"),
    ],
)
def test_without_a_quote_it_is_the_headline_or_the_first_words(head, columns, text):
    assert words.of_post(post(**columns), head)["text"] == text


def test_the_sponsor_is_disclosed(head):
    assert words.of_post(post(sponsor="Acme"), head)["notes"] == ["Sponsored by Acme"]


def test_a_keynote_names_three_people_and_how_many_more(head):
    keynote = ReleasedKeynote(title="Panel talk", format="panel", room="Hall 1", starts_at=MORNING)
    cast = [ReleasedAppearance(name=f"S{n}", job_title="Engineer", organisation="Acme") for n in range(5)]

    says = words.of_keynote(keynote, cast, head)

    assert (says["text"], says["label"], says["event"]) == ("Panel talk", "Panel", "The Summit")
    assert says["people"] == [[f"S{n}", "Engineer, Acme"] for n in range(3)]
    assert says["notes"] == ["and 2 more", "20 March 2026 · Hall 1"]


def test_an_event_says_when_and_where(head):
    head.starts_at, head.ends_at = MORNING, datetime(2026, 3, 21, 17, tzinfo=UTC)

    says = words.of_event(head)

    assert (says["text"], says["event"]) == ("The Summit", "The Hall, Paris")
    assert says["notes"] == ["20 March 2026 – 21 March 2026"]


def test_signs_we_have_no_type_for_are_left_out(head):
    assert words.of_post(post(headline="Doors 🎉 open"), head)["text"] == "Doors open"


@pytest.mark.parametrize("headline", ["オープニング", "שלום", "Doors مرحبا"])
def test_letters_we_have_no_type_for_make_no_card(head, headline):
    assert words.of_post(post(headline=headline), head) is None


def test_accents_typed_as_two_signs_are_one(head):
    assert words.of_post(post(headline="Ve\u0301ra Z\u030c"), head)["text"] == "Véra Ž"


def test_in_french_it_has_french_marks_that_no_line_parts(head):
    head.language = "fr"

    says = words.of_post(post(quotes=[VERA], sponsor="Acme"), head)

    assert (says["marks"], says["notes"]) == (["«\u00a0", "\u00a0»"], ["Parrainé par Acme"])
