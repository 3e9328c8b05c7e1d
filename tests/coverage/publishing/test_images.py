import datetime
import uuid

import pytest
from django.core.files.base import ContentFile
from django.utils import timezone

from coverage.models import Post, Revision
from coverage.publishing import filing, images, pictures, programme, publication, schedule
from coverage.record.models import EventHead, Release, ReleasedPost, WithdrawnFolder
from media import ingest, renditions
from media.models import Image
from newsroom.editorial.audit import AuditRow
from newsroom.editorial.errors import Invalid, NotAllowed, WrongState
from tests import factories
from tests.media import drawing

pytestmark = pytest.mark.django_db


def row_of(post: Post) -> ReleasedPost:
    return ReleasedPost.objects.get(desk_id=post.pk)


def change(image: Image, **columns) -> None:
    type(image).objects.filter(pk=image.pk).update(**columns)


def test_a_withdrawn_picture_leaves_every_page_and_says_which(client):
    editor, speaker = factories.make_editor(), factories.make_speaker("Grace Hopper")
    event, other = factories.make_event(), factories.make_event()
    image = factories.make_image()
    keynote = factories.make_keynote(event, title="Opening")
    first = factories.make_published(event, images=[{"image": image}], keynote=keynote, speakers=[speaker])
    second = factories.make_published(other, images=[{"image": image, "caption": "The hall"}])
    draft = factories.make_post(event, images=[{"image": image}])
    picture = row_of(first).picture_rows.get()
    folder, url = picture.folder, picture.sources[0]["url"]

    used = images.withdraw_image(image, by=editor, reason="A child is in it.")

    kinds = sorted((one.kind, bool(one.url)) for one in used)
    assert kinds == [("event", True), ("event", True), ("keynote", True), ("post", False), ("post", True),
                     ("post", True), ("speaker", True)]  # fmt: skip
    for post in (first, second):
        assert not row_of(post).picture_rows.exists()
        assert "<picture" not in row_of(post).fragment
        htmls = Release.objects.filter(public_id=row_of(post).public_id).values_list("html", flat=True)
        assert not any("<picture" in html for html in htmls if html)
    assert client.get(url).status_code == 410
    assert WithdrawnFolder.objects.filter(folder=folder).exists()
    logged = AuditRow.objects.get(verb="withdraw", thing_id=str(image.pk))
    assert (logged.person_name, logged.note) == (editor.username, "A child is in it.")
    assert len(logged.after["surfaces"]) == len(used)
    assert all(datetime.datetime.fromisoformat(one["at"]) for one in logged.after["surfaces"])
    with pytest.raises(Invalid, match="was withdrawn"):
        publication.publish(draft, by=editor)


def test_surfaces_stand_in_the_order_of_the_page_and_posts_without_a_place_last():
    event, image = factories.make_event(), factories.make_image()
    factories.make_post(event, headline="Draft", images=[{"image": image}])
    for headline in ("First", "Second"):
        factories.make_published(event, headline=headline, images=[{"image": image}])

    titles = [surface.title for surface in images.surfaces_of(image) if surface.kind == "post"]

    assert titles == ["First", "Second", "Draft"]


def test_withdrawing_a_picture_whose_only_post_is_withdrawn_works(client):
    editor, image = factories.make_editor(), factories.make_image()
    post = factories.make_published(factories.make_event(), images=[{"image": image}])
    url = row_of(post).picture_rows.get().sources[0]["url"]
    publication.withdraw(publication.post_by_id(post.pk), by=editor, reason="Wrong hall.")

    used = images.withdraw_image(image, by=editor, reason="Not ours.")

    assert [(one.kind, one.url) for one in used] == [("post", "")]
    image.refresh_from_db()
    assert (image.state, image.refusal) == ("withdrawn", "Not ours.")
    assert client.get(url).status_code == 410


def test_a_picture_taken_off_on_the_desk_alone_is_withdrawn_from_readers_too():
    editor, image = factories.make_editor(), factories.make_image()
    post = factories.make_published(factories.make_event(), images=[{"image": image}])
    filing.update_post(publication.post_by_id(post.pk), by=editor, images=[])

    images.withdraw_image(image, by=editor, reason="Not ours.")

    assert not row_of(post).picture_rows.exists()
    assert "<picture" not in row_of(post).fragment


