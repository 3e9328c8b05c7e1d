"""The life of an event: what is left undone, a pause, a rehearsal, the next edition."""

import datetime
import re

import pytest
from django.utils import timezone

from coverage.models import Alert, Event, Keynote, Post, Revision
from coverage.models.alert import AlertKind
from coverage.publishing import filing, glass, life, programme, publication, review, running_order, schedule
from coverage.publishing.alerts import raise_alert
from coverage.publishing.publication import post_by_id
from coverage.record.models import EventHead, Release, ReleasedKeynote, ReleasedPicture, ReleasedPost
from media.models import Image
from newsroom.editorial.audit import AuditRow
from newsroom.editorial.errors import Invalid, NotAllowed, WrongState
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor():
    return factories.make_editor()


def test_what_nobody_has_dealt_with_is_listed(editor):
    event = factories.make_event(second_reader=True)
    filed, late, broken = (post_by_id(factories.make_post(event, by=editor).pk) for _ in range(3))
    review.submit(filed, by=editor)
    review.submit(late, by=editor)
    review.approve(late, by=factories.make_editor())
    schedule.schedule(late, by=editor, publish_at=timezone.now().replace(year=2090))
    glass.break_glass(broken, by=editor, reason="The wire has it.")
    awaited = factories.make_image(ready=False)
    factories.make_post(event, by=editor, images=[{"image": awaited, "caption": ""}])

    found = life.loose_ends(event)

    assert found.any()
    assert [list(part) for part in (found.waiting, found.scheduled, found.unsigned, found.pictures)] == [
        [filed],
        [late],
        [broken],
        [awaited],
    ]
    assert not life.loose_ends(factories.make_event()).any()


def test_a_pause_tells_readers_when_it_goes_on_until_it_does(client):
    event = factories.make_event(slug="summit")

    programme.change_event_state("pause", event, by=None, note="Back tomorrow at 09:00")
    assert "Back tomorrow at 09:00" in client.get("/events/summit/").text
    entry = Release.objects.filter(part="head").last()
    assert "Back tomorrow at 09:00" in entry.html

    programme.change_event_state("open", event, by=None)
    assert "Back tomorrow" not in client.get("/events/summit/").text


def test_a_long_note_is_refused_and_the_event_goes_on():
    event = factories.make_event()

    with pytest.raises(Invalid, match="at most 200 characters"):
        programme.change_event_state("pause", event, by=None, note="x" * 201)


def test_a_rehearsal_is_listed_nowhere_and_can_be_cleared(client, editor):
    event = factories.make_event(slug="dry-run", title="Dry run", rehearsal=True)
    keynote = factories.make_keynote(event)
    image = factories.make_image()
    post = factories.make_published(
        event, by=editor, body="<p>Testing.</p>", keynote=keynote, images=[{"image": image, "caption": ""}]
    )
    filing.update_post(post, by=editor, body="<p>Tested.</p>")
    publication.correct(post_by_id(post.pk), by=editor, note="Tested.")
    raise_alert("a", AlertKind.RELEASE, "Late", event=event, path="/")
    epoch = EventHead.objects.get().epoch
    assert client.get("/events/dry-run/").status_code == 200
    assert "Dry run" not in client.get("/").text

    assert life.clear_rehearsal(event, by=editor) == 1

    for model in (Post, Revision, ReleasedPost, Release, ReleasedPicture, Alert):
        assert not model.objects.exists(), model
    head = EventHead.objects.get()
    assert (head.state, head.seq) == ("draft", 0)
    assert head.epoch != epoch
    assert client.get("/events/dry-run/").status_code == 404
    assert Image.objects.filter(pk=image.pk).exists()
    assert event.keynotes.count() == 1
    assert AuditRow.objects.filter(verb="clear", note="1 posts").exists()
    programme.announce(event, by=editor)  # and once more
    factories.make_published(event, by=editor)


