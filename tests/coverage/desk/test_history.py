"""The history of a thing says nobody what its own page does not say."""

import re

import pytest
from django.urls import reverse

from coverage.publishing import duplicates, names, respelling, review, speakers
from coverage.publishing.images import withdraw_image
from coverage.publishing.publication import post_by_id
from coverage.publishing.spelling import Respelling
from newsroom.editorial.audit import AuditRow, write_audit
from newsroom.editorial.roles import PHOTO_EDITOR
from tests import factories
from tests.coverage.desk.pages import client_of

OUTSIDE = ("reporter", "photographer", "photo editor")


@pytest.fixture
def people(people, event) -> dict:
    people["photo editor"] = factories.make_person(PHOTO_EDITOR, username="phil")
    factories.assign(people["photo editor"], event)
    return people


@pytest.fixture
def elsewhere(db):
    """An event nobody outside the desk knows of."""
    return factories.make_event(slug="secret", title="Secret")


def history(client, thing) -> str:
    meta = thing._meta
    page = client.get(reverse(f"admin:{meta.app_label}_{meta.model_name}_history", args=[thing.pk]))
    assert page.status_code == 200, page.status_code
    return page.text


def done(page: str) -> list[str]:
    """What was done, the latest first."""
    return re.findall(r"</td>\s*<td>([a-z-]+)(?: <span[^>]*>[^<]*</span>)?</td>", page)


@pytest.fixture
def speaker(event, elsewhere, people):
    """Announced; misspelt in a draft elsewhere, merged with a guest held back there, not the same as another."""
    guest = factories.make_speaker("Vera Kay")
    factories.make_keynote(elsewhere, title="SURPRISE", speakers=[guest], held=True)
    other = factories.make_speaker("Surprise Guest")
    factories.make_keynote(elsewhere, title="Another", speakers=[other], held=True)
    found = factories.make_speaker("Jeffery Morgan")
    factories.make_keynote(event, title="A panel", speakers=[found])
    draft = factories.make_post(elsewhere, headline="TAKEOVER", body="<p>Jeffery Morgan</p>")
    editor = people["editor"]
    respelling.correct_name(
        found,
        Respelling("Jeffery Morgan", "Jeffrey Morgan"),
        by=editor,
        note="Misspelt.",
        billed={},
        chosen={draft.pk: draft.version},
        shown=[],
    )
    duplicates.keep_apart(found, other, by=editor)
    speakers.merge(found, guest, by=editor)
    return found


@pytest.mark.parametrize("role", OUTSIDE)
def test_a_speakers_names_no_post_and_no_guest_elsewhere(role, people, speaker):
    page = history(client_of(people[role]), speaker)

    assert done(page) == ["merge", "two-people", "correct-name"]
    for word in ("TAKEOVER", "SURPRISE", "Vera Kay", "Surprise Guest"):
        assert word not in page


@pytest.mark.parametrize("role", ["editor", "chief"])
def test_the_desk_reads_all_of_it(role, people, speaker):
    page = history(client_of(people[role]), speaker)

    for word in ("TAKEOVER", "SURPRISE", "Vera Kay", "Surprise Guest"):
        assert word in page


def test_an_alias_of_a_speaker_is_for_the_desk(hers, desk, people, speaker):
    write_audit("change", speaker.aliases.get(), by=people["editor"])

    assert "Vera Kay" in history(desk, speaker)
    assert "Vera Kay" not in history(hers, speaker)


@pytest.mark.parametrize("role", OUTSIDE)
def test_an_events_has_neither_who_covers_it_nor_what_was_noted(role, people, event):
    write_audit("change", event, by=people["editor"], after={"assignments": {"added": ["Pia Secret"]}})
    write_audit("hold", event, by=people["editor"], note="A bomb threat.")

    page = history(client_of(people[role]), event)

    assert done(page) == ["hold", "change", "open", "announce"]
    assert "Pia Secret" not in page
    assert "A bomb threat." not in page


@pytest.mark.parametrize("role", OUTSIDE)
def test_a_keynotes_has_no_note_and_no_row_of_a_guest(role, people, event):
    keynote = factories.make_keynote(event, title="Opening", speakers=[factories.make_speaker("Vera K.")])
    names.correct_billing(keynote.appearances.get(), by=people["editor"], note="Wrong.", job_title="Chair")
    write_audit("change", keynote, by=people["editor"], before={"title": "WORKING TITLE"})

    page = history(client_of(people[role]), keynote)

    assert done(page) == ["change"]
    assert "WORKING TITLE" not in page


@pytest.mark.parametrize("role", OUTSIDE)
def test_an_organisations_has_no_earlier_name(role, people):
    organisation = factories.make_organisation("Acme")
    write_audit("change", organisation, by=people["editor"], before={"name": "PROJECT X"})

    page = history(client_of(people[role]), organisation)

    assert done(page) == ["change"]
    assert "PROJECT X" not in page


@pytest.mark.parametrize(
    ("role", "reads"), [("photographer", False), ("photo editor", True), ("editor", True)]
)
def test_a_pictures_names_others_posts_to_whoever_edits_all_pictures(role, reads, people, elsewhere):
    image = factories.make_image(uploaded_by=people["photographer"])
    factories.make_post(elsewhere, headline="TAKEOVER", images=[{"image": image, "caption": ""}])
    withdraw_image(image, by=people["editor"], reason="Not ours.")

    page = history(client_of(people[role]), image)

    assert done(page) == ["withdraw"]
    assert ("TAKEOVER" in page) is reads


def test_a_posts_is_its_authors_as_it_is_beside_her_form(hers, people, event):
    post = factories.make_post(event, by=people["reporter"])
    review.submit(post_by_id(post.pk), by=people["reporter"])
    review.send_back(post_by_id(post.pk), by=people["editor"], note="Who says so?")

    assert "Who says so?" in history(hers, post)


@pytest.mark.parametrize(
    ("role", "model"),
    [
        ("reporter", "coverage_errorreport"),
        ("reporter", "editorial_user"),
        ("editor", "editorial_user"),
        ("editor", "editorial_auditrow"),
    ],
)
def test_who_may_see_none_is_not_told_which_there_are(role, model, people, event):
    things = {
        "coverage_errorreport": lambda: factories.make_error_report(factories.make_published(event)),
        "editorial_user": lambda: people["chief"],
        "editorial_auditrow": lambda: AuditRow.objects.first(),
    }
    client, there = client_of(people[role]), things[model]().pk

    answers = [client.get(reverse(f"admin:{model}_history", args=[key])) for key in (there, there + 987_654)]

    assert [answer.status_code for answer in answers] == [403, 403]
