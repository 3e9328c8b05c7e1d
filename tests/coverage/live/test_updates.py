"""`live.json` and `updates.json`: the shapes, the cursor, the caching of the contract."""

import pytest

from coverage.live import wire
from coverage.publishing import filing, programme, publication
from coverage.record.models import EventHead

LIVE = "/events/summit/live.json"
UPDATES = "/events/summit/updates.json"


def head() -> EventHead:
    return EventHead.objects.get(slug="summit")


def numbers(body: dict) -> list[int]:
    return [entry["seq"] for entry in body["entries"]]


def test_live_holds_the_head_of_the_record(client, event, release):
    post = release(event, "<p>Words.</p>", minute=1)

    body = client.get(LIVE).json()

    assert {name: body[name] for name in body if name != "entries"} == {
        "event": "summit",
        "epoch": head().epoch,
        "seq": head().seq,
        "push": True,
        "next_poll_s": 2,
    }
    entry = body["entries"][-1]
    assert set(entry) == {"seq", "op", "post", "position", "at", "html"}
    assert (entry["op"], entry["post"], entry["position"]) == ("publish", post.public_id, post.position)
    assert "<p>Words.</p>" in entry["html"]


def test_live_holds_the_last_twenty_oldest_first(client, event, release):
    for minute in range(25):
        release(event, minute=minute)

    found = numbers(client.get(LIVE).json())

    assert found == list(range(head().seq - 19, head().seq + 1))


@pytest.mark.parametrize(
    ("verbs", "pace"),
    [([], 10), (["open"], 2), (["open", "pause"], 10), (["end"], None), (["end", "reopen"], 2)],
)
def test_pace_follows_the_events_state(client, make_event, verbs, pace):
    event = make_event()
    for verb in ["announce", *verbs]:
        programme.change_event_state(verb, event, by=None)

    assert client.get(LIVE).json()["next_poll_s"] == pace


def test_an_operator_may_slow_the_pace(client, event, settings):
    settings.POLL_SECONDS = 20
    assert client.get(LIVE).json()["next_poll_s"] == 20

    programme.change_event_state("pause", event, by=None)

    assert client.get(LIVE).json()["next_poll_s"] == 20


def test_live_is_cached_by_number(client, event, release, django_assert_num_queries):
    answer = client.get(LIVE)
    assert answer["ETag"] == f'"{head().epoch}-{head().seq}-true-2"'
    assert answer["Cache-Control"] == "public, max-age=0, s-maxage=1"

    with django_assert_num_queries(1):
        unchanged = client.get(LIVE, headers={"If-None-Match": answer["ETag"]})
    release(event)
    changed = client.get(LIVE, headers={"If-None-Match": answer["ETag"]})

    assert (unchanged.status_code, unchanged.content) == (304, b"")
    assert changed.status_code == 200


def test_ending_changes_the_etag_of_live(client, event):
    before = client.get(LIVE)["ETag"]

    programme.end(event, by=None)

    assert client.get(LIVE)["ETag"].endswith('-false-null"')
    assert client.get(LIVE)["ETag"] != before


@pytest.mark.parametrize("path", [LIVE, UPDATES])
def test_head_request_has_the_same_headers(client, event, path):
    assert client.head(path).headers == client.get(path).headers
    assert client.head(path).status_code == 200


def test_updates_follow_a_number(client, event, release):
    first = head().seq
    for minute in range(3):
        release(event, minute=minute)

    body = client.get(f"{UPDATES}?epoch={head().epoch}&after={first + 1}").json()

    assert numbers(body) == [first + 2, first + 3]
    assert {name: body[name] for name in body if name != "entries"} == {
        "event": "summit",
        "epoch": head().epoch,
        "seq": first + 3,
        "more": False,
    }


