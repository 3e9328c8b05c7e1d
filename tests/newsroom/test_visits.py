"""A request has a number: in its answer, on the page of an error, in what it logs and in the tasks it sends."""

import asyncio
import json
import os
import re
import subprocess

import pytest
import redis
from celery import current_app, shared_task
from django.conf import settings as project
from django.db import transaction
from django.template import TemplateSyntaxError
from prometheus_client import REGISTRY

from coverage.front.errors import server_error
from media import hints
from newsroom import asgi, launcher, visits
from newsroom.editorial import request_id
from tests.newsroom.test_asgi import run
from tests.newsroom.test_logs import ask, in_production, written  # noqa: F401
from tests.processes import database_url, eventually

NUMBER = re.compile(r"[0-9a-f]{16}")
GIVEN = "0123456789abcdef0123456789abcdef"


@pytest.fixture
def breaking(settings):
    settings.ROOT_URLCONF = "tests.newsroom.failing"


def lines(stream) -> list[dict]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_an_answer_has_the_number_of_its_request():
    first, second = ask("/livez")["x-request-id"], ask("/livez")["x-request-id"]

    assert NUMBER.fullmatch(first)
    assert NUMBER.fullmatch(second)
    assert first != second
    assert request_id.current() == ""


@pytest.mark.parametrize(
    ("proxies", "given", "is_taken"),
    [
        (1, GIVEN, True),
        (1, "8d2c1e0a-70b4-4d1c-9d1e-5a5a9f6a3b11", True),
        (0, GIVEN, False),
        (1, "short", False),
        (1, "a" * 65, False),
        (1, "two words and more", False),
        (1, '12345678"}', False),
        (1, "1234567é", False),
    ],
)
def test_whose_number_is_taken(settings, proxies, given, is_taken):
    settings.TRUSTED_PROXIES = proxies

    number = ask("/livez", x_request_id=given)["x-request-id"]

    assert (number == given) == is_taken
    assert is_taken or NUMBER.fullmatch(number)


def test_what_caches_give_to_others_has_none(breaking):
    assert "x-request-id" not in ask("/kept/")


def test_a_refusal_before_django_has_one_too(monkeypatch):
    monkeypatch.setattr(asgi, "WAITING", -asgi.AT_ONCE)

    answer = ask("/livez")

    assert answer["status"] == "503"
    assert NUMBER.fullmatch(answer["x-request-id"])


def test_the_page_of_an_error_names_it(rf, settings):
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    with request_id.answering("4711abcd"):
        page = server_error(rf.get("/"))
        problem = server_error(rf.get("/api/v1/posts/"))

    assert "tell the newsroom this number: <b>4711abcd</b>" in page.content.decode()
    assert (problem.status_code, problem["Content-Type"]) == (500, "application/problem+json")
    assert json.loads(problem.content) == {
        "type": "about:blank",
        "title": "broken",
        "status": 500,
        "code": "broken",
        "detail": "Something broke on our side. Please try again in a minute. "
        "If it happens again, tell the newsroom this number: 4711abcd.",
    }


def test_a_page_of_an_error_that_breaks_is_one_sentence_and_told(rf, monkeypatch, caplog):
    def breaks(*_given, **_more):
        raise TemplateSyntaxError("a word of a draft")

    monkeypatch.setattr("coverage.front.errors.render", breaks)

    page = server_error(rf.get("/"))

    assert (page.status_code, page["Content-Type"]) == (500, "text/plain; charset=utf-8")
    assert page.content == b"Something broke on our side. Please try again in a minute.\n"
    assert [(one.message, one.exc_info[0]) for one in caplog.records] == [
        ("the page of an error broke", TemplateSyntaxError)
    ]


@pytest.mark.parametrize("path", ["/away/", "/api/v1/away/"])
def test_while_the_database_is_away_all_are_asked_to_come_again(breaking, path):
    answer = ask(path)

    assert (answer["status"], answer["retry-after"]) == ("503", "5")
    assert path == "/away/" or json.loads(answer["body"])["code"] == "unavailable"


@in_production
@pytest.mark.django_db(transaction=True)
def test_a_program_s_number_is_the_log_s(breaking, written):  # noqa: F811
    answer = ask("/api/v1/broken/")

    number = answer["x-request-id"]
    assert number in json.loads(answer["body"])["detail"]
    assert [line["request_id"] for line in lines(written)] == [number, number]


