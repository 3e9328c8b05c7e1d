"""A page's share card: given with the words, exchanged with them, and taken back with them."""

from datetime import timedelta

import pytest
import time_machine
from celery.exceptions import SoftTimeLimitExceeded
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage, storages
from django.db import connection, transaction
from django.utils import timezone
from PIL import ImageFont

from coverage.models import Event, Keynote
from coverage.publishing import amending, card_drawing, cards, filing, life, names, programme, publication
from coverage.publishing.head import head_of
from coverage.record.cards import drawing
from coverage.record.models import CARDS, EventHead, ReleasedKeynote, ReleasedPost, ShareCard, WithdrawnFolder
from media import storage
from media.models import Image
from tests import factories

pytestmark = pytest.mark.django_db
RENAME = 27  # queries


@pytest.fixture
def editor():
    return factories.make_editor()


@pytest.fixture
def event():
    return factories.make_event(title="The Summit")


@pytest.fixture
def post(event):
    return factories.make_published(event, headline="Canary", body="<p>Words.</p>")


def row_of(post) -> ReleasedPost:
    return ReleasedPost.objects.get(desk_id=post.pk)


def card_of(post) -> ShareCard:
    return ShareCard.objects.get(post__desk_id=post.pk)


def again(post):
    return publication.post_by_id(post.pk)


def gone() -> dict[str, bool]:
    """By folder: whether its words were taken back."""
    return dict(WithdrawnFolder.objects.filter(image=None).values_list("folder", "withdrawn"))


def files() -> list[str]:
    return storages["renditions"].listdir("cards")[1]


def test_a_released_post_names_its_card(post):
    card = card_of(post)

    assert row_of(post).card == {
        "url": f"/pictures/{card.folder}/card.png",
        "width": 1200,
        "height": 630,
        "alt": "Canary",
    }
    assert (card.says["text"], card.says["event"], card.drawn_at) == ("Canary", "The Summit", None)
    assert len(card.folder) == 32


def test_what_is_not_released_has_none(event, editor):
    filing.create_post(event, by=editor, headline="Canary", body="<p>Words.</p>")
    factories.make_keynote(event, title="Canary", held=True)

    assert [card.says["text"] for card in ShareCard.objects.all()] == ["The Summit"]


def test_a_post_with_a_picture_has_its_picture_and_one_with_a_quote_its_card(event):
    images = [{"image": factories.make_image(), "caption": ""}]
    quotes = [{"attribution": "a guest", "text": "Yes.", "verbatim": True}]

    plain = factories.make_published(event, images=images)
    quoting = factories.make_published(event, images=images, quotes=quotes)

    assert row_of(plain).card["url"].endswith("/jpeg-960.jpg")
    assert row_of(quoting).card["url"].endswith("/card.png")
    assert card_of(quoting).says["text"] == "Yes."


def test_a_card_goes_when_the_picture_comes(event):
    image = factories.make_image(credit="")
    post = factories.make_post(event, images=[{"image": image, "caption": ""}], headline="Look")
    publication.publish(again(post), by=None, words_now=True)
    before = card_of(post).folder

    Image.objects.filter(pk=image.pk).update(credit="Ada Byron")
    publication.rerelease(again(post), "picture")

    assert row_of(post).card["url"].endswith("/jpeg-960.jpg")
    assert gone() == {before: False}


def test_the_same_words_keep_their_card(post, editor):
    before = card_of(post).folder

    filing.update_post(again(post), by=editor, body="<p>Other words.</p>")
    publication.publish(again(post), by=editor)

    assert card_of(post).folder == before
    assert gone() == {}


def test_other_words_are_another_card_and_the_old_one_is_gone(post, editor):
    before = card_of(post).folder

    filing.update_post(again(post), by=editor, headline="Corrected")
    publication.correct(again(post), by=editor, note="It was no canary.")

    assert card_of(post).says["text"] == "Corrected"
    assert gone() == {before: False}
    assert "anary" not in str(ShareCard.objects.values())
    assert row_of(post).card["url"] == f"/pictures/{card_of(post).folder}/card.png"


