"""An open page follows the record: in a real browser, with the real script, page and verbs."""

from itertools import pairwise

import pytest
from playwright.sync_api import expect

from coverage.front import paging
from coverage.publishing import filing, programme, publication
from coverage.record.models import EventHead, Release
from tests.coverage.front.summit import released
from tests.coverage.live.conftest import SITE

pytestmark = [pytest.mark.django_db, pytest.mark.any_database, pytest.mark.xdist_group("browser")]


def again(post):
    return publication.post_by_id(post.pk)


def correct(post, chief, body: str, note: str) -> None:
    filing.update_post(again(post), by=chief, body=body)
    publication.correct(again(post), by=chief, note=note)


def epoch() -> str:
    return EventHead.objects.get().epoch


@pytest.fixture
def long_page(event, release):
    """Enough posts to scroll."""
    return [release(event, f"<p>post {minute}</p>", minute=minute) for minute in range(30)]


def test_new_post_appears_at_its_place(reader, event, release):
    release(event, "<p>one</p>", minute=1)
    release(event, "<p>three</p>", minute=3)
    reader.open()

    release(event, "<p>two</p>", minute=2)
    release(event, "<p>four</p>", minute=4)
    reader.ask()

    assert reader.posts() == ["four", "three", "two", "one"]
    assert reader.page.evaluate("window.neverReloaded")


def test_what_is_known_is_not_applied_again(reader, event, release):
    reader.open()
    release(event, "<p>one</p>", minute=1)
    reader.ask()
    reader.page.evaluate("document.querySelector('#posts article').marked = true")

    reader.ask()

    assert reader.page.evaluate("document.querySelector('#posts article').marked")


def test_first_post_replaces_the_empty_page(reader, event, release):
    reader.open()
    expect(reader.page.locator("#nothing-yet")).to_be_visible()

    release(event, "<p>one</p>", minute=1)
    reader.ask()

    assert reader.posts() == ["one"]
    expect(reader.page.locator("#nothing-yet")).to_have_count(0)


def test_oldest_first_puts_new_posts_last(reader, event, release):
    release(event, "<p>one</p>", minute=1)
    reader.open("/events/summit/?order=oldest")

    release(event, "<p>two</p>", minute=2)
    reader.ask()

    assert reader.posts() == ["one", "two"]


@pytest.mark.parametrize("order", ["newest", "oldest"])
def test_a_post_of_another_day_brings_its_heading(reader, event, release, order):
    evening, morning = 14 * 60, 26 * 60
    release(event, "<p>evening</p>", minute=evening)
    reader.open(f"/events/summit/?order={order}")

    for words, minute in (("morning", morning), ("later", morning + 1), ("late", evening + 1)):
        release(event, f"<p>{words}</p>", minute=minute)
    reader.ask()

    lines = ["Saturday 21 March 2026", "later", "morning", "Friday 20 March 2026", "late", "evening"]
    turned = ["Friday 20 March 2026", "evening", "late", "Saturday 21 March 2026", "morning", "later"]
    assert reader.lines() == (lines if order == "newest" else turned)
    reader.page.reload()
    assert reader.lines() == (lines if order == "newest" else turned)


def test_a_day_whose_only_post_is_pinned_has_no_heading(reader, event, release, chief):
    release(event, "<p>morning</p>", minute=26 * 60)
    evening = release(event, "<p>evening</p>", minute=1)
    reader.open()

    publication.pin(again(evening), by=chief)
    reader.ask()
    assert reader.lines() == ["Saturday 21 March 2026", "morning"]

    publication.unpin(again(evening), by=chief)
    reader.ask()
    assert reader.lines() == ["Saturday 21 March 2026", "morning", "Friday 20 March 2026", "evening"]


