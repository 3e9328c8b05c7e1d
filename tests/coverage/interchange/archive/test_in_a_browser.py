"""An export opened in a real browser, from its folder, without a network."""

import re

import pytest

from coverage.interchange.archive import contents
from coverage.models import Speaker
from tests.coverage.interchange.archive.walking import offline_reader, walk

pytestmark = pytest.mark.django_db(transaction=True)
LEVELS = 3


@pytest.fixture
def reader(browser):
    with offline_reader(browser) as page:
        yield page


def test_every_link_can_be_followed_from_a_folder_and_nothing_else_is_asked_for(reader, full, exported):
    folder = exported()

    seen = walk(reader, folder / "index.html", LEVELS)

    gone = f"posts/{full['withdrawn'].public_id}/index.html"  # nothing leads to what was withdrawn
    assert seen == {path.relative_to(folder).as_posix() for path in folder.rglob("*.html")} - {gone}
    assert reader.problems == []


def test_pages_look_as_they_do_online(reader, full, exported):
    reader.goto((exported() / "index.html").as_uri())
    reader.locator("article img").first.scroll_into_view_if_needed()
    reader.wait_for_function("document.querySelector('article img').naturalWidth > 0")

    assert reader.locator("article").count() == 4
    assert reader.evaluate("getComputedStyle(document.querySelector('h1')).fontWeight") == "700"
    assert reader.locator("figcaption .credit").first.inner_text().lower() == "ada byron/newsroom"
    assert reader.problems == []


def test_a_post_leads_to_its_place_on_a_long_page(reader, event, release, exported, monkeypatch):
    monkeypatch.setattr(contents, "A_PAGE", 10)
    posts = [release(event, f"<p>{number}</p>", minute=number) for number in range(25)]
    folder = exported()

    reader.goto((folder / f"posts/{posts[3].public_id}/index.html").as_uri())
    reader.locator(".way a").click()

    assert reader.url.endswith(f"newest-3.html#post-{posts[3].public_id}")
    assert reader.locator(":target .body").inner_text() == "3"


def test_the_print_edition_becomes_a_pdf_in_order(reader, event, release, full, exported):
    vera = Speaker.objects.get(slug="vera-k")
    for minute in range(10, 40):
        release(
            event, f"<p>Minute {minute}. {'And more was said. ' * 12}</p>", minute=minute, speakers=[vera]
        )
    folder = exported()

    reader.goto((folder / "print.html").as_uri())
    reader.wait_for_function("[...document.images].every(image => image.complete && image.naturalWidth > 0)")
    told = reader.locator("article .body").all_inner_texts()
    reader.emulate_media(media="print")
    addresses = reader.locator("article .permalink").all_inner_texts()
    outside = reader.evaluate("getComputedStyle(document.querySelector('.body a'), '::after').content")
    pdf = reader.pdf(prefer_css_page_size=True)

    assert [text.split(".")[0] for text in told[4:]] == [f"Minute {minute}" for minute in range(10, 40)]
    assert told[3] == "Right by now."
    assert len(addresses) == 34
    assert addresses[1] == f"http://127.0.0.1:8000/events/summit/posts/{full['bare'].public_id}/"
    assert reader.locator(".correction").inner_text().startswith("Corrected")
    assert outside == '" (https://example.org/?a=1&b=2)"'
    assert reader.locator("details").first.locator("ol").is_visible()
    assert pdf.startswith(b"%PDF-")
    assert 4 <= len(re.findall(rb"/Type\s*/Page\b", pdf)) <= 12
    assert len(pdf) > 50_000
    assert reader.problems == []
