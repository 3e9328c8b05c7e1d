"""Another site's page, on another origin, frames the live coverage by the copied snippet."""

import html
import re
import threading
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from playwright.sync_api import expect

from tests.journeys.programs import Desk

pytestmark = [pytest.mark.journey, pytest.mark.processes, pytest.mark.xdist_group("launcher")]

EVENT = "kubecon-eu-2024"
PAGE = """<!DOCTYPE html><html lang="en"><title>Elsewhere</title>
<body style="margin: 0"><p style="height: 600px">Our own words.</p>{snippet}<p>More of ours.</p></body></html>"""
FRAME = "iframe"
POSTS = "#posts article"


class Elsewhere(BaseHTTPRequestHandler):
    """Answers everything with one page."""

    def __init__(self, page: str, *arguments):
        self.page = page
        super().__init__(*arguments)

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(self.page.encode())

    def log_message(self, *arguments) -> None:
        pass


@pytest.fixture
def host(newsroom, sign_in):
    """The address of a page that holds what the desk gives to be copied."""
    desk = sign_in("editor", landing="/admin/coverage/event/")
    desk.get_by_role("link", name=re.compile("KubeCon")).first.click()
    snippet = html.unescape(desk.locator("#snippet").input_value())
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Elsewhere, PAGE.format(snippet=snippet)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()


@pytest.fixture
def visitor(browser, host):
    context = browser.new_context(viewport={"width": 390, "height": 844})
    page = context.new_page()
    page.problems = []
    page.on("console", lambda said: page.problems.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: page.problems.append(str(error)))
    page.goto(host)
    page.frame_locator(FRAME).locator(POSTS).first.wait_for()
    yield page
    context.close()


def height(page) -> int:
    return page.evaluate("document.querySelector('iframe').getBoundingClientRect().height")


def wait_until_whole(page) -> None:
    """The frame is as tall as what is in it: nothing in it has to be scrolled."""
    inside = page.frames[1]
    page.wait_for_function(
        "([tall]) => Math.abs(document.querySelector('iframe').getBoundingClientRect().height - tall) < 2",
        arg=[inside.evaluate("document.documentElement.offsetHeight")],
    )


def test_it_takes_the_height_it_needs_and_follows_live(newsroom, visitor):
    inside = visitor.frame_locator(FRAME)
    wait_until_whole(visitor)
    before = height(visitor)

    post = Desk(newsroom.address, EVENT).publish("Framed words, told live.")
    inside.locator(f"#post-{post['public_id']}").wait_for()

    visitor.wait_for_function(
        "before => document.querySelector('iframe').getBoundingClientRect().height > before", arg=before
    )
    wait_until_whole(visitor)
    assert visitor.frames[1].evaluate("document.documentElement.scrollHeight <= innerHeight + 1")
    assert visitor.problems == []


def test_withdrawn_words_vanish_there_too(newsroom, visitor):
    desk, inside = Desk(newsroom.address, EVENT), visitor.frame_locator(FRAME)
    post = desk.publish("Words to be taken back.")
    article = inside.locator(f"#post-{post['public_id']}")
    article.get_by_text("Words to be taken back.").wait_for()

    desk.do("withdraw", post, reason="They were wrong.")

    article.get_by_text("They were wrong.").wait_for()
    assert inside.get_by_text("Words to be taken back.").count() == 0


def test_what_is_read_further_down_stays_where_it_is(newsroom, visitor):
    wait_until_whole(visitor)
    inside = visitor.frame_locator(FRAME)
    read = inside.locator(POSTS).nth(5)
    read.evaluate("post => post.scrollIntoView()")
    visitor.wait_for_function("scrollY > 600")
    before = read.bounding_box()["y"]

    post = Desk(newsroom.address, EVENT).publish("Words above what is read.")
    inside.locator(f"#post-{post['public_id']}").wait_for(state="attached")
    wait_until_whole(visitor)

    assert abs(inside.locator(POSTS).nth(6).bounding_box()["y"] - before) <= 2


def test_its_links_open_the_newsroom_in_the_whole_window(newsroom, visitor):
    link = visitor.frame_locator(FRAME).locator(f"{POSTS} .permalink").first
    link.click()

    visitor.wait_for_url(f"{newsroom.address}/events/{EVENT}/posts/**")
    assert len(visitor.frames) == 1


def test_a_key_event_leads_to_its_post_in_the_frame(newsroom, visitor):
    inside = visitor.frame_locator(FRAME)
    post = Desk(newsroom.address, EVENT).publish("A framed turn of events.", key_event=True)
    Desk(newsroom.address, EVENT).publish("Something after it.")
    inside.get_by_text("Something after it.").wait_for(state="attached")
    wait_until_whole(visitor)
    inside.locator("#key-events summary").click()
    article = inside.locator(f"#post-{post['public_id']}")

    inside.locator(f"#key-events [data-post='{post['public_id']}'] a").click()

    visitor.wait_for_function("scrollY > 600")
    expect(article).to_be_in_viewport()
    expect(article).to_be_focused()
    assert len(visitor.frames) == 2


def test_only_the_framed_page_may_be_framed(newsroom, visitor):
    with visitor.expect_console_message(lambda said: "frame-ancestors" in said.text) as refused:
        visitor.evaluate(
            "address => document.body.append(Object.assign(document.createElement('iframe'), { src: address }))",
            f"{newsroom.address}/events/{EVENT}/",
        )

    assert refused.value.type == "error"


def test_a_stranger_cannot_set_its_height(newsroom, visitor):
    wait_until_whole(visitor)
    before = height(visitor)

    visitor.evaluate(
        """new Promise(done => {
            addEventListener("message", done, { once: true });
            postMessage({ newsroom: "height", height: 5, moved: 900 }, "*");
        })"""
    )

    assert (height(visitor), visitor.evaluate("scrollY")) == (before, 0)
