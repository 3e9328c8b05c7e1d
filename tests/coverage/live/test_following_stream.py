"""An open page and the stream: real sockets, the real script, and whatever can happen to either."""

import pytest
from playwright.sync_api import expect

from coverage.publishing import filing, programme, publication
from coverage.record.models import EventHead, Release, ReleasedPost
from tests.coverage.front.summit import released
from tests.coverage.live.conftest import SITE

pytestmark = [pytest.mark.django_db, pytest.mark.any_database, pytest.mark.xdist_group("browser")]

CHECK = 61  # seconds: within these an open page asks `live.json` also while it has a stream
MARK = "document.querySelector('main').marked = true"
MARKED = "document.querySelector('main').marked"


@pytest.fixture
def said(streams):
    """Sends everybody the record's entries from a number on, the last one alone if none is given."""

    def say(*numbers: int, epoch: str | None = None) -> None:
        head = EventHead.objects.get()
        entries = Release.objects.filter(seq__in=numbers or [head.seq]).order_by("seq")
        streams.send(epoch or head.epoch, *[entry.as_entry() for entry in entries])

    return say


@pytest.fixture
def follower(reader, streams, event, release):
    """A page with one post and its stream, whose clock a test moves."""
    release(event, "<p>one</p>", minute=1)
    reader.offer(streams)
    reader.page.clock.install()
    reader.open()
    reader.page.evaluate(MARK)
    reader.until(lambda: len(streams.open) == 1)
    reader.pass_time(1)
    return reader


def cursor() -> str:
    head = EventHead.objects.get()
    return f"{head.epoch}-{head.seq}"


def shows(reader, words: str):
    """Waits until the newest post says it."""
    expect(reader.page.locator("#posts article").first).to_contain_text(words)


def test_message_is_applied_without_a_question(follower, streams, event, release, said):
    asked = follower.asked.count("live.json")
    assert [stream.after for stream in streams.all] == [cursor()]

    release(event, "<p>two</p>", minute=2)
    said()
    shows(follower, "two")
    follower.pass_time(20)

    assert follower.posts() == ["two", "one"]
    assert follower.asked.count("live.json") == asked
    assert follower.page.evaluate(MARKED)


def test_every_kind_of_entry_comes_by_the_stream(follower, event, release, chief, said):
    post = released(release(event, "<p>two</p>", minute=2)).desk_id
    said()
    publication.pin(publication.post_by_id(post), by=chief)
    said()
    expect(follower.page.locator("#pinned article")).to_contain_text("two")
    publication.unpin(publication.post_by_id(post), by=chief)
    said()
    shows(follower, "two")
    event.title = "The Summit, day two"
    event.save()
    programme.release_programme(event)
    head = EventHead.objects.get().seq
    said(head - 1, head)
    expect(follower.page.locator("h1")).to_have_text("The Summit, day two")
    publication.withdraw(publication.post_by_id(post), by=chief, reason="It was never two.")
    said()
    shows(follower, "This post was withdrawn: It was never two.")


def test_entries_that_come_twice_are_harmless(follower, event, release, chief, said):
    two = release(event, "<p>two</p>", minute=2)
    seq = EventHead.objects.get().seq
    said(seq)
    shows(follower, "two")
    filing.update_post(publication.post_by_id(two.pk), by=chief, body="<p>two, edited</p>")
    publication.publish(publication.post_by_id(two.pk), by=chief)
    said(seq + 1)
    shows(follower, "two, edited")

    said(seq)
    release(event, "<p>three</p>", minute=3)
    said()
    shows(follower, "three")

    assert follower.posts() == ["three", "two, edited", "one"]


def test_gap_heals_by_one_question(follower, streams, event, release, said):
    asked = follower.asked.count("live.json")
    release(event, "<p>lost</p>", minute=2)
    release(event, "<p>three</p>", minute=3)
    seq = EventHead.objects.get().seq
    release(event, "<p>four</p>", minute=4)

    said(seq, seq + 1)
    shows(follower, "four")
    follower.pass_time(20)

    assert follower.posts() == ["four", "three", "lost", "one"]
    assert follower.asked.count("live.json") == asked + 1
    assert len(streams.all) == 1


