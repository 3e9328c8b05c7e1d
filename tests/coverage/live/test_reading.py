"""What a page does for its reader besides following: times, catching up, sharing, videos, keys, announcements."""

import re
from datetime import timedelta

import pytest
import time_machine
from playwright.sync_api import expect

from bench.full_event import fill
from coverage.publishing import filing, programme, publication
from coverage.record.models import EventHead, ReleasedPost
from tests.coverage.front.summit import STARTS
from tests.coverage.live.conftest import SITE

pytestmark = [pytest.mark.django_db, pytest.mark.any_database, pytest.mark.xdist_group("browser")]

PAGE = "/events/summit/"


@pytest.fixture
def long_page(event, release):
    """Enough posts to scroll."""
    return [release(event, f"<p>post {minute}</p>", minute=minute) for minute in range(30)]


def correct(post, chief, body: str) -> None:
    filing.update_post(publication.post_by_id(post.pk), by=chief, body=body)
    publication.correct(publication.post_by_id(post.pk), by=chief, note="It was not so.")


def test_times_are_the_events_until_the_reader_wants_her_own(open_reader, event, release):
    release(event, "<p>one</p>", minute=1)
    reader = open_reader(timezone_id="Asia/Tokyo", locale="en-GB")
    reader.open()
    time = reader.page.locator("#posts .rail time")
    expect(time).to_have_text(re.compile("^09:01"))
    choose(reader, "Times", "Where I am (GMT+9)")

    expect(time).to_have_text(re.compile("^17:01"))
    expect(reader.page.locator(".zone")).to_have_text("All times GMT+9")
    release(event, "<p>two</p>", minute=2)
    reader.ask()
    expect(time.first).to_have_text(re.compile("^17:02"))

    reader.page.reload()
    expect(time.first).to_have_text(re.compile("^17:02"))
    choose(reader, "Times", "Of the event (CET)")
    expect(time.first).to_have_text(re.compile("^09:02"))
    expect(reader.page.locator(".zone")).to_have_text("All times CET")


def test_a_time_on_another_day_than_its_heading_says_which(open_reader, event, release):
    release(event, "<p>late</p>", minute=14 * 60)
    reader = open_reader(timezone_id="Asia/Tokyo", locale="en-GB")
    reader.open()

    choose(reader, "Times", "Where I am (GMT+9)")

    expect(reader.page.locator("#posts .when time")).to_have_text(
        re.compile(r"^07:00\s+21 Mar"), use_inner_text=True
    )
    choose(reader, "Times", "Of the event (CET)")
    expect(reader.page.locator("#posts .when time")).to_have_text("23:00", use_inner_text=True)


def test_every_time_of_a_post_is_her_own(open_reader, event, release, chief):
    EventHead.objects.update(opened_at=STARTS)
    with time_machine.travel(STARTS + timedelta(hours=15), tick=False):
        post = release(event, "<p>late</p>", headline="Doors", key_event=True, minute=13 * 60)
        filing.update_post(publication.post_by_id(post.pk), by=chief, headline="Doors open")
        publication.correct(publication.post_by_id(post.pk), by=chief, note="Open.")
    reader = open_reader(timezone_id="Asia/Tokyo", locale="en-GB")
    reader.open()
    times = reader.page.locator("#key-events time, #posts time")
    expect(times).to_have_text(["22:00", "22:00", "00:00 21 Mar", "00:00 21 March 2026"], use_inner_text=True)

    choose(reader, "Times", "Where I am (GMT+9)")

    expect(times).to_have_text(
        [re.compile(f"^{time}\\s+21 Mar$") for time in ("06:00", "06:00", "08:00", "08:00")],
        use_inner_text=True,
    )


def test_key_events_of_several_days_say_which(reader, event, release):
    release(event, headline="The first day", key_event=True, minute=1)
    reader.open()
    times = reader.page.locator("#key-events time")
    expect(times).to_have_text(["09:01"], use_inner_text=True)

    release(event, headline="The second day", key_event=True, minute=24 * 60)
    reader.ask()
    told = [re.compile(r"^09:00\s+21 Mar$"), re.compile(r"^09:01\s+20 Mar$")]
    expect(times).to_have_text(told, use_inner_text=True)

    reader.page.reload()
    expect(times).to_have_text(told, use_inner_text=True)


