"""The wrap as readers, search engines and caches meet it."""

import json
import re
from datetime import timedelta

import pytest
from django.utils import timezone

from coverage.models import Keynote, Speaker
from coverage.publishing import amending, articles, filing, images, publication, schedule, wrapping
from coverage.publishing.publication import post_by_id
from coverage.record.models import EventHead, MovedAddress, ReleasedArticle
from tests.coverage.front import schema_org
from tests.coverage.front.summit import address
from tests.coverage.front.test_withheld import everything
from tests.factories import make_image

WRAP = "/events/summit/wrap/"


@pytest.fixture
def write(chief):
    """Drafts a wrap of posts and, unless told otherwise, publishes it."""

    def make(
        posts, *, publish: bool = True, headline: str = "The day in Paris", standfirst: str = "", **more
    ):
        wrap = wrapping.make_draft(posts[0].event, [post.pk for post in posts], by=chief)
        rows = [wrapping.Written(one.pk, one.heading, one.body) for one in wrap.paragraphs.all()]
        words = {"headline": headline, "standfirst": standfirst, "byline": "Ada Chief", **more}
        wrap = wrapping.save(wrap, by=chief, **words, paragraphs=rows)
        return articles.publish(wrap, by=chief) if publish else wrap

    return make


def item(text: str) -> dict:
    return json.loads(re.search(r'<script type="application/ld\+json">(.*?)</script>', text, re.S)[1])


def words_of(text: str) -> str:
    """The article alone, on one line."""
    return " ".join(re.search(r"<article.*</article>", text, re.S)[0].split())


def correct(post, chief, **fields):
    changed = filing.update_post(post_by_id(post.pk), by=chief, **fields)
    return publication.correct(changed, by=chief, note="A word was wrong.")


def test_each_paragraph_stands_with_a_link_to_its_post(client, event, release, write):
    vera = Speaker.objects.get(slug="vera-k")
    late = release(event, "<p>They closed.</p>", minute=90, headline="Over")
    early = release(event, "<p>They opened.</p>", minute=12, quotes=[{"speaker": vera, "text": "At last."}])
    write([late, early], standfirst="In short.")

    page = client.get(WRAP)

    article = words_of(page.text)
    order = (
        "The day in Paris",
        "In short.",
        "Ada Chief",
        "They opened.",
        "At last.",
        "Vera K.",
        "Over",
        "closed",
    )
    places = [article.index(one) for one in order]
    assert page.status_code == 200
    assert places == sorted(places)
    assert 'href="/organisations/acme/"' in article
    links = re.findall(r'<p class="source"><a href="([^"]+)">.*?<time[^>]*>([^<]+)</time> →', article)
    assert links == [
        (f"/events/summit/?at={early.public_id}#post-{early.public_id}", "09:12"),
        (f"/events/summit/?at={late.public_id}#post-{late.public_id}", "10:30"),
    ]


def test_over_several_days_the_link_says_which(client, event, release, write):
    posts = [release(event, f"<p>{n}</p>", minute=n) for n in (12, 12 + 24 * 60)]
    write(posts)

    assert re.findall(r"<time[^>]*>([^<]+)</time> →", client.get(WRAP).text) == [
        "20 Mar, 09:12",
        "21 Mar, 09:12",
    ]


def test_what_a_sponsor_paid_for_says_so(client, event, release, write):
    paid = Keynote.objects.get(slug="paid")
    write(
        [release(event, "<p>Ours.</p>", minute=1), release(event, "<p>Theirs.</p>", minute=2, keynote=paid)]
    )

    article = words_of(client.get(WRAP).text)

    assert article.count("Sponsored by Acme") == 1
    assert article.index("Ours.") < article.index("Sponsored by Acme") < article.index("Theirs.")


def test_the_event_page_leads_to_it_and_back(client, event, release, write):
    post = release(event)
    before = client.get("/events/summit/").text

    write([post])

    assert "/wrap/" not in before
    assert f'<a href="{WRAP}">Read the wrap →</a>' in client.get("/events/summit/").text
    assert '<a href="/events/summit/">← The whole event, as it happened</a>' in client.get(WRAP).text


def test_a_picture_stands_with_its_credit_and_goes_with_its_withdrawal(client, event, release, write, chief):
    image = make_image(credit="Ada Byron/Newsroom", alt_text="A stage.")
    post = release(event, "<p>Look.</p>", images=[{"image": image, "caption": "The stage"}])
    write([post])
    before = client.get(WRAP)
    file, folder = re.search(r'<img src="([^"]+)"', before.text)[1], image.public_name

    surfaces = images.withdraw_image(image, by=chief, reason="Not ours.")

    after = client.get(WRAP, headers={"If-None-Match": before["ETag"]})
    assert "The stage" in words_of(before.text)
    assert "Ada Byron/Newsroom" in words_of(before.text)
    assert f'og:image" content="http://127.0.0.1:8000/pictures/{folder}' in before.text
    assert (after.status_code, folder in after.text, "Ada Byron" in after.text) == (
        200,
        False,
        False,
    )
    assert "Look." in after.text
    assert client.get(file).status_code == 410
    assert ("wrap", "The day in Paris", WRAP) in [(one.kind, one.title, one.url) for one in surfaces]