def test_a_withdrawn_posts_card_goes_with_its_file(post, editor, django_capture_on_commit_callbacks):
    card_drawing.draw_waiting()
    card = card_of(post)
    assert f"{card.folder}.png" in files()

    with django_capture_on_commit_callbacks(execute=True):
        publication.withdraw(again(post), by=editor, reason="It was wrong.")

    assert not ShareCard.objects.filter(pk=card.pk).exists()
    assert row_of(post).card is None
    assert gone() == {card.folder: True}
    assert f"{card.folder}.png" not in files()


def test_a_reinstated_post_has_a_card_under_another_name(post, editor):
    before = card_of(post).folder
    publication.withdraw(again(post), by=editor, reason="A doubt.")

    publication.reinstate(again(post), by=factories.make_chief(), reason="It was unfounded.")

    assert card_of(post).folder != before
    assert card_of(post).says["text"] == "Canary"


def rename(event, title: str) -> None:
    Event.objects.filter(pk=event.pk).update(title=title)
    programme.release_programme(event)


def test_an_event_of_another_title_renews_the_cards_of_its_posts(event, post):
    before = {card.folder for card in ShareCard.objects.all()}

    rename(event, "The Meeting")
    card_drawing.sweep()

    assert {card.says["event"] for card in ShareCard.objects.exclude(post=None)} == {"The Meeting"}
    assert head_of(event).card["alt"] == "The Meeting"
    assert gone().keys() == before
    assert row_of(post).card["url"] == f"/pictures/{card_of(post).folder}/card.png"


@pytest.mark.django_db(transaction=True)
def test_renewing_them_takes_a_number_for_a_hundred_and_one_message(event, monkeypatch):
    for _ in range(3):
        factories.make_keynote(event)
        factories.make_published(event)
    monkeypatch.setattr(card_drawing, "BATCH", 2)

    with transaction.atomic():
        rename(event, "The Meeting")
        waiting = [work for _, work, _ in connection.run_on_commit]
    seq = head_of(event).seq
    card_drawing.exchange()

    assert waiting.count(cards.Hint(head_of(event).pk)) == 1
    assert {card.says["event"] for card in ShareCard.objects.exclude(post=None)} == {"The Meeting"}
    assert head_of(event).seq == seq + 2


@pytest.mark.parametrize("count", [1, 3])
def test_a_rename_does_not_wait_for_the_cards_of_its_posts(event, count, django_assert_num_queries):
    for _ in range(count):
        factories.make_published(event)

    with django_assert_num_queries(RENAME):
        rename(event, "The Meeting")


def test_an_event_that_has_its_old_title_back_keeps_the_cards_of_its_posts(event, post):
    before = card_of(post).folder

    rename(event, "The Meeting")
    rename(event, "The Summit")
    card_drawing.exchange()

    assert (card_of(post).folder, card_of(post).stale) == (before, False)


def test_a_post_that_moves_has_a_card_of_its_new_event(post, editor):
    other = factories.make_event(title="Elsewhere")

    amending.move(again(post), by=editor, event=other.slug)

    assert (card_of(post).says["event"], card_of(post).head) == ("Elsewhere", head_of(other))


def test_a_keynotes_card_follows_who_is_on_stage_as_billed(event, editor):
    keynote = factories.make_keynote(event, title="Opening")
    appearance = factories.make_appearance(keynote, speaker=factories.make_speaker("Vera C."))
    before = ShareCard.objects.get(keynote__desk_id=keynote.pk)

    names.correct_billing(appearance, by=editor, note="It is K.", name="Vera K.")

    card = ShareCard.objects.get(keynote__desk_id=keynote.pk)
    assert (before.says["people"], card.says["people"]) == ([["Vera C.", ""]], [["Vera K.", ""]])
    assert card.keynote.card["alt"] == "Opening – Vera K."
    assert before.folder in gone()


def test_a_deleted_keynotes_card_is_gone(event):
    keynote = factories.make_keynote(event, title="Opening")
    folder = ShareCard.objects.get(keynote__desk_id=keynote.pk).folder

    Keynote.objects.filter(pk=keynote.pk).delete()
    programme.release_programme(event)

    assert gone() == {folder: False}
    assert not ShareCard.objects.filter(folder=folder).exists()