def test_a_page_that_is_told_to_move_on_has_a_stream_again_in_a_second(
    follower, streams, event, release, said
):
    streams.say("event: again\ndata: elsewhere")
    follower.until(lambda: not streams.open)
    follower.pass_time(1)
    follower.until(lambda: streams.open)

    release(event, "<p>two</p>", minute=2)
    said()
    shows(follower, "two")

    assert [stream.after for stream in streams.all][1:] == [streams.all[0].after]


def test_resync_heals_and_opens_again(follower, streams, event, release):
    asked = follower.asked.count("live.json")
    release(event, "<p>two</p>", minute=2)

    streams.say("event: resync\ndata: ")
    follower.until(lambda: not streams.open)
    follower.pass_time(2)
    shows(follower, "two")
    assert follower.asked.count("live.json") > asked
    follower.pass_time(8)

    follower.until(lambda: len(streams.open) == 1)
    assert [stream.after for stream in streams.all][1:] == [cursor()]


def test_stream_that_ends_is_opened_again_after_a_while(follower, streams, event, release, said):
    streams.end()
    follower.until(lambda: not streams.open)
    release(event, "<p>two</p>", minute=2)
    follower.pass_time(8)
    follower.until(lambda: len(streams.open) == 1)
    asked = follower.asked.count("live.json")

    release(event, "<p>three</p>", minute=3)
    said()
    shows(follower, "three")
    follower.pass_time(20)

    assert follower.posts() == ["three", "two", "one"]
    assert follower.asked.count("live.json") == asked


def test_reader_for_whom_there_is_no_place_polls(reader, streams, event, release):
    streams.full = True
    reader.offer(streams)
    reader.page.clock.install()
    reader.open()
    reader.until(lambda: streams.refused)

    release(event, "<p>one</p>", minute=1)
    reader.pass_time(5)
    shows(reader, "one")
    reader.pass_time(55)
    assert 2 <= len(streams.refused) <= 6  # each time it waits longer
    expect(reader.page.locator("#connection")).to_be_hidden()
    streams.full = False
    reader.pass_time(70)

    reader.until(lambda: len(streams.open) == 1)


def test_silent_stream_is_noticed_and_replaced(follower, streams, event, release):
    release(event, "<p>two</p>", minute=2)

    follower.pass_time(CHECK)
    shows(follower, "two")
    follower.pass_time(12)

    follower.until(lambda: len(streams.open) == 1)
    assert [stream.after for stream in streams.all][1:] == [cursor()]


def test_quiet_stream_is_kept(follower, streams):
    asked = follower.asked.count("live.json")

    follower.pass_time(2 * CHECK)

    assert 2 <= follower.asked.count("live.json") - asked <= 4
    assert len(streams.all) == 1


def test_stream_without_a_connection_is_given_up_and_told(follower, streams):
    follower.lost = True

    follower.pass_time(CHECK + 20)

    expect(follower.page.locator("#connection")).to_be_visible()
    follower.until(lambda: not streams.open)
    follower.lost = False
    follower.pass_time(70)
    expect(follower.page.locator("#connection")).to_be_hidden()
    follower.until(lambda: len(streams.open) == 1)


def test_hidden_tab_gives_up_the_stream_after_a_minute(follower, streams, event, release):
    follower.hide()
    follower.pass_time(50)
    assert len(streams.open) == 1

    follower.pass_time(12)
    follower.until(lambda: not streams.open)
    asked = follower.asked.count("live.json")
    follower.pass_time(60)
    assert 1 <= follower.asked.count("live.json") - asked <= 4
    assert len(streams.all) == 1

    release(event, "<p>two</p>", minute=2)
    follower.hide(False)
    shows(follower, "two")
    follower.until(lambda: len(streams.open) == 1)
    assert streams.all[-1].after == cursor()


