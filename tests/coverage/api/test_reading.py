"""What is answered with a token and without one. The words below are written so that they could leak."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from coverage.models import Appearance
from coverage.publishing import filing, publication, review, running_order
from coverage.record.models import EventHead
from tests import factories
from tests.coverage.api.conftest import Program

pytestmark = pytest.mark.django_db

PUBLIC_POST = {
    "id",
    "event",
    "keynote",
    "kind",
    "headline",
    "body",
    "images",
    "speakers",
    "quotes",
    "happened_at",
    "key_event",
    "pinned",
    "byline",
    "public_id",
    "state",
    "url",
    "sponsor",
    "position",
    "seq",
    "released_at",
    "changed_at",
    "corrections",
}


@pytest.fixture
def newsroom(event, reporter):
    """An event full of secrets: every one of them says SECRET, or is the reporter's user name."""
    reporter.byline = "Ada Byron"
    reporter.save()
    editor = factories.make_editor(username="secretary")
    guest = factories.make_speaker("SECRET guest")
    speaker = factories.make_speaker("Priyanka Sharma", job_title="SECRET new job")
    keynote = factories.make_keynote(event, speakers=[speaker], slug="opening", title="Opening")
    Appearance.objects.update(job_title="Executive Director")
    factories.make_keynote(event, speakers=[guest], held=True, slug="secret-slot", title="SECRET slot")
    factories.make_event(slug="secret-event", title="SECRET event", state="draft")
    for state in ("draft", "submitted", "spiked"):
        post = factories.make_post(event, by=reporter, headline=f"SECRET {state}")
        if state != "draft":
            getattr(review, {"submitted": "submit", "spiked": "spike"}[state])(post, by=reporter)
    public = factories.make_published(
        event,
        by=reporter,
        headline="Doors open",
        keynote=keynote,
        speakers=[speaker],
        images=[
            {"image": factories.make_image(caption="The hall.", thumbhash="2fcZFIB3iId/h3iJh4aIYJ2V8g==")}
        ],
        quotes=[{"speaker": speaker, "text": "Ten years!", "checked": True}],
    )
    filing.update_post(publication.post_by_id(public.pk), by=editor, body="<p>SECRET pending</p>")
    withdrawn = factories.make_published(event, headline="SECRET withdrawn")
    publication.withdraw(withdrawn, by=editor, reason="It was not true.", note="SECRET note")
    return {"public": publication.post_by_id(public.pk), "withdrawn": withdrawn, "speaker": speaker}


@pytest.mark.parametrize(
    "address",
    [
        "events/",
        "events/kubecon/",
        "keynotes/",
        "keynotes/?event=kubecon",
        "events/kubecon/keynotes/opening/",
        "speakers/",
        "speakers/?event=kubecon",
        "posts/",
        "posts/?event=kubecon&limit=100",
        "posts/?state=published",
        "posts/?keynote=opening",
        *[f"posts/?state={state}" for state in ("draft", "submitted", "spiked", "withdrawn", "scheduled")],
    ],
)
def test_anybody_reads_the_record_and_no_secret(address, newsroom, anybody):
    response = anybody.get(address)

    assert response.status_code == 200
    assert response["Cache-Control"] == "public, max-age=1"
    assert "Authorization" in response["Vary"]
    for secret in (b"SECRET", b"secret", str(newsroom["public"].pk).encode()):
        assert secret not in response.content
    assert not re.search(
        rb"\bada\b", response.content
    )  # as a word: random names of files may hold the letters


@pytest.mark.parametrize(
    "address",
    [
        "events/secret-event/",
        "events/kubecon/keynotes/secret-slot/",
        "events/secret-event/keynotes/secret-slot/",
        "posts/aaaaaaaaaa/",
        "images/aaaaaaaaaaaaaaaaaaaaaa/",
        "posts/a/b/c/",
    ],
)
def test_anybody_finds_nothing_where_the_desk_keeps_its_secrets(address, newsroom, anybody):
    response = anybody.get(address)

    assert response.status_code == 404
    assert response["Content-Type"] == "application/problem+json"
    assert response["Cache-Control"] == "private, no-store"


def test_the_desks_uuids_are_for_the_desk(newsroom, anybody):
    taken = anybody.get(f"posts/{newsroom['public'].pk}/")
    free = anybody.get("posts/00000000-0000-4000-8000-000000000000/")

    assert (taken.status_code, taken.content) == (free.status_code, free.content)
    assert taken.status_code == 401