@in_production
def test_what_went_well_is_not_logged_and_what_was_slow_is(written, monkeypatch):  # noqa: F811
    ask("/livez")
    assert lines(written) == []

    monkeypatch.setattr(visits, "SLOW", 0)
    ask("/livez")

    (line,) = lines(written)
    assert (line["method"], line["route"], line["status"]) == ("GET", "/livez", 200)


def test_a_body_that_comes_slowly_is_no_slow_answer(breaking, monkeypatch):
    noted = visits.Noted({"method": "POST", "path": "/livez", "headers": []}, None)
    began = noted._since

    noted.is_here()

    assert noted._since > began


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("path", "status"), [("/nothing/", "404"), ("/broken/words/", "500"), ("/livez", "200")]
)
def test_refusals_and_failures_are_counted(breaking, path, status):
    def counted() -> float:
        return REGISTRY.get_sample_value("newsroom_answers_total", {"status": status}) or 0

    before = counted()

    assert ask(path)["status"] == status

    assert counted() - before == (status != "200")


def test_two_at_once_keep_their_numbers(monkeypatch):
    seen = []

    async def django(scope, receive, send):
        before = request_id.current()
        await asyncio.sleep(0)
        seen.append((before, request_id.current(), await asyncio.to_thread(request_id.current)))

    async def both():
        application = asgi.Application()
        scope = {"type": "http", "method": "GET", "path": "/livez", "headers": [], "query_string": b""}
        await asyncio.gather(*(asyncio.create_task(application(dict(scope), None, None)) for _ in range(2)))

    monkeypatch.setattr(asgi, "django_application", django)
    run(both())

    assert [len(set(numbers)) for numbers in seen] == [1, 1]
    assert len({number for numbers in seen for number in numbers}) == 2


@shared_task(name="tests.say_the_number")
def say_the_number() -> str:
    return request_id.current()


def test_a_task_has_the_number_of_the_request_that_sent_it(transactional_db):
    queue = "tests-request-id"
    with redis.Redis.from_url(project.REDIS_URL) as server:
        with request_id.answering(GIVEN), transaction.atomic():
            transaction.on_commit(lambda: hints.send("tests.say_the_number", 1, queue=queue))
        hints.send("tests.say_the_number", 2, queue=queue)

        sent = [json.loads(server.rpop(queue))["headers"] for _ in range(2)]

    assert [headers.get("request_id") for headers in sent] == [GIVEN, None]


def test_a_task_s_lines_have_it_and_what_comes_after_has_not():
    assert current_app.tasks["tests.say_the_number"].apply(headers={"request_id": GIVEN}).get() == GIVEN
    assert request_id.current() == ""
    with request_id.answering("4711abcd"):
        assert say_the_number.apply().get() == "4711abcd"
        assert request_id.current() == "4711abcd"


@pytest.mark.processes
def test_a_worker_s_lines_have_the_number_of_the_request(transactional_db, tmp_path):
    """Of a worker as it runs in production, which is sent a key that is none."""
    own = {
        "NEWSROOM_ENV": "production",
        "PUBLIC_URL": "https://news.example.org",
        "DATABASE_URL": database_url(),
    }
    options = ["-Q", "tests-lines", "-P", "solo", "--without-gossip", "--without-mingle"]
    command = launcher.celery("worker", *options, "--loglevel", "WARNING")
    with open(tmp_path / "log", "w") as file:
        worker = subprocess.Popen(
            command, env=os.environ | own, stdout=file, stderr=file, cwd=project.BASE_DIR
        )
    try:
        with request_id.answering(GIVEN):
            hints.send("publishing.pictures_ready", "canary", queue="tests-lines")
        found = eventually(lambda: re.findall(r"^{.*}$", (tmp_path / "log").read_text(), re.M))
    finally:
        worker.terminate()
        worker.wait(20)

    (line,) = map(json.loads, found)
    assert (line["request_id"], line["task"]) == (GIVEN, "publishing.pictures_ready")
    assert line["error"][0]["type"] == "ValidationError"
    assert "canary" not in (tmp_path / "log").read_text()
