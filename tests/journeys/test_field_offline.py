"""The app on a reporter's phone in a bad hall: nothing she files is lost, and nothing is there twice."""

import hashlib
import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.journeys.bad_line import bad_line_to
from tests.journeys.phones import ROWS, Phone, desk, phone_at, photograph

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("journeys")]


@pytest.fixture
def phone(browser, newsroom):
    with phone_at(browser, newsroom.address) as phone:
        phone.open()
        phone.sign_in("reporter")
        phone.is_installed()
        yield phone
        assert phone.page.problems == []


def posts_with(newsroom, words: str) -> str:
    """How many posts have these words, and how many pictures came with them."""
    rows = f'Post.objects.filter(body__contains="{words}")'
    return desk(
        newsroom,
        f"({rows}.count(), Image.objects.filter(post_images__post__in={rows}).exclude(sha256='').count())",
    )


def test_filed_without_a_network_it_arrives_once(browser, newsroom):
    with bad_line_to(newsroom.address) as line, phone_at(browser, line.address) as phone:
        phone.open()
        phone.sign_in("reporter")
        phone.is_installed()
        line.go_down()
        phone.type("The lights go out in hall one.")
        phone.add(photograph("crimson"), photograph("navy"))
        phone.send()
        phone.stands("The lights go out", "On this phone")

        phone.reopen()
        expect(phone.page.locator("#event-title")).to_contain_text("KubeCon")
        phone.stands("The lights go out", "On this phone")
        assert posts_with(newsroom, "The lights go out") == "(0, 0)"

        line.come_up()
        phone.stands("The lights go out", "Received")
        phone.all_sent()
        assert posts_with(newsroom, "The lights go out") == "(1, 2)"
        phone.reopen()
        phone.stands("The lights go out", "Received")
        assert posts_with(newsroom, "The lights go out") == "(1, 2)"
        assert phone.page.problems == []


def test_a_double_tap_files_once(phone, newsroom):
    phone.type("Somebody is in a hurry in the lobby.")
    phone.page.locator("#send").evaluate("button => { button.click(); button.click(); }")
    phone.stands("in a hurry", "Received")
    phone.all_sent()

    assert posts_with(newsroom, "in a hurry") == "(1, 0)"