def test_correction_edit_and_withdrawal_apply_in_place(reader, event, release, chief):
    first, second = release(event, "<p>one</p>", minute=1), release(event, "<p>two</p>", minute=2)
    reader.open()

    correct(first, chief, "<p>one, mended</p>", "It was not quite one.")
    filing.update_post(again(second), by=chief, body="<p>two, edited</p>")
    publication.publish(again(second), by=chief)
    reader.ask()

    assert reader.posts() == ["two, edited", "one, mended"]
    expect(reader.page.locator("#status")).to_have_text("A post was corrected: It was not quite one.")

    publication.withdraw(again(second), by=chief, reason="It was never two.")
    reader.ask()

    assert reader.posts() == ["This post was withdrawn: It was never two.", "one, mended"]

    publication.reinstate(again(second), by=chief, reason="It was two after all.")
    reader.ask()

    assert reader.posts() == ["two, edited", "one, mended"]


def test_new_post_does_not_move_what_is_read(reader, event, release, long_page):
    reader.open()
    article = reader.page.locator(f"#post-{long_page[10].public_id}")
    article.scroll_into_view_if_needed()
    place = article.bounding_box()["y"]

    release(event, "<p>new</p>", minute=40)
    release(event, "<p>newer</p>", minute=41)
    reader.ask()

    button = reader.page.get_by_role("button", name="2 new posts")
    expect(button).to_be_visible()
    expect(reader.page).to_have_title("(2) The Summit")
    assert article.bounding_box()["y"] == pytest.approx(place, abs=1)
    assert "new" not in reader.posts()

    button.click()

    assert reader.posts()[:3] == ["newer", "new", "post 29"]
    expect(reader.page).to_have_title("The Summit")
    expect(button).to_be_hidden()
    assert reader.page.evaluate("document.activeElement.matches('article')")


def test_scrolling_back_up_shows_what_was_held(reader, event, release, long_page):
    reader.open()
    reader.page.evaluate("scrollTo(0, 2000)")
    release(event, "<p>new</p>", minute=40)
    reader.ask()
    assert "new" not in reader.posts()

    reader.page.evaluate("scrollTo(0, 0)")

    expect(reader.page.locator("#posts article").first).to_contain_text("new")


def test_held_post_that_is_withdrawn_is_never_shown(reader, event, release, chief, long_page):
    reader.open()
    reader.page.evaluate("scrollTo(0, 2000)")
    post = release(event, "<p>canary</p>", minute=40, key_event=True, headline="canary")
    reader.ask()

    publication.withdraw(again(post), by=chief, reason="A mistake.")
    reader.ask()

    expect(reader.page).to_have_title("The Summit")
    expect(reader.page.locator("#new-posts")).to_be_hidden()
    assert "canary" not in reader.page.content()


def test_withdrawn_post_leaves_the_key_events(reader, event, release, chief):
    reader.open()
    post = release(event, headline="Doors open", key_event=True, minute=1)
    reader.ask()
    link = reader.page.locator("#key-events li")
    expect(link).to_have_text("09:01 Doors open", use_inner_text=True)

    publication.withdraw(again(post), by=chief, reason="They did not.")
    reader.ask()

    expect(link).to_have_count(0)
    assert "Doors open" not in reader.page.content()


def test_pinned_post_moves_up_and_back(reader, event, release, chief):
    first = release(event, "<p>one</p>", minute=1)
    release(event, "<p>two</p>", minute=2)
    reader.open()

    publication.pin(again(first), by=chief)
    reader.ask()
    expect(reader.page.locator("#pinned article")).to_contain_text("one")
    assert reader.posts() == ["two"]

    publication.unpin(again(first), by=chief)
    reader.ask()

    assert reader.posts() == ["two", "one"]
    expect(reader.page.locator("#pinned")).to_be_hidden()


def test_the_last_post_of_a_page_comes_back_after_it_was_pinned(reader, event, release, chief, monkeypatch):
    monkeypatch.setattr(paging, "PAGE", 2)
    posts = [release(event, f"<p>{minute}</p>", minute=minute) for minute in range(1, 4)]
    reader.open()
    assert reader.posts() == ["3", "2"]

    for verb in (publication.pin, publication.unpin):
        verb(again(posts[1]), by=chief)
        reader.ask()

    assert reader.posts() == ["3", "2"]


