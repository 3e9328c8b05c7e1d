"""What SECURITY.md says has an end, where nothing nearer tries it."""

import re
import uuid
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib import admin
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from knox.models import AuthToken

from coverage.api import paging
from coverage.front import feeds
from coverage.models import Organisation
from coverage.record.query import MOST_TERMS
from tests import factories
from tests.coverage.desk.pages import client_of

ROOT = Path(__file__).parents[2]
BOTTOMLESS = [b"[" * 500_000, b'{"a":' * 100_000, b"1" * 100_000, b"[" * 8_000]
SEARCHED = [model for model, desk in admin.site._registry.items() if desk.search_fields]


@pytest.fixture
def chief(db):
    return factories.make_chief(username="chief")


@pytest.fixture
def event(chief):
    """An event with two of everything that is listed, for readers and for the desk."""
    event = factories.make_event(slug="summit")
    image = factories.make_image()
    for number in range(2):
        speaker = factories.make_speaker(f"Vera {number}")
        factories.make_keynote(event, slug=f"k{number}", title=f"Keynote {number}", speakers=[speaker])
        factories.make_published(event, images=[{"image": image, "caption": ""}])
    factories.make_event(slug="other")
    return event


@pytest.mark.parametrize("model", SEARCHED, ids=str)
def test_a_search_of_the_desk_looks_for_so_many_words(model, chief):
    address = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
    desk = client_of(chief)

    with CaptureQueriesContext(connection) as asked:
        answer = desk.get(address, {"q": "ab " * 3000})

    assert answer.status_code == 200
    columns = len(admin.site._registry[model].search_fields)
    assert max(query["sql"].upper().count(" LIKE ") for query in asked) == MOST_TERMS * columns


def test_so_does_what_completes_a_name(chief):
    asked = {"app_label": "coverage", "model_name": "speaker", "field_name": "organisation"}
    Organisation.objects.create(slug="ab", name="ab")

    answer = client_of(chief).get("/admin/autocomplete/", {**asked, "term": "ab " * 3000})

    assert [found["text"] for found in answer.json()["results"]] == ["ab"]


@pytest.mark.parametrize("model", admin.site._registry, ids=str)
@pytest.mark.parametrize(
    "asked", [f"{{}}={'9' * 40}", f"{{}}={'9' * 5000}", "{}=²", "&".join(["{}=1"] * 1000)]
)
def test_filters_beyond_their_limits_lead_to_the_bare_list(asked, model, chief):
    address = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
    desk = client_of(chief)

    answers = [desk.get(f"{address}?{asked.replace('{}', name)}") for name in ("id", "event", "state", "o")]

    assert {answer.get("Location") for answer in answers} == {f"{address}?e=1"}
    assert desk.get(f"{address}?e=1").status_code == 200


def test_an_export_by_such_a_filter_is_refused(chief):
    assert client_of(chief).get("/admin/editorial/auditrow/export/?person=²").status_code == 400


def test_a_list_of_the_desk_is_never_shown_whole():
    assert {
        desk.list_max_show_all <= 200 and desk.list_per_page <= 100 for desk in admin.site._registry.values()
    } == {True}


@pytest.mark.parametrize("path", ["events", "keynotes", "speakers", "posts", "images"])
@pytest.mark.parametrize("has_token", [False, True])
def test_every_list_of_the_api_comes_in_pages(path, has_token, event, chief, client, monkeypatch):
    monkeypatch.setattr(paging, "MOST", 1)
    headers = {"Authorization": f"Token {AuthToken.objects.create(chief)[1]}"} if has_token else {}

    page = client.get(f"/api/v1/{path}/?limit=5000", headers=headers).json()

    assert len(page["results"]) == 1


def test_feeds_hold_the_newest_alone(event, client, monkeypatch):
    monkeypatch.setattr(feeds, "ENTRIES", 1)

    assert client.get("/events/summit/feed.atom").content.count(b"<entry>") == 1
    assert len(client.get("/events/summit/feed.json").json()["items"]) == 1


def test_a_query_or_form_has_so_many_fields(client, db):
    most = settings.DATA_UPLOAD_MAX_NUMBER_FIELDS

    assert client.get("/search/?" + "a=1&" * (most + 1)).status_code == 400
    assert client.post("/admin/login/", {f"f{number}": "" for number in range(most + 1)}).status_code == 400
    assert client.get("/search/?" + "a=1&" * (most - 1)).status_code == 200


@pytest.mark.parametrize("path", ["/push/moved/", "/events/summit/follow/", "/admin/typed/"])
def test_json_without_a_bottom_is_refused(path, event, chief):
    desk = client_of(chief)

    answers = [desk.post(path, body, content_type="application/json") for body in BOTTOMLESS]

    assert [answer.status_code for answer in answers] == [400] * len(BOTTOMLESS)


@pytest.mark.parametrize("path", ["posts/{}/", "images/{}/upload/"])
def test_so_is_what_a_program_sends(path, chief, client):
    headers = {"Authorization": f"Token {AuthToken.objects.create(chief)[1]}"}
    send = client.put if path.startswith("posts") else client.post
    address = f"/api/v1/{path.format(uuid.uuid4())}"

    answers = [send(address, body, content_type="application/json", headers=headers) for body in BOTTOMLESS]

    assert [answer.status_code for answer in answers] == [400] * len(BOTTOMLESS)


def test_what_security_md_names_is_there():
    named = re.findall(
        r"`((?:tests|newsroom|coverage|media|deploy|tools)/[\w./-]+)`", (ROOT / "SECURITY.md").read_text()
    )

    assert [path for path in named if not (ROOT / path).exists()] == []
