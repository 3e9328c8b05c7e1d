"""What an event checks before a post is published."""

import pytest

from coverage.models import Post
from coverage.publishing import checks, filing, glass, publication, schedule
from coverage.publishing.publication import post_by_id
from coverage.record.models import ReleasedPost
from newsroom.editorial.errors import Invalid
from tests import factories

pytestmark = pytest.mark.django_db
QUOTE = {"speaker": None, "attribution": "a panellist", "text": "Yes.", "verbatim": True, "checked": False}
SENTENCES = {
    "note": "The desk’s note is still open: “Who said so?”",
    "keynote": "No keynote is chosen: choose one, or say that it is not in a keynote.",
    "quotes": "A quote is not compared with the recording yet.",
}


@pytest.fixture
def editor():
    return factories.make_editor()


def failing(event, editor) -> Post:
    """A post that fails every check."""
    factories.make_keynote(event)
    post = factories.make_post(event, by=editor, quotes=[QUOTE])
    Post.objects.filter(pk=post.pk).update(note="Who said so?")
    return post_by_id(post.pk)


def test_soft_checks_are_said_and_hold_nothing_back(editor):
    post = failing(factories.make_event(), editor)

    found = checks.points(post, post.latest_revision().content)
    publication.publish(post, by=editor)

    assert {point.check.name: point.sentence for point in found} == SENTENCES
    assert {point.level for point in found} == {"soft"}


@pytest.mark.parametrize("name", SENTENCES)
def test_a_hard_check_holds_a_post_back_from_every_way_out(name, editor):
    event = factories.make_event(checks={name: "hard"})
    post = failing(event, editor)
    field = next(check.field for check in checks.CHECKS if check.name == name)

    for way in (
        lambda: publication.publish(post, by=editor),
        lambda: schedule.schedule(post, by=editor, publish_at=post.created_at.replace(year=2090)),
    ):
        with pytest.raises(Invalid) as refused:
            way()
        assert refused.value.errors == {field: [SENTENCES[name]]}
    assert not ReleasedPost.objects.exists()


def test_neither_breaking_the_glass_nor_a_correction_goes_round_a_hard_check(editor):
    event = factories.make_event(second_reader=True, checks={"quotes": "hard"})
    post = failing(event, editor)
    with pytest.raises(Invalid):
        glass.break_glass(post, by=editor, reason="The wire has it.")
    type(event).objects.update(second_reader=False, checks={})
    post = publication.publish(post_by_id(post.pk), by=editor)
    type(event).objects.update(checks={"quotes": "hard"})

    with pytest.raises(Invalid):
        publication.correct(post_by_id(post.pk), by=editor, note="Wrong.")


@pytest.mark.parametrize("level", ["off", "soft"])
def test_a_check_that_is_off_says_nothing(level, editor):
    post = failing(factories.make_event(checks=dict.fromkeys(SENTENCES, level)), editor)

    found = checks.points(post, post.latest_revision().content)

    assert len(found) == {"off": 0, "soft": 3}[level]


def test_not_in_a_keynote_is_a_choice(editor):
    event = factories.make_event(checks={"keynote": "hard"})
    keynote = factories.make_keynote(event)
    post = post_by_id(factories.make_post(event, by=editor).pk)

    filing.update_post(post, by=editor, outside_keynote=True)
    assert Post.objects.get().outside_keynote
    filing.update_post(post, by=editor, keynote=keynote)
    assert not Post.objects.get().outside_keynote
    filing.update_post(post, by=editor, keynote=None, outside_keynote=True)

    assert publication.publish(post, by=editor).state == "published"


def test_an_event_without_keynotes_asks_for_none(editor):
    post = factories.make_post(factories.make_event(checks={"keynote": "hard"}), by=editor)

    assert publication.publish(post_by_id(post.pk), by=editor).state == "published"
