"""The live desk with two editors, a reporter and a reader at the same time, by mouse and by keyboard alone."""

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import PASSWORD

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("journeys")]

DESK = "/admin/desk/kubecon-eu-2024/"
EVENT = "/events/kubecon-eu-2024/"
SOON = 10_000  # milliseconds
ALERT = """
from coverage.models import Event
from coverage.models.alert import AlertKind
from coverage.publishing.alerts import raise_alert
event = Event.objects.get(slug="kubecon-eu-2024")
raise_alert("lift", AlertKind.RELEASE, "The lift is stuck", event=event, path="/admin/")
"""
SEEN = """
from coverage.models import Alert
print(Alert.objects.get(key="lift").seen_at is not None)
"""


@pytest.fixture
def editor(sign_in):
    """At the live desk, with what went wrong in her browser."""
    page = sign_in("editor")
    page.problems = []
    page.on("pageerror", lambda error: page.problems.append(str(error)))
    page.on(
        "console", lambda said: page.problems.append(said.text) if "Content Security" in said.text else None
    )
    page.goto(DESK)
    return page


def row(page, words: str):
    return page.locator(".row", has_text=words)


def part(page, name: str):
    return page.locator(f'.part[data-key="{name}"]')


def file(reporter, words: str) -> None:
    reporter.goto("/field/")
    reporter.locator("[name=text]").fill(words)
    reporter.get_by_role("button", name="Send").first.click()
    expect(reporter.locator(".filing", has_text=words).first).to_be_visible()


def test_a_filing_arrives_by_itself_and_goes_out_by_keyboard_alone(editor, reader, sign_in):
    reader.goto(EVENT)
    file(sign_in("reporter", width=390, landing="/field/"), "A keyboard was used in row nine.")

    waiting = part(editor, "waiting").locator(".row", has_text="row nine")
    expect(waiting).to_be_visible(timeout=SOON)
    assert editor.title().startswith("(")
    while editor.evaluate("!document.activeElement.matches('.row')"):
        editor.keyboard.press("j")
    while "row nine" not in editor.evaluate("document.activeElement.textContent"):
        editor.keyboard.press("j")
    editor.keyboard.press("Enter")
    expect(waiting.locator(".read")).to_have_attribute("open", "")
    editor.keyboard.press("c")
    expect(waiting).to_contain_text("in review", timeout=SOON)
    editor.keyboard.press("p")

    expect(part(editor, "published").locator(".row", has_text="row nine")).to_be_visible(timeout=SOON)
    expect(reader.locator("article", has_text="row nine")).to_be_attached(timeout=SOON)
    assert editor.problems == []


def test_the_composer_publishes_with_two_keys_and_is_empty_again(editor, reader):
    reader.goto(EVENT)
    editor.keyboard.press("n")
    editor.keyboard.type("Two keys and it is out.")

    editor.keyboard.press("Control+Enter")

    expect(reader.locator("article", has_text="Two keys and it is out.")).to_be_attached(timeout=SOON)
    expect(editor.locator("#composer [name=text]")).to_have_value("")
    expect(editor.locator("#desk-status")).to_contain_text("Published")
    editor.keyboard.type("And one more.")
    editor.keyboard.press("Control+Enter")
    expect(reader.locator("article", has_text="And one more.")).to_be_attached(timeout=SOON)
    assert editor.problems == []


def test_the_next_post_need_not_wait_for_the_list(editor, reader):
    reader.goto(EVENT)
    editor.route("**/now/", lambda route: None)
    editor.keyboard.press("n")
    editor.keyboard.type("The list is slow today.")
    editor.keyboard.press("Control+Enter")
    expect(editor.locator("#composer [name=text]")).to_have_value("")
    editor.keyboard.type("The keys are not.")

    editor.keyboard.press("Control+Enter")

    expect(reader.locator("article", has_text="The keys are not.")).to_be_attached(timeout=SOON)


def test_what_is_typed_while_a_post_goes_out_is_the_next_one(editor):
    held = []
    editor.route("**/compose/", lambda route: held.append(route))
    editor.keyboard.press("n")
    editor.keyboard.type("Out it goes.")
    editor.keyboard.press("Control+Enter")
    editor.wait_for_function("document.querySelector('#composer').dataset.going")
    editor.keyboard.type(" Meanwhile")
    composer = editor.locator("#composer")
    composer.locator("summary", has_text="Headline").click()
    composer.locator("[name=headline]").fill("And a headline")
    composer.locator("[name=key_event]").check()

    held[0].continue_()

    expect(editor.locator("#desk-status")).to_contain_text("Published")
    expect(composer.locator("[name=text]")).to_have_value(" Meanwhile")
    expect(composer.locator("[name=headline]")).to_have_value("And a headline")
    expect(composer.locator("[name=headline]")).to_be_visible()
    expect(composer.locator("[name=key_event]")).to_be_checked()
    assert editor.problems == []


