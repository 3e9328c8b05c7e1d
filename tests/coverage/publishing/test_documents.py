"""What the search looks through follows the record, in the transaction of each verb, and can be made anew."""

import importlib
from io import StringIO

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection, transaction

from coverage.models import Keynote
from coverage.publishing import amending, filing, images, life, programme, publication, speakers
from coverage.record import documents, searching
from coverage.record.document import Document, Kind
from coverage.record.models import EventHead, ReleasedPost
from coverage.record.query import understood
from tests import factories

pytestmark = pytest.mark.django_db
migration = importlib.import_module("coverage.record.migrations.0008_search")


@pytest.fixture
def event():
    return factories.make_event(title="Summit", city="Paris")


@pytest.fixture
def chief():
    return factories.make_chief(byline="Ada Byron")


def found(typed: str, **which) -> list[str]:
    """The kinds of what is found."""
    return sorted(hit.kind for hit in searching.look_up(understood(typed), list(Kind), most=100, **which))


def kept() -> list[tuple]:
    rows = Document.objects.order_by("kind", "title_words", "text_words")
    columns = ("kind", "head", "post", "keynote", "appearance", "position", "title_words", "text_words")
    return list(rows.values_list(*columns))


def loaded(post):
    return publication.post_by_id(post.pk)


def test_a_post_is_found_by_everything_readers_see_of_it(event, chief):
    vera = factories.make_speaker("Vera Rubin")
    keynote = factories.make_keynote(event, title="Opening")
    factories.make_published(
        event, by=chief, headline="Headline", body="<p>Body &amp; <em>soul</em></p>", byline="Jo Writer",
        keynote=keynote, speakers=[vera], quotes=[{"attribution": "a guest", "text": "Quoted."}],
        images=[{"image": factories.make_image(alt_text="A stage.", credit="Lens"), "caption": "Caption."}],
    )  # fmt: skip

    for word in (
        "headline",
        "body",
        "soul",
        "writer",
        "rubin",
        "guest",
        "quoted",
        "stage",
        "lens",
        "caption",
    ):
        assert found(word) == ["post"], word
    assert found("opening") == ["keynote", "post"]
    assert found("em") == found("amp") == []


def test_what_readers_have_is_found_and_not_what_waits(event, chief):
    post = factories.make_published(event, by=chief, body="<p>wind</p>")
    factories.make_post(event, by=chief, body="<p>canary</p>")
    filing.update_post(loaded(post), by=chief, body="<p>canary</p>")
    assert (found("wind"), found("canary")) == (["post"], [])

    publication.publish(loaded(post), by=chief)

    assert (found("wind"), found("canary")) == ([], ["post"])


def test_the_note_of_a_correction_is_not_looked_through(event, chief):
    post = factories.make_published(event, by=chief, body="<p>canary</p>")
    filing.update_post(loaded(post), by=chief, body="<p>wind</p>")

    publication.correct(loaded(post), by=chief, note="It was no canary.")

    assert (found("wind"), found("canary")) == (["post"], [])


def test_a_withdrawn_post_is_not_found_until_it_is_reinstated(event, chief):
    post = factories.make_published(event, by=chief, headline="canary", body="<p>canary</p>")

    publication.withdraw(loaded(post), by=chief, reason="A canary.")
    assert found("canary") == []
    assert not Document.objects.filter(kind=Kind.POST).exists()

    publication.reinstate(loaded(post), by=chief, reason="It was right.")
    assert found("canary") == ["post"]


def test_a_withdrawn_picture_takes_its_words_along(event, chief):
    picture = factories.make_image(alt_text="A canary.")
    factories.make_published(event, by=chief, images=[{"image": picture}])
    assert found("canary") == ["post"]

    images.withdraw_image(picture, by=chief, reason="Wrong.")

    assert found("canary") == []


def test_a_moved_post_is_found_at_its_new_event(event, chief):
    post, other = factories.make_published(event, by=chief, body="<p>wind</p>"), factories.make_event()
    heads = [EventHead.objects.get(desk_id=one.pk) for one in (event, other)]

    amending.move(loaded(post), by=chief, event=other.slug)

    assert [found("wind", head=head) for head in heads] == [[], ["post"]]


def test_what_is_held_back_is_not_found_until_it_is_announced(event, chief):
    guest = factories.make_speaker("Canary Guest")
    keynote = factories.make_keynote(event, title="Canary keynote", speakers=[guest], held=True)
    assert found("canary") == []

    programme.announce_held(keynote, by=chief)

    assert found("canary") == ["keynote", "speaker"]


