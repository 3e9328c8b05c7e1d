"""A reader reports an error: the form, what is wrong with it, the thanks, and nothing readers may not see."""

import re

import pytest
from django.test import Client

from coverage.models import Correction, ErrorReport
from coverage.publishing import amending, programme, publication
from coverage.publishing.error_reports import FROM_ONE_LINE, ON_ONE_POST
from coverage.publishing.publication import post_by_id
from coverage.record.models import EventHead, MovedAddress, ReleasedPost
from tests.coverage.desk.pages import fields_of
from tests.coverage.front.summit import address

KEPT_BY_NOBODY = "private, no-store"
WORDS = "The speaker’s name is Véra, not Vera."


def form_of(post) -> str:
    return f"{address(post)}report/"


def fill(client, post, **typed) -> dict[str, str]:
    """What the form would send with `typed` in it."""
    return {**fields_of(client.get(form_of(post)), "report"), "text": WORDS, **typed}


def send(client, post, **typed):
    return client.post(form_of(post), fill(client, post, **typed))


def problems_in(response) -> list[str]:
    """The sentences in the form, its summary first."""
    page = response.text
    summary = re.findall(r'role="alert">(.*?)</div>', page)
    return re.findall(r"<p>(.*?)</p>", " ".join(summary)) + re.findall(r"<li>(.*?)</li>", page)


@pytest.fixture
def post(event, release):
    return release(event, headline="The <doors> open")


def test_the_link_stands_at_the_foot_of_each_post(client, event, post):
    link = f'<a class="report" href="{form_of(post)}" rel="nofollow">Report an error</a>'

    for page in ("/events/summit/", address(post)):
        assert client.get(page).text.count(form_of(post)) == 1
        assert link in client.get(page).text


def test_a_post_released_before_there_was_a_link_has_it_on_its_own_page(client, post):
    ReleasedPost.objects.update(fragment="<article>Words of last year.</article>")

    page = client.get(address(post)).text

    assert "Words of last year." in page
    assert f'<a href="{form_of(post)}" rel="nofollow">Report an error</a>' in page


def test_the_form_names_the_post_and_says_what_happens(client, post):
    response = client.get(form_of(post))

    assert response.status_code == 200
    assert f'<a href="{address(post)}"><bdi>The &lt;doors&gt; open</bdi></a>' in response.text
    assert "deleted after 90 days" in response.text
    assert '<meta name="robots" content="noindex">' in response.text


def test_the_form_is_kept_by_no_cache_and_brings_its_own_cookie(client, post):
    response = client.get(form_of(post))

    assert response["Cache-Control"] == KEPT_BY_NOBODY
    assert "csrftoken" in response.cookies
    assert "sessionid" not in response.cookies


def test_the_form_holds_under_the_strict_policy(client, post):
    for response in (
        client.get(form_of(post)),
        send(client, post, text=""),
        client.get(f"{form_of(post)}sent/"),
    ):
        assert "unsafe" not in response["Content-Security-Policy"]
        assert "form-action 'self'" in response["Content-Security-Policy"]
        assert not re.search(r"<script(?! [^>]*src=)|<style|\s(on[a-z]+|style)=", response.text)


def test_the_form_costs_two_queries(client, post, django_assert_num_queries):
    with django_assert_num_queries(2):
        client.get(form_of(post))


def test_a_report_lands_and_its_reader_is_thanked(client, post):
    response = send(client, post, email="reader@example.org")
    thanks = client.get(response["Location"])

    made = ErrorReport.objects.get()
    assert (made.post, made.event, made.text, made.email) == (post, post.event, WORDS, "reader@example.org")
    assert (response.status_code, response["Cache-Control"]) == (302, KEPT_BY_NOBODY)
    assert (thanks.status_code, thanks["Cache-Control"]) == (200, KEPT_BY_NOBODY)
    assert "the editors have your report" in thanks.text
    assert f"?at={post.public_id}#post-{post.public_id}" in thanks.text
    assert '<meta name="robots" content="noindex">' in thanks.text


def test_nothing_a_reader_wrote_is_to_be_read_by_others(client, post):
    send(client, post, email="reader@example.org")
    stranger = Client()

    for path in ("/events/summit/", address(post), form_of(post), f"{form_of(post)}sent/"):
        page = stranger.get(path).text
        assert "reader@example.org" not in page
        assert WORDS not in page