def test_a_withdrawn_picture_leaves_the_entries_of_a_post_that_dropped_it_before():
    event, editor = factories.make_event(), factories.make_editor()
    image, other = factories.make_image(alt_text="Canary"), factories.make_image()
    post = factories.make_published(event, images=[{"image": image}])
    filing.update_post(publication.post_by_id(post.pk), by=editor, images=[{"image": other}])
    publication.publish(publication.post_by_id(post.pk), by=editor)

    images.withdraw_image(image, by=editor, reason="Not ours.")

    first, last = Release.objects.filter(public_id=row_of(post).public_id).order_by("seq")
    assert (first.html, first.blanked) == (None, True)
    assert last.html == row_of(post).fragment


def test_an_event_that_shows_a_withdrawn_picture_no_more_takes_a_number_for_what_was_blanked():
    event, editor = factories.make_event(), factories.make_editor()
    image = factories.make_image()
    post = factories.make_published(event, images=[{"image": image}])
    filing.update_post(publication.post_by_id(post.pk), by=editor, images=[])
    publication.publish(publication.post_by_id(post.pk), by=editor)
    before = EventHead.objects.get(desk_id=event.pk)

    images.withdraw_image(image, by=editor, reason="Not ours.")

    last = Release.objects.filter(head=before).order_by("seq").last()
    assert (last.seq, last.op, last.html) == (before.seq + 1, "header", before.head_fragment)


def test_a_withdrawn_post_leaves_no_note_in_an_entry_whose_picture_went_before():
    event, editor, image = factories.make_event(), factories.make_editor(), factories.make_image()
    post = publication.post_by_id(factories.make_published(event, images=[{"image": image}]).pk)
    publication.correct(post, by=editor, note="Canary note.")
    filing.update_post(post, by=editor, images=[])
    publication.publish(post, by=editor)
    images.withdraw_image(image, by=editor, reason="Not ours.")

    publication.withdraw(publication.post_by_id(post.pk), by=editor, reason="We were wrong.")

    assert "Canary" not in repr(list(Release.objects.values()))


def test_a_picture_that_never_came_and_was_deleted_holds_up_no_release():
    event, editor = factories.make_event(time_zone="UTC"), factories.make_editor()
    image = factories.make_image(ready=False)
    post = factories.make_published(event, images=[{"image": image}])
    filing.update_post(publication.post_by_id(post.pk), by=editor, images=[])
    image.delete()
    change(event, time_zone="Asia/Tokyo")

    programme.release_programme(event)

    assert "+09:00" in row_of(post).fragment
    assert not row_of(post).picture_rows.exists()


def test_bytes_of_a_withdrawn_picture_are_refused_with_the_reason():
    image = ingest.receive(ContentFile(drawing.jpeg(), "a.jpg"), image_id=uuid.uuid4(), by=None)
    images.withdraw_image(image, by=factories.make_editor(), reason="Not ours.")

    with pytest.raises(Invalid, match="Not ours"):
        ingest.receive(ContentFile(drawing.jpeg(), "b.jpg"), image_id=uuid.uuid4(), by=None)


def test_withdrawing_needs_an_editor_and_a_reason_and_happens_once():
    image, editor = factories.make_image(), factories.make_editor()

    with pytest.raises(NotAllowed):
        images.withdraw_image(image, by=factories.make_person(), reason="No.")
    with pytest.raises(Invalid):
        images.withdraw_image(image, by=editor, reason=" ")
    images.withdraw_image(image, by=editor, reason="Not ours.")
    with pytest.raises(WrongState):
        images.withdraw_image(image, by=editor, reason="Not ours.")


def test_a_reinstated_picture_comes_back_under_new_names():
    chief = factories.make_chief()
    image = factories.make_real_image(drawing.jpeg(700, 450))
    post = factories.make_published(factories.make_event(), images=[{"image": image}])
    old = row_of(post).picture_rows.get().folder
    images.withdraw_image(image, by=chief, reason="A mistake.")
    with pytest.raises(NotAllowed):
        images.reinstate_image(image, by=factories.make_editor(), reason="It was right.")

    images.reinstate_image(image, by=chief, reason="It was right.")
    renditions.make_renditions(image.pk)
    pictures.pictures_ready(image.pk)

    assert row_of(post).picture_rows.get().folder not in ("", old)


def test_words_go_out_now_and_the_picture_when_it_is_complete():
    editor, image = factories.make_editor(), factories.make_image(alt_text="")
    post = factories.make_post(factories.make_event(), images=[{"image": image}])
    with pytest.raises(Invalid, match="alternative text"):
        publication.publish(publication.post_by_id(post.pk), by=editor)

    publication.publish(publication.post_by_id(post.pk), by=editor, words_now=True)

    assert not row_of(post).picture_rows.exists()
    publication.correct(publication.post_by_id(post.pk), by=editor, note="The hall is hall 7.")
    change(image, alt_text="The stage")
    assert pictures.pictures_ready(image.pk) == 1
    assert row_of(post).picture_rows.get().alt == "The stage"