def test_tab_that_starts_hidden_opens_no_stream(reader, streams, event):
    reader.offer(streams)
    reader.page.add_init_script(
        "Object.defineProperty(document, 'hidden', { value: true, configurable: true })"
    )
    reader.open()

    reader.ask()
    assert "stream" not in reader.asked

    reader.hide(False)
    reader.until(lambda: len(streams.open) == 1)


def test_two_tabs_share_one_stream_and_the_second_takes_over(follower, streams, event, release, said):
    second = open_second(follower, streams)
    asked = second.asked.count("live.json")
    release(event, "<p>two</p>", minute=2)
    said()
    shows(follower, "two")
    shows(second, "two")
    second.pass_time(20)
    assert second.asked.count("live.json") == asked
    assert len(streams.all) == 1
    assert "stream" not in second.asked

    follower.page.close()
    second.until(lambda: len(streams.all) == 2 and len(streams.open) == 1)
    release(event, "<p>three</p>", minute=3)
    said()
    shows(second, "three")

    assert second.posts() == ["three", "two", "one"]
    assert second.asked.count("live.json") <= asked + 1


def test_hidden_tab_leaves_the_stream_to_one_that_is_read(follower, streams, event, release, said):
    second = open_second(follower, streams)
    follower.hide()
    follower.pass_time(62)
    second.until(lambda: second.asked.count("stream") == 1 and len(streams.open) == 1)

    release(event, "<p>two</p>", minute=2)
    said()

    shows(second, "two")


SILENT = "BroadcastChannel.prototype.postMessage = () => {}"


def test_tabs_do_not_wait_for_one_that_leads_and_says_nothing(follower, streams, event, release, said):
    """A tab that the system froze keeps its lock and its stream."""
    second = open_second(follower, streams)
    follower.page.evaluate(SILENT)
    second.pass_time(60)
    asked = second.asked.count("live.json")

    release(event, "<p>two</p>", minute=2)
    said()
    second.pass_time(6)

    assert second.posts() == ["two", "one"]
    assert second.asked.count("live.json") > asked


def test_stream_of_a_tab_that_takes_over_from_one_that_died_is_kept(follower, streams, event, release, said):
    second = open_second(follower, streams)
    follower.page.evaluate(SILENT)
    release(event, "<p>two</p>", minute=2)
    said()
    second.ask()

    follower.page.close()
    second.until(lambda: len(streams.all) == 2 and len(streams.open) == 1)
    second.pass_time(2 * CHECK)

    assert len(streams.all) == 2
    release(event, "<p>three</p>", minute=3)
    said()
    shows(second, "three")


def test_page_kept_for_going_back_holds_no_stream_and_asks_when_it_is_back(follower, streams, event, release):
    follower.page.evaluate("dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true }))")
    follower.until(lambda: not streams.open)
    release(event, "<p>two</p>", minute=2)

    follower.page.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))")

    shows(follower, "two")
    follower.until(lambda: len(streams.open) == 1)


def test_frozen_tab_holds_no_stream(follower, streams):
    follower.page.evaluate("document.dispatchEvent(new Event('freeze'))")

    follower.until(lambda: not streams.open)


@pytest.mark.parametrize(("failures", "kept"), [(1, True), (2, False)])
def test_one_busy_answer_costs_no_stream(follower, streams, failures, kept):
    follower.page.route("**/live.json", lambda route: route.fulfill(status=503))

    for _ in range(failures):
        with follower.page.expect_response("**/live.json"):
            follower.page.evaluate("dispatchEvent(new Event('online'))")
    follower.until(lambda: kept or not streams.open)
    follower.page.unroute("**/live.json")
    follower.ask()

    assert len(streams.open) == kept