def test_a_public_post_has_the_contracts_names_and_nothing_of_the_desks(newsroom, anybody):
    public = newsroom["public"]
    speaker = newsroom["speaker"].slug

    listed = anybody.get("posts/", event="kubecon").json()
    post = anybody.get(f"posts/{public.public_id}/").json()

    assert listed == {"next": None, "results": [post]}
    assert set(post) == PUBLIC_POST
    assert (post["id"], post["public_id"], post["state"]) == (public.public_id, public.public_id, "published")
    assert post["url"] == f"http://127.0.0.1:8000/events/kubecon/posts/{public.public_id}/"
    assert post["quotes"] == [
        {"speaker": speaker, "attribution": "", "text": "Ten years!", "verbatim": False}
    ]
    assert (post["keynote"], post["speakers"], post["body"]) == ("opening", [speaker], "<p>Some words.</p>")
    picture = post["images"][0]
    assert (picture["caption"], picture["credit"], picture["alt"]) == (
        "The hall.",
        "Ada Byron/Newsroom",
        "A stage.",
    )
    assert picture["thumbhash"] == "2fcZFIB3iId/h3iJh4aIYJ2V8g=="
    assert all(source["url"].startswith("http://127.0.0.1:8000/pictures/") for source in picture["sources"])


def test_a_withdrawn_post_is_gone_with_its_reason(newsroom, anybody):
    response = anybody.get(f"posts/{newsroom['withdrawn'].public_id}/")

    assert (response.status_code, response.json()["reason"]) == (410, "It was not true.")
    assert b"SECRET" not in response.content


def test_a_speaker_is_printed_as_billed(newsroom, anybody, desk):
    slug = newsroom["speaker"].slug

    public, own = anybody.get(f"speakers/{slug}/").json(), desk.get(f"speakers/{slug}/").json()

    assert (public["name"], public["job_title"]) == ("Priyanka Sharma", "Executive Director")
    assert own["job_title"] == "SECRET new job"
    assert anybody.get("speakers/").json()["results"] == [public]


def test_the_desk_sees_everything_and_nobody_may_keep_it(newsroom, desk):
    titles = {post["headline"] for post in desk.get("posts/").json()["results"]}

    assert titles == {"SECRET draft", "SECRET submitted", "SECRET spiked", "SECRET withdrawn", "Doors open"}
    assert {row["slug"] for row in desk.get("events/").json()["results"]} == {"kubecon", "secret-event"}
    assert [row["held"] for row in desk.get("keynotes/", event="kubecon").json()["results"]] == [False, True]
    assert desk.get("posts/")["Cache-Control"] == "private, no-store"
    assert desk.get(f"posts/{newsroom['public'].public_id}/").json()["pending"] is True


def test_a_reporter_sees_her_own_posts_and_the_events_she_covers(newsroom, phone, event):
    factories.make_post(event, headline="Another's")

    posts, events = phone.get("posts/").json()["results"], phone.get("events/").json()["results"]

    assert {post["author"] for post in posts} == {"ada"}
    assert [row["slug"] for row in events] == ["kubecon"]
    assert phone.get("events/secret-event/").status_code == 404
    assert phone.get(f"posts/{newsroom['withdrawn'].public_id}/").status_code == 404


def test_a_reporter_of_another_event_does_not_learn_of_a_held_guest(newsroom):
    stranger = factories.make_person()
    factories.assign(stranger, factories.make_event())
    program = Program(stranger)

    answers = [program.get(address) for address in ("events/", "keynotes/", "speakers/", "posts/")]

    assert [answer.status_code for answer in answers] == [200] * 4
    assert all(b"SECRET guest" not in a.content and b"SECRET slot" not in a.content for a in answers)


def test_a_rehearsal_is_unlisted_and_read_by_its_slug_only(anybody, db):
    rehearsal = factories.make_event(slug="rehearsal")
    speaker = factories.make_speaker()
    factories.make_keynote(rehearsal, speakers=[speaker])
    factories.make_published(rehearsal)
    EventHead.objects.update(unlisted=True)

    def results(name: str, **filters) -> list:
        return anybody.get(f"{name}/", **filters).json()["results"]

    lists = {name: results(name) for name in ("events", "keynotes", "speakers", "posts")}
    asked = {name: results(name, event="rehearsal") for name in ("keynotes", "speakers", "posts")}

    assert lists == {"events": [], "keynotes": [], "speakers": [], "posts": []}
    assert {name: len(rows) for name, rows in asked.items()} == {"keynotes": 1, "speakers": 1, "posts": 1}
    assert anybody.get("events/rehearsal/").status_code == 200


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({"event": "kubecon"}, {"a", "b"}),
        ({"event": "other"}, {"c"}),
        ({"state": "submitted"}, {"b"}),
        ({"keynote": "opening"}, {"a"}),
        ({"event": "kubecon", "state": "draft", "utm_source": "ignored"}, {"a"}),
        ({"event": "nowhere"}, set()),
    ],
)
def test_filters_of_the_desk(filters, found, event, desk):
    keynote = factories.make_keynote(event, slug="opening")
    factories.make_post(event, headline="a", keynote=keynote)
    filed = factories.make_post(event, headline="b")
    review.submit(filed, by=filed.author)
    factories.make_post(factories.make_event(slug="other"), headline="c")

    assert {post["headline"] for post in desk.get("posts/", **filters).json()["results"]} == found


