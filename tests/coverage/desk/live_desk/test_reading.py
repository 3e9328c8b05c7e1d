"""What a row lets an editor read before she presses: all that would go out, and what is wrong with it."""

import datetime
import re

import pytest
from django.urls import reverse
from django.utils import timezone

from coverage.models import Post
from coverage.record.models import ReleasedPost
from tests import factories
from tests.coverage.desk.live_desk.test_pages import JSON, filed, headlines, url
from tests.coverage.desk.pages import verb_url

pytestmark = pytest.mark.django_db
QUOTE = {
    "attribution": "The minister",
    "text": "We resign",
    "verbatim": True,
    "checked": False,
    "speaker": None,
}


def test_a_picture_without_credit_offers_the_words_now(desk, event, people):
    image = factories.make_image(ready=False, credit="", credit_from="person", alt_text="")
    post = filed(event, people["reporter"], images=[{"image": image, "caption": ""}])

    page = desk.get(url()).text
    answer = desk.post(
        verb_url(post, "publish"), {"_version": post.version, "_back": "desk", "words_now": "1"}, headers=JSON
    )

    assert "Words now, picture when complete" in page
    assert 'name="words_now"' in page
    assert "Pictures awaited or broken" in page
    assert answer.status_code == 200
    assert ReleasedPost.objects.get().picture_rows.count() == 0


def test_all_that_readers_would_get_can_be_read_on_the_row(desk, event, people):
    image = factories.make_image(alt_text="A full hall", caption="Its own caption")
    filed(
        event, people["reporter"], body="", quotes=[QUOTE], images=[{"image": image, "caption": "The hall"}]
    )

    page = desk.get(url()).text

    assert headlines(page) == ["We resign"]
    words = page[page.index('class="words"') : page.index('class="verbs"')]
    for text in (
        "“We resign”",
        "The minister",
        "word for word",
        "The hall",
        "A full hall",
        "Ada Byron/Newsroom",
    ):
        assert text in words
    assert reverse("admin:media_image_preview", args=[image.pk]) in words


def test_what_the_event_wants_pointed_out_stands_on_the_row(desk, event, people):
    factories.make_keynote(event)
    event.checks = {"keynote": "hard"}
    event.save()
    post = filed(event, people["reporter"], quotes=[QUOTE])
    Post.objects.filter(pk=post.pk).update(note="Who says so?")

    page = desk.get(url()).text

    assert "A quote is not compared with the recording yet." in page
    assert "The desk’s note is still open: “Who says so?”" in page
    assert "or say that it is not in a keynote. It holds the post back." in page


def test_what_readers_have_is_not_checked_again(desk, event, people):
    factories.make_published(event, quotes=[QUOTE])

    assert "compared with the recording yet" not in desk.get(url()).text


def test_an_embargo_stands_on_the_row_until_it_is_over(desk, event, people):
    until = timezone.now() + datetime.timedelta(minutes=30)
    post = filed(event, people["reporter"], embargo_until=until)
    before = desk.get(url()).text

    Post.objects.filter(pk=post.pk).update(embargo_until=timezone.now())

    assert re.search(rf">embargo until [^<]*{until.astimezone(event.zone):%H:%M}<", before)
    assert "embargo until" not in desk.get(url()).text


def test_a_picture_that_changes_renews_its_row(desk, event, people):
    image = factories.make_image(caption="Before")
    filed(event, people["reporter"], images=[{"image": image, "caption": ""}])
    before = re.search(r'class="row[^>]*data-stamp="(\w+)"', desk.get(url()).text)[1]

    image.caption = "After"
    image.save()

    page = desk.get(url()).text
    assert "After" in page
    assert re.search(r'class="row[^>]*data-stamp="(\w+)"', page)[1] != before


@pytest.mark.parametrize(
    "lacks", [{"credit": "", "alt_text": ""}, {"alt_text": ""}, {"credit": "", "credit_from": "person"}]
)
def test_a_picture_does_not_hold_back_who_breaks_the_glass(lacks, desk, event, people):
    event.second_reader = True
    event.save()
    post = filed(event, people["reporter"], images=[{"image": factories.make_image(**lacks), "caption": ""}])
    panel = re.search(r'<details[^>]*data-verb="break-glass".*?</details>', desk.get(url()).text, re.DOTALL)[
        0
    ]
    sent = dict(re.findall(r'name="([^"]+)" value="([^"]*)"', panel))

    answer = desk.post(
        verb_url(post, "break-glass"), {**sent, "break-glass-reason": "The hall is on fire."}, headers=JSON
    )

    assert answer.status_code == 200, answer.json()
    assert ReleasedPost.objects.get().picture_rows.count() == 0