def test_what_was_typed_outlives_a_reload_and_a_new_sign_in(editor, reader):
    reader.goto(EVENT)
    editor.keyboard.press("n")
    editor.keyboard.type("Typed before the crash.")
    identity = editor.locator("#composer [name=post_id]").input_value()
    editor.reload()
    expect(editor.locator("#left")).to_contain_text("not sent: “Typed before the crash.”")
    editor.get_by_role("button", name="Take it back").click()
    expect(editor.locator("#composer [name=text]")).to_have_value("Typed before the crash.")
    assert editor.locator("#composer [name=post_id]").input_value() == identity
    sign_in_again(editor)

    editor.keyboard.press("Control+Enter")

    expect(editor.locator("#desk-status")).to_contain_text("Published", timeout=SOON)
    expect(reader.locator("article", has_text="Typed before the crash.")).to_be_attached(timeout=SOON)
    editor.reload()
    expect(editor.locator("#left")).to_be_hidden()
    assert editor.problems == []


def sign_in_again(page) -> None:
    """In another tab of the same browser, after the session ended: this page's token is of the old one."""
    page.context.clear_cookies(name="sessionid")
    other = page.context.new_page()
    other.goto(f"/admin/login/?next={DESK}")
    other.locator("input[name=username]").fill("editor")
    other.locator("input[name=password]").fill(PASSWORD)
    other.locator("input[name=password]").press("Enter")
    other.wait_for_url(f"**{DESK}")
    other.close()


def test_a_second_verb_need_not_wait_for_the_list_either(editor, reader):
    reader.goto(EVENT)
    editor.keyboard.press("n")
    editor.keyboard.type("Corrected and withdrawn.")
    editor.keyboard.press("Control+Enter")
    ours = row(part(editor, "published"), "Corrected and withdrawn.")
    expect(ours).to_be_visible(timeout=SOON)
    expect(reader.locator("article", has_text="Corrected and withdrawn.")).to_be_attached(timeout=SOON)
    editor.route("**/now/*", lambda route: None)
    ours.locator("details.verb-correct summary").click()
    ours.locator("details.verb-correct textarea").fill("It was wrong.")
    ours.locator("details.verb-correct form button").click()
    expect(editor.locator("#desk-status")).to_contain_text("Corrected")

    ours.locator("details.verb-withdraw summary").click()
    ours.locator("[name=withdraw-reason]").fill("It was never so.")
    ours.locator("details.verb-withdraw form button").click()

    expect(reader.locator("article", has_text="It was never so.")).to_be_attached(timeout=SOON)


def test_what_somebody_types_in_a_row_stays_while_the_list_moves(editor, sign_in):
    reporter = sign_in("reporter", width=390, landing="/field/")
    file(reporter, "First of two filings.")
    mine = row(part(editor, "waiting"), "First of two filings.")
    mine.locator("details.verb-send-back summary").click(timeout=SOON)
    note = mine.locator("textarea")
    note.fill("Who says so?")

    file(reporter, "Second of two filings.")
    expect(row(part(editor, "waiting"), "Second of two filings.")).to_be_visible(timeout=SOON)
    expect(note).to_have_value("Who says so?")
    mine.get_by_role("button", name="Send back").click()

    expect(row(part(editor, "waiting"), "First of two filings.")).to_have_count(0, timeout=SOON)
    reporter.goto("/field/")
    expect(reporter.locator("body")).to_contain_text("Who says so?")


def test_the_second_editor_is_told_and_loses_nothing(editor, sign_in):
    file(sign_in("reporter", width=390, landing="/field/"), "Two editors want this.")
    other = sign_in("chief")
    other.goto(DESK)
    theirs = row(part(other, "waiting"), "Two editors want this.")
    theirs.locator("details.verb-send-back summary").click(timeout=SOON)
    theirs.locator("textarea").fill("Another source, please.")
    ours = row(part(editor, "waiting"), "Two editors want this.")
    ours.get_by_role("button", name="Publish").click(timeout=SOON)
    expect(row(part(editor, "published"), "Two editors want this.")).to_be_visible(timeout=SOON)

    theirs.locator("details.verb-send-back form button").click()

    expect(other.locator("#desk-status")).to_contain_text("Somebody changed this post", timeout=SOON)
    expect(theirs.locator("textarea")).to_have_value("Another source, please.")


def test_a_note_outlives_a_colleagues_save_and_goes_out_with_it(editor, sign_in):
    reporter = sign_in("reporter", width=390, landing="/field/")
    file(reporter, "A colleague reads along.")
    mine = row(part(editor, "waiting"), "A colleague reads along.")
    panel = mine.locator("details.verb-send-back")
    panel.locator("summary").click(timeout=SOON)
    panel.locator("textarea").fill("Who says so?")
    other = sign_in("chief")
    other.goto(DESK)
    row(part(other, "waiting"), "A colleague reads along.").get_by_role("button", name="Claim").click()
    expect(row(part(other, "waiting"), "A colleague reads along.")).to_contain_text("in review", timeout=SOON)

    panel.locator("button").click()
    expect(editor.locator("#desk-status")).to_contain_text("Somebody changed this post", timeout=SOON)
    expect(mine).to_contain_text("in review", timeout=SOON)
    expect(panel.locator("textarea")).to_have_value("Who says so?")
    panel.locator("button").click()

    expect(mine).to_have_count(0, timeout=SOON)
    reporter.goto("/field/")
    expect(reporter.locator("body")).to_contain_text("Who says so?")
    assert editor.problems == []


