"""What may come out is decided by the database's clock, not by that of the machine that asks."""

import datetime
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import time_machine
from django.conf import settings
from django.db import connection
from django.test import RequestFactory
from django.utils import timezone

from coverage.api.clock import HEADER, correct_clock
from coverage.models import Alert, Post
from coverage.models.alert import AlertKind
from coverage.publishing import amending, glass, names, presses, previews, publication, pulse, schedule, tasks
from coverage.publishing.previews import NoPreview
from coverage.record.models import ReleasedPicture, ReleasedPost
from media import storage, sweep, texts
from media.models import Image
from newsroom import standing
from newsroom.editorial import clock, impatient
from newsroom.editorial.errors import Invalid
from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)

HOUR, MINUTE = datetime.timedelta(hours=1), datetime.timedelta(minutes=1)


@pytest.fixture(autouse=True)
def _own_clock(db):
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has no clock of its own")


@pytest.fixture
def post() -> Post:
    """Scheduled for a minute from now, the end of its embargo."""
    editor, due = factories.make_editor(), timezone.now() + MINUTE
    post = factories.make_post(factories.make_event(), by=editor, embargo_until=due)
    return schedule.schedule(publication.post_by_id(post.pk), by=editor, publish_at=due)


@contextmanager
def a_machine(by: datetime.timedelta, *, tick: bool = True) -> Iterator[None]:
    """Whose clock is wrong by so much, with a connection of its own."""
    connection.close()
    with time_machine.travel(timezone.now() + by, tick=tick):
        yield
    connection.close()


def test_a_machine_ahead_releases_nothing_early(post):
    with a_machine(HOUR):
        assert schedule.due() == []
        assert schedule.release_due() == []
        with pytest.raises(Invalid, match="embargo"):
            publication.publish(publication.post_by_id(post.pk), by=None)


def test_a_machine_behind_releases_in_time(post):
    due = timezone.now() - MINUTE
    Post.objects.filter(pk=post.pk).update(publish_at=due, embargo_until=due)

    with a_machine(-HOUR):
        released = schedule.release_due()

    post.refresh_from_db()
    assert (len(released), post.release_problem) == (1, "")


def test_what_a_machine_ahead_publishes_has_the_right_time(post):
    other = factories.make_post(post.event)

    with a_machine(HOUR):
        publication.publish(publication.post_by_id(other.pk), by=None)

    other.refresh_from_db()
    assert abs(other.first_released_at - timezone.now()) < MINUTE


@pytest.fixture
def picture() -> Image:
    """Readers may have it in a minute."""
    return factories.make_image(embargo_until=timezone.now() + MINUTE)


def correct_a_name(post: Post) -> None:
    billed = post.keynote.appearances.get()
    names.correct_billing(billed, by=factories.make_editor(), note="A letter was missing.", name="Ada")


def move(post: Post) -> None:
    amending.move(post, by=factories.make_editor())


def mark_key(post: Post) -> None:
    amending.mark_key(post, by=factories.make_editor())


@pytest.mark.parametrize("change", [correct_a_name, move, mark_key])
def test_what_a_machine_ahead_changes_shows_no_picture_early(change, picture):
    speaker = factories.make_speaker("Aa")
    keynote = factories.make_keynote(factories.make_event(), speakers=[speaker])
    shown = {"images": [{"image": picture, "caption": ""}], "speakers": [speaker]}
    post = factories.make_published(keynote.event, keynote=keynote, **shown)
    before = ReleasedPost.objects.get(desk_id=post.pk).seq

    with a_machine(HOUR):
        change(publication.post_by_id(post.pk))

    assert ReleasedPost.objects.get(desk_id=post.pk).seq > before
    assert not ReleasedPicture.objects.filter(place="shown").exists()


@pytest.mark.parametrize("wrong", [HOUR, -HOUR])
def test_a_keynote_begins_when_it_does(wrong):
    keynote, editor = factories.make_keynote(factories.make_event()), factories.make_editor()
    post = factories.make_post(keynote.event, by=editor)
    by_time = {"anchor_keynote": keynote.slug, "anchor": "actual-start", "anchor_minutes": 5}
    schedule.schedule(publication.post_by_id(post.pk), by=editor, **by_time)

    with a_machine(wrong):
        presses.press("start", keynote, by=editor)

    post.refresh_from_db()
    assert abs(post.publish_at - timezone.now() - 5 * MINUTE) < MINUTE


def test_a_machine_ahead_does_not_forget_when_a_lease_ends():
    end = timezone.now() + MINUTE
    image = factories.make_image(lease_until=end)

    with a_machine(HOUR):
        texts.note_next(image)

    image.refresh_from_db()
    assert image.due_at == end


def test_a_preview_link_ends_on_a_machine_behind():
    post, editor = factories.make_post(factories.make_event()), factories.make_editor()
    secret = previews.make_link(post, by=editor, lives=MINUTE, at=timezone.now() - 2 * MINUTE)

    with a_machine(-HOUR), pytest.raises(NoPreview):
        previews.link_named(secret)


def test_a_machine_ahead_deletes_no_young_file():
    storage.write(storage.renditions(), "nobodys/jpeg-320.jpg", b"x")

    with a_machine(3 * HOUR):
        sweep.delete_orphans()

    assert "nobodys" in storage.folders_in(storage.renditions())


def test_a_machine_ahead_gives_the_second_reader_her_half_hour():
    post = factories.make_post(factories.make_event(second_reader=True))
    glass.break_glass(publication.post_by_id(post.pk), by=factories.make_editor(), reason="It cannot wait.")

    with a_machine(HOUR):
        tasks.alert_unsigned()

    assert not Alert.objects.filter(kind=AlertKind.GLASS).exists()


def test_beat_is_heard_whoever_s_clock_is_wrong():
    with a_machine(-HOUR):
        pulse.beat()
    heard = standing.standing()
    impatient.server(settings.REDIS_URL).delete(pulse.KEY)

    assert heard.beat < standing.MOST["beat"]


def test_health_of_a_machine_ahead_is_not_late(post):
    with a_machine(HOUR):
        assert standing.standing().oldest_due == 0


def test_a_phone_that_is_right_is_not_corrected():
    pressed = timezone.now()
    request, data = RequestFactory().post("/", headers={HEADER: pressed.isoformat()}), {"pressed_at": pressed}

    with a_machine(HOUR):
        correct_clock(request, data, "pressed_at")

    assert data["pressed_at"] == pressed


@pytest.mark.parametrize("wrong", [0.9, -0.9, 0.01, 0])
def test_no_error_is_too_small(post, wrong):
    began = timezone.now()
    with a_machine(datetime.timedelta(seconds=wrong), tick=False):
        said = clock.now()

    assert began <= said <= timezone.now()


def test_a_clock_that_is_right_is_left_alone(post):
    connection.close()

    clock.now()

    assert connection.clock_ahead == clock.NONE