def test_who_is_in_the_events_zone_is_offered_no_choice(open_reader, event, release):
    reader = open_reader(timezone_id="Europe/Paris")
    reader.open()

    reader.page.get_by_text("Settings").click()

    expect(reader.page.get_by_label("Announce to screen readers")).to_be_visible()
    expect(reader.page.get_by_label("Times")).to_be_hidden()


def test_a_recent_post_says_how_long_ago_it_was(reader, event, release):
    reader.page.clock.install(time=STARTS)
    release(event, "<p>one</p>", minute=0)
    reader.open()
    ago = reader.page.locator("#posts .ago")
    expect(ago).to_have_text("this minute")

    reader.page.clock.run_for(5 * 60_000)
    expect(ago).to_have_text("5 min ago")

    reader.page.clock.run_for(60 * 60_000)
    expect(ago).to_have_count(0)


def test_an_event_to_come_shows_its_run_of_show_and_counts_down(reader, make_event):
    event = make_event()
    event.keynotes.create(slug="opening", title="Opening words", order=1, starts_at=STARTS)
    programme.announce(event, by=None)
    reader.page.clock.install(time=STARTS.replace(hour=6, minute=30))
    reader.open()

    expect(reader.page.locator("#nothing-yet")).to_be_hidden()
    expect(reader.page.locator(".begins")).to_have_text(
        re.compile(r"Coverage begins on Friday 20 March 2026 at 09:00 CET\. in 90 minutes$")
    )
    expect(reader.page.locator("#programme")).to_contain_text("Opening words")
    expect(reader.page.locator("#programme li").first).to_be_visible()
    reader.page.clock.run_for(100 * 60_000)
    expect(reader.page.locator("[data-begins]")).to_be_hidden()


def test_a_post_before_it_begins_leaves_the_countdown_and_the_opening_takes_it_away(
    reader, make_event, release
):
    event = make_event()
    programme.announce(event, by=None)
    release(event, "<p>How to follow us</p>")
    reader.page.clock.install(time=STARTS.replace(hour=6, minute=30))
    reader.open()
    expect(reader.page.locator(".begins")).to_contain_text("in 90 minutes")

    programme.open_event(event, by=None)
    reader.ask()

    expect(reader.page.locator(".begins")).to_have_count(0)


def test_a_reader_who_comes_back_is_led_on_from_where_she_left(reader, event, release, long_page):
    reader.open()
    link = reader.page.locator("#catch-up a").first
    expect(link).to_be_hidden()
    reader.page.goto(f"{SITE}/corrections/")
    for minute in (40, 41, 42):
        release(event, f"<p>new {minute}</p>", minute=minute)

    reader.open()
    expect(link).to_have_text(re.compile(r"^Catch me up: 3 posts since you left at \d\d:\d\d$"))
    link.click()

    expect(reader.page.locator("#posts article")).to_have_count(3)
    assert reader.posts() == ["new 40", "new 41", "new 42"]


def test_a_tab_that_comes_back_to_sight_is_led_on_too(reader, event, release, long_page):
    reader.open()
    reader.hide()
    release(event, "<p>new</p>", minute=40)
    reader.ask()

    reader.hide(False)

    expect(reader.page.locator("#catch-up a").first).to_have_text(re.compile("^Catch me up: one post since"))


def test_a_reader_who_comes_back_is_led_to_what_was_corrected(reader, event, release, long_page, chief):
    reader.open()
    reader.page.goto(f"{SITE}/corrections/")
    correct(long_page[3], chief, "<p>post 3, mended</p>")

    reader.open()
    expect(reader.page.locator("#catch-up a").first).to_be_hidden()
    link = reader.page.locator("#catch-up").get_by_role("link", name="1 corrected")
    link.click()

    expect(reader.page.locator("#posts article", has_text="post 3, mended")).to_be_in_viewport()


