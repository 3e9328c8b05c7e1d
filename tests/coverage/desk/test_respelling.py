"""The page that corrects a misspelt name wherever it stands."""

import pytest
from django.urls import reverse

from coverage.models import Speaker, SpeakerAlias
from coverage.publishing.publication import post_by_id
from coverage.record.models import Release, ReleasedPost
from newsroom.editorial.audit import AuditRow
from tests import factories
from tests.coverage.desk.pages import change_url, fields_of, open_form, said

OLD, NEW = "Jeffery Morgan", "Jeffrey Morgan"
WORDS = f"<p>Here comes {OLD} &lt;now&gt;.</p>"


@pytest.fixture
def morgan(event):
    speaker = factories.make_speaker(OLD)
    factories.make_keynote(event, title="A panel", speakers=[speaker])
    return speaker


def address(speaker) -> str:
    return reverse("admin:coverage_speaker_respelling", args=[speaker.pk])


def look(client, speaker):
    return client.get(address(speaker), {"old": OLD, "new": NEW})


def ticked(page, note: str = "We misspelt a name.") -> dict:
    """What the page's form sends with every box as it stands."""
    rows = {kind: page.context[name] for kind, name in (("billing", "billings"), ("post", "posts"))}
    boxes = {kind: [row["value"] for row in shown if row["ticked"]] for kind, shown in rows.items()}
    return {**fields_of(page, "respelling_form"), **boxes, "note": note}


def test_it_shows_each_change_and_ticks_it(desk, event, morgan):
    factories.make_published(event, headline="One", body=WORDS)
    factories.make_post(event, headline="Two", body=WORDS)

    page = look(desk, morgan)

    html = page.content.decode()
    assert html.count(f"<del>{OLD}</del> <ins>{NEW}</ins> &lt;now&gt;.") == 2
    assert [row["thing"].headline for row in page.context["posts"]] == ["One", "Two"]
    assert html.count(" checked>") == 3
    assert "saved, no correction" in html


def test_it_corrects_what_is_ticked_and_reports(desk, event, morgan):
    kept = factories.make_published(event, headline="Kept", body=WORDS)
    done = factories.make_published(event, headline="Done", body=WORDS, speakers=[morgan])
    sent = ticked(look(desk, morgan))
    sent["post"] = [value for value in sent["post"] if str(done.pk) in value]

    page = desk.post(address(morgan), sent, follow=True)

    row = ReleasedPost.objects.get(desk_id=done.pk)
    assert (OLD in row.fragment, [one["note"] for one in row.corrections]) == (False, ["We misspelt a name."])
    assert OLD in ReleasedPost.objects.get(desk_id=kept.pk).fragment
    assert Speaker.objects.get().name == NEW
    report = page.content.decode()
    assert report.count("✓") == 3
    assert "Kept" not in report


def test_pressed_twice_it_is_done_once(desk, event, morgan):
    post = factories.make_published(event, body=WORDS, speakers=[morgan])
    sent = ticked(look(desk, morgan))
    desk.post(address(morgan), sent)
    entries = Release.objects.count()

    again = desk.post(address(morgan), sent, follow=True)

    assert said(again) == "Nothing is left to correct: it was done already."
    assert again.content.decode().count("✓") == 3
    assert Release.objects.count() == entries
    assert post_by_id(post.pk).corrections.count() == 1


def test_a_refusal_keeps_ticks_and_words(desk, event, morgan):
    one, two = (factories.make_published(event, headline=name, body=WORDS) for name in ("One", "Two"))
    sent = ticked(look(desk, morgan), note="")
    sent["post"] = [f"{two.pk}:{two.version}"]

    page = desk.post(address(morgan), sent)

    assert page.status_code == 400
    assert [(row["thing"], row["ticked"]) for row in page.context["posts"]] == [(one, False), (two, True)]
    assert AuditRow.objects.filter(verb="correct-name").count() == 0