def test_a_cleared_rehearsals_cards_serve_nobody(client, editor):
    rehearsal = factories.make_event(rehearsal=True)
    post = factories.make_published(rehearsal)
    card_drawing.draw_waiting()
    address = row_of(post).card["url"]
    assert client.get(address).status_code == 200

    life.clear_rehearsal(rehearsal, by=editor)

    assert client.get(address).status_code == 404


class Interrupted(FileSystemStorage):
    """A folder that lets something happen when a file is to be written."""

    meanwhile = None

    def path(self, name: str) -> str:
        happens, self.meanwhile = self.meanwhile, None
        if happens:
            happens()
        return super().path(name)


def test_a_card_taken_away_while_it_was_drawn_leaves_no_file(post, editor, tmp_path):
    card, storages._storages["renditions"] = card_of(post), Interrupted(location=tmp_path)
    storages["renditions"].meanwhile = lambda: publication.withdraw(again(post), by=editor, reason="Wrong.")

    assert not card_drawing.draw(card)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


@pytest.fixture
def no_letters(monkeypatch):
    """As if the fonts were lost: nothing can be drawn."""
    monkeypatch.setattr(drawing, "FONTS", drawing.FONTS / "nowhere")
    drawing.font.cache_clear()
    yield
    drawing.font.cache_clear()


@pytest.mark.parametrize("error", [MemoryError, SoftTimeLimitExceeded])
def test_a_worker_without_time_or_memory_is_told_so(post, no_letters, monkeypatch, error):
    def truetype(file, size):
        raise error

    monkeypatch.setattr(ImageFont, "truetype", truetype)

    with pytest.raises(error):
        card_drawing.draw(card_of(post))
    assert (card_of(post).tries, card_of(post).drawn_at) == (1, None)


def test_cards_are_drawn_once(post):
    assert card_drawing.draw_waiting(head_of(post.event).pk) == 2  # the event's and the post's
    assert card_drawing.draw_waiting() == 0
    assert sorted(files()) == sorted(f"{card.folder}.png" for card in ShareCard.objects.all())


def test_two_workers_do_not_draw_the_same_card(post, tmp_path):
    card, said = card_of(post), []
    storages._storages["renditions"] = Interrupted(location=tmp_path)
    storages["renditions"].meanwhile = lambda: said.append(card_drawing.draw(card_of(post)))

    said.append(card_drawing.draw(card))

    assert said == [False, True]
    assert card_of(post).tries == 1


def test_a_killed_workers_card_is_drawn_by_another_two_minutes_later(post):
    now = timezone.now()
    ShareCard.objects.filter(post__desk_id=post.pk).update(tries=1, claimed_at=now)

    assert not card_drawing.draw(card_of(post))
    with time_machine.travel(now + timedelta(minutes=3)):
        assert card_drawing.draw(card_of(post))


def test_a_newsroom_called_otherwise_has_its_cards_exchanged(event, post, settings):
    factories.make_keynote(event, title="Opening")
    before, seq = set(ShareCard.objects.values_list("folder", flat=True)), head_of(event).seq
    settings.NEWSROOM_NAME = "The Hall"

    card_drawing.sweep()
    card_drawing.sweep()

    cards_now = ShareCard.objects.all()
    assert {card.says["house"] for card in cards_now} == {"The Hall"}
    assert set(gone()) == before
    assert len(cards_now) == len(before) == 3
    assert row_of(post).card["url"] == f"/pictures/{card_of(post).folder}/card.png"
    assert not cards_now.filter(drawn_at=None).exists()
    assert head_of(event).seq == seq + 2


def test_one_that_cannot_be_drawn_holds_up_no_other(event, post, caplog):
    ShareCard.objects.filter(post__desk_id=post.pk).update(says={"text": "no house"})

    drawn = [card_drawing.draw_waiting() for _ in range(2)]

    assert drawn == [1, 0]
    assert caplog.text.count("could not be drawn") == 2