def test_tab_that_missed_an_entry_learns_it_from_the_one_that_leads(follower, streams, event, release, said):
    """Shared caches may tell a new tab less than the stream has told already."""
    before = follower.client.get("/events/summit/").content
    seq = EventHead.objects.get().seq
    release(event, "<p>two</p>", minute=2)
    said()
    shows(follower, "two")
    EventHead.objects.update(seq=seq)
    second = follower.open_tab()
    second.page.route(
        f"{SITE}/events/summit/", lambda route: route.fulfill(body=before, content_type="text/html")
    )
    join(second, streams)
    assert second.posts() == ["one"]

    EventHead.objects.update(seq=seq + 1)
    shows(second, "two")
    asked = second.asked.count("live.json")
    second.pass_time(20)

    assert second.asked.count("live.json") == asked


def test_lost_stream_sends_both_tabs_back_to_asking(follower, streams, event, release):
    second = open_second(follower, streams)
    streams.full = True
    streams.end()
    follower.until(lambda: not streams.open)

    release(event, "<p>two</p>", minute=2)

    shows(second, "two")


def test_browser_without_locks_has_a_stream_for_each_tab(reader, streams, event, release, said):
    without = "Object.defineProperty(navigator, 'locks', { value: undefined })"
    tabs = [reader, reader.open_tab()]
    for tab in tabs:
        tab.offer(streams)
        tab.page.add_init_script(without)
        tab.open()
    reader.until(lambda: len(streams.open) == 2)

    release(event, "<p>one</p>", minute=1)
    said()

    for tab in tabs:
        shows(tab, "one")


def test_another_epoch_in_the_stream_loads_the_page_anew(follower, streams, event, release, said):
    EventHead.objects.update(epoch="fresh1")
    release(event, "<p>two</p>", minute=2)
    said()

    expect(follower.page.locator("main")).to_have_attribute("data-epoch", "fresh1")
    assert follower.posts() == ["two", "one"]
    follower.pass_time(12)
    follower.until(lambda: len(streams.open) == 1)
    release(event, "<p>three</p>", minute=3)
    said()

    shows(follower, "three")
    assert follower.page.evaluate("window.neverReloaded")


def test_number_that_went_back_loads_the_page_anew(follower, streams, event, release, said):
    head = EventHead.objects.get()
    release(event, "<p>after the backup</p>", minute=2)
    said()
    shows(follower, "after the backup")

    EventHead.objects.update(seq=head.seq)
    Release.objects.filter(seq__gt=head.seq).delete()
    ReleasedPost.objects.order_by("position").last().delete()
    follower.pass_time(CHECK + 12)

    shows(follower, "one")
    expect(follower.page.locator("main")).to_have_attribute("data-seq", str(head.seq))
    assert follower.posts() == ["one"]
    assert streams.all[-1].after == cursor()


def test_cache_that_lags_a_moment_does_not_load_the_page_anew(follower, event, release, said):
    release(event, "<p>two</p>", minute=2)
    said()
    shows(follower, "two")
    head = EventHead.objects.get()

    EventHead.objects.update(seq=head.seq - 1)
    follower.ask()
    follower.pass_time(4)
    EventHead.objects.update(seq=head.seq)
    follower.pass_time(CHECK)

    assert follower.posts() == ["two", "one"]
    assert follower.page.evaluate(MARKED)


def test_stream_is_closed_when_coverage_is_over(follower, streams, event):
    programme.end(event, by=None)

    follower.pass_time(CHECK + 5)

    follower.until(lambda: not streams.open)
    asked = len(follower.asked)
    follower.pass_time(CHECK)
    assert len(follower.asked) == asked


def test_stream_that_is_not_offered_is_never_opened(reader, streams, event, release):
    reader.page.clock.install()
    reader.open()
    release(event, "<p>one</p>", minute=1)

    reader.pass_time(10)

    shows(reader, "one")
    assert "stream" not in reader.asked
    assert streams.all == []


def open_second(first, streams):
    """Another tab of the same browser, once it has joined."""
    second = first.open_tab()
    join(second, streams)
    return second


def join(tab, streams) -> None:
    tab.offer(streams)
    tab.page.goto(f"{SITE}/events/summit/")
    tab.ask()
    tab.ask()