def test_a_reserved_place_closes_after_ten_minutes_and_reopens_on_arrival():
    image = factories.make_image(ready=False)
    post = factories.make_published(factories.make_event(), images=[{"image": image}])
    assert row_of(post).picture_rows.get().place == "reserved"
    assert "on its way" in row_of(post).fragment
    assert "Ada Byron" not in row_of(post).fragment
    image.refresh_from_db()
    assert image.due_at == image.place_until

    change(image, place_until=timezone.now(), due_at=timezone.now())
    assert schedule.release_due() == [f"picture {image.pk} in 1 posts"]
    assert not row_of(post).picture_rows.exists()
    assert schedule.release_due() == []

    arrived = factories.make_image()
    change(image, state="ready", same_as=arrived, width=1600, height=1000, sha256=arrived.sha256)
    assert pictures.pictures_ready(image.pk) == 1
    assert row_of(post).picture_rows.get().place == "shown"


def test_an_expired_lease_leaves_a_credited_placeholder_without_files(client):
    image = factories.make_image(thumbhash="1QcSHQRnh493V4dIh4eXh1h4kJUI")
    post = factories.make_published(factories.make_event(), images=[{"image": image}])
    url = row_of(post).picture_rows.get().sources[0]["url"]
    past = timezone.now() - datetime.timedelta(seconds=1)
    change(image, lease_until=past, due_at=past)

    assert len(schedule.release_due()) == 1

    picture = row_of(post).picture_rows.get()
    assert (picture.place, picture.sources, picture.credit) == ("expired", [], "Ada Byron/Newsroom")
    assert picture.thumbhash == ""
    assert "right to show this picture has ended" in row_of(post).fragment
    assert client.get(url).status_code == 410
    image.refresh_from_db()
    assert image.due_at is None


def test_an_expired_lease_of_a_picture_that_never_came_leaves_nothing():
    past = timezone.now() - datetime.timedelta(seconds=1)
    image = factories.make_image(ready=False, lease_until=past)

    post = factories.make_published(factories.make_event(), images=[{"image": image}])

    assert not row_of(post).picture_rows.exists()


def test_an_embargoed_picture_joins_its_post_at_its_time():
    soon = timezone.now() + datetime.timedelta(hours=1)
    image = factories.make_image(embargo_until=soon, due_at=soon)
    post = factories.make_published(factories.make_event(), images=[{"image": image}])
    assert not row_of(post).picture_rows.exists()
    assert pictures.sweep_pictures() == 0

    past = timezone.now() - datetime.timedelta(seconds=1)
    change(image, embargo_until=past, due_at=past)
    assert len(schedule.release_due()) == 1

    assert row_of(post).picture_rows.get().place == "shown"


def test_the_sweep_takes_a_picture_off_that_was_withdrawn_behind_a_release():
    image = factories.make_image()
    post = factories.make_published(factories.make_event(), images=[{"image": image}])
    change(image, state="withdrawn", refusal="Not ours.")

    assert pictures.sweep_pictures() == 1

    assert not row_of(post).picture_rows.exists()
    assert pictures.sweep_pictures() == 0


def test_a_lease_that_could_not_be_ended_is_ended_as_soon_as_it_can_be():
    event, image = factories.make_event(), factories.make_image()
    post = factories.make_published(event, images=[{"image": image}])
    past = timezone.now() - datetime.timedelta(seconds=1)
    change(image, lease_until=past, due_at=past)
    EventHead.objects.filter(desk_id=event.pk).update(state="draft")

    assert schedule.release_due() == []

    image.refresh_from_db()
    assert row_of(post).picture_rows.get().place == "shown"
    assert image.due_at > timezone.now()
    EventHead.objects.filter(desk_id=event.pk).update(state="live")
    assert len(schedule.release_due(image.due_at)) == 1
    assert row_of(post).picture_rows.get().place == "expired"


def test_a_fault_on_one_post_holds_up_no_other_and_is_looked_at_again():
    event, now = factories.make_event(), timezone.now()
    image = factories.make_image(embargo_until=now + datetime.timedelta(hours=1))
    broken, sound = (
        factories.make_published(event, images=[{"image": image, "caption": ""}]) for _ in range(2)
    )
    Revision.objects.filter(post=broken).update(content={})
    change(image, embargo_until=now, due_at=now)

    assert pictures.look_again(image.pk, at=now) == 1

    assert row_of(sound).picture_rows.get().place == "shown"
    assert Image.objects.get().due_at == now + pictures.AGAIN
    assert pictures.sweep_pictures() == 0
