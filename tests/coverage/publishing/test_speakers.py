"""Two rows that are one person, merged with nothing lost."""

from datetime import timedelta

import pytest
from django.utils import timezone

from coverage.models import Appearance, PostSpeaker, Speaker, SpeakerAlias
from coverage.publishing import filing, publication, review, schedule, speakers
from coverage.publishing.publication import post_by_id
from coverage.publishing.reach import speakers_named
from coverage.record.models import MovedAddress, Release, ReleasedAppearance, ReleasedPost
from newsroom.editorial.audit import AuditRow
from newsroom.editorial.errors import Invalid, NotAllowed, WrongState
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def event():
    return factories.make_event(slug="summit")


@pytest.fixture
def editor():
    return factories.make_editor()


@pytest.fixture
def kept():
    return Speaker.objects.create(slug="jeffrey-morgan", name="Jeffrey Morgan", job_title="Founder")


@pytest.fixture
def other():
    return Speaker.objects.create(slug="jeff-morgan", name="Jeff Morgan", job_title="CEO")


def released(post) -> ReleasedPost:
    return ReleasedPost.objects.get(desk_id=post.pk)


def quote(speaker) -> dict:
    return {"speaker": speaker, "attribution": "", "text": "Yes.", "verbatim": True}


def test_appearances_posts_and_quotes_go_to_the_one_who_stays(event, editor, kept, other):
    first = factories.make_keynote(event, speakers=[kept])
    second = factories.make_keynote(event, speakers=[other])
    named = factories.make_published(event, keynote=second, speakers=[other])
    both = factories.make_published(event, keynote=first, speakers=[kept, other], quotes=[quote(other)])

    speakers.merge(kept, other, by=editor)

    assert list(Speaker.objects.all()) == [kept]
    assert [a.keynote for a in kept.appearances.order_by("keynote")] == [first, second]
    assert list(PostSpeaker.objects.values_list("post", "speaker")) == [
        (named.pk, kept.pk),
        (both.pk, kept.pk),
    ]
    for post in (named, both):
        row = released(post)
        assert [one.speaker for one in row.speakers.all()] == ["jeffrey-morgan"]
        assert "/speakers/jeff-morgan/" not in row.fragment
    assert released(both).quotes[0]["speaker"] == "jeffrey-morgan"
    assert set(ReleasedAppearance.objects.values_list("speaker", "name")) == {
        ("jeffrey-morgan", "Jeffrey Morgan"),
        ("jeffrey-morgan", "Jeff Morgan"),
    }


def test_two_billings_in_one_keynote_become_the_one_that_says_more(event, editor, kept, other):
    keynote = factories.make_keynote(event)
    Appearance.objects.create(keynote=keynote, speaker=kept, name="J. Morgan", job_title="Founder")
    acme = factories.make_organisation("Acme")
    rich = Appearance.objects.create(
        keynote=keynote, speaker=other, organisation=acme, role="panellist", held=True
    )
    factories.programme.release_programme(event)

    speakers.merge(kept, other, by=editor)

    (stays,) = kept.appearances.all()
    assert (stays.pk, stays.name, stays.organisation_name, stays.role) == (
        rich.pk,
        "Jeff Morgan",
        "Acme",
        "panellist",
    )
    assert stays.held is False
    assert ReleasedAppearance.objects.get().name == "Jeff Morgan"


def test_a_post_scheduled_before_the_merge_is_released_with_the_right_person(event, editor, kept, other):
    factories.make_keynote(event, speakers=[kept])
    post = factories.make_post(event, speakers=[other, kept], quotes=[quote(other)])
    at = timezone.now() + timedelta(minutes=5)
    schedule.schedule(post_by_id(post.pk), by=editor, publish_at=at)

    speakers.merge(kept, other, by=editor)
    publication.publish(post_by_id(post.pk), by=None, at=at)

    assert [one.name for one in released(post).speakers.all()] == ["Jeffrey Morgan"]
    assert released(post).quotes[0]["speaker"] == "jeffrey-morgan"