def test_unpinned_post_is_not_counted_as_new(reader, event, release, chief, long_page):
    publication.pin(again(long_page[29]), by=chief)
    reader.open()
    reader.page.evaluate("scrollTo(0, 2000)")

    publication.unpin(again(long_page[29]), by=chief)
    reader.ask()

    expect(reader.page).to_have_title("The Summit")
    expect(reader.page.locator("#new-posts")).to_be_hidden()
    reader.page.evaluate("scrollTo(0, 0)")
    expect(reader.page.locator("#posts article").first).to_contain_text("post 29")


@pytest.mark.parametrize("verb", ["pin", "unpin", "correct", "withdraw"])
def test_the_focus_stays_with_its_post(reader, event, release, chief, verb):
    post = release(event, "<p>one</p>", minute=1)
    release(event, "<p>two</p>", minute=2)
    if verb == "unpin":
        publication.pin(again(post), by=chief)
    reader.open()
    reader.page.locator(f"#post-{post.public_id} .permalink").focus()

    match verb:
        case "correct":
            correct(post, chief, "<p>one, mended</p>", "Mended.")
        case "withdraw":
            publication.withdraw(again(post), by=chief, reason="A mistake.")
        case _:
            getattr(publication, verb)(again(post), by=chief)
    reader.ask()

    assert reader.page.evaluate("document.activeElement.id") == f"post-{post.public_id}"


@pytest.mark.parametrize("verb", ["pin", "correct"])
def test_where_the_browser_does_not_hold_the_place_the_page_does(
    reader, event, release, chief, long_page, verb
):
    reader.page.add_init_script(
        "CSS.supports = (real => (name, ...rest) => name !== 'overflow-anchor' && real.call(CSS, name, ...rest))"
        "(CSS.supports); addEventListener('DOMContentLoaded',"
        " () => document.documentElement.style.setProperty('overflow-anchor', 'none'))"
    )
    reader.open()
    article = reader.page.locator(f"#post-{long_page[10].public_id}")
    article.scroll_into_view_if_needed()
    place = article.bounding_box()["y"]

    if verb == "pin":
        publication.pin(again(long_page[2]), by=chief)
    else:
        correct(long_page[28], chief, "<p>Longer.</p>" * 9, "It was longer.")
    reader.ask()

    assert article.bounding_box()["y"] == pytest.approx(place, abs=1)


def test_key_events_are_as_many_as_a_page_loaded_anew_has(reader, event, release):
    reader.open()
    for minute in range(14):
        release(event, headline=f"Nr {minute}", key_event=True, minute=minute)

    reader.ask()

    items = reader.page.locator("#key-events li a")
    assert items.all_inner_texts() == [f"Nr {minute}" for minute in range(13, 1, -1)]


def test_a_page_that_comes_back_to_sight_learns_that_it_goes_on(reader, event, release):
    programme.end(event, by=None)
    reader.open()
    programme.change_event_state("reopen", event, by=None)
    release(event, "<p>We go on.</p>", minute=1)

    reader.hide(False)

    expect(reader.page.locator("#posts article")).to_contain_text("We go on.")


def test_withdrawn_pinned_post_is_told_at_its_place(reader, event, release, chief):
    first = release(event, "<p>one</p>", minute=1)
    release(event, "<p>two</p>", minute=2)
    publication.pin(again(first), by=chief)
    reader.open()

    publication.withdraw(again(first), by=chief, reason="It was never one.")
    reader.ask()

    assert reader.posts() == ["two", "This post was withdrawn: It was never one."]
    expect(reader.page.locator("#pinned")).to_be_hidden()
    expect(reader.page.locator("#status")).to_have_text("This post was withdrawn: It was never one.")


def test_withdrawn_pinned_post_is_not_counted_as_new(reader, event, release, chief, long_page):
    publication.pin(again(long_page[29]), by=chief)
    reader.open()
    reader.page.evaluate("scrollTo(0, 2000)")

    publication.withdraw(again(long_page[29]), by=chief, reason="It was another hall.")
    reader.ask()

    expect(reader.page).to_have_title("The Summit")
    expect(reader.page.locator("#new-posts")).to_be_hidden()
    expect(reader.page.locator(f"#post-{long_page[29].public_id}")).to_have_count(0)


