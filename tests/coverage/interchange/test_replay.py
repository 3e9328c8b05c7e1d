"""A replay: what readers of an event see comes out again, live, in an unlisted copy, and nothing else does."""

import datetime
import uuid

import pytest
from django.utils import timezone

from coverage.interchange import replay
from coverage.interchange.replay import Step, begin, pauses, steps_of
from coverage.interchange.replay_copies import clear_copies
from coverage.models import Appearance, Event, Keynote, Post
from coverage.publishing import filing, images, programme, publication, review
from coverage.publishing.publication import post_by_id
from coverage.record.models import EventHead, Op, Release, ReleasedPost
from media.models import Image, Rendition
from newsroom.editorial.audit import AuditRow
from tests import factories
from tests.coverage.interchange.replays import corrected, minutes, published, replayed

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor():
    return factories.make_editor(byline="Edith Marsh")


@pytest.fixture
def event():
    return factories.make_event(slug="summit", title="Summit", venue="Hall seven")


def test_posts_come_out_again_in_the_order_of_their_first_release(event, editor):
    published(event, editor, 20, body="<p>Late to the hall.</p>", happened_at=minutes(-30))
    published(event, editor, 10, body="<p>Doors open.</p>")

    rows = replayed(event, editor)

    assert [row.body for row in rows] == ["<p>Doors open.</p>", "<p>Late to the hall.</p>"]
    assert all(timezone.now() - row.happened_at < datetime.timedelta(minutes=1) for row in rows)


def test_a_post_comes_out_as_readers_have_it(event, editor):
    ada = factories.make_speaker("Ada Guest")
    keynote = factories.make_keynote(event, speakers=[ada], title="The opening")
    reporter = factories.make_person(byline="Rosa Lind")
    factories.assign(reporter, event)
    image = factories.make_image()
    post = published(
        event,
        reporter,
        0,
        kind="photo",
        headline="Ada walks on",
        keynote=keynote,
        key_event=True,
        speakers=[ada],
        quotes=[
            {"speaker": ada, "text": "Hello.", "verbatim": True},
            {"attribution": "a guest", "text": "It is full."},
        ],
        images=[{"image": image, "caption": "Ada."}],
    )
    publication.pin(post_by_id(post.pk), by=editor)
    files = Image.objects.count(), Rendition.objects.count()

    [row] = replayed(event, editor)

    was = ReleasedPost.objects.get(desk_id=post.pk)
    same = (
        *("kind", "headline", "body", "byline", "quotes", "key_event", "pinned"),
        *("keynote", "keynote_title", "sponsor"),
    )
    assert {name: getattr(row, name) for name in same} == {name: getattr(was, name) for name in same}
    assert [one.name for one in row.speakers.all()] == ["Ada Guest"]
    assert row.pictures() == was.pictures()
    assert (Image.objects.count(), Rendition.objects.count()) == files
    copy = Post.objects.get(pk=row.desk_id)
    assert (copy.author, copy.event.slug) == (reporter, "summit-replay-1")
    hands = AuditRow.objects.filter(thing_id=str(copy.pk), verb__in=["create", "submit", "publish"])
    assert list(hands.order_by("id").values_list("verb", "person_id")) == [
        ("create", reporter.pk),
        ("submit", reporter.pk),
        ("publish", editor.pk),  # she may not publish at the original
    ]


def test_an_unknown_minute_stays_unknown(event, editor):
    published(event, editor, 0, time_unknown=True)

    [row] = replayed(event, editor)

    assert row.happened_at is None
    assert "<time" not in row.fragment


