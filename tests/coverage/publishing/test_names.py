"""A name or title that was wrong that day, and one that changed since."""

import pytest

from coverage.models import Speaker
from coverage.publishing import filing, names, publication, review
from coverage.record.models import EventHead, Release, ReleasedAppearance, ReleasedPost
from newsroom.editorial.audit import AuditRow
from newsroom.editorial.errors import Invalid, NotAllowed, WrongState
from tests import factories

pytestmark = pytest.mark.django_db
NOTE = "We misspelt the name of Jeffrey Morgan."


@pytest.fixture
def event():
    return factories.make_event(slug="summit")


@pytest.fixture
def morgan():
    return factories.make_speaker("Jeffery Morgan", job_title="Founder")


@pytest.fixture
def editor():
    return factories.make_editor(first_name="Ed", last_name="Marsh")


@pytest.fixture
def panel(event, morgan):
    return factories.make_keynote(event, speakers=[morgan])


def released(post) -> ReleasedPost:
    return ReleasedPost.objects.get(desk_id=post.pk)


def entries(post) -> list[str]:
    return list(Release.objects.filter(public_id=post.public_id).order_by("seq").values_list("op", flat=True))


def test_what_was_wrong_that_day_is_corrected_on_every_post_that_prints_it(event, morgan, editor, panel):
    named = factories.make_published(event, speakers=[morgan])
    quoted = factories.make_published(
        event, quotes=[{"speaker": morgan, "attribution": "", "text": "Yes.", "verbatim": True}]
    )
    other = factories.make_published(event)

    done = names.correct_billing(panel.appearances.get(), by=editor, note=NOTE, name="Jeffrey Morgan")

    assert done == [named, quoted]
    for post in (named, quoted):
        row = released(post)
        assert "Jeffrey Morgan" in row.fragment
        assert "Jeffery" not in row.fragment.replace(NOTE, "")
        assert [(one["note"], one["signed"]) for one in row.corrections] == [(NOTE, "Ed Marsh")]
        assert entries(post) == ["publish", "correct"]
    assert entries(other) == ["publish"]
    assert ReleasedAppearance.objects.get().name == "Jeffrey Morgan"
    assert "Jeffrey Morgan" in EventHead.objects.get(desk_id=event.pk).programme_fragment


def test_it_is_audited_with_the_names_as_they_were(editor, panel):
    acme = factories.make_organisation("Acme")

    names.correct_billing(
        panel.appearances.get(), by=editor, note=NOTE, organisation=acme, organisation_name="Acme"
    )

    row = AuditRow.objects.filter(verb="correct-billing").get()
    assert (row.before, row.after) == (
        {"organisation_name": "", "organisation": ""},
        {"organisation_name": "Acme", "organisation": "Acme"},
    )
    assert (row.note, row.person_id) == (NOTE, editor.pk)


def test_what_is_pending_stays_pending(event, morgan, editor, panel):
    post = factories.make_published(event, by=editor, body="<p>Old words.</p>", speakers=[morgan])
    filing.update_post(publication.post_by_id(post.pk), by=editor, body="<p>New words.</p>")
    version = publication.post_by_id(post.pk).version

    names.correct_billing(panel.appearances.get(), by=editor, note=NOTE, name="Jeffrey Morgan")

    post = publication.post_by_id(post.pk)
    assert "Old words." in released(post).fragment
    assert (post.review, post.version) == ("draft", version)
    publication.publish(post, by=editor)
    assert [one["note"] for one in released(post).corrections] == [NOTE]


def test_one_editor_corrects_what_was_billed_where_a_second_reader_is_asked_for(morgan, editor):
    event = factories.make_event(second_reader=True)
    panel = factories.make_keynote(event, speakers=[morgan])
    post = publication.post_by_id(
        factories.make_post(event, by=editor, body="<p>Read.</p>", speakers=[morgan]).pk
    )
    reader = factories.make_editor()
    review.submit(post, by=editor)
    review.approve(post, by=reader)
    publication.publish(post, by=editor)
    filing.update_post(post, by=editor, body="<p>Unread.</p>")

    names.correct_billing(panel.appearances.get(), by=editor, note=NOTE, name="Jeffrey Morgan")

    row, post = released(post), publication.post_by_id(post.pk)
    assert ("Jeffrey Morgan" in row.fragment, row.body) == (True, "<p>Read.</p>")
    assert (post.review, post.released_revision.read_by) == ("draft", reader)
    assert [(one["note"], one["signed"]) for one in row.corrections] == [(NOTE, "Ed Marsh")]
    with pytest.raises(WrongState, match="asks for a second reader"):
        publication.publish(post, by=editor)


def test_a_post_that_prints_another_billing_gets_no_correction(event, morgan, editor, panel):
    second = factories.make_keynote(event, speakers=[morgan])
    post = factories.make_published(event, keynote=second, speakers=[morgan])

    assert names.correct_billing(panel.appearances.get(), by=editor, note=NOTE, job_title="Boss") == []
    assert entries(post) == ["publish"]


def test_a_guest_held_back_is_corrected_and_no_reader_learns_of_it(event, morgan, editor):
    keynote = factories.make_keynote(event, speakers=[morgan], held=True)

    names.correct_billing(keynote.appearances.get(), by=editor, note=NOTE, name="Jeffrey Morgan")

    assert not ReleasedAppearance.objects.exists()
    assert not Release.objects.filter(html__contains="Morgan").exists()


def test_a_repeat_and_an_empty_note_are_refused(event, morgan, editor, panel):
    post = factories.make_published(event, speakers=[morgan])
    appearance = panel.appearances.get()
    names.correct_billing(appearance, by=editor, note=NOTE, name="Jeffrey Morgan")

    with pytest.raises(Invalid, match="already"):
        names.correct_billing(appearance, by=editor, note=NOTE, name="Jeffrey Morgan")
    with pytest.raises(Invalid, match="what was wrong"):
        names.correct_billing(appearance, by=editor, note=" ", name="Jeff Morgan")
    with pytest.raises(NotAllowed):
        names.correct_billing(appearance, by=factories.make_person(), note=NOTE, name="Jeff Morgan")

    assert len(released(post).corrections) == 1


def test_what_changed_since_leaves_what_was_billed(event, morgan, editor, panel):
    post = factories.make_published(event, speakers=[morgan])
    fragment = released(post).fragment
    acme = factories.make_organisation("Acme")

    names.change_since(morgan, by=editor, name="Jeffrey Stone", job_title="Chair", organisation=acme)

    now = Speaker.objects.get(pk=morgan.pk)
    assert (now.name, now.job_title, now.organisation) == ("Jeffrey Stone", "Chair", acme)
    assert [alias.name for alias in now.aliases.all()] == ["Jeffery Morgan"]
    assert panel.appearances.get().name == "Jeffery Morgan"
    assert (released(post).fragment, entries(post)) == (fragment, ["publish"])
    assert AuditRow.objects.filter(verb="changed-since").get().before["name"] == "Jeffery Morgan"
