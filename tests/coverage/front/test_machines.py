"""What machines read: feeds, sitemap, robots and structured data."""

import json
import re
import xml.etree.ElementTree as ET
from datetime import datetime

import time_machine

from coverage.front.links import with_absolute_links
from coverage.publishing import filing, publication
from coverage.record.models import ReleasedPost
from tests import factories
from tests.coverage.front.summit import address

ATOM = {"a": "http://www.w3.org/2005/Atom", "at": "http://purl.org/atompub/tombstones/1.0"}
SITE = "http://127.0.0.1:8000"


def atom(client) -> ET.Element:
    return ET.fromstring(client.get("/events/summit/feed.atom").content)


def structured(client, path: str) -> dict:
    found = re.search(
        r'<script type="application/ld\+json">(.*?)</script>', client.get(path).content.decode(), re.S
    )
    return json.loads(found[1])


def test_atom_entry_holds_the_finished_fragment(client, event, release):
    post = release(event, "<p>Tea &amp; talk</p>", headline="Doors & <more>", minute=1)

    entry = atom(client).find("a:entry", ATOM)

    assert entry.find("a:title", ATOM).text == "Doors & <more>"
    assert "<p>Tea &amp; talk</p>" in entry.find("a:content", ATOM).text
    assert entry.find("a:link", ATOM).get("href") == f"{SITE}{address(post)}"
    assert f'href="{SITE}{address(post)}"' in entry.find("a:content", ATOM).text


def test_withdrawn_post_leaves_a_tombstone(client, event, release, chief):
    post = release(event, "<p>canary</p>", minute=1)
    known = atom(client).find("a:entry/a:id", ATOM).text

    publication.withdraw(publication.post_by_id(post.pk), by=chief, reason="It was <wrong>.")

    tombstone = atom(client).find("at:deleted-entry", ATOM)
    assert tombstone.get("ref") == known
    assert tombstone.find("at:comment", ATOM).text == "It was <wrong>."
    assert atom(client).find("a:entry", ATOM) is None


def test_atom_drops_what_xml_may_not_hold(client, event, release):
    release(event, "<p>a\x0bb</p>", headline="one\x01two", minute=1)

    assert atom(client).find("a:entry/a:title", ATOM).text == "onetwo"


def test_json_feed_names_its_items(client, event, release):
    post = release(event, headline="Doors", minute=1)

    feed = json.loads(client.get("/events/summit/feed.json").content)

    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert [(item["title"], item["url"]) for item in feed["items"]] == [("Doors", f"{SITE}{address(post)}")]
    assert feed["items"][0]["authors"] == [{"name": "Ada Chief"}]


def test_sources_of_pictures_become_absolute():
    fragment = (
        '<img src="/pictures/a/b.jpg" srcset="/pictures/a/b.jpg 320w, /pictures/a/c.jpg 640w"><a href="//x">'
    )

    assert with_absolute_links(fragment) == (
        f'<img src="{SITE}/pictures/a/b.jpg" '
        f'srcset="{SITE}/pictures/a/b.jpg 320w, {SITE}/pictures/a/c.jpg 640w"><a href="//x">'
    )


def test_sitemap_lists_every_public_page(client, event, release, chief):
    post = release(event)
    gone = release(event)
    publication.withdraw(publication.post_by_id(gone.pk), by=chief, reason="Never mind.")

    found = re.findall(r"<loc>(.*?)</loc>", client.get("/sitemap.xml").content.decode())

    paths = ["/", "/corrections/", "/events/summit/", "/events/summit/keynotes/opening/"]
    paths += ["/events/summit/keynotes/paid/", "/speakers/vera-k/", "/organisations/acme/", address(post)]
    assert found == [f"{SITE}{path}" for path in paths]


def test_sitemap_says_when_an_event_s_record_changed_last(client, event, release, chief):
    with time_machine.travel("2040-03-20T12:00:00Z", tick=False):
        post = release(event, minute=1)
    with time_machine.travel("2040-03-21T07:30:00Z", tick=False):
        publication.withdraw(publication.post_by_id(post.pk), by=chief, reason="Never mind.")

    found = re.search(r"/events/summit/</loc><lastmod>(.*?)<", client.get("/sitemap.xml").content.decode())

    assert found[1] == "2040-03-21T07:30:00+00:00"


def test_event_page_names_both_its_feeds(client, event):
    page = client.get("/events/summit/").content.decode()

    found = re.findall(
        r'<link rel="alternate" type="([^"]*(?:atom|feed)[^"]*)" title="The Summit" href="(.*?)">', page
    )

    assert found == [
        ("application/atom+xml", f"{SITE}/events/summit/feed.atom"),
        ("application/feed+json", f"{SITE}/events/summit/feed.json"),
    ]
    assert all(client.get(address).status_code == 200 for _, address in found)


