import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from coverage.models import Appearance, Event, Keynote
from coverage.publishing import filing, programme, publication
from coverage.record.models import EventHead, ReleasedKeynote, ReleasedPost
from newsroom.editorial.errors import Invalid, NotAllowed, WrongState
from tests import factories

pytestmark = pytest.mark.django_db


def head(event) -> EventHead:
    return EventHead.objects.get(desk_id=event.pk)


def test_a_draft_event_has_nothing_in_the_record_but_its_counter():
    event = factories.make_event(state="draft", title="Canary")
    factories.make_keynote(event, title="Canary keynote", speakers=[factories.make_speaker()])

    assert not ReleasedKeynote.objects.exists()
    assert not EventHead.objects.exclude(title="", slug=None).exists()


def test_an_event_goes_through_its_life():
    event, editor = factories.make_event(state="draft"), factories.make_editor()

    states = [
        programme.change_event_state(verb, event, by=editor).state
        for verb in ("announce", "open", "pause", "open", "end", "reopen", "end")
    ]

    assert states == ["planned", "live", "paused", "live", "ended", "live", "ended"]
    assert [e.part for e in head(event).entries.order_by("seq")].count("head") == 7
    with pytest.raises(WrongState, match="ended"):
        programme.announce(event, by=editor)
    with pytest.raises(NotAllowed):
        programme.change_event_state("reopen", event, by=factories.make_person())


def test_what_readers_know_cannot_be_held_back_again():
    event = factories.make_event()
    keynote = factories.make_keynote(event, speakers=[factories.make_speaker()])
    for thing in (keynote, keynote.appearances.get()):
        type(thing).objects.filter(pk=thing.pk).update(held=True)
        with pytest.raises(Invalid, match="cannot be held back any more"):
            programme.release_programme(event)
        type(thing).objects.filter(pk=thing.pk).update(held=False)


def test_a_time_of_announcement_that_is_past_is_refused():
    keynote = Keynote(
        event=factories.make_event(), slug="k", title="K", held=True, announce_at=timezone.now()
    )

    with pytest.raises(ValidationError, match="past"):
        keynote.full_clean()


def test_an_event_loaded_before_somebody_renamed_it_takes_nothing_back():
    event = factories.make_event(state="planned", title="Old")
    stale = Event.objects.get(pk=event.pk)
    Event.objects.filter(pk=event.pk).update(title="New")
    programme.release_programme(Event.objects.get(pk=event.pk))

    programme.open_event(stale, by=None)

    assert head(event).title == "New"


def test_a_change_no_fragment_prints_is_an_entry_all_the_same():
    event = factories.make_event()
    keynote = factories.make_keynote(event, summary="Old summary")
    before = head(event).seq
    Keynote.objects.filter(pk=keynote.pk).update(summary="New summary")

    assert programme.release_programme(event) is True
    assert head(event).seq == before + 1
    assert programme.release_programme(event) is False


def test_a_changed_time_zone_is_printed_by_every_post():
    event = factories.make_event(time_zone="UTC")
    post = factories.make_published(event)
    before = ReleasedPost.objects.get(desk_id=post.pk).fragment
    Event.objects.filter(pk=event.pk).update(time_zone="Asia/Tokyo")

    programme.release_programme(event)

    after = ReleasedPost.objects.get(desk_id=post.pk).fragment
    assert "+09:00" in after
    assert "+09:00" not in before


def test_who_is_named_already_may_become_a_surprise_guest_and_the_post_goes_on():
    event, editor = factories.make_event(), factories.make_editor()
    speaker = factories.make_speaker("Grace Hopper", job_title="Rear admiral")
    post = factories.make_published(event, by=editor, speakers=[speaker])
    surprise = factories.make_keynote(event, held=True)
    factories.make_appearance(surprise, speaker=speaker, held=True, job_title="Guest of honour")

    publication.correct(publication.post_by_id(post.pk), by=editor, note="A word.")

    fragment = ReleasedPost.objects.get(desk_id=post.pk).fragment
    assert "Rear admiral" in fragment
    assert "Guest of honour" not in fragment
    with pytest.raises(Invalid, match="Grace Hopper: not announced"):
        factories.make_published(event, by=editor, speakers=[speaker])


def test_a_name_corrected_reaches_the_released_post_whatever_waits_on_the_desk():
    event, editor = factories.make_event(), factories.make_editor()
    speaker = factories.make_speaker("Jeffery Morgan")
    keynote = factories.make_keynote(event, speakers=[speaker])
    post = factories.make_published(event, by=editor, keynote=keynote, speakers=[speaker])
    filing.update_post(publication.post_by_id(post.pk), by=editor, speakers=[])
    Appearance.objects.filter(speaker=speaker).update(name="Jeffrey Morgan")

    programme.release_programme(event)

    assert "Jeffrey Morgan" in ReleasedPost.objects.get(desk_id=post.pk).fragment