def test_cut_at_every_tenth_of_a_photograph_it_goes_on_there(browser, newsroom):
    with bad_line_to(newsroom.address) as line, phone_at(browser, line.address) as phone:
        phone.open()
        phone.sign_in("reporter")
        phone.type("A very full hall, seen from the balcony.")
        phone.add(photograph("crimson", noise=40))
        sent = []
        phone.page.on("request", lambda request: sent.append(request) if request.method == "PATCH" else None)
        phone.context.set_offline(True)
        phone.send()
        size = phone.rows()[0]["photographs"][0]["size"]
        line.cut_after(*(size * tenth // 10 for tenth in range(1, 10)))
        phone.context.set_offline(False)
        phone.all_sent()

        assert size > 6 * 256 * 1024
        assert line.cuts == []
        offsets = [int(request.headers["upload-offset"]) for request in sent]
        assert offsets == sorted(offsets)
        assert len(offsets) <= -(-size // (256 * 1024)) + 9 * 2
        row = phone.rows()[0]["photographs"][0]
        assert posts_with(newsroom, "A very full hall") == "(1, 1)"
        kept = desk(newsroom, f"Image.objects.get(pk='{row['id']}').sha256")
        assert kept == row["sha256"]


def test_a_server_that_fails_is_asked_again(phone: Phone, newsroom):
    failed = []

    def fail(route) -> None:
        if route.request.method == "PUT" and len(failed) < 2:
            failed.append(route.request.url)
            route.fulfill(status=500, body="no")
        else:
            route.continue_()

    phone.page.route("**/api/v1/posts/**", fail)
    phone.type("The screen behind the stage flickers.")
    phone.send()
    phone.stands("The screen behind", "Received")

    assert len(failed) == 2
    assert posts_with(newsroom, "The screen behind") == "(1, 0)"


def test_signed_out_while_away_nothing_is_lost(phone: Phone, newsroom):
    phone.context.set_offline(True)
    phone.type("Nobody told her that her phone is out.")
    phone.add(photograph("teal"))
    phone.send()
    desk(newsroom, "AuthToken.objects.filter(user__username='reporter').delete()")
    phone.context.set_offline(False)

    expect(phone.page.get_by_role("heading", name="Sign in")).to_be_visible()
    expect(phone.page.locator("#why-sign-in")).to_contain_text("Everything you filed waits here")
    phone.stands("Nobody told her", "On this phone")
    phone.reopen()
    phone.stands("Nobody told her", "On this phone")
    phone.sign_in("reporter")
    phone.stands("Nobody told her", "Received")
    phone.all_sent()

    assert posts_with(newsroom, "Nobody told her") == "(1, 1)"


def test_two_tabs_send_one_outbox(phone: Phone, newsroom):
    other = phone.context.new_page()
    other.goto("/field/app/")
    asked = []
    phone.context.on(
        "request", lambda one: asked.append(one.url) if one.method == "PUT" and "/posts/" in one.url else None
    )
    phone.context.set_offline(True)
    for n in range(3):
        phone.type(f"From one of two tabs, number {n}.")
        phone.send()
    expect(other.locator("#filings li", has_text="From one of two tabs")).to_have_count(3)
    asked.clear()
    phone.context.set_offline(False)
    phone.all_sent()
    expect(other.locator("#filings li", has_text="From one of two tabs").first).to_contain_text("Received")

    order = desk(
        newsroom,
        "[p.body for p in Post.objects.filter(body__contains='one of two tabs').order_by('created_at')]",
    )
    assert re.findall(r"number (\d)", order) == ["0", "1", "2"]
    assert len(asked) == 3


def test_updated_with_a_full_outbox(browser, newsroom):
    with bad_line_to(newsroom.address) as line, phone_at(browser, line.address) as phone:
        phone.open()
        phone.sign_in("reporter")
        phone.is_installed()
        before = phone.page.evaluate("caches.keys()")
        phone.page.route("**/api/v1/posts/**", lambda route: route.abort())
        phone.type("Filed with the old version.")
        phone.add(photograph("olive"))
        phone.send()
        phone.stands("Filed with the old version", "On this phone")

        line.build = b"0123456789abcdef"
        phone.page.evaluate("() => { window.old = true; }")
        phone.page.evaluate("navigator.serviceWorker.getRegistration().then((one) => { one.update(); })")
        phone.page.wait_for_function("() => window.old === undefined")
        phone.stands("Filed with the old version", "On this phone")
        after = phone.page.evaluate("caches.keys()")
        phone.page.unroute("**/api/v1/posts/**")
        phone.all_sent()

        assert after == ["newsroom-field-0123456789abcdef"] != before
        assert posts_with(newsroom, "Filed with the old version") == "(1, 1)"


def test_sent_back_mended_and_changed_by_the_desk_meanwhile(phone: Phone, newsroom):
    review = "__import__('coverage.publishing', fromlist=['review', 'filing'])"
    editor = "__import__('newsroom.editorial.people', fromlist=['User']).User.objects.get(username='editor')"
    post = "Post.objects.get(body__contains='The mayor speaks')"
    phone.type("The mayor speaks of trams.")
    phone.send()
    phone.stands("The mayor speaks", "Received")

    desk(newsroom, f"{review}.review.send_back({post}, by={editor}, note='Which mayor?')")
    phone.stands("The mayor speaks", "Sent back")
    expect(phone.filing("The mayor speaks")).to_contain_text("Which mayor?")
    phone.context.set_offline(True)
    phone.filing("The mayor speaks").get_by_role("button", name="Mend…").tap()
    phone.type("The mayor speaks of trams: hers.")
    phone.send()
    desk(
        newsroom, f"{review}.filing.update_post({post}, by={editor}, body='<p>The mayor speaks: theirs.</p>')"
    )
    phone.context.set_offline(False)
    phone.stands("The mayor speaks", "Changed at the desk")

    phone.filing("The mayor speaks").get_by_role("button", name="Mend…").tap()
    expect(phone.page.locator("#theirs")).to_contain_text("The mayor speaks: theirs.")
    expect(phone.page.get_by_label("What happened?")).to_have_value("The mayor speaks of trams: hers.")
    phone.send()
    phone.stands("The mayor speaks", "Received")
    assert desk(newsroom, f"{post}.body") == "<p>The mayor speaks of trams: hers.</p>"


def test_published_from_the_phone_and_asked_again_when_late(browser, newsroom, reader):
    with phone_at(browser, newsroom.address) as phone:
        phone.open()
        phone.sign_in("editor")
        phone.type("The doors are open, says the editor.")
        phone.add(photograph("gold"))
        phone.send("Publish")
        phone.stands("The doors are open", "Live")
        reader.goto("/events/kubecon-eu-2024/")
        expect(reader.locator("article", has_text="The doors are open, says")).to_have_count(1)

        phone.context.set_offline(True)
        phone.type("Pressed long before it arrived.")
        phone.send("Publish")
        phone.page.evaluate(PRESSED_EARLIER)
        phone.context.set_offline(False)
        phone.stands("Pressed long before", "Received")
        filing = phone.filing("Pressed long before")
        expect(filing).to_contain_text("publish it now?")
        expect(reader.locator("article", has_text="Pressed long before")).to_have_count(0)
        filing.get_by_role("button", name="Publish now").tap()
        phone.stands("Pressed long before", "Live")


PRESSED_EARLIER = """async () => {
    const asked = indexedDB.open("newsroom-field");
    await new Promise((done) => { asked.onsuccess = done; });
    const transaction = asked.result.transaction("filings", "readwrite");
    const store = transaction.objectStore("filings");
    const all = store.getAll();
    all.onsuccess = () => {
        const row = all.result.find((one) => one.step === "text");
        store.put({ ...row, pressedAt: new Date(Date.now() - 4 * 60_000).toISOString() });
    };
    await new Promise((done) => { transaction.oncomplete = done; });
    asked.result.close();
}"""


def test_a_link_from_the_desk_opens_the_app_signed_in(browser, newsroom):
    people = "__import__('newsroom.editorial.people', fromlist=['User']).User.objects"
    devices = "__import__('coverage.publishing', fromlist=['devices']).devices"
    secret = desk(
        newsroom,
        f"{devices}.make_link({people}.get(username='reporter'), Event.objects.get(slug='kubecon-eu-2024'), "
        f"by={people}.get(username='editor'))",
    )

    with phone_at(browser, newsroom.address) as phone:
        phone.page.goto(f"/field/join/{secret}/")
        phone.page.get_by_role("button", name="Sign in as").tap()
        phone.page.get_by_role("link", name="Open the app").tap()
        expect(phone.page.locator("#line")).to_have_text("Connected")
        expect(phone.page.locator("#event-title")).to_contain_text("KubeCon")
        expect(phone.page.locator("#sign-in")).to_be_hidden()
        assert phone.page.evaluate("document.documentElement.scrollWidth") == 360
        small = phone.page.evaluate(
            "[...document.querySelectorAll('#sheet :is(button, select, summary, textarea, input[type=text])')]"
            ".filter((one) => one.offsetHeight && one.offsetHeight < 44).map((one) => one.id || one.textContent)"
        )
        assert small == []
        assert Axe().run(phone.page).response["violations"] == []


def test_a_phone_that_is_full_says_so_before_it_takes_anything(phone: Phone):
    phone.page.evaluate("navigator.storage.estimate = async () => ({ quota: 60e6, usage: 59e6 })")
    phone.type("Words fit.")
    phone.page.locator("#files").set_input_files(
        {"name": "IMG_1.jpg", "mimeType": "image/jpeg", "buffer": photograph("navy")}
    )

    expect(phone.page.locator("#not-taken")).to_contain_text("This phone is short of storage")
    expect(phone.page.locator("fieldset.slot")).to_have_count(0)
    phone.send()
    phone.stands("Words fit.", "Received")


def test_two_phones_of_one_person_show_the_same_filings(phone: Phone, browser, newsroom):
    with phone_at(browser, newsroom.address) as other:
        other.open()
        other.sign_in("reporter")
        phone.type("From the phone in her left hand.")
        phone.send()
        other.type("From the phone in her right hand.")
        other.send()

        for one in (phone, other):
            one.stands("left hand", "Received")
            one.stands("right hand", "Received")
    assert posts_with(newsroom, "From the phone in her") == "(2, 0)"


def test_what_is_typed_is_there_after_the_app_was_killed(phone: Phone):
    phone.type("Half a sen")
    phone.add(photograph("purple"))
    phone.wait(DRAFT_KEPT)
    phone.reopen()

    expect(phone.page.get_by_label("What happened?")).to_have_value("Half a sen")
    expect(phone.page.locator("fieldset.slot canvas")).to_have_count(1)
    expect(phone.page.get_by_label("What it shows")).to_have_value("The hall, seen 0 times.")


DRAFT_KEPT = """async () => {
    const asked = indexedDB.open("newsroom-field");
    await new Promise((done) => { asked.onsuccess = done; });
    const all = asked.result.transaction("told").objectStore("told").getAll();
    await new Promise((done) => { all.onsuccess = done; });
    asked.result.close();
    return all.result.some((one) => one?.photographs?.[0]?.alt_text === "The hall, seen 0 times.");
}"""


def test_one_phone_and_no_desk_ten_posts_and_three_photographs_live(browser, newsroom, reader):
    with phone_at(browser, newsroom.address) as phone:
        phone.open()
        phone.sign_in("editor")
        for n in range(10):
            phone.type(f"All alone she publishes number {n}.")
            if n < 3:
                phone.add(photograph(("crimson", "navy", "olive")[n]))
            phone.send("Publish")
        phone.all_sent()
        reader.goto("/events/kubecon-eu-2024/")
        own = reader.locator("article", has_text="All alone she publishes number")
        expect(own).to_have_count(10)
        expect(own.locator("img")).to_have_count(3)
        expect(own.locator("figcaption", has_text="Newsroom")).to_have_count(3)

        wrong = phone.filing("number 4.")
        wrong.get_by_role("button", name="Correct…").tap()
        expect(phone.page.locator("#correction")).to_be_visible()
        expect(phone.page.get_by_label("What happened?")).to_have_value("All alone she publishes number 4.")
        phone.type("All alone she publishes number four.")
        phone.page.get_by_role("button", name="Correct", exact=True).tap()
        expect(phone.page.locator("#wrong")).to_contain_text("Say what was wrong")
        phone.page.get_by_label("What was wrong, and what is right").fill("It was a number.")
        phone.page.get_by_role("button", name="Correct", exact=True).tap()
        expect(reader.locator("article", has_text="number four.")).to_contain_text("It was a number.")

        phone.filing("number 5.").get_by_role("button", name="Withdraw…").tap()
        phone.page.get_by_label("Reason, for readers").fill("It happened elsewhere.")
        phone.page.get_by_role("button", name="Withdraw now").tap()
        expect(own).to_have_count(9)
        phone.all_sent()
        assert phone.page.problems == reader.problems == []


def test_photographs_shared_from_the_gallery_open_a_filing(phone: Phone):
    phone.reopen()  # now the worker answers for the page
    phone.page.evaluate(SHARE, list(photograph("maroon", 300, 200)))
    expect(phone.page.locator("fieldset.slot canvas")).to_have_count(2)
    expect(phone.page).to_have_url(re.compile("/field/app/$"))
    phone.reopen()
    expect(phone.page.locator("fieldset.slot canvas")).to_have_count(2)


SHARE = """(bytes) => {
    const given = new DataTransfer(), type = "image/jpeg";
    for (const name of ["Évora 1.jpg", "2.jpg"]) given.items.add(new File([new Uint8Array(bytes)], name, { type }));
    const make = (tag, fields) => Object.assign(document.createElement(tag), fields);
    const form = make("form", { method: "post", action: "/field/share/", enctype: "multipart/form-data" });
    form.append(make("input", { type: "file", name: "photographs", multiple: true, files: given.files }));
    document.body.append(form);
    form.submit();
}"""


def test_the_original_follows_when_she_says_so_and_joins_the_same_picture(phone: Phone, newsroom):
    phone.type("The whole stage, in full.")
    phone.page.get_by_label("Keep the originals").check()
    large = photograph("indigo", 4000, 2500)
    phone.add(large)
    phone.send()
    phone.all_sent()
    row = next(row for row in phone.rows() if "in full" in row["fields"]["text"])["photographs"][0]
    image = f"Image.objects.get(pk='{row['id']}')"
    assert desk(newsroom, f"{image}.width") == "2560"
    expect(phone.page.locator("#originals-wait")).to_contain_text("One original waits")

    phone.page.locator("#originals-wait").get_by_role("button", name="Send now").tap()
    phone.wait(ORIGINALS_SENT)
    kept = hashlib.sha256(large).hexdigest()
    assert desk(newsroom, f"({image}.sha256, {image}.width)") == f"('{kept}', 4000)"
    expect(phone.page.locator("#originals-wait")).to_be_hidden()


ORIGINALS_SENT = f"""async () => {{
    const rows = await ({ROWS})();
    return rows.every((row) => row.photographs.every(({{ original }}) => original?.state !== "here"));
}}"""


def test_the_keynote_that_is_on_is_chosen_within_seconds(browser, newsroom):
    on = "Keynote.objects.filter(event__slug='kubecon-eu-2024')"
    with phone_at(browser, newsroom.address) as phone:
        phone.open()
        phone.sign_in("reporter")
        keynote = phone.page.get_by_label("Keynote")
        for slug in desk(newsroom, f"' '.join({on}.values_list('slug', flat=True)[:2])").split():
            now = "__import__('django.utils.timezone', fromlist=['now']).now()"
            desk(
                newsroom,
                f"({on}.update(actual_start=None), {on}.filter(slug='{slug}').update(actual_start={now}))",
            )
            expect(keynote).to_have_value(slug, timeout=5_000)
            expect(phone.page.locator("#event-title")).to_contain_text("KubeCon")
        desk(newsroom, f"{on}.update(actual_start=None)")


def test_over_plain_http_there_is_the_form_and_why_there_is_no_app(sign_in, newsroom):
    page, hall = sign_in("reporter", width=360, landing="/field/"), "http://hall.test"
    expect(page.locator("#to-app")).to_be_visible()
    expect(page.locator("#no-app")).to_be_hidden()
    own = page.context.cookies()
    page.context.add_cookies([{"name": c["name"], "value": c["value"], "url": hall} for c in own])
    there = newsroom.address
    page.route(
        f"{hall}/**",
        lambda route: route.fulfill(response=route.fetch(url=route.request.url.replace(hall, there))),
    )
    page.goto(f"{hall}/field/")

    expect(page.locator("#no-app")).to_contain_text("Filing without a network needs HTTPS")
    expect(page.locator("#to-app")).to_be_hidden()
    expect(page.get_by_label("What happened?")).to_be_visible()


def test_a_keynote_begins_and_is_late_by_a_press_without_a_network(browser, newsroom):
    slug = "Keynote.objects.filter(event__slug='kubecon-eu-2024', actual_start=None).order_by('-starts_at').first()"
    title = desk(newsroom, f"{slug}.title")
    with bad_line_to(newsroom.address) as line, phone_at(browser, line.address) as phone:
        phone.open()
        phone.sign_in("editor")
        phone.is_installed()
        keynote = phone.page.locator("#programme li", has_text=title)
        keynote.get_by_role("button", name="Late…").tap()
        expect(phone.page.locator("#moves li").first).to_contain_text(title)
        phone.page.get_by_label("By how many minutes?").fill("7")
        expect(phone.page.locator("#moves li").first).to_contain_text("→")
        phone.page.get_by_role("button", name="It is late").tap()
        phone.wait(
            f"async () => (await ({ROWS})()).some((row) => row.verb === 'late' && row.step === 'done')"
        )

        line.go_down()
        keynote.get_by_role("button", name="Started").tap()
        expect(keynote.locator(".standing")).to_contain_text("it goes when there is a network")
        phone.reopen()
        keynote = phone.page.locator("#programme li", has_text=title)
        expect(keynote.locator(".standing")).to_contain_text("Started")
        line.come_up()
        expect(keynote).to_contain_text("on now")
        keynote.get_by_role("button", name="Not begun").tap()
        expect(keynote.get_by_role("button", name="Started")).to_be_visible()


def test_she_signs_out_and_what_waits_stays_for_her(phone: Phone, newsroom):
    phone.page.route("**/api/v1/posts/**", lambda route: route.abort())
    phone.type("Filed, and then she left.")
    phone.send()
    phone.stands("and then she left", "On this phone")
    said = []
    phone.page.on("dialog", lambda dialog: (said.append(dialog.message), dialog.accept()))
    phone.page.get_by_role("button", name="Sign out").tap()
    expect(phone.page.get_by_role("heading", name="Sign in", exact=True)).to_be_visible()
    assert "One filing waits here" in said[0]
    expect(phone.page.locator("#programme")).to_be_hidden()

    phone.page.unroute("**/api/v1/posts/**")
    phone.sign_in("editor")
    phone.stands("and then she left", "Filed by Rosa Lind")
    phone.filing("and then she left").get_by_role("button", name="Send it as mine").tap()
    phone.all_sent()
    who = "Post.objects.get(body__contains='and then she left').author.username"
    assert desk(newsroom, who) == "editor"


def test_an_older_draft_is_not_put_over_what_she_begins_meanwhile(phone: Phone):
    phone.type("Begun before she signed out.")
    phone.wait(SOME_DRAFT)
    phone.page.on("dialog", lambda dialog: dialog.accept())
    phone.page.get_by_role("button", name="Sign out").tap()
    expect(phone.page.get_by_role("heading", name="Sign in", exact=True)).to_be_visible()
    phone.page.evaluate(LATE_LOCKS)
    phone.sign_in("reporter")
    phone.wait("async () => window.asked")
    phone.type("Begun at once.")
    phone.page.evaluate("window.answer()")
    phone.wait("async () => (await navigator.locks.query()).held.some(({ name }) => name.includes('draft:'))")

    expect(phone.page.get_by_label("What happened?")).to_have_value("Begun at once.")
    phone.send()
    phone.reopen()
    expect(phone.page.get_by_label("What happened?")).to_have_value("Begun before she signed out.")


SOME_DRAFT = """async () => {
    const asked = indexedDB.open("newsroom-field");
    await new Promise((done) => { asked.onsuccess = done; });
    const all = asked.result.transaction("told").objectStore("told").getAllKeys();
    await new Promise((done) => { all.onsuccess = done; });
    asked.result.close();
    return all.result.some((key) => String(key).startsWith("draft:"));
}"""

# The first draft that is asked for is given when the test says so.
LATE_LOCKS = """() => {
    const request = navigator.locks.request.bind(navigator.locks);
    const held = new Promise((done) => { window.answer = done; });
    navigator.locks.request = async (name, ...given) => {
        if (name.includes("draft:") && given[0]?.ifAvailable) {
            window.asked = true;
            await held;
        }
        return request(name, ...given);
    };
}"""