def test_robots_names_the_sitemap(client, db):
    assert f"Sitemap: {SITE}/sitemap.xml" in client.get("/robots.txt").content.decode()


def test_event_page_is_a_live_blog_posting(client, event, release):
    post = release(event, "<p>Words.</p>", headline="Doors", minute=1)

    data = structured(client, "/events/summit/")

    assert data["@type"] == "LiveBlogPosting"
    assert data["about"]["startDate"] == "2026-03-20T09:00:00+01:00"
    assert data["about"]["location"]["name"] == "Paris"
    (update,) = data["liveBlogUpdate"]
    assert update["headline"] == "Doors"
    assert update["url"] == f"{SITE}{address(post)}"
    assert update["datePublished"] == "2026-03-20T09:01:00+01:00"
    assert "coverageEndTime" not in data


def test_no_time_is_invented_for_a_post_of_unknown_minute(client, event, release):
    release(event, "<p>Words.</p>", time_unknown=True)

    (update,) = structured(client, "/events/summit/")["liveBlogUpdate"]

    assert "datePublished" not in update


def test_structured_data_cannot_end_its_script(client, event, release):
    post = release(event, headline="</script><script>alert(1)</script>")

    page = client.get(address(post)).content.decode()

    assert "<script>alert" not in page
    assert structured(client, address(post))["headline"] == "</script><script>alert(1)</script>"


def test_correction_is_a_correction_comment(client, event, release, chief):
    post = release(event, "<p>Two.</p>")
    filing.update_post(publication.post_by_id(post.pk), by=chief, body="<p>Three.</p>")
    publication.correct(publication.post_by_id(post.pk), by=chief, note="Three, not two.")

    [correction] = structured(client, address(post))["correction"]

    at = datetime.fromisoformat(correction.pop("datePublished"))
    assert correction == {"@type": "CorrectionComment", "text": "Three, not two."}
    assert at == post.corrections.get().at.replace(microsecond=0)


def test_a_picture_is_an_image_object_with_its_credit_and_a_share_card(client, event, release):
    image = factories.make_image(credit="Ada Byron/Newsroom", web_statement="https://example.org/licence")
    folder = image.public_name
    crop = {
        "format": "jpeg",
        "state": "ready",
        "file": f"{folder}/crop-16x9.jpg",
        "width": 1200,
        "height": 675,
    }
    image.renditions.create(spec="crop-16x9", **crop)
    post = release(event, "<p>Look.</p>", images=[{"image": image}])

    whole, cut = structured(client, address(post))["image"]
    page = client.get(address(post)).content.decode()

    assert whole == {
        "@type": "ImageObject",
        "contentUrl": f"{SITE}/pictures/{folder}/jpeg-960.jpg",
        "width": 960,
        "height": 600,
        "caption": "A stage.",
        "creditText": "Ada Byron/Newsroom",
        "copyrightNotice": "Ada Byron/Newsroom",
        "license": "https://example.org/licence",
    }
    assert cut == f"{SITE}/pictures/{folder}/crop-16x9.jpg"
    assert f'<meta property="og:image" content="{cut}">' in page
    assert '<meta property="og:image:alt" content="A stage.">' in page
    assert structured(client, "/events/summit/")["liveBlogUpdate"][0]["image"] == [whole, cut]


def test_only_who_is_known_to_have_made_a_picture_is_its_creator(client, event, release):
    image = factories.make_image(credit="Philip Okoye/Changed", creator="Philip Okoye")
    post = release(event, "<p>Look.</p>", images=[{"image": image}])

    whole = structured(client, address(post))["image"][0]

    assert whole["creator"] == {"@type": "Person", "name": "Philip Okoye"}
    assert whole["creditText"] == "Philip Okoye/Changed"


def test_a_reserved_place_is_no_image(client, event, release):
    release(event, "<p>Look.</p>", images=[{"image": factories.make_image(ready=False)}])

    assert "image" not in structured(client, "/events/summit/")["liveBlogUpdate"][0]


def test_posts_released_before_their_description_was_kept_have_it_all_the_same(client, event, release):
    release(event, "<p>Doors & tea</p>", headline="Doors", minute=1, key_event=True)
    kept = client.get("/events/summit/").content
    ReleasedPost.objects.update(structured="", title="", card=None)

    assert client.get("/events/summit/").content == kept


def test_what_is_kept_follows_the_newsroom_to_another_address(client, event, release, settings):
    release(event, headline="Doors", minute=1)

    settings.PUBLIC_URL = "https://moved.example"

    [update] = structured(client, "/events/summit/")["liveBlogUpdate"]
    assert update["url"].startswith("https://moved.example/events/summit/posts/")