def test_a_glance_away_loses_nothing_of_what_she_missed(reader, event, release, long_page):
    reader.open()
    reader.page.goto(f"{SITE}/corrections/")
    for minute in range(40, 60):
        release(event, f"<p>new {minute}</p>", minute=minute)
    reader.open()
    link = reader.page.locator("#catch-up a").first
    expect(link).to_have_text(re.compile("^Catch me up: 20 posts"))

    reader.hide()
    reader.hide(False)
    reader.open()
    expect(link).to_have_text(re.compile("^Catch me up: 20 posts"))

    reader.page.locator("#posts article", has_text="new 40").scroll_into_view_if_needed()
    reader.page.wait_for_timeout(100)
    reader.hide()
    reader.hide(False)
    reader.open()
    expect(link).to_be_hidden()


def test_a_post_is_shared_as_its_device_does_it(reader, event, release):
    post = release(event, "<p>one</p>", headline="Doors open", minute=1)
    reader.page.add_init_script("navigator.share = async what => { window.shared = what }")
    reader.open()

    reader.page.get_by_role("button", name="Share").click()

    address = f"{SITE}/events/summit/posts/{post.public_id}/"
    assert reader.page.evaluate("window.shared") == {"title": "Doors open", "url": address}


def test_where_nothing_can_be_shared_the_link_is_copied(open_reader, event, release):
    post = release(event, "<p>one</p>", minute=1)
    reader = open_reader(permissions=["clipboard-read", "clipboard-write"])
    reader.page.add_init_script("delete Navigator.prototype.share")
    reader.open()

    reader.page.get_by_role("button", name="Share").click()

    expect(reader.page.get_by_role("button", name="Link copied")).to_be_visible()
    copied = reader.page.evaluate("navigator.clipboard.readText()")
    assert copied == f"{SITE}/events/summit/posts/{post.public_id}/"


def test_where_sharing_is_refused_the_link_is_copied(open_reader, event, release):
    post = release(event, "<p>one</p>", minute=1)
    reader = open_reader(permissions=["clipboard-read", "clipboard-write"])
    refuse = "navigator.share = async () => { throw new DOMException('no', 'NotAllowedError') }"
    reader.page.add_init_script(refuse)
    reader.open()

    reader.page.get_by_role("button", name="Share").click()

    expect(reader.page.get_by_role("button", name="Link copied")).to_have_attribute("aria-live", "polite")
    copied = reader.page.evaluate("navigator.clipboard.readText()")
    assert copied == f"{SITE}/events/summit/posts/{post.public_id}/"


def test_nothing_to_press_is_printed(reader, event, release):
    release(event, '<p><a href="https://youtu.be/dQw4w9WgXcQ">The keynote</a></p>', minute=1)
    reader.open()
    expect(reader.page.get_by_role("button", name="Share")).to_be_visible()

    reader.page.emulate_media(media="print")

    pressed = reader.page.locator("main :is(button, summary, select, .permalink, .report)")
    assert [one.inner_text() for one in pressed.all() if one.is_visible()] in ([], ["Run of show"])
    expect(reader.page.get_by_text("The keynote")).to_be_visible()


def test_a_video_is_loaded_once_it_is_asked_for(reader, event, release):
    foreign = []
    reader.page.route(
        "https://www.youtube-nocookie.com/**", lambda route: (foreign.append(1), route.fulfill(body=""))
    )
    release(event, '<p><a href="https://youtu.be/dQw4w9WgXcQ">The keynote</a></p>', minute=1)
    reader.open()
    assert foreign == []

    reader.page.get_by_role("button", name="Play here (loads from YouTube)").click()

    frame = reader.page.get_by_title("The keynote")
    expect(frame).to_have_attribute("src", "https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ?autoplay=1")
    reader.until(lambda: foreign)