def test_what_waits_for_somebody_is_listed_with_the_reason(desk, event, morgan):
    event.second_reader = True
    event.save()
    factories.make_post(event, headline="Draft", body=WORDS)
    post = factories.make_post(event, headline="Put aside", body=WORDS)
    type(post).objects.filter(pk=post.pk).update(state="spiked")

    page = look(desk, morgan)

    assert [row["thing"].headline for row in page.context["left"]] == ["Put aside"]
    assert "bring it back first" in page.content.decode()


def test_the_report_says_what_waits(desk, event, morgan):
    waits = factories.make_post(event, headline="Put aside", body=WORDS)
    type(waits).objects.filter(pk=waits.pk).update(state="spiked")

    page = desk.post(address(morgan), ticked(look(desk, morgan)), follow=True)

    assert "Put aside" in page.content.decode()
    assert "not corrected: It is put aside: bring it back first." in page.content.decode()


def test_a_billing_says_how_many_posts_name_the_speaker(desk, event, morgan):
    factories.make_published(event, body="<p>Hello.</p>", speakers=[morgan])

    assert "1 published post names this speaker" in look(desk, morgan).content.decode()


def test_a_spelling_that_holds_the_wrong_one_is_not_looked_for(desk, morgan):
    page = desk.get(address(morgan), {"old": "Jeffery", "new": "Jeffery M."})

    assert "a right one that does not hold it" in page.content.decode()


def test_the_speakers_form_leads_there_with_what_was_typed(desk, morgan):
    fields = open_form(desk, morgan)

    page = desk.post(change_url(morgan), {**fields, "name": NEW, "_wrong": "1"}, follow=True)

    assert fields_of(page, "spelling_form") == {"old": OLD, "new": NEW}
    assert Speaker.objects.get().name == OLD


@pytest.mark.parametrize(
    ("typed", "named"),
    [
        ({"job_title": "Chief executive"}, "Job title"),
        ({"aliases-TOTAL_FORMS": "1", "aliases-0-name": "Jeff"}, "other names"),
    ],
)
def test_what_else_was_typed_in_the_form_is_kept_and_named(typed, named, desk, morgan):
    fields = open_form(desk, morgan)

    page = desk.post(change_url(morgan), {**fields, **typed, "name": NEW, "_wrong": "1"})

    shown = fields_of(page, "speaker_form")
    assert page.status_code == 400
    assert f"this form holds other changes: {named}." in page.text
    assert {name: shown[name] for name in typed} == typed
    assert shown["name"] == NEW
    assert Speaker.objects.get(pk=morgan.pk).name == OLD
    assert not AuditRow.objects.filter(thing_type="coverage.speaker", verb="change").exists()


def test_saving_another_name_leaves_what_was_billed_and_keeps_an_alias(desk, event, morgan):
    post = factories.make_published(event, speakers=[morgan])

    desk.post(change_url(morgan), {**open_form(desk, morgan), "name": NEW, "_continue": "1"})

    assert Speaker.objects.get().name == NEW
    assert ReleasedPost.objects.get(desk_id=post.pk).speakers.get().name == OLD
    assert SpeakerAlias.objects.get().name == OLD


def test_she_is_found_by_an_alias(desk, hers, morgan):
    SpeakerAlias.objects.create(speaker=morgan, name="Jay Em")
    SpeakerAlias.objects.create(speaker=morgan, name="Jay Emm")
    query = {"app_label": "coverage", "model_name": "postspeaker", "field_name": "speaker", "term": "jay em"}

    for client in (desk, hers):
        found = client.get(reverse("admin:autocomplete"), query).json()["results"]
        assert [row["text"] for row in found] == [OLD]


def test_an_editor_writes_aliases_beside_the_speaker(desk, morgan):
    rows = {"aliases-TOTAL_FORMS": "1", "aliases-0-name": "J. Morgan", "aliases-0-speaker": str(morgan.pk)}

    desk.post(change_url(morgan), {**open_form(desk, morgan), **rows, "_continue": "1"})

    assert morgan.aliases.get().name == "J. Morgan"


def test_nobody_else_reaches_it(hers, morgan):
    assert hers.get(address(morgan)).status_code == 403
    assert hers.post(address(morgan), {"old": OLD, "new": NEW, "note": "x"}).status_code == 403