def test_a_picture_that_is_corrected_is_corrected_here(client, event, release, write, chief):
    image = make_image()
    post = release(event, "<p>Look.</p>", images=[{"image": image, "caption": "Teh stage"}])
    write([post])

    correct(post, chief, images=[{"image": image, "caption": "The stage"}])

    assert "Teh stage" not in client.get(WRAP).text
    assert "The stage" in client.get(WRAP).text


def test_a_source_corrected_since_is_said_and_linked(client, event, release, write, chief):
    post = release(event, "<p>Teh day.</p>")
    write([post])
    before = client.get(WRAP)["ETag"]

    correct(post, chief, body="<p>The day.</p>")

    page = client.get(WRAP, headers={"If-None-Match": before})
    assert page.status_code == 200
    assert (
        f'<p class="correction"><a href="{address(post)}">The post this comes from was corrected after this '
        "was written.</a></p>"
    ) in words_of(page.text)


def test_new_words_taken_and_published_say_nothing_of_it(client, event, release, write, chief):
    post = release(event, "<p>Teh day.</p>")
    wrap = write([post])
    correct(post, chief, body="<p>The day.</p>")

    articles.publish(wrapping.take_words(wrap, post.pk, by=chief), by=chief, note="It said “teh”.")

    article = words_of(client.get(WRAP).text)
    assert "The day." in article
    assert "Teh" not in article
    assert "was corrected after" not in article
    assert 'It said “teh”. <span class="signed">Ada Chief</span>' in article


def test_a_source_withdrawn_takes_its_words_and_says_why(client, event, release, write, chief):
    kept, gone = (
        release(event, "<p>We stay.</p>", minute=1),
        release(
            event,
            "<p>canary</p>",
            minute=2,
            headline="canary",
            quotes=[{"attribution": "canary", "text": "canary"}],
        ),
    )
    write([kept, gone])
    before = client.get(WRAP)
    assert "canary" in before.text

    publication.withdraw(post_by_id(gone.pk), by=chief, reason="We may not say it.")

    page = client.get(WRAP, headers={"If-None-Match": before["ETag"]})
    assert "canary" not in page.text
    assert words_of(page.text).count("A paragraph was withdrawn: We may not say it.") == 1
    assert gone.public_id not in page.text
    assert "We stay." in page.text


def test_a_source_that_moved_is_followed_and_a_cached_page_is_stale_with_it(
    client, event, make_event, release, write, chief
):
    from coverage.publishing import programme

    other = make_event("other", title="Other")
    programme.announce(other, by=None)
    post = release(event, "<p>canary</p>")
    write([post])
    amending.move(post_by_id(post.pk), by=chief, event="other")
    page = client.get(WRAP)

    publication.withdraw(post_by_id(post.pk), by=chief, reason="Wrong.")

    assert f'href="/events/other/?at={post.public_id}' in page.text
    again = client.get(WRAP, headers={"If-None-Match": page["ETag"]})
    assert (again.status_code, "canary" in again.text) == (200, False)


def test_withdrawn_it_answers_410_with_the_reason(client, event, release, write, chief):
    wrap = write([release(event, "<p>canary</p>")], headline="canary")

    articles.withdraw(wrap, by=chief, reason="Not ours to tell.")

    page = client.get(WRAP)
    assert page.status_code == 410
    assert "This article was withdrawn" in page.text
    assert "Not ours to tell." in page.text
    assert "canary" not in page.text
    assert WRAP not in client.get("/sitemap.xml").text
    assert client.get(WRAP, headers={"If-None-Match": "*"}).status_code == 410


def test_a_draft_of_a_wrap_leaves_no_trace(client, event, release, write):
    post = release(event)
    before = everything(client) + client.get(WRAP).text

    write([post], publish=False, headline="canary", standfirst="canary")

    assert everything(client) + client.get(WRAP).text == before
    assert client.get(WRAP).status_code == 404


def test_what_is_saved_after_publishing_leaves_no_trace(client, event, release, write, chief):
    wrap = write([release(event)])
    before = everything(client) + client.get(WRAP).text

    rows = [wrapping.Written(wrap.paragraphs.get().pk, "canary", "<p>canary</p>")]
    wrapping.save(wrap, by=chief, headline="canary", standfirst="canary", byline="canary", paragraphs=rows)

    assert everything(client) + client.get(WRAP).text == before


def test_a_scheduled_and_a_pending_word_leave_no_trace(client, event, release, write, chief):
    post = release(event)
    write([post])
    before = client.get(WRAP).text

    filing.update_post(post_by_id(post.pk), by=chief, body="<p>canary</p>")
    later = filing.create_post(event, by=chief, body="<p>canary</p>")
    schedule.schedule(later, by=chief, publish_at=timezone.now() + timedelta(hours=1))

    assert client.get(WRAP).text == before