def test_page_keys_go_from_post_to_post_and_out_of_the_feed(reader, event, release, long_page):
    reader.open()
    focused = "document.activeElement.id"
    reader.page.locator(f"#post-{long_page[20].public_id} .permalink").focus()

    reader.page.keyboard.press("PageDown")
    assert reader.page.evaluate(focused) == f"post-{long_page[19].public_id}"
    reader.page.keyboard.press("PageUp")
    reader.page.keyboard.press("PageUp")
    assert reader.page.evaluate(focused) == f"post-{long_page[21].public_id}"
    reader.page.keyboard.press("Control+Home")
    assert reader.page.evaluate(focused) == "h-updates"


@pytest.mark.parametrize(
    ("wanted", "told"),
    [("Every post", "2 new posts"), ("Key events", "1 new post"), ("Nothing", "")],
)
def test_screen_readers_are_told_what_the_reader_wants(reader, event, release, wanted, told):
    reader.open()
    choose(reader, "Announce to screen readers", wanted)

    release(event, "<p>one</p>", minute=1)
    release(event, headline="Doors open", key_event=True, minute=2)
    reader.ask()

    expect(reader.page.locator("#posts article")).to_have_count(2)
    expect(reader.page.locator("#status")).to_have_text(told)


def test_what_comes_in_a_hurry_is_told_together(reader, event, release):
    reader.page.clock.install()
    reader.open()
    status = reader.page.locator("#status")
    for minute in range(1, 4):
        release(event, f"<p>{minute}</p>", minute=minute)
        reader.ask()
    expect(status).to_have_text("1 new post")

    reader.pass_time(9)

    expect(status).to_have_text("2 new posts")


def test_a_correction_out_of_sight_is_counted_and_led_to(reader, event, release, chief, long_page):
    reader.open()
    reader.page.evaluate("scrollTo(0, 3000)")
    correct(long_page[29], chief, "<p>post 29, mended</p>")
    release(event, "<p>new</p>", minute=40)
    reader.ask()
    button = reader.page.get_by_role("button", name="1 new post, 1 corrected")
    expect(button).to_be_visible()
    expect(reader.page).to_have_title("(2) The Summit")

    button.click()
    expect(reader.page.locator("#posts article").first).to_be_in_viewport()
    expect(reader.page).to_have_title("The Summit")


def test_a_correction_alone_is_where_the_button_leads(reader, event, release, chief, long_page):
    reader.open()
    reader.page.evaluate("scrollTo(0, 3000)")
    correct(long_page[29], chief, "<p>post 29, mended</p>")
    reader.ask()

    reader.page.get_by_role("button", name="1 corrected").click()

    assert reader.page.evaluate("document.activeElement.id") == f"post-{long_page[29].public_id}"
    expect(reader.page.get_by_role("button", name="1 corrected")).to_be_hidden()


def test_a_link_into_two_thousand_posts_lands_on_its_post_without_javascript(open_reader, event, chief):
    fill(event, 2000, by=chief, keynote=event.keynotes.get(slug="opening"), body="<p>Words.</p>")
    post = ReleasedPost.objects.order_by("position")[1234]
    reader = open_reader(java_script_enabled=False)

    reader.page.goto(f"{SITE}{PAGE}?at={post.public_id}#post-{post.public_id}")

    expect(reader.page.locator(f"#post-{post.public_id}")).to_be_in_viewport()
    expect(reader.page.locator("#posts article")).to_have_count(60)


def test_focus_is_not_lost_with_the_button(reader, event, release, long_page):
    reader.open()
    reader.page.evaluate("scrollTo(0, 3000)")
    release(event, "<p>new</p>", minute=40)
    reader.ask()
    button = reader.page.get_by_role("button", name="1 new post")
    button.focus()

    reader.page.evaluate("scrollTo(0, 0)")

    expect(button).to_be_hidden()
    assert reader.page.evaluate("document.activeElement.id") == "h-updates"


def choose(reader, label: str, option: str) -> None:
    if reader.page.locator("#settings").get_attribute("open") != "":
        reader.page.get_by_text("Settings").click()
    reader.page.get_by_label(label).select_option(option)