def test_what_was_approved_stays_approved(event, editor, kept, other):
    post = factories.make_post(event, by=editor, speakers=[other])
    review.submit(post_by_id(post.pk), by=editor)
    review.approve(post_by_id(post.pk), by=editor)

    speakers.merge(kept, other, by=editor)

    post = post_by_id(post.pk)
    assert (post.state, post.pinned_revision.content["speakers"]) == ("approved", [kept.pk])
    assert filing.snapshot(post) == post.pinned_revision.content


def test_a_withdrawn_post_can_come_back(event, editor, kept, other):
    post = factories.make_published(event, speakers=[other])
    publication.withdraw(post_by_id(post.pk), by=editor, reason="Wrong.")

    speakers.merge(kept, other, by=editor)
    publication.reinstate(post_by_id(post.pk), by=factories.make_chief(), reason="Right after all.")

    assert [one.speaker for one in released(post).speakers.all()] == ["jeffrey-morgan"]


def test_who_is_billed_nowhere_is_printed_as_before(event, editor, kept, other):
    post = factories.make_published(event, speakers=[other])

    speakers.merge(kept, other, by=editor)

    row = released(post).speakers.get()
    assert (row.speaker, row.name, row.job_title) == ("jeffrey-morgan", "Jeff Morgan", "CEO")
    assert list(Release.objects.filter(public_id=post.public_id).values_list("op", flat=True)) == [
        "publish",
        "update",
    ]


def test_the_old_address_leads_on_and_older_ones_with_it(client, event, editor, kept, other):
    factories.make_keynote(event, speakers=[kept])
    factories.make_keynote(event, speakers=[other])
    MovedAddress.objects.create(old="/speakers/j-morgan/", new="/speakers/jeff-morgan/")

    speakers.merge(kept, other, by=editor)

    for old in ("jeff-morgan", "j-morgan"):
        assert client.get(f"/speakers/{old}/")["Location"] == "/speakers/jeffrey-morgan/"
    assert client.get("/speakers/jeffrey-morgan/").status_code == 200


def test_the_address_of_somebody_nobody_knows_of_is_not_told(client, event, editor, kept, other):
    factories.make_keynote(event, speakers=[other], held=True)

    speakers.merge(kept, other, by=editor)

    assert not MovedAddress.objects.exists()
    assert client.get("/speakers/jeff-morgan/").status_code == 404


def test_names_and_addresses_become_aliases(editor, kept, other):
    SpeakerAlias.objects.create(speaker=other, name="Jay", slug="jay")
    SpeakerAlias.objects.create(speaker=kept, name="Jay", slug="jay-2")
    SpeakerAlias.objects.create(speaker=other, name="JM")
    SpeakerAlias.objects.create(speaker=kept, name="JM")

    speakers.merge(kept, other, by=editor)

    assert list(kept.aliases.values_list("name", "slug")) == [
        ("JM", None),
        ("Jay", "jay-2"),
        ("Jay (jay)", "jay"),
        ("Jeff Morgan", "jeff-morgan"),
    ]


def test_programs_may_go_on_naming_the_old_slug(editor, kept, other):
    speakers.merge(kept, other, by=editor)

    assert speakers_named(editor, ["jeff-morgan", "jeffrey-morgan", "nobody"]) == {
        "jeff-morgan": kept,
        "jeffrey-morgan": kept,
    }


def test_it_is_audited_and_a_repeat_is_told(editor, kept, other):
    stale = Speaker.objects.get(pk=other.pk)
    speakers.merge(kept, other, by=editor)

    with pytest.raises(WrongState, match="merged already"):
        speakers.merge(kept, stale, by=editor)

    row = AuditRow.objects.get(verb="merge")
    assert (row.thing_id, row.before["name"], row.before["slug"]) == (
        str(kept.pk),
        "Jeff Morgan",
        "jeff-morgan",
    )


def test_not_oneself_and_not_by_a_reporter(editor, kept, other):
    with pytest.raises(Invalid, match="same row"):
        speakers.merge(kept, kept, by=editor)
    with pytest.raises(NotAllowed):
        speakers.merge(kept, other, by=factories.make_person())
