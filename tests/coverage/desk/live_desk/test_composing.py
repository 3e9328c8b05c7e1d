"""The composer: one post however often it is sent, and never a word that is thrown away."""

import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from coverage.models import Post
from coverage.record.models import ReleasedPost
from media.models import Image
from tests import factories
from tests.coverage.desk.live_desk.test_pages import JSON, url
from tests.coverage.desk.pages import change_url, fields_of, said
from tests.media import drawing

pytestmark = pytest.mark.django_db
COMPOSE = reverse("admin:live_desk_compose", args=["summit"])


def typed(desk, **fields) -> dict[str, str]:
    """The composer as it is sent: an empty one's fields and these."""
    return {**fields_of(desk.get(url()), "composer"), "action": "draft", **fields}


def test_the_composer_publishes_once(desk, event, people):
    keynote = factories.make_keynote(event)
    fields = fields_of(desk.get(url()), "composer")
    sent = {**fields, "text": "The doors are open.", "keynote": keynote.slug, "action": "publish"}

    first = desk.post(COMPOSE, sent, follow=True)
    again = desk.post(COMPOSE, sent, follow=True)

    assert said(first) == "Published. Readers see it now."
    assert said(again) == "It was received before and is published. Nothing was sent twice."
    row = ReleasedPost.objects.get()
    assert (row.body, row.keynote, row.head.slug) == ("<p>The doors are open.</p>", keynote.slug, "summit")
    assert Post.objects.get().author == people["editor"]


def test_the_composer_takes_a_photograph_and_gives_the_script_a_fresh_form(desk, event):
    fields = fields_of(desk.get(url()), "composer")
    slot = fields["photo"]
    file = SimpleUploadedFile("a.jpg", drawing.jpeg(700, 450))

    answer = desk.post(
        COMPOSE,
        {
            **fields,
            "text": "Doors.",
            f"{slot}-file": file,
            f"{slot}-alt_text": "A queue",
            "action": "publish",
        },
        headers=JSON,
    )

    assert answer.json()["says"] == "Published. Readers see it now."
    assert Image.objects.get().alt_text == "A queue"
    assert fields["post_id"] not in answer.json()["form"]
    assert str(Image.objects.get().pk) not in answer.json()["form"]


def test_what_the_composer_refuses_stays_typed(desk, event):
    fields = fields_of(desk.get(url()), "composer")
    sent = {**fields, "text": "Doors.", "headline": "x" * 201, "action": "publish"}

    page = desk.post(COMPOSE, sent)
    told = desk.post(COMPOSE, sent, headers=JSON)

    assert (page.status_code, told.status_code) == (400, 400)
    assert "Doors." in page.text
    assert fields["post_id"] in page.text
    assert "at most 200 characters" in told.json()["refused"][0]
    assert not Post.objects.exists()


def test_with_a_second_reader_the_composer_sends_instead(desk, event):
    event.second_reader = True
    event.save()
    page = desk.get(url())

    desk.post(COMPOSE, {**fields_of(page, "composer"), "text": "Doors.", "action": "publish"})

    assert "Send for a second reader" in page.text
    assert Post.objects.get().state == "submitted"


def test_a_draft_is_kept(desk, event):
    fields = fields_of(desk.get(url()), "composer")

    desk.post(COMPOSE, {**fields, "text": "Doors.", "action": "draft"})

    assert Post.objects.get().state == "draft"


def test_somebody_elses_post_is_not_taken_for_a_repeat(desk, event, people):
    theirs = factories.make_post(event, by=people["chief"])

    answer = desk.post(COMPOSE, {"post_id": str(theirs.pk), "text": "Doors.", "action": "draft"})

    assert answer.status_code == 409
    assert Post.objects.get(pk=theirs.pk).body == "<p>Some words.</p>"


def test_a_form_without_an_identity_is_a_post_of_its_own(desk, event):
    for _ in range(2):
        desk.post(COMPOSE, {"post_id": "nonsense", "text": "Doors.", "action": "draft"})

    assert Post.objects.count() == 2
    assert uuid.UUID(str(Post.objects.first().pk))