def test_a_surprise_rehearsed_is_a_surprise_still(client, editor):
    event = factories.make_event(slug="summit", rehearsal=True)
    soon = timezone.now() + datetime.timedelta(hours=1)
    started, timed, byhand = (
        factories.make_keynote(event, title=f"Surprise {name}", held=True, announce_at=at)
        for name, at in (("started", None), ("timed", soon), ("by hand", soon))
    )
    known = factories.make_keynote(event, title="Known to all")
    guest = factories.make_appearance(known, speaker=factories.make_speaker("Ada Guest"), held=True)
    running_order.start_keynote(started, by=editor)
    running_order.end_keynote(started, by=editor)
    running_order.cancel_keynote(known, by=editor)
    for thing in (byhand, guest):
        programme.announce_held(thing, by=editor)
    past = timezone.now() - datetime.timedelta(seconds=1)
    Keynote.objects.filter(pk=timed.pk).update(announce_at=past)
    schedule.release_due()

    life.clear_rehearsal(event, by=editor)
    Event.objects.filter(pk=event.pk).update(rehearsal=False)
    programme.announce(Event.objects.get(pk=event.pk), by=editor)
    schedule.release_due()

    page = client.get("/events/summit/").text
    assert ("Known to all" in page, "Surprise" in page, "Ada Guest" in page) == (True, False, False)
    rows = Keynote.objects.order_by("order").values_list("held", "announce_at", "actual_start", "actual_end")
    assert list(rows) == [
        (True, None, None, None),
        (True, None, None, None),
        (True, soon, None, None),
        (False, None, None, None),
    ]
    assert not ReleasedKeynote.objects.get().is_cancelled
    put_back = AuditRow.objects.get(verb="clear", thing_type="coverage.appearance")
    assert (put_back.thing_id, put_back.after) == (str(guest.pk), {"held": True, "announce_at": None})


def test_what_was_so_before_the_rehearsal_stays_when_it_is_cleared(editor):
    event = factories.make_event(state="draft", rehearsal=True)
    announced = factories.make_keynote(event, held=True)
    programme.announce_held(announced, by=editor)
    imported = factories.make_keynote(event, cancelled_at=timezone.now())
    programme.announce(event, by=editor)

    life.clear_rehearsal(event, by=editor)

    assert not Keynote.objects.get(pk=announced.pk).held
    assert Keynote.objects.get(pk=imported.pk).cancelled_at


def test_an_event_in_earnest_is_not_cleared(editor):
    event = factories.make_event()
    factories.make_published(event, by=editor)

    with pytest.raises(WrongState, match="in earnest"):
        life.clear_rehearsal(event, by=editor)
    with pytest.raises(NotAllowed):
        life.clear_rehearsal(event, by=factories.make_person())

    assert ReleasedPost.objects.exists()


def test_a_new_edition_takes_settings_and_people_and_nothing_that_was_written(editor):
    event = factories.make_event(
        title="Summit 2025",
        venue="Hall seven",
        second_reader=True,
        checks={"quotes": "hard"},
        default_credit="N",
    )
    reporter, gone = factories.make_person(), factories.make_person(is_active=False)
    factories.assign(reporter, event, may_publish=True)
    factories.assign(gone, event)
    factories.make_keynote(event)
    factories.make_post(event, by=editor)

    edition = life.new_edition(event, by=editor, title=" Summit 2026 ")

    assert (edition.title, edition.slug, edition.venue, edition.second_reader, edition.checks) == (
        "Summit 2026",
        "summit-2026",
        "Hall seven",
        True,
        {"quotes": "hard"},
    )
    assert list(edition.assignments.values_list("person", "may_publish")) == [(reporter.pk, True)]
    assert (edition.posts.count(), edition.keynotes.count(), edition.starts_at) == (0, 0, None)
    assert not EventHead.objects.public().filter(desk_id=edition.pk).exists()


@pytest.mark.parametrize(
    ("title", "sentence"), [("", "Name it"), ("Summit 2025", "already"), ("…", "Name it")]
)
def test_an_edition_needs_a_name_of_its_own(title, sentence, editor):
    event = factories.make_event(title="Summit 2025")

    with pytest.raises(Invalid, match=sentence):
        life.new_edition(event, by=editor, title=title)

    assert Event.objects.count() == 1


def test_last_year_s_page_is_the_same_but_for_the_link(client, editor):
    event = factories.make_event(slug="summit-2025", title="Summit 2025", state="ended")
    factories.make_published(event, by=editor)
    before = client.get("/events/summit-2025/")
    edition = life.new_edition(event, by=editor, title="Summit 2026")
    assert client.get("/events/summit-2025/").content == before.content

    programme.announce(edition, by=editor)

    after = client.get("/events/summit-2025/", headers={"If-None-Match": before["ETag"]})
    link = re.search(r'<p class="place editions">.*?</p>\n', after.text).group()
    assert '<a href="/events/summit-2026/" rel="next">Summit 2026</a>' in link
    assert after.text.replace(link, "") == before.text
    assert (
        '<a href="/events/summit-2025/" rel="prev">Summit 2025</a>' in client.get("/events/summit-2026/").text
    )


def test_a_rehearsed_edition_is_linked_nowhere(client, editor):
    event = factories.make_event(slug="summit-2025", title="Summit 2025")
    edition = life.new_edition(event, by=editor, title="Summit 2026")
    Event.objects.filter(pk=edition.pk).update(rehearsal=True)

    programme.announce(Event.objects.get(pk=edition.pk), by=editor)

    assert "Summit 2026" not in client.get("/events/summit-2025/").text