def test_older_page_takes_no_newer_posts_but_follows_its_own(reader, event, release, chief, long_page):
    reader.open(f"/events/summit/?before={released(long_page[5]).position}")

    release(event, "<p>new</p>", minute=40)
    correct(long_page[2], chief, "<p>post 2, mended</p>", "Mended.")
    reader.ask()

    assert reader.posts() == ["post 4", "post 3", "post 2, mended", "post 1", "post 0"]


def test_header_and_run_of_show_follow(reader, event):
    reader.open()
    event.title = "The Summit, day two"
    event.save()
    keynote = event.keynotes.get(slug="opening")
    keynote.title = "Opening words, again"
    keynote.save()

    programme.release_programme(event)
    reader.ask()

    expect(reader.page.locator("h1")).to_have_text("The Summit, day two")
    expect(reader.page).to_have_title("The Summit, day two")
    expect(reader.page.locator("#programme")).to_contain_text("Opening words, again")


def test_gap_is_filled_from_updates(reader, event, release):
    last = Release.objects.order_by("seq").last()
    fill = range(last.seq + 1, 191)
    Release.objects.bulk_create(Release(head=last.head, seq=n, op="update", at=last.at) for n in fill)
    EventHead.objects.update(seq=190)
    reader.open()

    for minute in range(40):
        release(event, f"<p>{minute}</p>", minute=minute)
    reader.ask()
    expect(reader.page.locator("#posts article")).to_have_count(40)

    assert reader.posts() == [str(minute) for minute in reversed(range(40))]
    asked = [address for address in reader.addresses if "updates.json" in address]
    epoch = last.head.epoch
    # Where chunks begin, whatever this page knew: shared caches hold few addresses.
    assert asked == [f"/events/summit/updates.json?epoch={epoch}&after={after}" for after in (0, 200)]


def test_another_epoch_loads_the_page_anew(reader, event, release):
    release(event, "<p>one</p>", minute=1)
    reader.open()

    EventHead.objects.update(epoch="fresh1")
    release(event, "<p>two</p>", minute=2)
    reader.ask()
    expect(reader.page.locator("main")).to_have_attribute("data-epoch", "fresh1")
    release(event, "<p>three</p>", minute=3)
    reader.ask()

    assert reader.posts() == ["three", "two", "one"]
    assert reader.page.evaluate("window.neverReloaded")


def test_a_page_loaded_anew_after_the_end_keeps_its_order(reader, event, release):
    release(event, "<p>one</p>", minute=1)
    release(event, "<p>two</p>", minute=2)
    reader.open()

    programme.end(event, by=None)
    EventHead.objects.update(epoch="fresh1")
    reader.ask()

    expect(reader.page.locator("main")).to_have_attribute("data-epoch", "fresh1")
    assert reader.posts() == ["two", "one"]


def test_lost_connection_is_told_after_two_failures_and_heals(reader, event, release):
    reader.open()
    line = reader.page.locator("#connection")
    reader.lost = True
    for _ in range(2):
        expect(line).to_be_hidden()
        with reader.page.expect_event("requestfailed"):
            reader.page.evaluate("dispatchEvent(new Event('online'))")
    expect(line).to_be_visible()

    reader.lost = False
    release(event, "<p>after the tunnel</p>", minute=1)
    reader.ask()

    expect(line).to_be_hidden()
    assert reader.posts() == ["after the tunnel"]


def asks(reader, *, chance: float, connected: bool, seconds: int) -> list[float]:
    """The seconds between one question and the next, of a page whose dice always show `chance`."""
    reader.page.clock.install()
    reader.open()
    reader.page.evaluate(
        """async ([address, chance, connected]) => {
            const head = await (await fetch(address)).text();
            window.asked = [];
            Math.random = () => chance;
            window.fetch = async () => {
                asked.push(performance.now());
                if (!connected) throw new TypeError();
                return new Response(head);
            };
            dispatchEvent(new Event('online'));
        }""",
        ["/events/summit/live.json", chance, connected],
    )
    for _ in range(seconds * 10):  # an answer is taken between two of them
        reader.page.clock.run_for(100)
    return [(later - sooner) / 1000 for sooner, later in pairwise(reader.page.evaluate("asked"))]