def test_a_keynote_is_found_as_it_is_announced_now(event):
    keynote = factories.make_keynote(event, title="Wind", speakers=[factories.make_speaker("Vera")])

    Keynote.objects.filter(pk=keynote.pk).update(title="Rain", summary="Of the sea.")
    programme.release_programme(event)
    assert [found(word) for word in ("wind", "rain", "sea", "vera")] == [
        [],
        ["keynote"],
        ["keynote"],
        ["speaker"],
    ]

    Keynote.objects.get(pk=keynote.pk).delete()
    programme.release_programme(event)
    assert found("rain") == found("vera") == []


def test_a_merged_speaker_is_found_once(event, chief):
    kept_one, other = factories.make_speaker("Vera Rubin"), factories.make_speaker("V. Rubin")
    factories.make_keynote(event, speakers=[kept_one, other])
    assert found("rubin") == ["speaker", "speaker"]

    speakers.merge(kept_one, other, by=chief)

    assert found("rubin") == ["speaker"]


def test_an_event_is_found_once_announced_and_under_its_present_name(event):
    factories.make_event(state="draft", title="Canary")
    assert (found("summit"), found("paris"), found("canary")) == (["event"], ["event"], [])

    event.title, event.summary = "Congress", "Rain is expected."
    event.save()
    programme.release_programme(event)

    assert [found(word) for word in ("summit", "congress", "rain")] == [[], ["event"], ["event"]]


def test_a_rehearsal_is_never_found_and_cleared_leaves_nothing(event, chief):
    rehearsal = factories.make_event(title="canary", rehearsal=True)
    factories.make_keynote(rehearsal, title="canary", speakers=[factories.make_speaker("canary")])
    factories.make_published(rehearsal, by=chief, body="<p>canary</p>")
    assert found("canary") == []

    life.clear_rehearsal(rehearsal, by=chief)

    assert not Document.objects.filter(text_words__contains="canary").exists()
    assert not Document.objects.filter(title_words__contains="canary").exists()


def test_a_release_that_fails_leaves_the_search_as_it_was(event, chief):
    post = factories.make_published(event, by=chief, body="<p>wind</p>")
    before = kept()
    filing.update_post(loaded(post), by=chief, body="<p>canary</p>")

    with transaction.atomic():
        publication.publish(loaded(post), by=chief)
        transaction.set_rollback(True)

    assert kept() == before
    assert (found("wind"), found("canary")) == (["post"], [])


def test_keeping_and_forgetting_a_post_cost_one_query_each(event, chief, django_assert_num_queries):
    row = ReleasedPost.objects.get(desk_id=factories.make_published(event, by=chief).pk)

    with django_assert_num_queries(1):
        documents.keep_post(row, [], [])
    with django_assert_num_queries(1):
        documents.forget_post(row)


@pytest.fixture
def newsroom(event, chief):
    """Something of each kind, and what must not come back."""
    keynote = factories.make_keynote(event, speakers=[factories.make_speaker()], summary="Of the sea.")
    factories.make_keynote(event, title="canary", held=True)
    for number in range(3):
        factories.make_published(event, by=chief, headline=f"Headline {number}", keynote=keynote)
    factories.make_published(event, by=chief, images=[{"image": factories.make_image()}])
    gone = factories.make_published(event, by=chief, body="<p>canary</p>")
    publication.withdraw(loaded(gone), by=chief, reason="A canary.")
    factories.make_post(factories.make_event(state="draft", title="canary"), by=chief, body="<p>canary</p>")


@pytest.mark.parametrize("batch", [2, 200])
def test_all_is_made_anew_from_the_record(newsroom, monkeypatch, batch):
    monkeypatch.setattr(documents, "BATCH", batch)
    before = kept()
    Document.objects.filter(kind=Kind.KEYNOTE).delete()
    Document.objects.filter(kind=Kind.POST).update(text_words="canary")

    assert documents.rebuild() == len(before)

    assert kept() == before
    assert (found("canary"), found("headline")) == ([], ["post"] * 3)


def test_the_command_says_how_many(newsroom):
    Document.objects.all().delete()
    said = StringIO()

    call_command("rebuild_search", stdout=said)

    assert said.getvalue() == f"{len(kept())} documents can be found\n"
    assert len(kept()) == 7


def test_the_migration_finds_what_was_released_before(newsroom):
    before = kept()
    Document.objects.all().delete()

    migration.make_documents(apps, connection.schema_editor())

    assert kept() == before


def test_the_index_can_be_taken_down_and_made_again(newsroom):
    """As a later migration of this table has to on SQLite, where a table that is altered loses its triggers."""
    connection.check_constraints()  # PostgreSQL alters no table that has checks to come

    for step in (migration.drop_index, migration.make_index):
        step(apps, connection.schema_editor())

    assert found("headline") == ["post"] * 3
    Document.objects.filter(kind=Kind.POST).update(title_words="wind")
    assert (found("headline"), found("wind")) == ([], ["post"] * 4)
