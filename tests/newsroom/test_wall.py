"""On PostgreSQL readers are answered over a connection that sees the record alone: all works, and with each filter of
readers' code taken out nothing comes out that was not released.
"""

import json
from collections.abc import Callable, Iterable

import pytest
from django.apps import apps
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.db import connection
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from knox.models import AuthToken

from coverage.following.models import Follower
from coverage.front import errors
from coverage.front import event as event_pages
from coverage.live import looking
from coverage.models import ErrorReport, Event, Keynote, Organisation, Post, Speaker
from coverage.publishing import filing, programme, publication
from coverage.record.article import ReleasedArticleQuerySet
from coverage.record.models import ReleasedPost
from coverage.record.querysets import EventHeadQuerySet, ReleasedPostQuerySet
from media.models import Image
from newsroom import wall
from newsroom.editorial.people import User
from newsroom.wall import is_of_the_desk
from tests import factories
from tests.coverage.desk.pages import client_of, fields_of
from tests.faults import embargoed, public
from tests.own_role import installed
from tests.push_service import push_service

# What makes rows public, and what only arranges them.
FILTERS = {
    (EventHeadQuerySet, "public"),
    (EventHeadQuerySet, "listed"),
    (ReleasedPostQuerySet, "live"),
    (ReleasedArticleQuerySet, "live"),
    (ReleasedArticleQuerySet, "of"),
}
ARRANGING = {(ReleasedPostQuerySet, name) for name in ("printed", "newest_first", "oldest_first")}
# Columns by which readers' code asks for what is public, in those methods and beside them.
CONDITIONS = ("state", "unlisted", "withdrawn_at", "place")
CANARY = embargoed.CANARY.encode()
NO_FOLDER = "0" * 32


@pytest.fixture
def summit(transactional_db) -> Post:
    """A post that readers have; and canaries, which they have not, in much that the desk can hold."""
    chief = factories.make_chief(username="chief", byline="Ada Chief")
    event = factories.make_event(slug="summit", title="The Summit")
    acme = Organisation.objects.create(slug="acme", name="Acme")
    vera = Speaker.objects.create(slug="vera", name="Vera K.", organisation=acme)
    factories.make_keynote(event, slug="opening", title="Opening", speakers=[vera])
    picture = factories.make_image()
    post = factories.make_published(event, headline="Doors", speakers=[vera], images=[{"image": picture}])
    factories.make_published_wrap([post], by=chief)
    hide(event, publication.post_by_id(post.pk), chief)
    return publication.post_by_id(post.pk)


def hide(event: Event, post: Post, chief: User) -> None:
    embargoed.upload()
    embargoed.prepare(event.slug)
    words = {"headline": "A canary", "body": "<p>A canary.</p>", "byline": "Carla Canary", "note": "canary"}
    filing.update_post(post, by=chief, **words)
    filing.create_post(event, by=chief, **words)
    said = factories.make_published(event, by=chief, **words)
    publication.withdraw(publication.post_by_id(said.pk), by=chief, reason="It was not so.", note="canary")
    secret = factories.make_event(
        slug="secret", title="The canary meets", standfirst="Canary.", state="draft"
    )
    Keynote.objects.create(event=secret, slug="canary-keynote", title="Canary")
    programme.release_programme(secret)
    filing.create_post(secret, by=chief, **words)
    factories.make_error_report(post, text="The canary is yellow.", email="canary@example.org")


def addresses(post: Post) -> list[str]:
    """All that can be asked without signing in, with names of what there is, of what is hidden and of nothing."""
    slugs = embargoed.SLUGS
    gone = ReleasedPost.objects.exclude(withdrawn_at=None).values_list("public_id", flat=True)
    shown = ReleasedPost.objects.get(desk_id=post.pk).picture_rows.get()
    found = public.addresses(
        {
            "event": ["summit", "secret"],
            "post": [post.public_id, *gone, "never0was0"],
            "public_id": [post.public_id, *gone],
            "post_id": [embargoed.POST],
            "image_id": [embargoed.IMAGE],
            "keynote": ["opening", slugs["keynote"]],
            "speaker": ["vera", slugs["speaker"]],
            "organisation": ["acme", slugs["organisation"], embargoed.SPONSOR],
            "folder": [shown.folder, Image.objects.get(pk=embargoed.IMAGE).public_name, NO_FOLDER],
            "spec": ["jpeg-640"],
            "ext": ["jpg"],
        }
    )
    return [*found, "/events/summit/stream"]