@pytest.mark.parametrize(("chance", "seconds"), [(0, 1.7), (0.5, 2), (1, 2.3)])
def test_open_pages_ask_each_at_a_pace_of_its_own(reader, event, chance, seconds):
    waited = asks(reader, chance=chance, connected=True, seconds=7)

    assert waited[:3] == pytest.approx([seconds] * 3, abs=0.2)


def test_a_page_without_a_connection_asks_ever_more_seldom(reader, event):
    waited = asks(reader, chance=0.5, connected=False, seconds=185)

    assert waited == pytest.approx([4, 8, 16, 32, 60, 60], abs=0.5)


def test_a_browser_without_a_network_says_so_at_once_wherever_one_reads(reader, event, release, long_page):
    reader.open()
    reader.page.evaluate("scrollTo(0, 2000)")

    reader.page.context.set_offline(True)

    line = reader.page.locator("#connection")
    expect(line).to_be_in_viewport()
    reader.page.context.set_offline(False)
    expect(line).to_be_hidden()


@pytest.mark.parametrize("status", [429, 503])
def test_a_busy_server_is_left_alone_as_long_as_it_asks(reader, event, release, status):
    reader.page.clock.install()
    reader.open()
    headers = {"Retry-After": "40"}
    reader.page.route("**/live.json", lambda route: route.fulfill(status=status, headers=headers))
    with reader.page.expect_response(lambda answer: answer.status == status):
        reader.page.evaluate("dispatchEvent(new Event('online'))")
    reader.page.unroute("**/live.json")
    asked = reader.asked.count("live.json")
    release(event, "<p>one</p>", minute=1)

    reader.pass_time(38)
    assert reader.asked.count("live.json") == asked

    reader.pass_time(4)
    assert reader.posts() == ["one"]


def test_what_is_no_answer_is_a_failure_and_heals(reader, event, release):
    reader.open()
    reader.page.route(
        "**/live.json", lambda route: route.fulfill(body="<!DOCTYPE html>Sign in to this hotel")
    )
    for _ in range(2):
        with reader.page.expect_response("**/live.json"):
            reader.page.evaluate("dispatchEvent(new Event('online'))")
    expect(reader.page.locator("#connection")).to_be_visible()
    reader.page.unroute("**/live.json")
    release(event, "<p>one</p>", minute=1)

    reader.ask()

    assert reader.posts() == ["one"]
    expect(reader.page.locator("#connection")).to_be_hidden()


def test_an_event_that_is_gone_takes_its_page_with_it(reader, event, release):
    release(event, "<p>canary</p>", minute=1)
    reader.open()

    EventHead.objects.update(state="draft")
    reader.page.evaluate("dispatchEvent(new Event('online'))")

    expect(reader.page.get_by_role("heading", level=1)).to_have_text("There is nothing at this address")
    assert "canary" not in reader.page.content()


def test_a_missing_answer_alone_takes_no_page_away(reader, event, release):
    release(event, "<p>one</p>", minute=1)
    reader.open()
    reader.page.route("**/live.json", lambda route: route.fulfill(status=404))

    with reader.page.expect_response(lambda answer: answer.url.endswith("/events/summit/")):
        reader.page.evaluate("dispatchEvent(new Event('online'))")

    assert reader.posts() == ["one"]
    assert reader.page.evaluate("window.neverReloaded")


def test_a_night_of_posts_is_there_at_once(reader, event, release):
    """A laptop that wakes: what lay between is applied in a moment, not in minutes."""
    release(event, "<p>before</p>", minute=0)
    reader.open()
    for number in range(400):
        release(event, f"<p>{number}</p>", minute=number + 1)

    reader.page.evaluate("dispatchEvent(new Event('online'))")

    expect(reader.page.locator("#posts article")).to_have_count(
        401
    )  # within five seconds; it took a minute once
    assert reader.posts() == [*(str(number) for number in reversed(range(400))), "before"]
    assert reader.addresses.count("/events/summit/updates.json?epoch=" + epoch() + "&after=0") == 1


