"""What was billed that day, at the desk: the page that asks which of both it is, and what leads to it."""

import pytest
from django.urls import reverse

from coverage.models import Organisation, Speaker
from coverage.publishing.publication import post_by_id
from coverage.record.models import ReleasedAppearance, ReleasedPost
from newsroom.editorial.audit import AuditRow
from tests import factories
from tests.coverage.desk.pages import change_url, fields_of, open_form, said


@pytest.fixture
def keynote(event):
    speaker = factories.make_speaker("Jeffery Morgan", job_title="Founder")
    return factories.make_keynote(event, title="A panel", speakers=[speaker])


@pytest.fixture
def appearance(keynote):
    return keynote.appearances.get()


@pytest.fixture
def post(event, appearance):
    return factories.make_published(event, headline="Who is here", speakers=[appearance.speaker])


def address(appearance) -> str:
    return reverse("admin:coverage_keynote_billing", args=[appearance.keynote_id, appearance.pk])


def fill(client, appearance, act: str, **typed):
    page = client.get(address(appearance))
    return client.post(
        address(appearance), {**fields_of(page, "billing_form"), **typed, "_act": act}, follow=True
    )


def test_the_page_says_what_each_act_would_do(desk, appearance, post):
    page = desk.get(address(appearance)).content.decode()

    assert "It was wrong that day" in page
    assert "It has changed since" in page
    assert "Who is here" in page


def test_wrong_that_day_corrects_the_billing_and_the_post(desk, appearance, post):
    page = fill(desk, appearance, "wrong", name="Jeffrey Morgan", note="We misspelt a name.")

    assert said(page) == "Corrected as billed. Published posts with a correction: 1."
    assert ReleasedAppearance.objects.get().name == "Jeffrey Morgan"
    assert [one["note"] for one in ReleasedPost.objects.get().corrections] == ["We misspelt a name."]
    assert Speaker.objects.get().name == "Jeffery Morgan"


def test_changed_since_changes_the_speaker_alone(desk, appearance, post):
    acme = Organisation.objects.create(slug="acme", name="Acme")

    page = fill(desk, appearance, "since", job_title="Chair", organisation_name="Acme")

    speaker = Speaker.objects.get()
    assert said(page) == "Changed from now on. What was billed stays as it was."
    assert (speaker.job_title, speaker.organisation) == ("Chair", acme)
    assert ReleasedAppearance.objects.get().job_title == "Founder"
    assert ReleasedPost.objects.get().corrections == []


@pytest.mark.parametrize(
    ("act", "typed", "sentence"),
    [
        ("wrong", {"name": "Jeffrey Morgan"}, "Say what was wrong"),
        ("wrong", {"note": "Nothing new."}, "it says so already"),
        ("since", {"organisation_name": "Nowhere Ltd"}, "There is no organisation “Nowhere Ltd” yet"),
        ("", {"name": "Jeffrey Morgan"}, "Say which of the two it is"),
    ],
)
def test_a_refusal_keeps_what_was_typed(act, typed, sentence, desk, appearance, post):
    page = fill(desk, appearance, act, **typed)

    assert page.status_code == 400
    assert sentence in page.content.decode()
    for value in typed.values():
        assert value in page.content.decode()
    assert AuditRow.objects.filter(verb__in=["correct-billing", "changed-since"]).count() == 0


def test_a_page_opened_before_somebody_else_corrected_is_refused(desk, appearance, post):
    old = fields_of(desk.get(address(appearance)), "billing_form")
    fill(desk, appearance, "wrong", name="Jeffrey Morgan", note="We misspelt a name.")

    page = desk.post(address(appearance), {**old, "job_title": "Boss", "note": "Title.", "_act": "wrong"})

    assert page.status_code == 409
    assert ReleasedAppearance.objects.get().name == "Jeffrey Morgan"


def test_a_plain_save_of_a_name_readers_know_asks_which_it_is(desk, keynote, post):
    fields = open_form(desk, keynote) | {"title": "The panel", "appearances-0-name": "Jeffrey Morgan"}

    page = desk.post(change_url(keynote), {**fields, "_continue": "1"}, follow=True)

    keynote.refresh_from_db()
    assert (keynote.title, keynote.appearances.get().name) == ("The panel", "Jeffery Morgan")
    assert page.redirect_chain[-1][0].startswith(address(keynote.appearances.get()))
    assert fields_of(page, "billing_form")["name"] == "Jeffrey Morgan"
    assert "was it wrong that day, or has it changed since?" in said(page)


def test_several_names_are_asked_about_one_after_the_other(desk, keynote, post):
    other = factories.make_appearance(keynote, speaker=factories.make_speaker("Paiege Bailey"), order=2)
    fields = open_form(desk, keynote)
    typed = {"appearances-0-name": "Jeffrey Morgan", "appearances-1-name": "Paige Bailey"}

    page = desk.post(change_url(keynote), {**fields, **typed, "_continue": "1"}, follow=True)

    assert f"{address(other)}?name=Paige+Bailey" in said(page)


def test_a_guest_nobody_knows_is_renamed_by_a_plain_save(desk, event):
    speaker = factories.make_speaker("Surprise Gest")
    keynote = factories.make_keynote(event, speakers=[speaker], held=True)
    fields = open_form(desk, keynote) | {"appearances-0-name": "Surprise Guest"}

    desk.post(change_url(keynote), {**fields, "_continue": "1"})

    assert keynote.appearances.get().name == "Surprise Guest"


def test_nobody_else_reaches_the_page(hers, appearance, post):
    assert hers.get(address(appearance)).status_code == 403
    assert hers.post(address(appearance), {"_act": "wrong", "name": "X", "note": "Y"}).status_code == 403
    assert post_by_id(post.pk).corrections.count() == 0
