"""A picture is erased: its files, every word about it, and its place in each post that shows or showed it."""

import uuid

import pytest
from django.core.management import CommandError

from coverage.erasing import pictures
from coverage.models import Event, Post, Revision
from coverage.publishing import filing, images, publication
from coverage.publishing.publication import post_by_id
from coverage.record.models import EventHead, Release, ReleasedPost
from media import renditions, storage, texts
from media.models import Image, PartialUpload, Rendition
from media.resuming import begin, take
from newsroom.editorial.audit import AuditRow
from newsroom.editorial.people import User
from tests import factories
from tests.coverage.api.conftest import Program
from tests.coverage.desk.pages import change_url, client_of, open_form
from tests.coverage.erasing.canary import WORD, places
from tests.coverage.erasing.doors import send_picture

pytestmark = pytest.mark.django_db


@pytest.fixture
def image(reporter) -> Image:
    """Sent by a program, with the word in every text, its name and inside its file."""
    key = uuid.uuid4()
    assert send_picture(Program(reporter), key) == 201
    return Image.objects.get(pk=key)


def live_through(image: Image, event: Event, editor: User) -> list[Post]:
    """In two posts, one of which dropped it again, and in a draft; described anew, copied, and sent once more."""
    held = {"image": image, "caption": f"A caption of the post that says {WORD}"}
    shows = factories.make_published(event, headline="It shows one", by=editor, images=[held])
    showed = factories.make_published(factories.make_event(), headline="It showed one", images=[held])
    factories.make_post(event, body="<p>A draft.</p>", images=[held])
    texts.describe(
        image, by=editor, caption=f"A newer {WORD} caption of it", licensor_url=f"https://{WORD}.example/"
    )
    renditions.make_renditions(image.pk)
    publication.rerelease(post_by_id(shows.pk))
    filing.update_post(post_by_id(showed.pk), by=editor, images=[])
    publication.publish(post_by_id(showed.pk), by=editor)
    assert send_picture(Program(editor), uuid.uuid4()) == 200
    send = {"length": 1000, "sha256": "0" * 64, "name": f"{WORD}.jpg"}
    upload, _ = begin(
        image.pk, by=image.uploaded_by, **send, given={"caption": f"{WORD} to come"}, is_original=True
    )
    take(upload, WORD.encode(), offset=0)
    return [shows, showed]


def test_nothing_of_a_picture_is_left_and_its_posts_stay(image, event, editor, client, erase):
    posts = live_through(image, event, editor)
    name = Image.objects.get(pk=image.pk).public_name
    files = [
        source["url"]
        for post in posts[:1]
        for row in shown(post).picture_rows.all()
        for source in row.sources
    ]
    epochs = dict(EventHead.objects.values_list("desk_id", "epoch"))
    assert {place.partition("/")[0] for place in places() if "/" in place} >= {
        "originals",
        "renditions",
        "partials",
    }

    out = erase("picture", name)

    assert places() == []
    assert [client.get(file).status_code for file in files] == [410] * len(files)
    assert len(files) > 2
    for post in posts:
        page = client.get(f"/events/{shown(post).head.slug}/posts/{post.public_id}/")
        assert (page.status_code, "<picture" in page.text) == (200, False)
        assert EventHead.objects.get(desk_id=post.event_id).epoch != epochs[post.event_id]
    assert "It shows one" in out
    assert not PartialUpload.objects.exists()
    assert not Rendition.objects.exists()
    assert storage.files_in(storage.originals(), str(image.pk)) == []
    row = AuditRow.objects.get(verb="erase")
    assert (row.person_name, row.thing_type, row.thing_id) == ("carla", "media.image", str(image.pk))


def shown(post: Post) -> ReleasedPost:
    return ReleasedPost.objects.get(desk_id=post.pk)


def test_stopped_at_any_step_nothing_is_erased_and_the_next_run_erases_all(
    image, event, editor, erase, monkeypatch
):
    live_through(image, event, editor)
    planted = places()

    def stop(act) -> None:
        raise RuntimeError("the power went")

    for number in range(len(pictures.STEPS) + 1):
        with monkeypatch.context() as patched:
            patched.setattr(pictures, "STEPS", (*pictures.STEPS[:number], stop, *pictures.STEPS[number:]))
            with pytest.raises(RuntimeError):
                erase("picture", image.pk)
        assert places() == planted

    erase("picture", image.pk)

    assert places() == []


def test_a_withdrawn_picture_is_erased_by_its_old_address(image, event, editor, client, erase):
    post = factories.make_published(event, by=editor, images=[{"image": image}])
    url = shown(post).picture_rows.get().sources[0]["url"]
    images.withdraw_image(image, by=editor, reason=f"{WORD} asked for it")

    erase("picture", url.split("/")[2])

    assert places() == []
    assert client.get(url).status_code == 410


def test_an_erased_picture_is_not_filled_again(image, reporter, erase):
    erase("picture", image.pk)

    assert send_picture(Program(reporter), image.pk) == 409
    assert places() == []


def test_a_post_of_nothing_but_the_picture_stays_at_its_address(image, event, editor, client, erase):
    post = factories.make_published(event, by=editor, body="", images=[{"image": image}])

    erase("picture", image.pk)

    assert client.get(f"/events/summit/posts/{post.public_id}/").status_code == 200
    assert Revision.objects.get(post=post).content["images"] == [{"image": str(image.pk), "caption": ""}]


def test_entries_of_other_posts_keep_their_words(image, event, editor, erase):
    other = factories.make_published(event, by=editor, headline="Elsewhere")
    factories.make_published(event, by=editor, images=[{"image": image}])

    erase("picture", image.pk)

    assert "Elsewhere" in Release.objects.get(public_id=other.public_id).html


def test_an_unknown_picture_is_said_to_be_unknown(erase):
    with pytest.raises(CommandError, match="There is no picture"):
        erase("picture", "0" * 32)


def test_a_post_that_was_open_brings_no_caption_back(image, event, editor, erase):
    post = factories.make_published(
        event, by=editor, images=[{"image": image, "caption": f"The {WORD} caption"}]
    )
    desk = client_of(editor)
    fields = open_form(desk, post)
    assert WORD in " ".join(fields.values())

    erase("picture", image.pk)

    assert desk.post(change_url(post), fields).status_code == 409
    assert places() == []
