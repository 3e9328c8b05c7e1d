"""A keynote starts, is over, is late or cancelled, and what readers see of it."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from coverage.models import Alert, Keynote, Post
from coverage.publishing import running_order, schedule
from coverage.publishing.delays import digest_of, planned_shift, shift
from coverage.publishing.publication import post_by_id
from coverage.record.models import EventHead, ReleasedKeynote, ReleasedPost
from newsroom.editorial.audit import AuditRow
from newsroom.editorial.errors import Invalid, NotAllowed, StaleState, WrongState
from tests import factories

pytestmark = pytest.mark.django_db
NINE = datetime.datetime(2026, 3, 20, 8, tzinfo=datetime.UTC)  # in Paris
HALF_HOUR = datetime.timedelta(minutes=30)
TWENTY = datetime.timedelta(minutes=20)


@pytest.fixture
def event():
    return factories.make_event(time_zone="Europe/Paris")


@pytest.fixture
def editor():
    return factories.make_editor()


def keynote_at(event, number: int = 0, **fields) -> Keynote:
    """One of half an hour, the `number`th of the day."""
    start = NINE + number * HALF_HOUR
    return factories.make_keynote(event, **{"starts_at": start, "ends_at": start + HALF_HOUR, **fields})


def programme(event) -> str:
    return EventHead.objects.get(desk_id=event.pk).programme_fragment


def again(keynote: Keynote) -> Keynote:
    return Keynote.objects.get(pk=keynote.pk)


def test_starts_now_tells_readers_at_once(event, editor):
    keynote = keynote_at(event, title="Opening keynote")

    marker = running_order.start_keynote(keynote, by=editor, at=NINE + datetime.timedelta(minutes=4))

    released = ReleasedPost.objects.get(desk_id=marker.pk)
    assert (released.headline, released.kind, released.keynote) == (
        "Opening keynote begins",
        "marker",
        keynote.slug,
    )
    assert released.happened_at == again(keynote).actual_start
    assert "On now" in programme(event)
    assert ">09:00</time></s> <time" in programme(event)
    assert ">09:04</time>–" in programme(event)


def test_the_keynotes_own_page_says_how_it_stands(event, editor, client):
    on, off = keynote_at(event, title="On stage"), keynote_at(event, 1, title="Off")
    running_order.start_keynote(on, by=editor, at=NINE + datetime.timedelta(minutes=4))
    running_order.cancel_keynote(off, by=editor)

    pages = [client.get(reverse("front:keynote", args=[event.slug, one.slug])).text for one in (on, off)]

    assert "On now" in pages[0]
    assert ">09:04</time>" in pages[0]
    assert "<h1><s>Off</s></h1>" in pages[1]
    assert "Cancelled" in pages[1]


def test_over_now_ends_on_now(event, editor):
    keynote = keynote_at(event)
    running_order.start_keynote(keynote, by=editor, at=NINE)

    running_order.end_keynote(keynote, by=editor, at=NINE + datetime.timedelta(minutes=41))

    assert "On now" not in programme(event)
    assert ">09:00</time>–<time" in programme(event)
    assert ">09:41</time>" in programme(event)
    assert ReleasedKeynote.objects.get(desk_id=keynote.pk).actual_end == again(keynote).actual_end


def test_starting_a_held_keynote_announces_it_and_no_guest(event, editor):
    keynote = keynote_at(event, title="The surprise", held=True)
    factories.make_appearance(keynote, speaker=factories.make_speaker("Grace Hopper"), held=True)
    assert not ReleasedKeynote.objects.exists()

    running_order.start_keynote(keynote, by=editor)

    assert "The surprise" in programme(event)
    assert "Grace Hopper" not in programme(event)


def test_a_mistaken_start_is_taken_back_with_its_marker(event, editor):
    keynote = keynote_at(event)
    marker = running_order.start_keynote(keynote, by=editor)

    running_order.undo_start(keynote, by=editor)

    assert again(keynote).actual_start is None
    assert "On now" not in programme(event)
    assert Post.objects.get(pk=marker.pk).state == "withdrawn"
    assert running_order.start_keynote(keynote, by=editor).pk != marker.pk


def test_a_mistaken_end_is_taken_back(event, editor):
    keynote = keynote_at(event)
    running_order.start_keynote(keynote, by=editor)
    running_order.end_keynote(keynote, by=editor)

    running_order.undo_end(keynote, by=editor)

    assert again(keynote).actual_end is None
    assert "On now" in programme(event)


def test_nothing_is_done_twice_or_before_its_turn(event, editor):
    keynote = keynote_at(event)
    with pytest.raises(WrongState, match="not begun yet"):
        running_order.end_keynote(keynote, by=editor)
    with pytest.raises(WrongState, match="not on now"):
        running_order.undo_start(keynote, by=editor)
    with pytest.raises(WrongState, match="not over"):
        running_order.undo_end(keynote, by=editor)
    with pytest.raises(WrongState, match="not cancelled"):
        running_order.uncancel_keynote(keynote, by=editor)
    running_order.start_keynote(keynote, by=editor, at=NINE)

    with pytest.raises(WrongState, match="begun already, at 09:00"):
        running_order.start_keynote(keynote, by=editor)
    with pytest.raises(WrongState, match="has begun"):
        running_order.cancel_keynote(keynote, by=editor)
    running_order.end_keynote(keynote, by=editor)
    with pytest.raises(WrongState, match="over already"):
        running_order.end_keynote(keynote, by=editor)
    assert Post.objects.count() == 1


def test_a_keynote_of_a_draft_event_does_not_start(editor):
    keynote = keynote_at(factories.make_event(state="draft"))

    with pytest.raises(WrongState, match="announce it first"):
        running_order.start_keynote(keynote, by=editor)


def test_who_runs_a_keynote(event):
    reporter, writer, publisher, stranger = (factories.make_person() for _ in range(4))
    for person in (reporter, writer):
        factories.assign(person, event)
    factories.assign(publisher, event, may_publish=True)
    first, second = keynote_at(event, writer=writer), keynote_at(event, 1, writer=stranger)

    for person, keynote in ((reporter, first), (writer, second), (stranger, second)):
        with pytest.raises(NotAllowed):
            running_order.start_keynote(keynote, by=person)
        with pytest.raises(NotAllowed):
            shift(keynote, 5, by=person)
    filed = running_order.start_keynote(first, by=writer)
    published = running_order.start_keynote(second, by=publisher)

    assert (filed.state, published.state) == ("submitted", "published")
    running_order.undo_start(first, by=writer)
    assert Post.objects.get(pk=filed.pk).state == "spiked"
    for act in (running_order.cancel_keynote, running_order.uncancel_keynote):
        with pytest.raises(NotAllowed):
            act(first, by=publisher)


def test_where_a_second_reader_is_asked_for_the_marker_waits(editor):
    keynote = keynote_at(factories.make_event(second_reader=True))

    assert running_order.start_keynote(keynote, by=editor).state == "submitted"


def test_a_cancelled_keynote_is_struck_through_and_its_posts_are_unscheduled(event, editor):
    keynote = keynote_at(event, title="The panel")
    inside, other = (factories.make_post(event, by=editor, keynote=one) for one in (keynote, None))
    for post in (inside, other):
        schedule.schedule(post_by_id(post.pk), by=editor, publish_at=timezone.now() + HALF_HOUR)

    posts = running_order.cancel_keynote(keynote, by=editor)

    assert posts == [inside]
    assert [post_by_id(post.pk).state for post in (inside, other)] == ["draft", "scheduled"]
    assert Alert.objects.get().title == f"Taken off the schedule: “{inside}”"
    assert "Cancelled" in programme(event)
    assert "<s>The panel</s>" in programme(event)
    running_order.uncancel_keynote(keynote, by=editor)
    assert "Cancelled" not in programme(event)


def test_later_keynotes_of_the_day_and_room_move_with_a_late_one(event, editor):
    over, late, later, no_room = (keynote_at(event, n, room="Hall") for n in range(4))
    Keynote.objects.filter(pk=no_room.pk).update(room="")
    elsewhere = keynote_at(event, 2, room="Loft")
    tomorrow = keynote_at(event, 48, room="Hall")
    running_order.start_keynote(over, by=editor, at=NINE)
    running_order.end_keynote(over, by=editor, at=NINE + HALF_HOUR)
    before = {k.pk: again(k).starts_at for k in (over, late, later, no_room, elsewhere, tomorrow)}

    shown = planned_shift(again(late), 20)
    moved = shift(late, 20, by=editor, seen=digest_of(shown))

    assert [one.keynote for one in moved] == [late, later, no_room]
    for keynote in (late, later, no_room):
        assert again(keynote).starts_at == before[keynote.pk] + TWENTY
        assert again(keynote).ends_at == before[keynote.pk] + TWENTY + HALF_HOUR
    for keynote in (over, elsewhere, tomorrow):
        assert again(keynote).starts_at == before[keynote.pk]
    assert ReleasedKeynote.objects.get(desk_id=later.pk).starts_at == again(later).starts_at


def test_of_what_is_on_now_only_the_end_moves(event, editor):
    keynote = keynote_at(event)
    running_order.start_keynote(keynote, by=editor, at=NINE)

    shift(keynote, 20, by=editor)

    assert (again(keynote).starts_at, again(keynote).ends_at) == (NINE, NINE + HALF_HOUR + TWENTY)
    with pytest.raises(Invalid, match="end before it begins"):
        shift(keynote, -600, by=editor)


def test_what_was_shown_and_changed_since_is_not_moved(event, editor):
    keynote = keynote_at(event)
    seen = digest_of(planned_shift(keynote, 20))
    shift(keynote, 20, by=editor, seen=seen)

    with pytest.raises(StaleState):
        shift(keynote, 20, by=editor, seen=seen)
    assert again(keynote).starts_at == NINE + TWENTY


@pytest.mark.parametrize(("minutes", "starts_at"), [(0, NINE), (601, NINE), (5, None)])
def test_a_shift_that_makes_no_sense_is_refused(minutes, starts_at, event):
    with pytest.raises(Invalid):
        planned_shift(keynote_at(event, starts_at=starts_at), minutes)


def test_keynotes_take_the_places_they_were_dragged_to(event, editor):
    a, b, c = (keynote_at(event, n, title=title) for n, title in enumerate("ABC"))
    seen = [a.pk, b.pk, c.pk]

    assert running_order.reorder(event, [c.pk, a.pk, b.pk], by=editor, seen=seen) is True

    titles = ReleasedKeynote.objects.filter(head__desk_id=event.pk).values_list("title", flat=True)
    assert list(titles) == ["C", "A", "B"]
    assert AuditRow.objects.get(verb="reorder").after == {"keynotes": ["C", "A", "B"]}
    with pytest.raises(StaleState):
        running_order.reorder(event, seen, by=editor, seen=seen)
    with pytest.raises(Invalid):
        running_order.reorder(event, [c.pk, a.pk], by=editor, seen=[c.pk, a.pk, b.pk])
    with pytest.raises(NotAllowed):
        running_order.reorder(event, seen, by=factories.make_person(), seen=[c.pk, a.pk, b.pk])


def test_every_press_is_in_the_audit(event, editor):
    keynote = keynote_at(event)
    running_order.start_keynote(keynote, by=editor, at=NINE)
    running_order.end_keynote(keynote, by=editor, at=NINE + HALF_HOUR)

    rows = AuditRow.objects.filter(thing_type="coverage.keynote", thing_id=str(keynote.pk)).order_by("id")

    assert [(row.verb, row.person_name) for row in rows] == [
        ("start", editor.username),
        ("end", editor.username),
    ]
    assert rows[1].after == {"actual_end": (NINE + HALF_HOUR).isoformat()}
