"""All that a reporter's phone shows: her events, the run of show, speakers and filings; 304 while nothing changes."""

import datetime

import pytest
from django.utils import timezone

from coverage.models import Assignment, Device
from coverage.publishing import devices, publication, review, running_order
from newsroom.editorial.people import User
from tests import factories
from tests.coverage.api.conftest import Program

HOUR = datetime.timedelta(hours=1)


@pytest.fixture
def now(time_machine):
    moment = datetime.datetime(2026, 3, 20, 9, 0, tzinfo=datetime.UTC)
    time_machine.move_to(moment, tick=False)
    return moment


@pytest.fixture
def event(db, now):
    return factories.make_event(slug="kubecon", title="KubeCon", starts_at=now - HOUR, ends_at=now + 8 * HOUR)


@pytest.fixture
def keynote(event, now):
    grace = factories.make_speaker("Grace Hopper", job_title="Rear admiral")
    return factories.make_keynote(
        event, speakers=[grace], slug="opening", title="Opening", starts_at=now, ends_at=now + HOUR
    )


def test_it_tells_all_that_the_app_shows(phone, reporter, event, keynote, now):
    event.keynotes.update(room="Hall 1")
    post = factories.make_post(event, by=reporter, body="<p>Doors open.</p>")
    review.submit(post, by=reporter)
    review.send_back(post, by=factories.make_editor(), note="Which doors?")

    told = phone.get("field/").json()

    post.refresh_from_db()
    grace = {"speaker": "x", "name": "Grace Hopper", "job_title": "Rear admiral", "organisation": ""}
    slug = keynote.appearances.get().speaker.slug
    assert told == {
        "person": {"id": reporter.pk, "name": "ada", "byline": "", "credit": ""},
        "events": [
            {
                "slug": "kubecon",
                "title": "KubeCon",
                "time_zone": "Europe/Paris",
                "state": "live",
                "starts_at": "2026-03-20T08:00:00Z",
                "ends_at": "2026-03-20T17:00:00Z",
                "may_publish": False,
                "second_reader": False,
                "default_credit": "",
                "url": told["events"][0]["url"],
            }
        ],
        "event": "kubecon",
        "preselected": "opening",
        "keynotes": [
            {
                "slug": "opening",
                "title": "Opening",
                "format": "keynote",
                "room": "Hall 1",
                "starts_at": "2026-03-20T09:00:00Z",
                "ends_at": "2026-03-20T10:00:00Z",
                "actual_start": None,
                "actual_end": None,
                "standing": "planned",
                "on_now": True,
                "held": False,
                "may": [],
                "on_stage": [{**grace, "speaker": slug, "role": "speaker", "by_video": False, "held": False}],
            }
        ],
        "speakers": [{"slug": slug, "name": "Grace Hopper", "job_title": "Rear admiral", "organisation": ""}],
        "filings": [
            {
                "id": str(post.pk),
                "public_id": None,
                "title": "Doors open.",
                "state": "draft",
                "version": post.version,
                "standing": "back",
                "words": "Sent back",
                "detail": "Which doors?",
                "note": "Which doors?",
                "pictures": [],
                "filed_at": "2026-03-20T09:00:00Z",
            }
        ],
    }


def changed_by(act, phone: Program) -> bool:
    """Whether what is told, and its ETag, differ after `act`."""
    before = phone.get("field/")
    act()
    after = phone.client.get("/api/v1/field/", headers={**phone.headers, "If-None-Match": before["ETag"]})
    assert (after.status_code == 304) == (phone.get("field/").json() == before.json())
    return after.status_code == 200


def test_while_nothing_changes_there_is_nothing_to_send(phone, event, keynote, reporter):
    factories.make_post(event, by=reporter)

    assert not changed_by(lambda: None, phone)
    first = phone.get("field/")
    same = phone.client.get("/api/v1/field/", headers={**phone.headers, "If-None-Match": first["ETag"]})
    assert (same.status_code, same.content, same["ETag"]) == (304, b"", first["ETag"])