@pytest.mark.parametrize("how", ["it cannot be drawn", "it kills its worker"])
def test_one_that_is_given_up_is_named_by_no_page(client, event, editor, post, no_letters, caplog, how):
    factories.make_keynote(event, title="Opening")
    address, page = row_of(post).card["url"], f"/events/{event.slug}/posts/{row_of(post).public_id}/"
    before, seq = client.get(page).text, head_of(event).seq

    if how == "it kills its worker":
        ShareCard.objects.update(tries=3, claimed_at=timezone.now() - timedelta(minutes=3))
        card_drawing.sweep()
    drawn = [card_drawing.draw_waiting() for _ in range(4)]

    head = head_of(event)
    assert drawn == [0, 0, 0, 0]
    assert caplog.text.count("is given up") == 3
    assert (row_of(post).card, head.card, head.keynotes.get().card) == (None, None, None)
    assert head.seq == seq + 3
    assert address in before
    assert "/static/share-card.png" in (after := client.get(page).text)
    assert address not in after
    assert client.get(address).status_code == 404
    filing.update_post(again(post), by=editor, body="<p>Other words.</p>")
    publication.publish(again(post), by=editor)
    assert row_of(post).card is None


def test_a_lost_file_is_drawn_again_and_a_stray_one_deleted(post):
    card_drawing.draw_waiting()
    card = card_of(post)
    storages["renditions"].delete(card.file)
    storages["renditions"].save("cards/stray.png", ContentFile(b"words"))

    with time_machine.travel("2040-01-01T00:00:00Z"):
        card_drawing.tidy()

    card.refresh_from_db()
    assert card.drawn_at is None
    assert "stray.png" not in files()
    assert card_drawing.draw_waiting() == 1


class Listed(FileSystemStorage):
    """A folder that lets something happen once it was listed."""

    afterwards = None

    def listdir(self, path: str) -> tuple[list[str], list[str]]:
        found, (happens, self.afterwards) = super().listdir(path), (self.afterwards, None)
        if happens:
            happens()
        return found


def test_what_is_drawn_or_taken_away_while_it_is_tidied_is_neither_lost_nor_a_stray(post, tmp_path):
    files = storages._storages["renditions"] = Listed(location=tmp_path)
    for name in ("kept", "stray"):
        files.save(f"cards/{name}.png", ContentFile(b"words"))

    def meanwhile():
        card_drawing.draw(card_of(post))
        files.delete("cards/kept.png")

    files.afterwards = meanwhile
    with time_machine.travel("2040-01-01T00:00:00Z"):
        card_drawing.tidy()

    assert card_of(post).drawn_at
    assert files.listdir("cards")[1] == [f"{card_of(post).folder}.png"]


def test_media_leaves_the_folder_of_cards_alone():
    assert storage.APART == CARDS


def make_old(event) -> None:
    """As an older newsroom released it: without cards, and without what machines are told."""
    ShareCard.objects.all().delete()
    ReleasedPost.objects.update(card=None, title="", structured="")
    ReleasedKeynote.objects.update(card=None)
    EventHead.objects.filter(desk_id=event.pk).update(card=None, structured="")


def test_what_was_released_before_there_were_cards_gets_them_once(event, post):
    keynote = factories.make_keynote(event)
    make_old(event)
    head = head_of(event)

    card_drawing.sweep()
    card_drawing.sweep()

    after = head_of(event)
    assert after.seq == head.seq + 2
    assert after.card["alt"] == "The Summit"
    assert row_of(post).card["alt"] == "Canary"
    assert ShareCard.objects.filter(keynote__desk_id=keynote.pk, drawn_at__isnull=False).exists()


@pytest.mark.django_db(transaction=True)
def test_cards_given_late_are_kept_when_the_worker_is_stopped_in_the_middle(event, monkeypatch):
    for number in range(3):
        factories.make_published(event, headline=f"Nr {number}")
    make_old(event)
    ReleasedPost.objects.filter(headline="Nr 0").update(quotes=["no quote"])
    monkeypatch.setattr(card_drawing, "BATCH", 2)

    with pytest.raises(TypeError):
        card_drawing.give_cards(event.pk)
    first = {row.headline for row in ReleasedPost.objects.exclude(card=None)}
    ReleasedPost.objects.update(quotes=[])
    card_drawing.give_cards(event.pk)

    assert first == {"Nr 1", "Nr 2"}
    assert not ReleasedPost.objects.filter(card=None).exists()
    assert head_of(event).structured
