"""A post at its own address: everything it prints, its corrections, and 410 when it was taken back."""

import html
import re
from datetime import datetime

import pytest

from coverage.models import Keynote, Speaker
from coverage.publishing import filing, programme, publication
from tests.coverage.front.summit import address

pytestmark = pytest.mark.any_database


def text_of(client, post) -> str:
    return html.unescape(client.get(address(post)).content.decode())


def test_post_page_has_its_own_title(client, event, release):
    post = release(event, headline="The doors open")

    page = text_of(client, post)

    assert "<title>The doors open – The Summit</title>" in page
    assert "<h1>The doors open</h1>" in page
    assert f'<link rel="canonical" href="http://127.0.0.1:8000{address(post)}">' in page


def test_title_of_a_post_without_headline_is_its_first_words(client, event, release):
    post = release(event, "<p>The crowd is <em>larger</em> than last year &amp; louder.</p>")

    assert "<title>The crowd is larger than last year & louder. – The Summit</title>" in text_of(client, post)


def test_keynote_and_sponsor_are_disclosed(client, event, release):
    post = release(event, keynote=Keynote.objects.get(slug="paid"))

    page = text_of(client, post)

    assert '<a class="keynote" href="/events/summit/keynotes/paid/">A word from Acme</a>' in page
    assert "Sponsored by Acme" in page


def test_verbatim_quote_has_marks_and_its_speaker_as_billed(client, event, release):
    vera = Speaker.objects.get(slug="vera-k")
    quote = {"speaker": vera, "text": "“We count work, not nodes.”", "verbatim": True}
    post = release(event, quotes=[quote])

    page = text_of(client, post)

    assert "<p>“We count work, not nodes.”</p>" in page
    employer = '<a href="/organisations/acme/">Acme</a>'
    assert f'<a class="person" href="/speakers/vera-k/">Vera K.</a>, Engineer, {employer}' in page
    assert "paraphrased" not in page


def test_paraphrase_says_so_and_has_no_marks(client, event, release):
    quote = {"attribution": "a panellist, not identified", "text": "that small models do", "verbatim": False}
    post = release(event, quotes=[quote])

    page = text_of(client, post)

    assert "<p>that small models do</p>" in page
    assert 'a panellist, not identified <span class="how">paraphrased</span>' in page


def test_speaker_is_named_with_title_and_employer(client, event, release):
    post = release(event, speakers=[Speaker.objects.get(slug="vera-k")])

    page = text_of(client, post)

    assert 'Vera K.</a>, Engineer, <a href="/organisations/acme/">Acme</a>' in page


def test_speaker_who_is_quoted_is_named_once(client, event, release):
    vera = Speaker.objects.get(slug="vera-k")
    post = release(event, speakers=[vera], quotes=[{"speaker": vera, "text": "Yes.", "verbatim": True}])

    page = text_of(client, post)
    article = page[page.index("<article") : page.index("</article>")]

    assert article.count("Vera K.") == 1


def test_corrections_stand_under_the_post_signed(client, event, release, chief):
    post = release(event, "<p>On the second floor.</p>", minute=1)
    filing.update_post(publication.post_by_id(post.pk), by=chief, body="<p>On the third floor.</p>")
    publication.correct(publication.post_by_id(post.pk), by=chief, note="It is the third floor.")

    page = text_of(client, post)

    assert "On the third floor." in page
    assert "On the second floor." not in page
    assert 'It is the third floor. <span class="signed">Ada Chief</span>' in page


def test_key_event_is_marked(client, event, release):
    assert "Key event" in text_of(client, release(event, key_event=True))


def test_body_cannot_smuggle_scripts(client, event, release):
    post = release(event, "<p onclick=alert(1)>Hello<script>alert(2)</script></p>", headline="<b>1 & 2</b>")

    page = client.get(address(post)).content.decode()

    assert "onclick" not in page
    assert "alert" not in page
    assert "<h1>&lt;b&gt;1 &amp; 2&lt;/b&gt;</h1>" in page


def test_withdrawn_post_answers_410_with_reason_and_time(client, event, release, chief):
    post = release(event, "<p>Words taken back.</p>", headline="Headline taken back", minute=1)
    publication.withdraw(publication.post_by_id(post.pk), by=chief, reason="It named the wrong person.")

    answer = client.get(address(post))

    assert answer.status_code == 410
    assert "It named the wrong person." in answer.content.decode()
    assert "<time datetime=" in answer.content.decode()
    assert "taken back" not in answer.content.decode()


def test_reinstated_post_is_back_at_its_address(client, event, release, chief):
    post = release(event, "<p>Back again.</p>")
    publication.withdraw(publication.post_by_id(post.pk), by=chief, reason="A doubt.")
    publication.reinstate(publication.post_by_id(post.pk), by=chief, reason="The doubt was unfounded.")

    answer = client.get(address(post))

    assert answer.status_code == 200
    assert "Back again." in answer.content.decode()


def test_post_under_another_event_is_not_found(client, event, release, make_event):
    other = make_event("other")
    programme.announce(other, by=None)
    post = release(event)

    assert client.get(f"/events/other/posts/{post.public_id}/").status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_query_count_is_constant(client, event, release, django_assert_num_queries, count):
    speakers = [Speaker.objects.create(slug=f"s{number}", name=f"S {number}") for number in range(count)]
    post = release(event, speakers=speakers)

    with django_assert_num_queries(2):
        client.get(address(post))


@pytest.mark.parametrize(
    ("happened", "filed", "told"),
    [
        ("2026-03-20T08:12Z", "2026-03-20T08:50Z", ["filed 09:50"]),
        ("2026-03-20T08:12Z", "2026-03-20T08:26Z", []),
        ("2026-03-20T22:50Z", "2026-03-20T23:30Z", ["filed 00:30 21 Mar"]),
        ("2026-03-20T07:00Z", "2026-03-20T08:50Z", []),  # before coverage began
    ],
)
def test_a_late_post_says_when_it_was_filed(client, make_event, chief, happened, filed, told):
    event = make_event()
    programme.announce(event, by=None, at=datetime.fromisoformat("2026-03-19T08:00Z"))
    programme.open_event(event, by=None, at=datetime.fromisoformat("2026-03-20T08:00Z"))
    post = filing.create_post(event, by=chief, body="<p>x</p>", happened_at=datetime.fromisoformat(happened))
    post = publication.publish(post, by=chief, at=datetime.fromisoformat(filed))

    said = re.findall(r'<span class="filed">(.*?)</time></span>', text_of(client, post))
    assert [re.sub("<.*?>", "", one) for one in said] == told