def test_other_words_under_the_same_identity_are_refused_and_kept(desk, event):
    sent = typed(desk, text="Fire at the hall.")
    desk.post(COMPOSE, sent, headers=JSON)

    more = {**sent, "text": "Fire at the hall. Nobody is hurt.", "action": "publish"}
    told = desk.post(COMPOSE, more, headers=JSON)
    page = desk.post(COMPOSE, more)

    post = Post.objects.get()
    assert (post.state, post.body) == ("draft", "<p>Fire at the hall.</p>")
    assert (told.status_code, page.status_code) == (409, 409)
    assert told.json()["refused"][0].startswith(
        "It was received before (draft), but not all that stands here."
    )
    assert told.json()["path"] == change_url(post)
    assert "Nobody is hurt." in page.text
    assert f'href="{change_url(post)}">Open the earlier one' in page.text


def test_what_was_refused_as_a_repeat_goes_out_as_a_post_of_its_own(desk, event):
    sent = typed(desk, text="Fire at the hall.")
    desk.post(COMPOSE, sent, headers=JSON)
    more = {**sent, "text": "Nobody is hurt.", "action": "publish"}
    told = desk.post(COMPOSE, more, headers=JSON).json()

    desk.post(COMPOSE, {**more, "post_id": told["post_id"]}, headers=JSON)

    assert [row.body for row in ReleasedPost.objects.all()] == ["<p>Nobody is hurt.</p>"]
    assert Post.objects.count() == 2


@pytest.mark.parametrize(
    ("first", "then", "status"),
    [
        ("draft", "publish", 409),
        ("draft", "draft", 200),
        ("publish", "publish", 200),
        ("publish", "draft", 200),
    ],
)
def test_a_repeat_is_one_only_if_what_was_pressed_is_done(first, then, status, desk, event):
    sent = typed(desk, text="Fire at the hall.")
    desk.post(COMPOSE, {**sent, "action": first}, headers=JSON)

    answer = desk.post(COMPOSE, {**sent, "action": then}, headers=JSON)

    state = "published" if first == "publish" else "draft"
    assert answer.status_code == status
    said = answer.json().get("says") or answer.json()["refused"][0]
    assert said.startswith(f"It was received before and is {state}")
    assert Post.objects.get().state == state


def test_sending_to_a_second_reader_is_no_repeat_of_keeping_a_draft(desk, event):
    event.second_reader = True
    event.save()
    sent = typed(desk, text="Fire at the hall.")
    desk.post(COMPOSE, sent, headers=JSON)

    refused = desk.post(COMPOSE, {**sent, "action": "publish"}, headers=JSON)

    assert refused.status_code == 409


@pytest.mark.parametrize("change", ["text", "file", "nothing"])
def test_a_photographs_words_and_file_count_as_typed(change, desk, event):
    sent = typed(desk, text="Doors.")
    slot = sent["photo"]

    def send(alt_text: str, width: int):
        file = SimpleUploadedFile("a.jpg", drawing.jpeg(width, 450))
        return desk.post(COMPOSE, {**sent, f"{slot}-alt_text": alt_text, f"{slot}-file": file}, headers=JSON)

    send("A queue", 700)
    again = send("A longer queue" if change == "text" else "A queue", 710 if change == "file" else 700)

    assert again.status_code == (200 if change == "nothing" else 409)
    assert Image.objects.get().alt_text == "A queue"


def test_an_identity_that_is_somebody_elses_is_told_and_given_another(desk, event, people):
    theirs = factories.make_post(event, by=people["chief"])

    told = desk.post(COMPOSE, typed(desk, text="Doors.", post_id=str(theirs.pk)), headers=JSON)

    assert (told.status_code, told.json()["path"]) == (409, "")
    assert told.json()["refused"][0].startswith("This form was used before.")
    assert told.json()["post_id"] != str(theirs.pk)