def test_a_double_click_and_a_reload_make_one_report(client, post):
    typed = fill(client, post)

    answers = [client.post(form_of(post), typed) for _ in range(3)]

    assert {answer["Location"] for answer in answers} == {f"{form_of(post)}sent/"}
    assert ErrorReport.objects.count() == 1


def test_the_thanks_loaded_again_send_nothing(client, post):
    thanks = send(client, post)["Location"]

    for _ in range(2):
        client.get(thanks)

    assert client.post(thanks).status_code == 405
    assert ErrorReport.objects.count() == 1


def test_a_second_visit_is_a_second_report(client, post):
    send(client, post)
    send(client, post)

    assert ErrorReport.objects.count() == 2


@pytest.mark.parametrize(
    ("typed", "sentences"),
    [
        ({"text": ""}, ["Say in a sentence what is wrong."]),
        ({"text": " \r\n "}, ["Say in a sentence what is wrong."]),
        ({"text": "Wrong!"}, ["Say a little more: at least 10 characters."]),
        (
            {"text": "x" * 2001},
            ["This is 2001 characters long: shorten it to 2000, or send it in two parts."],
        ),
        ({"text": "Null \0 and void."}, ["Null characters are not allowed."]),
        (
            {"email": "me at home"},
            ["This is no e-mail address: write it like name@example.org, or leave it empty."],
        ),
        (
            {"website": "https://casino.example"},
            [
                "A hidden field that has to stay empty was filled in. It is empty again: please send this once more."
            ],
        ),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(typed, sentences, client, post):
    sent = fill(client, post, **{"email": "reader@example.org", **typed})

    response = client.post(form_of(post), sent)

    assert response.status_code == 400
    assert problems_in(response) == ["Nothing was sent yet. Please look below.", *sentences]
    kept = fields_of(response, "report")
    assert kept["text"].strip() == sent["text"].strip().replace("\r\n", "\n")
    assert (kept["email"], kept["website"], kept["form"]) == (sent["email"], "", sent["form"])
    assert not ErrorReport.objects.exists()


def test_what_filled_the_hidden_field_does_not_keep_a_reader_out(client, post):
    refused = send(client, post, website="https://reader.example")

    response = client.post(form_of(post), fields_of(refused, "report"))

    assert response.status_code == 302
    assert ErrorReport.objects.get().text == WORDS


@pytest.mark.parametrize("length", [10, 2000])
def test_a_line_break_counts_as_one_character(length, client, post):
    text = "\r\n".join("x" * (length // 2)) + "\r\nx" * (length % 2)
    text = text.ljust(len(text) + length - len(text.replace("\r\n", "\n")), "y")

    assert send(client, post, text=text).status_code == 302

    assert len(ErrorReport.objects.get().text) == length


def test_without_a_form_s_key_a_repeat_is_one_report_as_well(client, post):
    typed = {name: value for name, value in fill(client, post).items() if name != "form"}

    for _ in range(2):
        assert client.post(form_of(post), typed).status_code == 302

    assert ErrorReport.objects.count() == 1


def test_too_many_from_one_address_are_refused_with_every_word_still_there(client, post):
    for _ in range(FROM_ONE_LINE):
        send(client, post)

    response = send(client, post, email="reader@example.org")

    assert (response.status_code, response["Cache-Control"]) == (429, KEPT_BY_NOBODY)
    assert 3500 < int(response["Retry-After"]) <= 3600
    assert problems_in(response) == [
        "Many reports have come from your network within the last hour. "
        "Your words are still here: please send them again in 60 minutes."
    ]
    assert fields_of(response, "report")["text"] == WORDS
    assert ErrorReport.objects.count() == FROM_ONE_LINE


def test_a_header_somebody_wrote_does_not_escape_the_count(client, post):
    typed = fill(client, post)

    answers = [
        client.post(
            form_of(post), {**typed, "form": str(number)}, headers={"X-Forwarded-For": f"192.0.2.{number}"}
        )
        for number in range(FROM_ONE_LINE + 1)
    ]

    assert [answer.status_code for answer in answers] == [302] * FROM_ONE_LINE + [429]


def test_behind_our_proxy_each_reader_counts_for_herself(client, post, settings):
    settings.TRUSTED_PROXIES = 1
    typed = fill(client, post)

    answers = [
        client.post(
            form_of(post), {**typed, "form": str(number)}, headers={"X-Forwarded-For": f"192.0.2.{number}"}
        )
        for number in range(ON_ONE_POST + 1)
    ]

    assert [answer.status_code for answer in answers] == [302] * ON_ONE_POST + [429]
    assert problems_in(answers[-1])[0].startswith("Many readers have reported this post")


def test_a_form_from_elsewhere_is_refused_and_shows_nothing_it_brought(post):
    client = Client(enforce_csrf_checks=True)

    response = client.post(form_of(post), {"text": WORDS}, headers={"Origin": "https://elsewhere.example"})

    assert response.status_code == 403
    assert WORDS not in response.text
    assert not ErrorReport.objects.exists()


def test_a_reader_whose_cookie_is_gone_gets_the_form_back_filled(post):
    client = Client(enforce_csrf_checks=True, headers={"Origin": "http://testserver"})
    typed = fill(client, post, email="reader@example.org")
    client.cookies.clear()

    response = client.post(form_of(post), typed)

    assert (response.status_code, response["Cache-Control"]) == (403, KEPT_BY_NOBODY)
    assert problems_in(response) == [
        "Your browser did not send this form’s cookie along. Please send it once more."
    ]
    assert not ErrorReport.objects.exists()
    assert client.post(form_of(post), fields_of(response, "report")).status_code == 302
    assert ErrorReport.objects.get().email == "reader@example.org"


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_withdrawn_post_is_gone_here_too(method, client, event, chief, post):
    publication.withdraw(post_by_id(post.pk), by=chief, reason="It named the wrong person.")

    response = getattr(client, method)(form_of(post), {"text": WORDS})

    assert response.status_code == 410
    assert "It named the wrong person." in response.text
    assert "doors" not in response.text
    assert not ErrorReport.objects.exists()


@pytest.mark.parametrize("method", ["get", "post"])
def test_what_readers_do_not_have_takes_no_report(method, client, event, release, make_event):
    draft = make_event("draft")
    post = release(event)
    for path in (
        "/events/summit/posts/abcdefghij/report/",
        f"/events/draft/posts/{post.public_id}/report/",
        f"/events/nowhere/posts/{post.public_id}/report/",
    ):
        assert getattr(client, method)(path, {"text": WORDS}).status_code == 404
    assert client.get("/events/draft/posts/abcdefghij/report/sent/").status_code == 404
    assert draft.error_reports.count() == 0


def test_a_post_that_moved_is_reported_where_it_stands_now(client, chief, make_event, post):
    typed, old = fill(client, post), form_of(post)
    there = make_event("forum", title="The Forum")
    programme.announce(there, by=chief)
    amending.move(post_by_id(post.pk), by=chief, event="forum")

    shown = client.get(old, follow=True)
    sent = client.post(old, typed, follow=True)

    report = f"/events/forum/posts/{post.public_id}/report/"
    assert shown.redirect_chain == [(report, 301)]
    assert sent.redirect_chain[0] == (report, 308)
    assert "the editors have your report" in sent.text
    assert ErrorReport.objects.get().event == there


def test_a_report_to_an_event_that_was_renamed_arrives(client, post):
    typed, old = fill(client, post), form_of(post)
    head = post.event.slug
    MovedAddress.objects.create(
        old="/events/earlier/", new=f"/events/{head}/", head=EventHead.objects.get(slug=head)
    )

    sent = client.post(old.replace(f"/{head}/", "/earlier/"), typed, follow=True)

    assert sent.redirect_chain[0] == (old, 308)
    assert "the editors have your report" in sent.text


def test_the_form_speaks_the_language_of_the_event(client, make_event, release):
    event = make_event("sommet", language="fr")
    programme.announce(event, by=None)
    post = release(event)

    response = send(client, post, email="nobody")

    assert '<html lang="fr"' in response.text


def test_head_and_other_methods(client, post):
    assert client.head(form_of(post)).status_code == 200
    assert client.put(form_of(post)).status_code == 405


def test_a_report_changes_nothing_readers_see(client, post):
    before = client.get(address(post))

    send(client, post)

    after = client.get(address(post))
    assert (after["ETag"], after.content) == (before["ETag"], before.content)
    assert not Correction.objects.exists()
