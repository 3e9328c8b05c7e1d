"""A repeat gets the first status and answer, also when twenty of them arrive at once."""

import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from coverage.models import Post, Revision
from coverage.record.models import Release
from media.models import Image
from newsroom.editorial.receipts import Receipt
from tests import factories
from tests.coverage.api.conftest import Program


def said(response) -> tuple[int, dict]:
    return response.status_code, response.json()


def at_once(requests: list) -> list[tuple[int, dict]]:
    """Each request from a thread and on a connection of its own."""

    def send(request):
        try:
            return said(request())
        finally:
            connection.close()

    with ThreadPoolExecutor(len(requests)) as threads:
        return list(threads.map(send, requests))


@pytest.mark.django_db
def test_a_repeated_put_gets_the_first_answer_and_changes_nothing(event, phone, desk, address):
    body = {"event": "kubecon", "body": "<p>Doors.</p>", "submit": True}
    first = phone.put(address, body)
    desk.put(address, {"headline": "Mended by the desk"})

    repeat = phone.put(address, dict(reversed(body.items())), **{"Client-Time": "2024-03-20T09:00:00Z"})

    assert said(repeat) == said(first)
    assert (first.status_code, first.json()["headline"]) == (201, "")
    assert (Post.objects.get().headline, Revision.objects.count()) == ("Mended by the desk", 2)


@pytest.mark.django_db
def test_putting_an_earlier_body_back_needs_the_version(event, phone, address):
    phone.put(address, {"event": "kubecon", "body": "<p>Doors.</p>"})
    first = phone.put(address, {"headline": "One"}).json()
    second = phone.put(address, {"headline": "Two"}).json()

    repeat = phone.put(address, {"headline": "One"}).json()
    assert (repeat, Post.objects.get().headline) == (first, "Two")
    back = phone.put(address, {"headline": "One", "version": second["version"]}).json()

    assert (back["headline"], Post.objects.get().headline) == ("One", "One")


@pytest.mark.django_db
def test_another_persons_equal_request_is_no_repeat(event, phone, address):
    body = {"event": "kubecon", "body": "<p>Doors.</p>"}
    phone.put(address, body)
    colleague = factories.make_person()
    factories.assign(colleague, event)

    assert Program(colleague).put(address, body).status_code == 404


@pytest.mark.django_db
def test_a_refusal_is_not_remembered(event, phone, address):
    body = {"event": "kubecon", "body": "<p>x</p>", "speakers": ["ada"]}
    refused = phone.put(address, body)
    speaker = factories.make_speaker()
    speaker.slug = "ada"
    speaker.save()

    assert (refused.status_code, phone.put(address, body).status_code) == (400, 201)
    assert Receipt.objects.count() == 1


@pytest.mark.django_db
def test_a_repeated_verb_gets_the_first_answer(event, desk):
    post = factories.make_post(event)
    first = desk.post(f"posts/{post.pk}/publish/", {"version": 1})
    desk.post(f"posts/{post.pk}/withdraw/", {"version": 2, "reason": "Wrong."})

    repeat = desk.post(f"posts/{post.pk}/publish/", {"version": 1})

    assert said(repeat) == said(first)
    assert (repeat.json()["state"], Post.objects.get().state) == ("published", "withdrawn")


@pytest.mark.django_db
def test_the_same_verb_on_another_version_is_another_request(event, desk):
    post = factories.make_post(event)
    for verb, version in [("submit", 1), ("claim", 2), ("release-claim", 3), ("claim", 4)]:
        assert desk.post(f"posts/{post.pk}/{verb}/", {"version": version}).status_code == 200

    assert (Post.objects.get().state, Post.objects.get().version) == ("in_review", 5)


@pytest.mark.django_db
def test_verbs_without_a_version_are_done_each_time(event, desk):
    post = factories.make_post(event)
    states = [
        desk.post(f"posts/{post.pk}/{verb}/").json()["state"]
        for verb in ("submit", "claim", "release-claim", "claim")
    ]

    assert states == ["submitted", "in_review", "submitted", "in_review"]


@pytest.mark.django_db(transaction=True)
def test_twenty_equal_puts_at_once_make_one_post(event, phone, address):
    picture = str(uuid.uuid4())
    body = {
        "event": "kubecon",
        "body": "<p>Doors.</p>",
        "images": [{"image": picture}],
        "quotes": [{"attribution": "a visitor", "text": "At last."}],
        "submit": True,
    }

    answers = at_once([lambda: phone.put(address, body)] * 20)

    assert [status for status, _ in answers] == [201] * 20
    assert all(answer == answers[0][1] for _, answer in answers)
    assert (Post.objects.count(), Revision.objects.count(), Image.objects.count()) == (1, 1, 1)
    assert (Post.objects.get().state, Post.objects.get().version) == ("submitted", 2)
    assert Receipt.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_twenty_equal_publishes_at_once_make_one_entry(event, desk):
    post = factories.make_post(event)
    before = Release.objects.count()

    answers = at_once([lambda: desk.post(f"posts/{post.pk}/publish/", {"version": 1})] * 20)

    assert [status for status, _ in answers] == [200] * 20
    assert all(answer == answers[0][1] for _, answer in answers)
    assert Release.objects.count() == before + 1


@pytest.mark.django_db(transaction=True)
def test_different_first_puts_at_once_make_one_post_and_lose_none(event, phone, address):
    bodies = [{"event": "kubecon", "headline": f"{number}"} for number in range(8)]

    answers = at_once([lambda body=body: phone.put(address, body) for body in bodies])

    statuses = sorted(status for status, _ in answers)
    assert statuses.count(201) == 1
    assert set(statuses) <= {200, 201, 409}
    assert all(answer["code"] == "stale" and answer["current"] for status, answer in answers if status == 409)
    taken = len([status for status in statuses if status != 409])
    assert (Post.objects.count(), Revision.objects.count()) == (1, taken)