def test_the_copy_is_unlisted_and_has_nothing_that_is_held_back(client, event, editor):
    organisation = factories.make_organisation("Acme")
    guest, known = factories.make_speaker("Secret Guest"), factories.make_speaker("Known Speaker")
    keynote = factories.make_keynote(event, title="The opening", sponsor=organisation)
    factories.make_appearance(
        keynote, speaker=known, job_title="Director", organisation=organisation, by_video=True
    )
    factories.make_appearance(keynote, speaker=guest, held=True)
    factories.make_keynote(event, title="Secret keynote", held=True, speakers=[guest])
    published(event, editor, 0, body="<p>Doors open.</p>", keynote=keynote)
    factories.make_post(event, by=editor, body="<p>Secret draft.</p>")
    post = published(event, editor, 1, body="<p>Secret withdrawn.</p>")
    publication.withdraw(post_by_id(post.pk), by=editor, reason="Wrong.")
    pending = published(event, editor, 2, body="<p>Second.</p>")
    filing.update_post(post_by_id(pending.pk), by=editor, body="<p>Secret change.</p>")

    replayed(event, editor)

    page = client.get("/events/summit-replay-1/")
    assert "Secret" not in page.text
    for words in (
        "Summit (replay 1)",
        "Hall seven",
        "The opening",
        "Sponsored by Acme",
        "Doors open",
        "Second.",
    ):
        assert words in page.text
    assert '<meta name="robots" content="noindex">' in page.text
    assert "replay" not in client.get("/").text + client.get("/sitemap.xml").text
    copied = Appearance.objects.get(keynote__event__slug="summit-replay-1")
    assert (copied.name, copied.job_title, copied.organisation_name, copied.by_video) == (
        "Known Speaker",
        "Director",
        "Acme",
        True,
    )
    assert not Post.objects.filter(event__slug="summit-replay-1").exclude(state="published").exists()


def test_nothing_is_added_to_how_somebody_was_billed(event, editor):
    ada = factories.make_speaker("Ada Guest")
    keynote = factories.make_keynote(event, speakers=[ada])
    published(event, editor, 0, keynote=keynote, speakers=[ada])
    type(ada).objects.filter(pk=ada.pk).update(job_title="Secret new job")

    [row] = replayed(event, editor)

    assert Appearance.objects.get(keynote__event__slug="summit-replay-1").job_title == ""
    assert [one.job_title for one in row.speakers.all()] == [""]


def test_somebody_billed_nowhere_is_not_printed_as_she_is_today(event, editor):
    ada = factories.make_speaker("Ada Guest", job_title="Engineer")
    quotes = [{"speaker": ada, "text": "Hello.", "verbatim": True}]
    published(event, editor, 0, speakers=[ada], quotes=quotes)
    same = replayed(event, editor)
    type(ada).objects.filter(pk=ada.pk).update(job_title="Secret new job")

    changed = replayed(event, editor)

    assert [one.job_title for one in same[0].speakers.all()] == ["Engineer"]
    assert "Secret" not in changed[0].fragment
    assert changed[0].quotes == [{"text": "Hello.", "verbatim": True, "attribution": "Ada Guest, Engineer"}]


def test_what_holds_posts_back_at_the_original_holds_nothing_back_here(editor):
    event = factories.make_event(slug="summit", second_reader=True)
    keynote = factories.make_keynote(event)
    post = factories.make_post(event, by=editor, quotes=[{"attribution": "a guest", "text": "Hm."}])
    review.submit(post_by_id(post.pk), by=editor)
    review.approve(post_by_id(post.pk), by=factories.make_editor())
    publication.publish(post_by_id(post.pk), by=editor)
    Event.objects.filter(pk=event.pk).update(checks={"quotes": "hard", "keynote": "hard"})

    rows = replayed(Event.objects.get(pk=event.pk), editor)

    assert len(rows) == 1
    assert Keynote.objects.filter(slug=keynote.slug).count() == 2


@pytest.mark.parametrize("gone", [{"is_active": False}, {"byline": "Rosa Lind-Okoye"}])
def test_words_of_somebody_who_left_keep_her_name(event, editor, gone):
    reporter = factories.make_person(byline="Rosa Lind")
    factories.assign(reporter, event, may_publish=True)
    published(event, reporter, 0)
    type(reporter).objects.filter(pk=reporter.pk).update(**gone)

    [row] = replayed(event, editor)

    assert row.byline == "Rosa Lind"
    assert Post.objects.get(pk=row.desk_id).author == (reporter if "byline" in gone else None)


def test_a_post_without_a_name_gets_none(event, editor):
    nameless = factories.make_editor()
    published(event, nameless, 0)
    type(nameless).objects.filter(pk=nameless.pk).update(byline="Secret Name")

    [row] = replayed(event, editor)

    assert row.byline == ""


