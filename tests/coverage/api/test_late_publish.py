import datetime

import pytest
import time_machine
from django.utils import timezone

from coverage.models import Assignment, Post
from tests import factories

pytestmark = pytest.mark.django_db
NOW = datetime.datetime(2026, 3, 24, 9, 30, tzinfo=datetime.UTC)


@pytest.fixture
def post(event, reporter):
    Assignment.objects.update(may_publish=True)
    return factories.make_post(event, by=reporter)


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


def ago(**elapsed) -> str:
    return (timezone.now() - datetime.timedelta(**elapsed)).isoformat()


@pytest.mark.parametrize("pressed", [{"seconds": 10}, {"minutes": 3}, {"minutes": -1}])
def test_publish_pressed_in_time_publishes(pressed, post, phone):
    answer = phone.post(f"posts/{post.pk}/publish/", {"version": 1, "pressed_at": ago(**pressed)}).json()

    assert answer["state"] == "published"
    assert "filed_instead" not in answer


def test_publish_pressed_too_long_ago_files_the_post_and_says_so(post, phone):
    body = {"version": 1, "pressed_at": ago(minutes=3, seconds=1)}

    response = phone.post(f"posts/{post.pk}/publish/", body)
    repeat = phone.post(f"posts/{post.pk}/publish/", body)

    assert response.status_code == 200
    assert (response.json()["state"], response.json()["version"]) == ("submitted", 2)
    assert "it waits for the desk, nothing was published" in response.json()["filed_instead"]
    assert (repeat.status_code, repeat.json()) == (response.status_code, response.json())


def test_a_late_press_leaves_a_filed_post_where_it_is(post, phone):
    phone.post(f"posts/{post.pk}/submit/", {"version": 1})

    answer = phone.post(f"posts/{post.pk}/publish/", {"version": 2, "pressed_at": ago(hours=1)}).json()

    assert (answer["state"], answer["version"]) == ("submitted", 2)
    assert answer["filed_instead"]


def test_a_late_press_that_did_nothing_is_no_answer_to_the_next(post, phone):
    phone.post(f"posts/{post.pk}/submit/", {"version": 1})
    phone.post(f"posts/{post.pk}/publish/", {"version": 2, "pressed_at": ago(hours=1)})

    answer = phone.post(f"posts/{post.pk}/publish/", {"version": 2, "pressed_at": ago(seconds=1)}).json()

    assert answer["state"] == "published"
    assert "filed_instead" not in answer


def test_the_phones_clock_does_not_make_a_press_late(post, phone):
    slow = {"Client-Time": ago(hours=1)}

    answer = phone.post(
        f"posts/{post.pk}/publish/", {"version": 1, "pressed_at": ago(hours=1, seconds=5)}, **slow
    ).json()

    assert answer["state"] == "published"


def test_a_fast_clock_does_not_make_a_late_press_fresh(post, phone):
    fast = {"Client-Time": ago(hours=-1)}

    answer = phone.post(f"posts/{post.pk}/publish/", {"version": 1, "pressed_at": ago(minutes=-50)}, **fast)

    assert answer.json()["state"] == "submitted"


def test_who_may_not_publish_is_refused_however_late(post, phone):
    Assignment.objects.update(may_publish=False)

    response = phone.post(f"posts/{post.pk}/publish/", {"version": 1, "pressed_at": ago(hours=1)})

    assert response.status_code == 403
    assert Post.objects.get().state == "draft"


def test_a_press_without_an_offset_is_refused(post, phone):
    response = phone.post(f"posts/{post.pk}/publish/", {"version": 1, "pressed_at": "2026-03-24T09:30:00"})

    assert list(response.json()["errors"]) == ["pressed_at"]
