"""An export opened in a real browser, from its folder, without a network."""

import re
from pathlib import Path

import pytest

from coverage.interchange.archive import contents
from coverage.models import Speaker

pytestmark = pytest.mark.django_db(transaction=True)
LEVELS = 3


@pytest.fixture
def reader(browser):
    """A page without a network; `problems`: what its console said, and what it asked for that is no file."""
    context = browser.new_context(viewport={"width": 390, "height": 844}, offline=True)
    page = context.new_page()
    page.problems = []
    page.on("console", lambda said: page.problems.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: page.problems.append(str(error)))
    page.on("requestfailed", lambda request: page.problems.append(request.url))
    page.on("request", lambda it: None if it.url.startswith("file://") else page.problems.append(it.url))
    yield page
    context.close()


def links_on(page) -> set[str]:
    """The pages in the folder that this one leads to, without the place on them."""
    found = page.eval_on_selector_all("a[href]", "links => links.map(link => link.href)")
    return {href.partition("#")[0] for href in found if re.match(r"file://.*\.html", href)}


def walk(page, start: Path, levels: int) -> set[str]:
    """Follows every link, so many times; answers the files that were seen."""
    seen, level = set(), {start.as_uri()}
    for _ in range(levels + 1):
        following = set()
        for address in sorted(level - seen):
            page.goto(address)
            assert page.locator("h1").count() == 1, address
            following |= links_on(page)
            seen.add(address)
        level = following
    return {Path(address.removeprefix("file://")).relative_to(start.parent).as_posix() for address in seen}


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