def test_a_moved_address_leads_on(client, event, release, write):
    write([release(event)])
    MovedAddress.objects.create(old="/events/old/wrap/", new=WRAP)

    assert client.get("/events/old/wrap/").headers["Location"] == WRAP


@pytest.mark.parametrize("path", ["/events/nowhere/wrap/", WRAP])
def test_where_there_is_none_it_is_404(client, event, path):
    for header in ({}, {"If-None-Match": "*"}):
        assert client.get(path, headers=header).status_code == 404


def test_a_draft_event_has_none_whatever_stands_in_the_record(client, event, release, write):
    write([release(event)])
    EventHead.objects.update(state="draft")

    assert client.get(WRAP).status_code == 404


def test_machines_are_told_of_a_news_article(client, event, release, write, chief):
    image = make_image()
    posts = [
        release(event, "<p>One.</p>", minute=1, images=[{"image": image}]),
        release(event, "<p>Two.</p>", minute=2),
    ]
    wrap = write(posts, standfirst="In short.")
    articles.publish(wrap, by=chief, note="It said three.")

    page = client.get(WRAP).text

    found, article = item(page), ReleasedArticle.objects.get()
    origin = "http://127.0.0.1:8000"
    assert found["@type"] == "NewsArticle"
    assert found["headline"] == "The day in Paris"
    assert found["author"] == {"@type": "Person", "name": "Ada Chief"}
    assert found["publisher"]["name"] == "Newsroom"
    times = [found["datePublished"], found["dateModified"]]
    assert times == [
        moment.astimezone(event.zone).isoformat(timespec="seconds")
        for moment in (article.published_at, article.changed_at)
    ]
    assert found["isBasedOn"] == [f"{origin}{address(post)}" for post in posts]
    assert found["image"][0]["creditText"] == image.credit
    assert [(one["text"], one["datePublished"]) for one in found["correction"]] == [
        ("It said three.", times[1])
    ]
    assert schema_org.problems(found) == []
    assert "NewsArticle" not in schema_org.lacking(found)
    assert f'<link rel="canonical" href="{origin}{WRAP}">' in page
    assert '<meta property="og:type" content="article">' in page
    assert '<meta property="og:title" content="The day in Paris">' in page


def test_without_a_byline_the_newsroom_is_the_author(client, event, release, write):
    write([release(event)], byline="")

    found = item(client.get(WRAP).text)

    assert found["author"]["@type"] == "Organization"
    assert "image" not in found


def test_it_is_in_the_sitemap_and_its_corrections_on_their_page(client, event, release, write, chief):
    wrap = write([release(event)])

    articles.publish(wrap, by=chief, note="It was Tuesday.")

    assert f"<loc>http://127.0.0.1:8000{WRAP}</loc>" in client.get("/sitemap.xml").text
    news = client.get("/news-sitemap.xml").text
    assert f"<loc>http://127.0.0.1:8000{WRAP}</loc>" in news
    assert "<news:title>The day in Paris</news:title>" in news
    corrections = client.get("/corrections/").text
    assert "It was Tuesday." in corrections
    assert f'<a href="{WRAP}">The day in Paris</a>' in corrections


def test_an_unlisted_event_keeps_it_out_of_lists(client, event, release, write, chief):
    wrap = write([release(event)])
    articles.publish(wrap, by=chief, note="It was Tuesday.")
    EventHead.objects.update(unlisted=True)

    for path in ("/sitemap.xml", "/news-sitemap.xml", "/corrections/"):
        assert WRAP not in client.get(path).text
    assert '<meta name="robots" content="noindex">' in client.get(WRAP).text


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_costs_five_queries(client, event, release, write, django_assert_num_queries, count):
    write([release(event, f"<p>{n}</p>", minute=n, images=[{"image": make_image()}]) for n in range(count)])

    with django_assert_num_queries(5):
        assert client.get(WRAP).status_code == 200


def test_unchanged_it_answers_304_for_one_query(client, event, release, write, django_assert_num_queries):
    write([release(event)])
    etag = client.get(WRAP)["ETag"]

    with django_assert_num_queries(1):
        answer = client.get(WRAP, headers={"If-None-Match": etag})

    assert (answer.status_code, answer["Cache-Control"]) == (304, "public, max-age=0, s-maxage=1")


def test_it_is_the_same_for_everybody_and_strict(client, event, release, write, chief):
    write([release(event, "<p>Words.</p>", images=[{"image": make_image()}])])
    stranger = client.get(WRAP)
    client.force_login(chief)

    known = client.get(WRAP, headers={"Host": "localhost"})

    assert known.content == stranger.content
    assert not stranger.cookies
    assert "script-src 'self'; style-src 'self'" in known["Content-Security-Policy"]
    assert "localhost" not in known.text
