"""A page made to work from a folder: links, and what is left out."""

import pytest

from coverage.interchange.archive.addresses import Addresses, Order
from coverage.interchange.archive.offline import Offline

SITE = "http://127.0.0.1:8000"
EVENT = "/events/summit/"
POST = f"{EVENT}posts/aaaaaaaaaa/"


@pytest.fixture
def addresses() -> Addresses:
    """Nine posts at 10 to 90, three a page; newest first is usual."""
    ends = {"newest": [70, 40, 10], "oldest": [30, 60, 90]}
    return Addresses(
        event=EVENT,
        orders={name: Order(name, ends[name], usual=name == "newest") for name in ends},
        posts={"aaaaaaaaaa": 40, "bbbbbbbbbb": 90},
        files={POST: "posts/aaaaaaaaaa/index.html", "/speakers/vera/": "speakers/vera/index.html"},
        folders={"f00d"},
        pages={"/speakers/vera/": 3},
    )


@pytest.fixture
def offline(addresses):
    def rewrite(*pieces: str, page: str = EVENT, file: str = "index.html") -> str:
        rewriter = Offline(addresses, page=page, file=file)
        return "".join(map(rewriter.rewritten, pieces))

    return rewrite


@pytest.mark.parametrize(
    ("href", "file"),
    [
        ("", "index.html"),
        ("?order=oldest", "oldest.html"),
        ("?order=newest", "index.html"),
        ("?before=70", "newest-2.html"),
        ("?before=71", "index.html"),
        ("?before=69", "newest-2.html"),
        ("?before=10", "newest-3.html"),
        ("?before=-5", "newest-3.html"),
        ("?before=9999999999999999", "index.html"),
        ("?before=x&order=sideways", "index.html"),
        ("?order=oldest&after=30", "oldest-2.html"),
        ("?order=oldest&after=29", "oldest.html"),
        ("?order=oldest&after=95", "oldest-3.html"),
        ("?at=aaaaaaaaaa", "newest-2.html"),
        ("?order=oldest&at=bbbbbbbbbb", "oldest-3.html"),
        ("?at=nobody", "index.html"),
        ("#post-aaaaaaaaaa", "newest-2.html#post-aaaaaaaaaa"),
        ("?utm_source=x#updates", "index.html#updates"),
    ],
)
def test_addresses_of_the_event_lead_to_the_page_that_holds_them(addresses, href, file):
    assert addresses.link(f"{EVENT}{href}", page="/", file="a.html") == file
    assert addresses.link(f"{SITE}{EVENT}{href}", page="/", file="a.html") == file


@pytest.mark.parametrize(
    ("href", "link"),
    [
        ("/speakers/vera/", "index.html"),
        ("/speakers/vera/?page=1", "index.html"),
        ("?page=2", "page-2.html"),
        ("/speakers/vera/?page=x", "index.html"),
        ("?page=4", f"{SITE}/speakers/vera/?page=4"),
        ("?page=0", f"{SITE}/speakers/vera/?page=0"),
        pytest.param("?page=" + "9" * 5000, f"{SITE}/speakers/vera/?page=" + "9" * 5000, id="long"),
        (f"{POST}?page=2", f"{SITE}{POST}?page=2"),
        (POST, "../../posts/aaaaaaaaaa/index.html"),
        ("/static/css/site.css", "../../static/css/site.css"),
        ("/static/missing.pdf", f"{SITE}/static/missing.pdf"),
        ("/static/css", f"{SITE}/static/css"),
        ("/static/", f"{SITE}/static/"),
        ("/static//css/site.css", f"{SITE}/static//css/site.css"),
        (f"{SITE}/static/css/../css/site.css", f"{SITE}/static/css/../css/site.css"),
        (f"{SITE}/static/../../secret", f"{SITE}/static/../../secret"),
        (f"{SITE}/pictures/f00d/..", f"{SITE}/pictures/f00d/.."),
        ("/pictures/f00d/jpeg-960.jpg", "../../pictures/f00d/jpeg-960.jpg"),
        ("/pictures/beef/jpeg-960.jpg", f"{SITE}/pictures/beef/jpeg-960.jpg"),
        ("/", f"{SITE}/"),
        ("/search/", f"{SITE}/search/"),
        ("/events/other/", f"{SITE}/events/other/"),
        ("/speakers/nobody/", f"{SITE}/speakers/nobody/"),
        ("#main", "#main"),
        ("//[", "//["),
        ("http://[x/", "http://[x/"),
        ("https://example.org/a?b=c#d", "https://example.org/a?b=c#d"),
        (f"{SITE}0/events/summit/", f"{SITE}0/events/summit/"),
        ("mailto:a@example.org", "mailto:a@example.org"),
        ("data:image/svg+xml,x", "data:image/svg+xml,x"),
    ],
)
def test_links_of_a_page_below(addresses, href, link):
    assert addresses.link(href, page="/speakers/vera/", file="speakers/vera/index.html") == link


def test_only_links_change(offline):
    text = (
        '<!DOCTYPE html><html lang="fr"><p class=a data-x>&amp; &#8217; &eacute; 1 < 2</p>'
        "<svg viewBox='0 0 1 1'><circle r=\"1\"/></svg><br><a href=\"https://example.org/?a=1&amp;b='2'\">x</a>"
    )

    assert offline(text) == text


def test_a_link_that_changes_keeps_its_other_attributes(offline):
    html = f'<a class="a &amp; b" href="{POST}" hidden title="&quot;x&quot;">x</a>'

    assert offline(html) == (
        '<a class="a &amp; b" href="posts/aaaaaaaaaa/index.html" hidden title="&quot;x&quot;">x</a>'
    )


def test_every_size_of_a_picture_is_linked(offline):
    html = '<img src="/pictures/f00d/a.jpg" srcset="/pictures/f00d/a.jpg 320w, /pictures/f00d/b.jpg 640w">'

    assert offline(html) == (
        '<img src="pictures/f00d/a.jpg" srcset="pictures/f00d/a.jpg 320w, pictures/f00d/b.jpg 640w">'
    )


@pytest.mark.parametrize(
    "html",
    [
        '<script src="/static/a.js"></script>',
        "<script>if (1 < 2) { document.write('<p>') }</script>",
        '<form action="/search/"><label>x</label><form></form><button>y</button></form>',
        "<button hidden>x <b>y</b></button>",
        '<input name="q">',
        '<iframe src="https://example.org/"></iframe>',
        '<link rel="modulepreload" href="/static/a.js">',
        '<link rel="preload" as="font" href="/static/a.woff2">',
        '<link rel="alternate" type="application/json+oembed" href="/oembed/?url=x">',
        "<!-- said to nobody -->",
    ],
)
def test_what_needs_a_script_or_a_server_is_left_out_whole(offline, html):
    assert offline(f"<p>before</p>{html}<p>after</p>") == "<p>before</p><p>after</p>"


def test_data_for_machines_and_the_canonical_address_stay(offline):
    html = (
        f'<link rel="canonical" href="{SITE}{EVENT}"><meta property="og:url" content="{SITE}{EVENT}">'
        '<script type="application/ld+json">{"@id":"a \\u003c b","url":"/events/summit/"}</script>'
    )

    assert offline(html) == html


def test_a_page_in_pieces_is_the_same(offline):
    html = f'<p>Words <a href="{POST}">there</a> &amp; <img src="/pictures/f00d/a.jpg"></p>'

    assert offline(*html) == offline(html)
