"""Publish, correct and withdraw: for who may publish at the event, by button and by request."""

import pytest

from coverage.models import Post
from coverage.publishing import filing, publication
from coverage.record.models import ReleasedPost
from newsroom.editorial.states import PostState
from tests import factories
from tests.coverage.field.phone import fields_of, first_slot, form_in, photograph


def address(post: Post, then: str = "") -> str:
    return f"/field/posts/{post.pk}/{then}"


@pytest.fixture
def live(event, publisher):
    return factories.make_published(event, by=publisher, body="<p>Wrong nmae.</p>")


def test_publish_beside_send(publishing_phone):
    page = publishing_phone.open()

    publishing_phone.send(publishing_phone.fill(page, "publish", text="Out at once."))

    assert form_in(page, button="send")["buttons"] == ["stay", "send", "publish", "draft"]
    assert ReleasedPost.objects.get().body == "<p>Out at once.</p>"


def test_publish_is_not_offered_and_not_taken_without_the_flag(phone):
    page = phone.open()

    response = phone.send({**phone.fill(page, text="Words."), "action": "publish"})

    assert "publish" not in form_in(page, button="send")["buttons"]
    assert response.status_code == 403
    assert "“Publish” is for whoever may publish at this event." in response.content.decode()
    assert fields_of(response, button="send")["text"] == ["Words."]
    assert not Post.objects.exists()


def test_publish_is_not_offered_where_a_second_reader_is_asked_for(publishing_phone, event):
    event.second_reader = True
    event.save()

    assert "publish" not in form_in(publishing_phone.open(), button="send")["buttons"]


def test_publish_twice_publishes_once(publishing_phone):
    form = publishing_phone.fill(publishing_phone.open(), "publish", text="Out at once.")
    publishing_phone.send(form)

    response = publishing_phone.send(form)

    assert response.url.endswith("?done=again")
    assert ReleasedPost.objects.get().head.entries.filter(op="publish").count() == 1


def test_publish_at_a_draft_event_keeps_the_words(publisher, publishing_phone):
    event = factories.make_event(state="draft", slug="draft")
    factories.assign(publisher, event, may_publish=True)
    form = publishing_phone.fill(publishing_phone.open("/field/?event=draft"), "publish", text="Early.")

    response = publishing_phone.send(form)

    assert response.status_code == 409
    assert "The event is still a draft: announce it first" in response.content.decode()
    assert fields_of(response, button="send")["text"] == ["Early."]
    assert not Post.objects.exists()


def test_publish_asks_for_what_a_picture_lacks(publishing_phone):
    form = publishing_phone.fill(publishing_phone.open(), "publish", text="Look.")

    response = publishing_phone.send({**form, f"{first_slot(form)}-file": photograph()})

    post = Post.objects.get()
    assert (post.state, response.url) == ("submitted", address(post, "publish/"))
    page = publishing_phone.open(response.url).content.decode()
    assert "Picture 1 needs a credit and an alternative text before readers may see it." in page
    assert "Words now, picture when complete" in page


def test_publish_from_a_draft_asks_once_more(publishing_phone, event, publisher):
    post = factories.make_post(event, by=publisher, body="<p>Old.</p>")
    form = publishing_phone.fill(publishing_phone.open(address(post)), "publish", text="New.")

    asked = publishing_phone.send(form, address(post))
    post.refresh_from_db()
    before = post.state
    page = publishing_phone.open(asked.url)
    done = publishing_phone.send(publishing_phone.fill(page, "go"), asked.url)

    assert before == PostState.DRAFT
    assert b"<p>New.</p>" in page.content
    assert done.url == address(post) + "?done=publish"
    assert ReleasedPost.objects.get().body == "<p>New.</p>"


def test_live_post_offers_correct_and_withdraw(publishing_phone, live):
    page = publishing_phone.open(address(live)).content.decode()

    assert f'href="{address(live, "correct/")}"' in page
    assert f'href="{address(live, "withdraw/")}"' in page
    assert f'href="{address(live, "publish/")}"' not in page


def test_correct(publishing_phone, live):
    page = publishing_phone.open(address(live, "correct/"))
    form = publishing_phone.fill(page, "correct", text="Right name.", note="The name was misspelt.")

    response = publishing_phone.send(form, address(live, "correct/"))

    released = ReleasedPost.objects.get()
    assert response.url == address(live) + "?done=correct"
    assert released.body == "<p>Right name.</p>"
    assert [c["note"] for c in released.corrections] == ["The name was misspelt."]


def test_correct_twice_corrects_once(publishing_phone, live):
    page = publishing_phone.open(address(live, "correct/"))
    form = publishing_phone.fill(page, "correct", text="Right name.", note="The name was misspelt.")
    publishing_phone.send(form, address(live, "correct/"))

    response = publishing_phone.send(form, address(live, "correct/"))

    assert response.url == address(live) + "?done=again"
    assert live.corrections.count() == 1