def answers(client: Client, asked: Iterable[str]) -> dict[str, bytes]:
    """Each answer's head, without the time, and body, without what a form has for itself alone."""
    found = {}
    for path in asked:
        answer = client.get(path)
        head = "".join(f"\r\n{name}: {value}" for name, value in answer.headers.items())
        text = f"{answer.status_code}{head}\r\n".encode() + answer.content
        found[path] = public.FORMS_OWN.sub(b"", public.CLOCK.sub(b"", text))
    return found


def telling(said: dict[str, bytes]) -> list[str]:
    """The addresses whose answers have a canary. A search for one repeats the word; another search would find it."""
    return [path for path, text in said.items() if CANARY in text.lower() and not path.endswith("q=canary")]


def asking(statuses: Iterable[int], said: dict[str, bytes]) -> list[str]:
    return [path for path, text in said.items() if int(text[:3]) in statuses]


def test_every_address_answers_readers_as_before(summit, client, public_settings):
    asked = addresses(summit)
    before = answers(client, asked)

    with installed(public_settings):
        after = answers(client, asked)

    assert [path for path in asked if before[path] != after[path]] == []
    assert len(asking([200], after)) > 40
    assert asking(range(500, 600), after) == []
    assert telling(after) == []


def test_a_reader_who_is_signed_in_is_answered_alike(summit, own_role):
    client = client_of(User.objects.get(username="chief"))

    for path in (
        "/",
        "/events/summit/",
        f"/events/summit/posts/{summit.public_id}/report/",
        "/no/such/page/",
    ):
        assert (
            client.get(path).content.partition(b"<form")[0]
            == Client().get(path).content.partition(b"<form")[0]
        )


def test_what_is_kept_in_memory_is_asked_for_as_readers(summit, own_role, monkeypatch):
    [key] = [row.pk for row in [ReleasedPost.objects.get(desk_id=summit.pk).head]]
    news = looking.first_look("summit")
    assert looking.heads([key]) == {key: news.head}
    assert looking.older(news.head, 0) == looking.since(news.head._replace(seq=0)).found == news.found != []

    monkeypatch.setattr(looking, "event_html", lambda head, query: current_user())

    assert looking.first_page(key).answer.body == own_role.encode()
    assert current_user() != own_role


def current_user() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        return cursor.fetchone()[0]


def test_a_reader_reports_an_error(summit, own_role):
    form = f"/events/summit/posts/{summit.public_id}/report/"
    client = Client(enforce_csrf_checks=True)
    typed = {
        **fields_of(client.get(form), "report"),
        "text": "The name is misspelt.",
        "email": "r@example.org",
    }

    sent = [client.post(form, typed), client.post(form, typed)]

    assert [answer["Location"] for answer in sent] == [f"{form}sent/"] * 2
    report = ErrorReport.objects.get(text="The name is misspelt.")
    assert (report.post, report.event, report.email) == (summit, summit.event, "r@example.org")


def test_a_browser_follows_moves_and_leaves(summit, own_role, client, settings):
    with push_service() as service:
        settings.PUSH_SERVICES = [service.origin]
        first, second = service.browser(), service.browser()

        def send(path: str, body: dict) -> int:
            return client.post(path, json.dumps(body), content_type="application/json").status_code

        assert send("/events/summit/follow/", first.subscription()) == 204
        assert send("/events/summit/follow/", first.subscription()) == 204
        assert send("/push/moved/", {"old": first.endpoint, **second.subscription()}) == 204
        assert Follower.objects.get().endpoint == second.endpoint
        assert send("/events/summit/follow/leave/", {"endpoint": second.endpoint}) == 204
        assert not Follower.objects.exists()