@pytest.mark.parametrize(
    "parameters",
    [
        {"state": "lost"},
        {"event": "no slug"},
        {"limit": "many"},
        {"limit": 0},
        {"cursor": "forged"},
        {"event": "\0"},
    ],
)
def test_parameters_that_make_no_sense_are_refused(parameters, anybody):
    response = anybody.get("posts/", **parameters)

    assert response.status_code == 400
    assert list(response.json()["errors"]) == list(parameters)


@pytest.mark.parametrize("program", ["desk", "anybody"])
def test_pages_hold_every_post_once_while_new_ones_arrive(program, event, request):
    reader = request.getfixturevalue(program)
    for number in range(7):
        factories.make_published(event, headline=f"{number}")

    seen, address = [], "posts/?event=kubecon&limit=3"
    while address:
        page = reader.get(address).json()
        seen += [post["headline"] for post in page["results"]]
        factories.make_published(event, headline="new")
        address = page["next"] and page["next"].removeprefix("http://127.0.0.1:8000/api/v1/")

    assert seen == ["6", "5", "4", "3", "2", "1", "0"]


def test_a_cursor_is_good_for_its_own_list_alone(event, desk, anybody):
    for _ in range(2):
        factories.make_published(event)
    desks = desk.get("posts/", limit=1).json()["next"].partition("?")[2]

    answers = [anybody.get(f"posts/?{desks}"), desk.get(f"images/?{desks}"), desk.get(f"posts/?{desks}")]

    assert [answer.status_code for answer in answers] == [400, 400, 200]
    assert "no cursor of this list" in answers[0].json()["errors"]["cursor"][0]


def test_a_page_holds_a_hundred_at_most(db, anybody):
    EventHead.objects.bulk_create(
        EventHead(desk_id=n, slug=f"e{n}", title="E", state="planned") for n in range(1000, 1102)
    )

    page = anybody.get("events/", limit=5000).json()
    rest = anybody.get(page["next"].removeprefix("http://127.0.0.1:8000/api/v1/")).json()

    assert (len(page["results"]), len(rest["results"]), rest["next"]) == (100, 2, None)


def test_links_do_not_follow_the_host_header(event, anybody):
    factories.make_published(event)
    factories.make_published(event)

    page = anybody.client.get("/api/v1/posts/?limit=1", headers={"Host": "localhost"}).json()

    assert page["next"].startswith("http://127.0.0.1:8000/api/v1/posts/?")


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize(
    ("program", "address", "queries"),
    [
        ("desk", "posts/", 10),
        ("anybody", "posts/", 3),
        ("desk", "events/", 4),
        ("anybody", "events/", 1),
        ("desk", "keynotes/", 6),
        ("anybody", "keynotes/", 2),
        ("desk", "speakers/", 4),
        ("anybody", "speakers/", 2),
    ],
)
def test_lists_take_a_fixed_number_of_queries(program, address, queries, count, request, db):
    reader = request.getfixturevalue(program)
    for _ in range(count):
        event, speaker = factories.make_event(), factories.make_speaker()
        factories.make_keynote(event, speakers=[speaker])
        quotes = [{"speaker": speaker, "text": "x"}]
        images = [{"image": factories.make_image()}]
        factories.make_published(event, speakers=[speaker], quotes=quotes, images=images)

    with CaptureQueriesContext(connection) as taken:
        assert reader.get(address).status_code == 200

    assert len(taken) == queries, "\n".join(query["sql"][:150] for query in taken)


@pytest.mark.parametrize("program", ["anybody", "desk"])
def test_a_keynote_says_how_it_stands(program, event, desk):
    editor = factories.make_editor()
    on, off = (factories.make_keynote(event) for _ in range(2))
    running_order.start_keynote(on, by=editor)
    running_order.cancel_keynote(off, by=editor)
    reader = desk if program == "desk" else Program()

    answers = [reader.get(f"events/{event.slug}/keynotes/{one.slug}/").json() for one in (on, off)]

    assert [one["is_cancelled"] for one in answers] == [False, True]
    assert [(one["actual_start"] is None, one["actual_end"]) for one in answers] == [
        (False, None),
        (True, None),
    ]