def test_correct_without_a_note_changes_nothing(publishing_phone, live):
    form = publishing_phone.fill(
        publishing_phone.open(address(live, "correct/")), "correct", text="Right name."
    )

    response = publishing_phone.send(form, address(live, "correct/"))

    assert response.status_code == 400
    assert "“Correct” needs a note." in response.content.decode()
    assert fields_of(response, button="correct")["text"] == ["Right name."]
    assert live.revisions.count() == 1


def test_correct_after_another_change_shows_both(publishing_phone, live):
    page = publishing_phone.open(address(live, "correct/"))
    form = publishing_phone.fill(page, "correct", text="Right name.", note="The name.")
    filing.update_post(
        publication.post_by_id(live.pk), by=factories.make_editor(), body="<p>Of the desk.</p>"
    )

    response = publishing_phone.send(form, address(live, "correct/"))

    kept = fields_of(response, button="correct")
    assert response.status_code == 409
    assert b"<p>Of the desk.</p>" in response.content
    assert (kept["text"], kept["note"]) == (["Right name."], ["The name."])
    assert ReleasedPost.objects.get().corrections == []


def test_withdraw(publishing_phone, live):
    page = publishing_phone.open(address(live, "withdraw/"))
    form = publishing_phone.fill(page, "go", reason="It was another hall.")

    response = publishing_phone.send(form, address(live, "withdraw/"))
    again = publishing_phone.send(form, address(live, "withdraw/"))

    assert response.url == again.url == address(live) + "?done=withdraw"
    assert ReleasedPost.objects.get().reason == "It was another hall."


def test_withdraw_without_a_reason(publishing_phone, live):
    form = publishing_phone.fill(
        publishing_phone.open(address(live, "withdraw/")), "go", note="For the desk."
    )

    response = publishing_phone.send(form, address(live, "withdraw/"))

    assert response.status_code == 400
    assert "“Withdraw” needs a reason." in response.content.decode()
    assert fields_of(response, button="go")["note"] == ["For the desk."]
    assert ReleasedPost.objects.get().withdrawn_at is None


def test_withdraw_after_another_change_keeps_the_reason(publishing_phone, live):
    form = publishing_phone.fill(
        publishing_phone.open(address(live, "withdraw/")), "go", reason="It was another hall."
    )
    filing.update_post(live, by=factories.make_editor(), body="<p>Of the desk.</p>")

    response = publishing_phone.send(form, address(live, "withdraw/"))
    publishing_phone.send(publishing_phone.fill(response, "go"), address(live, "withdraw/"))

    assert response.status_code == 409
    assert ReleasedPost.objects.get().reason == "It was another hall."


def test_only_publish_takes_words_without_pictures(publishing_phone, live):
    form = publishing_phone.fill(
        publishing_phone.open(address(live, "withdraw/")), "go", reason="Another hall."
    )

    publishing_phone.send({**form, "words_now": "1"}, address(live, "withdraw/"))

    assert ReleasedPost.objects.get().reason == "Another hall."


@pytest.fixture
def flag_taken(live, publisher):
    """She published, and then the desk took the flag from her assignment."""
    publisher.assignments.update(may_publish=False)
    return live


def test_without_the_flag_nothing_is_offered(publishing_phone, flag_taken):
    page = publishing_phone.open(address(flag_taken)).content.decode()

    assert "correct/" not in page
    assert "withdraw/" not in page


@pytest.mark.parametrize("then", ["correct/", "withdraw/", "publish/"])
def test_without_the_flag_the_page_leads_back(publishing_phone, flag_taken, then):
    response = publishing_phone.open(address(flag_taken, then))

    assert (response.status_code, response.url) == (302, address(flag_taken))


@pytest.mark.parametrize("then", ["correct/", "withdraw/", "publish/"])
def test_without_the_flag_a_request_is_refused(publishing_phone, flag_taken, then):
    fields = {
        "version": flag_taken.version,
        "note": "n",
        "reason": "r",
        "text": "Sneaked in.",
        "action": "go",
    }

    response = publishing_phone.send(fields, address(flag_taken, then))

    released = ReleasedPost.objects.get()
    assert response.status_code == 403
    assert (released.body, released.withdrawn_at, released.corrections) == ("<p>Wrong nmae.</p>", None, [])


def test_words_go_out_before_an_incomplete_picture(publishing_phone, publisher, event):
    image = factories.make_image(alt_text="", uploaded_by=publisher)
    post = filing.create_post(event, by=publisher, body="<p>Words.</p>", images=[{"image": image}])
    page = publishing_phone.open(address(post, "publish/"))
    assert "Picture 1 needs an alternative text" in page.content.decode()

    publishing_phone.send({**fields_of(page, button="1"), "words_now": "1"}, address(post, "publish/"))

    assert ReleasedPost.objects.get(desk_id=post.pk).body == "<p>Words.</p>"