def test_the_newsroom_works_as_before(summit, own_role):
    chief = User.objects.get(username="chief")
    token = AuthToken.objects.create(chief)[1]

    desk, field = (client_of(chief).get(path) for path in ("/admin/coverage/post/", "/field/"))
    api = Client().get("/api/v1/posts/", headers={"Authorization": f"Token {token}"})

    assert (desk.status_code, field.status_code, api.status_code) == (200, 200, 200)
    assert "canary" in desk.text
    assert "canary" in api.text


def test_a_request_is_the_desk_s_by_its_address_and_at_the_api_by_a_token(summit, rf):
    ours = public.other_addresses()

    assert [path for path in ours if not is_of_the_desk(rf.get(path))] == []
    assert [path for path in addresses(summit) if is_of_the_desk(rf.get(path))] == ["/readyz"]
    assert is_of_the_desk(rf.get("/api/v1/posts/", headers={"Authorization": "Token wrong"}))
    assert not is_of_the_desk(rf.get("/events/summit/", headers={"Authorization": "Token wrong"}))


def test_a_page_that_asks_the_desk_is_refused_by_the_database(summit, client, public_settings, monkeypatch):
    monkeypatch.setattr(
        event_pages, "event_html", lambda head, query: " ".join(Post.objects.values_list("body", flat=True))
    )
    client.raise_request_exception = False
    assert "canary" in client.get("/events/summit/").text

    with installed(public_settings):
        answer = client.get("/events/summit/")

    assert answer.status_code == 500
    assert "canary" not in answer.text


@pytest.mark.parametrize(
    ("error", "status"),
    [(Http404, 404), (ValueError, 500), (SuspiciousOperation, 400), (PermissionDenied, 403)],
)
def test_error_pages_ask_as_readers_also_where_the_wall_itself_fails(
    error, status, own_role, client, monkeypatch
):
    def fail(request):
        raise error

    asked = []
    monkeypatch.setattr(wall, "is_of_the_desk", fail)
    monkeypatch.setattr(
        errors, "render", lambda *args, status: HttpResponse(asked.append(current_user()), status=status)
    )
    client.raise_request_exception = False

    with CaptureQueriesContext(connection) as of_the_desk:
        assert client.get("/admin/").status_code == status

    assert asked == ([own_role] if status in (404, 500) else [])
    assert [query["sql"] for query in of_the_desk] == []


def test_no_filter_of_the_record_is_left_out_here():
    querysets = {type(model.objects.all()) for model in apps.get_app_config("record").get_models()}
    own = {(one, name) for one in querysets - {QuerySet} for name in vars(one) if not name.startswith("_")}

    assert own == FILTERS | ARRANGING


def test_with_any_filter_taken_out_nothing_unreleased_comes_out(summit, own_role, client, monkeypatch):
    client.raise_request_exception = False
    asked = [path for path in addresses(summit) if path != "/api/v1/schema/"]  # of no record
    asked = asking([200, 404, 410], answers(client, asked))
    told, used = {}, []

    for queryset, name in FILTERS:
        with monkeypatch.context() as patch:
            patch.setattr(queryset, name, everything(used, name))
            told[queryset, name] = telling(answers(client, asked))
    for column in CONDITIONS:
        with monkeypatch.context() as patch:
            patch.setattr(QuerySet, "_filter_or_exclude", regardless_of(column, used))
            told[column] = telling(answers(client, asked))

    assert {what: paths for what, paths in told.items() if paths} == {}
    assert {*used} == {name for _, name in FILTERS} | {*CONDITIONS}


def everything(used: list[str], name: str) -> Callable:
    """In place of a filter: all rows, whatever was asked for."""

    def all_rows(rows: QuerySet, *given) -> QuerySet:
        used.append(name)
        return rows.all()

    return all_rows


def regardless_of(column: str, used: list[str]) -> Callable:
    """In place of every filter of the record: the same, but for what it says of a column."""
    real = QuerySet._filter_or_exclude

    def looser(rows: QuerySet, negate: bool, args: tuple, conditions: dict) -> QuerySet:
        is_of_the_record = rows.model._meta.app_label == "record"
        kept = {
            name: value
            for name, value in conditions.items()
            if not (is_of_the_record and column in name.split("__"))
        }
        used.extend([column] * (kept != conditions))
        return real(rows, negate, args, kept) if kept or args or not conditions else rows.all()

    return looser