def test_updates_come_in_chunks(client, event, release, monkeypatch):
    monkeypatch.setattr(wire, "MOST", 2)
    for minute in range(3):
        release(event, minute=minute)

    after, found, more = 0, [], True
    while more:
        body = client.get(f"{UPDATES}?after={after}").json()
        found += numbers(body)
        after, more = body["entries"][-1]["seq"], body["more"]

    assert found == list(range(1, head().seq + 1))


@pytest.mark.parametrize("query", ["epoch=zzzzzz&after=0", "after=999999", "epoch=zzzzzz"])
def test_wrong_epoch_or_future_number_starts_again(client, event, release, query):
    release(event)

    body = client.get(f"{UPDATES}?{query}").json()

    assert (body["entries"], body["epoch"], body["more"]) == ([], head().epoch, False)


def test_updates_are_cached_for_five_seconds(client, event, django_assert_num_queries):
    answer = client.get(f"{UPDATES}?after=1")

    with django_assert_num_queries(1):
        unchanged = client.get(f"{UPDATES}?after=1", headers={"If-None-Match": answer["ETag"]})

    assert answer["Cache-Control"] == "public, max-age=0, s-maxage=5"
    assert unchanged.status_code == 304


@pytest.mark.parametrize("after", ["x", "-1", "1.5", "", "9" * 30, "١"])
def test_after_that_is_no_number_is_refused_with_a_sentence(client, event, after):
    answer = client.get(UPDATES, {"after": after})

    assert answer.status_code == 400
    assert answer["Content-Type"] == "application/problem+json"
    assert "“after” must be the number of an entry" in answer.json()["detail"]


@pytest.mark.parametrize("name", ["live.json", "updates.json"])
def test_unknown_event_is_a_problem(client, db, name):
    answer = client.get(f"/events/nothing/{name}")

    assert answer.status_code == 404
    assert answer["Cache-Control"] == "public, max-age=0, s-maxage=1"
    assert answer["Content-Type"] == "application/problem+json"


def test_withdrawal_and_correction_say_why(client, event, release, chief):
    post = release(event, "<p>canary</p>", minute=1)
    filing.update_post(publication.post_by_id(post.pk), by=chief, body="<p>Better.</p>")
    publication.correct(publication.post_by_id(post.pk), by=chief, note="Better words.")
    corrected = client.get(LIVE).json()["entries"][-1]

    publication.withdraw(publication.post_by_id(post.pk), by=chief, reason="Not ours to tell.")
    answer = client.get(f"{UPDATES}?after=0")
    entries = answer.json()["entries"]

    assert (corrected["op"], corrected["note"]) == ("correct", "Better words.")
    assert (entries[-1]["op"], entries[-1]["html"], entries[-1]["reason"]) == (
        "withdraw",
        None,
        "Not ours to tell.",
    )
    assert b"canary" not in answer.content
    assert [entry["html"] for entry in entries if entry["post"]] == [None, None, None]


def test_header_entries_name_their_part(client, event):
    entries = client.get(LIVE).json()["entries"]

    assert {(entry["op"], entry["part"], entry["post"]) for entry in entries} == {
        ("header", "head", None),
        ("header", "programme", None),
    }


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize("path", [LIVE, UPDATES])
def test_query_count_is_constant(client, event, release, django_assert_num_queries, count, path):
    for minute in range(count):
        release(event, minute=minute)

    with django_assert_num_queries(2):
        client.get(path)


def test_where_there_is_no_stream_a_page_is_told_to_poll(client, event):
    answer = client.get("/events/summit/stream")

    assert (answer.status_code, answer["Cache-Control"]) == (204, "no-store")
    assert client.get("/events/nothing/stream").status_code == 404


@pytest.mark.parametrize(
    ("verb", "streams", "push"), [("open", 12, True), ("end", 12, False), ("open", 0, False)]
)
def test_the_stream_is_offered_while_there_may_be_news(client, make_event, settings, verb, streams, push):
    settings.STREAMS = streams
    event = make_event()
    for name in ("announce", verb):
        programme.change_event_state(name, event, by=None)

    assert client.get(LIVE).json()["push"] is push
