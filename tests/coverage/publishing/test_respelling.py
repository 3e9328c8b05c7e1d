"""A misspelt name, corrected in one go wherever it stands."""

from datetime import timedelta

import pytest
from django.utils import timezone

from coverage.models import Event, Speaker
from coverage.publishing import filing, publication, respelling, review, schedule
from coverage.publishing.publication import post_by_id
from coverage.publishing.spelling import Respelling
from coverage.record.models import Release, ReleasedAppearance, ReleasedPost
from newsroom.editorial.errors import Invalid, NotAllowed
from tests import factories

pytestmark = pytest.mark.django_db
OLD, NEW, NOTE = "Jeffery Morgan", "Jeffrey Morgan", "We misspelt the name of Jeffrey Morgan."
SPELLING = Respelling(OLD, NEW)
WORDS = f"<p>Here comes {OLD}.</p>"


@pytest.fixture
def event():
    return factories.make_event(slug="summit")


@pytest.fixture
def editor():
    return factories.make_editor(byline="Ed Marsh")


@pytest.fixture
def morgan():
    return factories.make_speaker(OLD)


@pytest.fixture
def panel(event, morgan):
    return factories.make_keynote(event, speakers=[morgan])


def correct_all(morgan, editor, **changes):
    """As the page does with everything ticked."""
    found = respelling.posts(morgan, SPELLING)
    given = {
        "billed": {one.thing.pk: one.thing.name for one in respelling.billings(morgan, SPELLING)},
        "chosen": {one.thing.pk: one.thing.version for one in found},
        "shown": [one.thing.pk for one in respelling.pictures(SPELLING)],
        **changes,
    }
    return respelling.correct_name(morgan, SPELLING, by=editor, note=NOTE, **given)


def released(post) -> ReleasedPost:
    return ReleasedPost.objects.get(desk_id=post.pk)


def notes(post) -> list[str]:
    return [one["note"] for one in released(post).corrections]


def test_every_place_of_a_post_is_found_and_previewed(event, editor, morgan):
    image = factories.make_image()
    quote = {"speaker": None, "attribution": OLD, "text": f"I am {OLD}.", "verbatim": True}
    post = factories.make_post(
        event,
        headline=f"{OLD} speaks",
        body=WORDS,
        quotes=[quote],
        images=[{"image": image, "caption": f"{OLD} on stage."}],
    )
    factories.make_post(event, body=f'<p><a href="https://a.example/{OLD}">a link</a></p>')

    (found,) = respelling.posts(morgan, SPELLING)

    assert found.thing == post
    assert [label for label, _ in found.marks] == ["Headline", "Text", "Quote", "Whose words", "Caption"]
    assert found.marks[1][1] == f"Here comes <del>{OLD}</del> <ins>{NEW}</ins>."


def test_one_go_corrects_billing_posts_and_present_name(event, editor, morgan, panel):
    printed = factories.make_published(event, speakers=[morgan])
    written = factories.make_published(event, headline=f"{OLD} speaks", body=WORDS)
    both = factories.make_published(event, body=WORDS, speakers=[morgan])
    draft = factories.make_post(event, body=WORDS)

    row = correct_all(morgan, editor)

    for post in (printed, written, both):
        assert notes(post) == [NOTE]
        assert OLD not in released(post).fragment
    assert post_by_id(draft.pk).body == WORDS.replace(OLD, NEW)
    assert Speaker.objects.get().name == NEW
    assert ReleasedAppearance.objects.get().name == NEW
    assert row.after["left"] == []
    assert len(row.after["done"]) == 5


def test_doing_it_twice_does_it_once(event, editor, morgan, panel):
    post = factories.make_published(event, body=WORDS, speakers=[morgan])
    draft = factories.make_post(event, body=WORDS)
    ticked = {"chosen": {post.pk: 1, draft.pk: 1}, "billed": {panel.appearances.get().pk: OLD}, "shown": []}
    ticked["chosen"][post.pk] = post_by_id(post.pk).version
    correct_all(morgan, editor, **ticked)
    entries = Release.objects.count()

    assert correct_all(morgan, editor, **ticked) is None
    assert (notes(post), Release.objects.count()) == ([NOTE], entries)
    assert post_by_id(draft.pk).revisions.count() == 2


