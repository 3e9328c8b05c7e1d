"""A guest's phone after her invitation has lapsed: it is told why, keeps what was typed, and sends it later."""

from datetime import timedelta

import pytest
from django.utils import timezone

from coverage.models import Assignment, Post
from coverage.publishing import guests
from tests import factories


@pytest.fixture
def over(event, reporter) -> Assignment:
    """Her form is open, and the event was over for longer than a guest may stay."""
    factories.make_event(slug="another", title="Another")
    event.starts_at = event.ends_at = timezone.now() - timedelta(hours=49)
    event.save()
    Assignment.objects.filter(person=reporter).update(guest=True)
    return Assignment.objects.get(person=reporter)


def test_she_is_told_why_and_what_to_do(phone, over, event, reporter):
    post = Post.objects.create(event=event, author=reporter, headline="Hidden")

    home, own = phone.open("/field/"), phone.open(f"/field/posts/{post.pk}/")

    said = home.content.decode()
    assert "Your invitation has ended" in said
    assert "ask the desk to prolong it, then try again" in said
    assert own.status_code == 404
    assert "Hidden" not in said + own.content.decode()


def test_what_she_typed_is_given_back_and_goes_once_it_is_prolonged(phone, event, reporter, over):
    Assignment.objects.update(guest=False)
    form = phone.fill(phone.open(), text="Doors open.")
    Assignment.objects.update(guest=True)

    refused = phone.send(form)
    guests.prolong(over, by=factories.make_editor())
    sent = phone.send(form)

    assert refused.status_code == 403
    assert b"Doors open." in refused.content
    assert "ask the desk to prolong it" in refused.content.decode()
    assert sent.status_code == 302
    assert Post.objects.get().body == "<p>Doors open.</p>"