def test_one_entry_that_cannot_be_shown_holds_up_no_other(reader, event, release):
    reader.open()
    reader.page.evaluate(
        "() => { const real = Node.prototype.insertBefore;"
        " Node.prototype.insertBefore = function (node, ...rest) {"
        " if (node.textContent.includes('cursed')) throw new TypeError('no');"
        " return real.call(this, node, ...rest); } }"
    )
    release(event, "<p>cursed</p>", minute=1)
    release(event, "<p>two</p>", minute=2)

    reader.ask()

    assert reader.posts() == ["two"]
    expect(reader.page.locator("#connection")).to_be_hidden()


def test_a_zone_the_browser_does_not_know_costs_the_day_alone(reader, event, release):
    release(event, "<p>one</p>", minute=1)
    reader.page.add_init_script(
        "Intl.DateTimeFormat = new Proxy(Intl.DateTimeFormat, { construct(real, [language, form]) {"
        " if (form?.timeZone === 'Europe/Paris') throw new RangeError(form.timeZone);"
        " return new real(language, form); } })"
    )
    reader.open()

    release(event, "<p>two</p>", minute=2)
    reader.ask()

    assert reader.posts() == ["two", "one"]


def test_over_a_tunnel_an_ended_event_says_nothing_of_a_connection(reader, event, release):
    release(event, "<p>one</p>", minute=1)
    programme.end(event, by=None)
    reader.open()

    reader.page.context.set_offline(True)
    expect(reader.page.locator("#connection")).to_be_hidden()
    reader.page.context.set_offline(False)

    expect(reader.page.locator("#connection")).to_be_hidden()


def test_a_new_epoch_leaves_the_reader_her_place_and_her_settings(reader, event, release, long_page):
    reader.open()
    reader.page.get_by_text("Settings").click()
    reader.page.get_by_label("Announce to screen readers").select_option("off")
    read = reader.page.locator("#posts article", has_text="post 12")
    read.evaluate("post => post.scrollIntoView()")
    before = read.bounding_box()["y"]
    EventHead.objects.update(epoch="fresh1")
    reader.ask()
    expect(reader.page.locator("main")).to_have_attribute("data-epoch", "fresh1")

    assert abs(read.bounding_box()["y"] - before) <= 60  # the settings are folded again
    expect(reader.page.get_by_role("button", name="Share").first).to_be_visible()
    expect(reader.page.locator("#settings")).to_be_visible()
    expect(reader.page.locator("#announce")).to_have_value("off")


def test_ended_event_is_not_asked_again(reader, event):
    programme.end(event, by=None)
    reader.open()
    before = len(reader.asked)

    reader.page.evaluate("dispatchEvent(new Event('online'))")
    reader.page.wait_for_function("new Promise(done => setTimeout(() => done(true), 300))")

    assert len(reader.asked) == before


def test_page_reads_without_javascript(open_reader, event, release):
    release(event, "<p>one</p>", minute=1)
    reader = open_reader(java_script_enabled=False)

    reader.page.goto(f"{SITE}/events/summit/")

    expect(reader.page.get_by_role("article")).to_contain_text("one")
    expect(reader.page.get_by_role("link", name="Oldest first")).to_be_visible()


@pytest.mark.parametrize("width", [360, 768, 1280])
def test_page_never_scrolls_sideways(open_reader, event, release, width):
    long = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"
    release(event, f"<p>{long} https://example.org/{'path/' * 40}</p>", headline=long, minute=1, byline=long)
    reader = open_reader(width)

    reader.page.goto(f"{SITE}/events/summit/")

    expect(reader.page.get_by_role("heading", name=long)).to_be_visible()
    assert reader.page.evaluate("document.documentElement.scrollWidth") <= width
