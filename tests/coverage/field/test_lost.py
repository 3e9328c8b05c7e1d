"""A session that ended, a token that is old: what was typed comes back, and nothing is written."""

import pytest

from coverage.models import Post
from coverage.record.models import ReleasedPost
from media.models import Image
from tests import factories
from tests.coverage.field.phone import Phone, fields_of, first_slot, photograph

HERE = {"HTTP_ORIGIN": "http://testserver"}


@pytest.fixture
def typed(phone) -> dict:
    """A filled form, as the page gave it."""
    return phone.fill(phone.open(), text="Words that <cost> an hour.", headline="Hour")


def test_signed_out_gives_the_words_back(phone, typed):
    phone.client.logout()

    response = phone.send({**typed, f"{first_slot(typed)}-file": photograph()})

    page = response.content.decode()
    assert response.status_code == 403
    assert response["Cache-Control"] == "private, no-store"
    assert "You are signed out. Nothing was sent." in page
    assert "Words that &lt;cost&gt; an hour." in page
    assert 'href="/admin/login/?next=/field/"' in page
    assert "Pictures chosen in this form are not kept" in page
    assert not Post.objects.exists()
    assert not Image.objects.exists()


def test_words_given_back_are_sent_after_signing_in(phone, reporter, typed):
    phone.client.logout()
    lost = phone.send(typed)
    phone.client.force_login(reporter)

    filled = phone.send(phone.fill(lost, "restore"))
    phone.send(phone.fill(filled))

    assert Post.objects.get().body == "<p>Words that &lt;cost&gt; an hour.</p>"
    assert str(Post.objects.get().pk) == typed["post"][0]


def test_words_for_an_event_that_is_hers_no_more_go_to_another(phone, reporter, event, typed):
    reporter.assignments.all().delete()
    factories.assign(reporter, factories.make_event(slug="other", title="Other event"))

    lost = phone.send(typed)
    filled = phone.send(phone.fill(lost, "restore"))
    phone.send(phone.fill(filled))

    assert lost.status_code == 403
    assert b"You are not assigned to this event, or not any more" in lost.content
    assert b"<h1>Other event</h1>" in filled.content
    assert (Post.objects.get().event.slug, Post.objects.get().headline) == ("other", "Hour")


@pytest.fixture
def strict_phone(reporter):
    """A browser whose token is not that of the form."""
    return Phone(reporter, enforce_csrf_checks=True)


def test_old_token_returns_the_filled_form_with_a_new_one(strict_phone, typed):
    response = strict_phone.send(typed, **HERE)

    filled = strict_phone.fill(response)
    assert response.status_code == 200
    assert response["Cache-Control"] == "private, no-store"
    assert "Nothing was sent. Here is what you had typed" in response.content.decode()
    assert not Post.objects.exists()
    assert strict_phone.send(filled, **HERE).status_code == 302
    assert Post.objects.get().headline == "Hour"


def test_old_token_and_signed_out(typed, db):
    response = Phone(enforce_csrf_checks=True).send(typed, **HERE)

    assert response.status_code == 403
    assert response["Cache-Control"] == "private, no-store"
    assert "Words that &lt;cost&gt; an hour." in response.content.decode()


@pytest.mark.parametrize("origin", [{}, {"HTTP_ORIGIN": "https://evil.example"}, {"HTTP_ORIGIN": "null"}])
def test_form_of_another_site_shows_nothing_of_it(strict_phone, typed, origin):
    response = strict_phone.send(typed, **origin)

    assert response.status_code == 403
    assert "Words that" not in response.content.decode()


def test_old_token_elsewhere_is_django_s_page(strict_phone):
    response = strict_phone.send({"username": "ada"}, "/search/", **HERE)

    assert response.status_code == 403
    assert b"CSRF verification failed" in response.content


@pytest.mark.parametrize("then", ["", "correct/", "withdraw/", "publish/"])
def test_old_token_writes_nothing_on_any_page(event, publisher, then):
    post = factories.make_published(event, by=publisher, body="<p>As it was.</p>")
    phone = Phone(publisher, enforce_csrf_checks=True)
    fields = {
        "version": post.version,
        "text": "New.",
        "note": "n",
        "reason": "r",
        "photo": [],
        "action": "go",
    }

    phone.send(fields, f"/field/posts/{post.pk}/{then}", **HERE)

    released = ReleasedPost.objects.get()
    assert (released.body, released.withdrawn_at, released.corrections) == ("<p>As it was.</p>", None, [])
    assert post.revisions.count() == 1


def test_old_token_on_the_page_for_corrections_keeps_the_note(event, publisher):
    post = factories.make_published(event, by=publisher)
    phone = Phone(publisher, enforce_csrf_checks=True)
    fields = {"version": post.version, "text": "New.", "note": "The name.", "photo": [], "action": "correct"}

    response = phone.send(fields, f"/field/posts/{post.pk}/correct/", **HERE)

    kept = fields_of(response, button="correct")
    assert (kept["text"], kept["note"]) == (["New."], ["The name."])