def test_what_cannot_be_corrected_is_left_with_a_reason_and_holds_up_no_other(event, editor, morgan):
    pending = factories.make_published(event, by=editor, body=WORDS)
    filing.update_post(post_by_id(pending.pk), by=editor, headline="Not yet")
    withdrawn = factories.make_published(event, body=WORDS)
    publication.withdraw(post_by_id(withdrawn.pk), by=editor, reason="Wrong.")
    spiked = factories.make_post(event, body=WORDS)
    review.spike(post_by_id(spiked.pk), by=editor)
    careful = factories.make_event(second_reader=False)
    read = factories.make_published(careful, body=WORDS)
    Event.objects.filter(pk=careful.pk).update(second_reader=True)
    good = factories.make_published(event, body=WORDS)

    reasons = {one.thing.pk: one.why_left for one in respelling.posts(morgan, SPELLING)}
    row = correct_all(morgan, editor)

    assert "changes that are not released" in reasons[pending.pk]
    assert "withdrawn" in reasons[withdrawn.pk]
    assert "put aside" in reasons[spiked.pk]
    assert "second reader" in reasons[read.pk]
    assert reasons[good.pk] == ""
    assert [one["why"] for one in row.after["left"]] == [
        reasons[p.pk] for p in (pending, withdrawn, spiked, read)
    ]
    assert (notes(good), notes(pending), notes(read)) == ([NOTE], [], [])
    assert post_by_id(read.pk).review == ""


def test_a_post_changed_after_it_was_seen_is_left(event, editor, morgan):
    post = factories.make_post(event, by=editor, body=WORDS)
    filing.update_post(post_by_id(post.pk), by=editor, headline="Meanwhile")

    row = correct_all(morgan, editor, chosen={post.pk: 1})

    assert [one["why"] for one in row.after["left"]] == ["Somebody changed it meanwhile: look at it again."]
    assert post_by_id(post.pk).body == WORDS


def test_a_scheduled_post_keeps_its_time(event, editor, morgan):
    post = factories.make_post(event, body=WORDS)
    at = timezone.now() + timedelta(hours=1)
    schedule.schedule(post_by_id(post.pk), by=editor, publish_at=at)

    correct_all(morgan, editor)

    post = post_by_id(post.pk)
    assert (post.state, post.publish_at) == ("scheduled", at)
    assert NEW in post.pinned_revision.content["body"]


def test_who_is_billed_nowhere_is_corrected_as_named(event, editor, morgan):
    named = factories.make_published(event, body="<p>A guest.</p>", speakers=[morgan])
    both = factories.make_published(event, body=WORDS, speakers=[morgan])

    correct_all(morgan, editor)

    for post in (named, both):
        assert notes(post) == [NOTE]
        assert released(post).speakers.get().name == NEW
        assert OLD not in released(post).fragment


def test_a_pictures_own_words_are_corrected(event, editor, morgan):
    image = factories.make_image(caption=f"{OLD} on stage.", alt_text=f"{OLD} at a lectern")

    correct_all(morgan, editor)

    image.refresh_from_db()
    assert (image.caption, image.alt_text) == (f"{NEW} on stage.", f"{NEW} at a lectern")


def test_what_was_not_ticked_stays(event, editor, morgan, panel):
    post = factories.make_published(event, body=WORDS, speakers=[morgan])

    correct_all(morgan, editor, chosen={}, billed={}, shown=[])

    assert OLD in released(post).fragment
    assert Speaker.objects.get().name == NEW


@pytest.mark.parametrize(
    ("old", "new", "note", "sentence"),
    [
        ("", NEW, NOTE, "the spelling that was wrong"),
        (OLD, OLD, NOTE, "another that is right"),
        (OLD, "", NOTE, "Give the right spelling"),
        ("Jeffery", "Jeffery M.", NOTE, "holds the wrong one"),
        (OLD, NEW, " ", "Say what was wrong"),
    ],
)
def test_nonsense_is_refused(old, new, note, sentence, editor, morgan):
    given = {"billed": {}, "chosen": {}, "shown": []}

    with pytest.raises(Invalid, match=sentence):
        respelling.correct_name(morgan, Respelling(old, new), by=editor, note=note, **given)


def test_a_reporter_may_not(event, morgan):
    with pytest.raises(NotAllowed):
        correct_all(morgan, factories.make_person())


@pytest.mark.parametrize("count", [1, 3])
def test_looking_costs_no_query_for_each_post(count, event, morgan, django_assert_num_queries):
    for _ in range(count):
        factories.make_published(event, body=WORDS, speakers=[morgan])

    with django_assert_num_queries(7):
        assert len(respelling.posts(morgan, SPELLING)) == count