def test_a_renewed_row_keeps_the_keyboard_and_a_closed_note(editor, sign_in):
    file(sign_in("reporter", width=390, landing="/field/"), "The keyboard stays here.")
    mine = row(part(editor, "waiting"), "The keyboard stays here.")
    panel = mine.locator("details.verb-send-back")
    panel.locator("summary").click(timeout=SOON)
    panel.locator("textarea").fill("A note for later.")
    editor.keyboard.press("Escape")
    mine.locator(".verb-publish").focus()
    other = sign_in("chief")
    other.goto(DESK)

    row(part(other, "waiting"), "The keyboard stays here.").get_by_role("button", name="Claim").click()

    expect(mine).to_contain_text("in review", timeout=SOON)
    expect(mine.locator(".verb-publish")).to_be_focused()
    expect(panel.locator("textarea")).to_have_value("A note for later.")
    row(part(other, "waiting"), "The keyboard stays here.").get_by_role("button", name="Spike").click()
    expect(mine).to_have_count(0, timeout=SOON)


def test_an_unattended_desk_sees_no_alert_and_says_a_new_one_aloud(editor, newsroom):
    editor.clock.install()
    editor.reload()
    with editor.expect_request("**/now/?away=1", timeout=SOON):
        editor.clock.fast_forward("06:00")
        editor.clock.resume()
    newsroom.command("shell", "-c", ALERT)

    expect(editor.locator("#desk-status")).to_contain_text("New alert: The lift is stuck", timeout=SOON)
    assert newsroom.command("shell", "-v0", "-c", SEEN).strip() == "False"
    with editor.expect_response(lambda answer: answer.url.endswith("/now/") and answer.status == 200):
        editor.keyboard.press("j")

    assert newsroom.command("shell", "-v0", "-c", SEEN).strip() == "True"
    editor.get_by_role("region", name="Alerts").get_by_role("button", name="Dismiss").click()


def test_without_the_server_the_page_says_since_when(editor):
    """Also if it takes the question and never answers."""
    hung = []
    editor.route("**/now/", lambda route: hung.append(route))

    expect(editor.locator("#desk-status")).to_contain_text("Not updated since", timeout=20_000)

    assert hung
    hung[0].abort()
    editor.unroute("**/now/")
    expect(editor.locator("#desk-status")).to_have_text("", timeout=SOON)


def test_a_phone_publishes_corrects_withdraws_and_holds(sign_in, reader):
    reader.goto(EVENT)
    phone = sign_in("editor", width=390, height=844)
    phone.goto(DESK)
    assert phone.evaluate("document.documentElement.scrollWidth <= innerWidth")
    phone.locator(".quick > summary").click()
    phone.locator("#composer [name=text]").fill("From a phone.")
    phone.locator("#composer [value=publish]").click()
    ours = row(part(phone, "published"), "From a phone.")
    ours.locator("details.verb-correct summary").click(timeout=SOON)
    ours.locator("details.verb-correct textarea").fill("It was a tablet.")
    ours.locator("details.verb-correct form button").click()
    expect(reader.locator("article", has_text="It was a tablet.")).to_be_attached(timeout=SOON)
    ours.locator("details.verb-withdraw summary").click()
    ours.locator("details.verb-withdraw form button").click()
    expect(phone.locator("#desk-status")).to_contain_text("required")
    expect(phone.locator("#desk-status")).to_be_in_viewport()
    ours.locator("[name=withdraw-reason]").fill("It was neither.")
    ours.locator("details.verb-withdraw form button").click()
    expect(reader.locator("article", has_text="It was neither.")).to_be_attached(timeout=SOON)

    phone.locator(".hold summary").click()
    phone.locator("#hold-reason").fill("A threat.")
    phone.get_by_role("button", name="Hold everything").click()
    expect(phone.locator(".part.held")).to_contain_text("nothing comes out by schedule")
    phone.get_by_role("button", name="Lift the hold").click()
    expect(phone.locator(".part.held")).to_have_count(0)


def test_the_desks_note_reaches_an_open_phone_by_itself(editor, sign_in):
    reporter = sign_in("reporter", width=390, landing="/field/")
    file(reporter, "Sent from row four.")
    mine = row(part(editor, "waiting"), "Sent from row four.")
    mine.locator("details.verb-send-back summary").click(timeout=SOON)
    mine.locator("textarea").fill("Which hall is that?")

    mine.locator("details.verb-send-back form button").click()

    expect(reporter.locator("#filings")).to_contain_text("Which hall is that?", timeout=SOON)