def test_a_correction_follows_at_its_distance_and_corrects_what_was_wrong(event, editor):
    corrected(event, editor)
    published(event, factories.make_editor(), 5)
    assert [(step.at, step.correction) for step in steps_of(event)] == [
        (minutes(0), None),
        (minutes(4), 0),
        (minutes(5), None),
        (minutes(6), 1),
    ]

    rows = replayed(event, editor)

    entries = Release.objects.filter(public_id=rows[0].public_id)
    told = [
        (one.op, one.note, "Old words" in one.html, "New words" in one.html, "Words never" in one.html)
        for one in entries
    ]
    assert told == [
        (Op.PUBLISH, "", True, False, False),
        (Op.CORRECT, "Old was wrong.", False, True, False),
        (Op.CORRECT, "And a note.", False, True, False),
    ]
    assert [(said["note"], said["signed"]) for said in rows[0].corrections] == [
        ("Old was wrong.", "Edith Marsh"),
        ("And a note.", "Edith Marsh"),
    ]


def test_words_that_a_correction_removed_stay_away(event, editor):
    corrected(event, editor, remove_old=True)

    [row] = replayed(event, editor)

    assert [said["note"] for said in row.corrections] == ["Old was wrong.", "And a note."]
    said = "".join(Release.objects.filter(head=row.head).values_list("html", flat=True))
    assert "New words" in said
    assert "Old words" not in said
    assert "Old words" not in str(list(Post.objects.get(pk=row.desk_id).revisions.values_list("content")))


def test_what_is_taken_back_during_the_replay_does_not_come_out(event, editor):
    first, second = published(event, editor, 0), published(event, editor, 1, body="<p>Gone.</p>")
    playing = begin(event, by=editor)
    steps = playing.play([0.0, 0.0])
    next(steps)

    publication.withdraw(post_by_id(second.pk), by=editor, reason="Wrong.")

    assert next(steps).refused == "readers cannot see it any more"
    assert list(playing.released) == [first.pk]


def test_a_copy_cleared_meanwhile_ends_the_replay(event, editor):
    published(event, editor, 0)
    published(event, editor, 1)
    playing = begin(event, by=editor)
    steps = playing.play([0.0, 0.0])
    next(steps)

    clear_copies("summit", by=editor)

    with pytest.raises(replay.Cleared):
        next(steps)


def test_what_the_desk_did_to_a_copied_post_is_said_and_the_replay_goes_on(event, editor):
    corrected(event, editor)
    published(event, editor, 9)
    playing = begin(event, by=editor)
    steps = playing.play([0.0] * 4)
    next(steps)

    [copied] = playing.released.values()
    publication.withdraw(post_by_id(copied), by=editor, reason="Tried.")

    refused = [done.refused for done in steps]
    assert "works on: published" in refused[0]
    assert refused[2] == ""


def test_the_rhythm_is_the_original_s_divided_by_the_speed():
    steps = [Step(minutes(at), uuid.uuid4()) for at in (0, 2, 2, 7, 600)]

    assert pauses(steps, speed=60, longest=30) == [0, 2, 0, 5, 30]
    assert pauses(steps, speed=0.5, longest=1e9)[1] == 240
    assert pauses(steps, speed=float("inf"), longest=30) == [0] * 5


def test_it_waits_before_each_post_for_as_long_as_it_was(event, editor):
    for at in (0, 1, 4):
        published(event, editor, at)
    playing, waited = begin(event, by=editor), []

    list(playing.play(pauses(playing.steps, speed=60, longest=2), wait=waited.append))

    assert waited == [1, 2]


def test_a_picture_withdrawn_everywhere_goes_from_the_copy_too(event, editor):
    image = factories.make_image()
    published(event, editor, 0, images=[{"image": image, "caption": ""}])
    [row] = replayed(event, editor)
    assert row.picture_rows.exists()

    images.withdraw_image(image, by=editor, reason="Not ours.")

    assert not row.picture_rows.exists()


def test_a_replay_of_a_cancelled_keynote_says_so(event, editor):
    keynote = factories.make_keynote(event, title="The closing", cancelled_at=timezone.now())
    programme.release_programme(event)
    published(event, editor, 0)

    replayed(event, editor)

    head = EventHead.objects.get(slug="summit-replay-1")
    assert [(one.slug, one.is_cancelled) for one in head.keynotes.all()] == [(keynote.slug, True)]