def test_whatever_she_sees_changes_it(phone, event, keynote, reporter, now, time_machine):
    editor = factories.make_editor()
    post = factories.make_post(event, by=reporter, body="<p>Doors open.</p>")
    acts = {
        "filed": lambda: review.submit(post, by=reporter),
        "claimed": lambda: review.claim(post, by=editor),
        "sent back": lambda: review.send_back(post, by=editor, note="Which doors?"),
        "published": lambda: publication.publish(post, by=editor),
        "corrected": lambda: publication.correct(post, by=editor, note="It was the other door."),
        "started": lambda: running_order.start_keynote(keynote, by=editor),
        "trusted": lambda: Assignment.objects.update(may_publish=True),
        "credit": lambda: User.objects.filter(pk=reporter.pk).update(credit="Ada/Newsroom"),
        "late guest": lambda: factories.make_appearance(keynote, speaker=factories.make_speaker("Alan")),
        "time": lambda: time_machine.move_to(now + 4 * HOUR, tick=False),
        "not hers": lambda: Assignment.objects.all().delete(),
    }

    for name, act in acts.items():
        time_machine.shift(1)
        assert changed_by(act, phone), name


def test_each_keynote_says_what_she_may_press(phone, reporter, event, keynote, now):
    factories.make_keynote(event, slug="panel", starts_at=now + HOUR, writer=reporter)

    def may() -> dict[str, list[str]]:
        return {one["slug"]: one["may"] for one in phone.get("field/").json()["keynotes"]}

    assert may() == {"opening": [], "panel": ["start", "late"]}
    Assignment.objects.update(may_publish=True)
    assert may() == {"opening": ["start", "late"], "panel": ["start", "late"]}
    phone.post("events/kubecon/keynotes/opening/start/")
    assert may()["opening"] == ["end", "late", "undo-start"]
    phone.post("events/kubecon/keynotes/opening/end/")
    assert may()["opening"] == ["undo-end"]


def test_another_s_filings_and_events_are_not_told(phone, event, keynote, desk):
    elsewhere = factories.make_event(slug="elsewhere", title="Secret summit")
    factories.make_post(event, headline="Not hers")

    told = phone.get("field/").content

    assert b"Secret summit" not in told
    assert b"Not hers" not in told
    assert phone.get("field/", event=elsewhere.slug).status_code == 404
    assert [one["slug"] for one in desk.get("field/").json()["events"]] == ["kubecon", "elsewhere"]


def test_the_event_asked_for_is_told_and_else_the_nearest(phone, reporter, event, now):
    later = factories.make_event(slug="later", starts_at=now + 48 * HOUR)
    factories.assign(reporter, later, may_publish=True)

    nearest, asked = phone.get("field/").json(), phone.get("field/", event="later").json()

    assert (nearest["event"], asked["event"]) == ("kubecon", "later")
    assert {one["slug"]: one["may_publish"] for one in asked["events"]} == {"later": True, "kubecon": False}


def test_without_an_event_and_without_a_token(reporter, phone, anybody):
    Assignment.objects.all().delete()

    told = phone.get("field/").json()

    assert (told["events"], told["event"], told["keynotes"], told["filings"]) == ([], None, [], [])
    assert anybody.get("field/").status_code == 401


def test_a_phone_that_asks_is_seen(reporter, event, now, time_machine):
    secret = devices.make_link(reporter, None, by=reporter)
    made = devices.sign_in(secret, form="one", name="Safari on iPhone", address="192.0.2.1")
    time_machine.shift(600)

    answer = Program().client.get("/api/v1/field/", headers={"Authorization": f"Token {made.secret}"})

    assert answer.status_code == 200
    assert Device.objects.get().last_seen == timezone.now()


@pytest.mark.parametrize("count", [1, 3])
def test_it_costs_the_same_however_much_there_is(
    count, phone, event, reporter, now, django_assert_num_queries
):
    for number in range(count):
        factories.assign(reporter, factories.make_event())
        factories.make_keynote(
            event,
            speakers=[factories.make_speaker()],
            starts_at=now + number * HOUR,
            ends_at=now + 2 * number * HOUR + HOUR,
        )
        post = factories.make_post(
            event, by=reporter, images=[{"image": factories.make_image(uploaded_by=reporter), "caption": ""}]
        )
        review.submit(post, by=reporter)
    etag = phone.get("field/")["ETag"]

    with django_assert_num_queries(10):
        phone.client.get("/api/v1/field/", headers={**phone.headers, "If-None-Match": etag})
    with django_assert_num_queries(14):
        phone.get("field/")
