"""What is not public yet is in no line of the log, whatever breaks; each says what broke, where, in which request."""

import asyncio
import gc
import io
import json
import logging
import subprocess
import sys
import threading
import uuid

import pytest
from celery import shared_task
from django.conf import settings as project
from django.core.files.base import ContentFile
from django.urls import reverse

from coverage.field import letters
from coverage.models import Post, Revision
from coverage.publishing import schedule
from coverage.record.models import EventHead
from media import ingest, making, renditions
from newsroom import asgi, logs
from newsroom.editorial import request_id
from newsroom.editorial.errors import EditorialError, Invalid
from tests import factories
from tests.coverage.api.conftest import Program
from tests.coverage.desk.pages import client_of
from tests.coverage.publishing.test_schedule import scheduled
from tests.media import drawing
from tests.newsroom.test_asgi import run
from tests.newsroom.test_environment import settings_with

CANARY = "qzcanary"
WORDS = {
    "headline": f"The {CANARY} “sings”",
    "body": f"<p>Nobody knows of the {CANARY}’s\nsong.</p>",
}
log = logging.getLogger("coverage.tried")
others = logging.getLogger("somebody.else")


def our_handlers() -> set[logging.Handler]:
    named = [logging.getLogger(name) for name in logging.root.manager.loggerDict]
    found = {handler for logger in [logging.root, *named] for handler in logger.handlers}
    return {handler for handler in found if isinstance(handler.formatter, logs.Lines)}


class BothForms(logging.Formatter):
    """A record as in production, and below it as in development."""

    def __init__(self):
        super().__init__()
        self.forms = [logs.json_lines(), logs.readable_lines()]

    def format(self, record: logging.LogRecord) -> str:
        return "\n".join(form.format(record) for form in self.forms)


@pytest.fixture(params=[BothForms])
def written(request, monkeypatch) -> io.StringIO:
    """What is written to the log from now on."""
    stream = io.StringIO()
    assert our_handlers()
    for handler in our_handlers():
        monkeypatch.setattr(handler, "stream", stream)
        monkeypatch.setattr(handler, "formatter", request.param())
    return stream


in_production = pytest.mark.parametrize("written", [logs.json_lines], indirect=True)


@pytest.fixture
def post(transactional_db) -> Post:
    """A post that nobody but the desk has seen, with its picture."""
    event = factories.make_event(slug="summit")
    picture = factories.make_image(
        alt_text=f"A {CANARY}.", caption=f"The {CANARY}.", original_name=f"{CANARY}.jpg"
    )
    post = factories.make_post(event, **WORDS, images=[{"image": picture, "caption": f"My {CANARY}"}])
    assert all(CANARY in text for text in (post.headline, post.body, picture.alt_text))
    return post


def ask(path: str, method: str = "GET", body: bytes = b"", **headers: str) -> dict[str, str]:
    """Asks the whole application; answers the headers, with `status` and `body` among them."""
    given = {"host": "localhost", "content-length": str(len(body)), **headers}
    scope = {
        "type": "http",
        "http_version": "1.1",
        "method": method,
        "path": path,
        "query_string": b"",
        "headers": [(name.replace("_", "-").encode(), value.encode()) for name, value in given.items()],
    }
    sent, messages = [], iter([{"type": "http.request", "body": body, "more_body": False}])

    async def receive():
        return next(messages, None) or await asyncio.Event().wait()

    async def send(message):
        sent.append(message)

    run(asgi.Application()(scope, receive, send))
    said = {name.decode().lower(): value.decode() for name, value in sent[0]["headers"]}
    text = b"".join(message.get("body", b"") for message in sent[1:]).decode()
    return {**said, "status": str(sent[0]["status"]), "body": text}


def test_a_page_that_breaks_quotes_nothing(post, settings, written):
    settings.ROOT_URLCONF = "tests.newsroom.failing"

    for what in ("words", "database", "key", "sent", f"named/{CANARY}-talk"):
        answer = ask(f"/broken/{what}/", "POST", f"headline={CANARY}".encode())

        assert answer["status"] == "500"
        assert (
            written.getvalue().count(answer["x-request-id"]) == 4
        )  # the error and the request, in both forms
        assert CANARY not in answer["body"]

    assert written.getvalue().count("tests/newsroom/failing.py") >= 10
    assert CANARY not in written.getvalue()


def test_an_address_that_is_refused_is_quoted_nowhere(post, settings, written):
    settings.ROOT_URLCONF = "tests.newsroom.failing"

    assert ask("/broken/suspicious/")["status"] == "400"
    assert ask(f"/broken/{CANARY}/")["status"] == "404"
    assert ask(f"/field/{CANARY}", "POST")["status"] in ("403", "404")

    assert "SuspiciousOperation" in written.getvalue()
    assert CANARY not in written.getvalue()


def test_a_name_that_is_not_ours_is_quoted_nowhere(tmp_path):
    """In a process of its own: here pytest hears what no handler of ours takes."""
    code = f"""
import django; django.setup()
from django.test import Client
print(Client().get("/livez", headers={{"Host": "{CANARY}.example"}}).status_code)
"""

    asked = settings_with(tmp_path, code=code)

    assert (asked.stdout, asked.stderr) == ("400\n", "")


def test_what_is_refused_is_quoted_nowhere(post, written):
    form = client_of(factories.make_editor()).post(
        reverse("admin:coverage_post_add"), {"headline": CANARY * 90, "body": CANARY, "event": CANARY}
    )
    assert form.status_code == 200
    filed = Program(post.author).put(f"posts/{uuid.uuid4()}/", {"headline": CANARY * 90, "kind": CANARY})
    assert filed.status_code == 400
    file = ContentFile(CANARY.encode(), f"{CANARY}.jpg")
    with pytest.raises(EditorialError):
        ingest.receive(file, image_id=uuid.uuid4(), by=None, credit=CANARY, alt_text=CANARY)
    with pytest.raises(letters.Unreadable):
        letters.read(f"From: <{CANARY}@[\n\n{CANARY}".encode())

    assert "an e-mail could not be read" in written.getvalue()
    assert CANARY not in written.getvalue()


@shared_task(name="tests.break_on_a_post")
def break_on_a_post(key: str) -> None:
    raise ValueError(Post.objects.get(pk=key).body)


@shared_task(name="tests.break_a_rule")
def break_a_rule(key: str) -> None:
    post = Post.objects.get(pk=key)
    post.state = None
    post.save()


@pytest.mark.parametrize("task", [break_on_a_post, break_a_rule], ids=lambda task: task.name)
def test_a_task_that_breaks_quotes_nothing(post, written, task):
    task.apply(args=[str(post.pk)])

    assert f"Task {task.name}[" in written.getvalue()
    assert "tests/newsroom/test_logs.py" in written.getvalue()
    assert CANARY not in written.getvalue()


def test_a_release_that_breaks_quotes_nothing(post, written):
    due = scheduled(due=True, **WORDS)
    Revision.objects.filter(pk=due.pinned_revision_id).update(content={CANARY: CANARY})

    assert schedule.release_due() == []

    assert "it stays due" in written.getvalue()
    assert CANARY not in written.getvalue()


def test_a_picture_that_cannot_be_made_quotes_nothing(transactional_db, written, monkeypatch):
    texts = {"credit": CANARY, "alt_text": CANARY}
    file = ContentFile(drawing.jpeg(), f"{CANARY}.jpg")
    image = ingest.receive(file, image_id=uuid.uuid4(), by=None, **texts)

    def labels(image):
        raise ValueError(image.alt_text)

    monkeypatch.setattr(making, "labels_of", labels)
    renditions.make_renditions(image.pk)

    assert "could not be made" in written.getvalue()
    assert CANARY not in written.getvalue()


def test_what_is_handed_to_a_line_is_told_by_what_it_is(post, written):
    head = EventHead.objects.get()
    for thing in (post, post.event, Post.objects.all(), [post], {"a": CANARY}, CANARY.encode(), Invalid({})):
        log.warning("here is %s, and again %r", thing, thing)
    log.warning("%(exc)s of %(name)s", {"exc": CANARY, "name": head})
    log.warning(ValueError(CANARY))

    said = written.getvalue()
    assert f"here is <coverage.Post {post.pk}>, and again <coverage.Post {post.pk}>" in said
    assert f"… of <record.EventHead {head.pk}>" in said
    assert CANARY not in said


def test_a_line_that_cannot_be_put_together_is_told_by_its_template():
    wrong = log.makeRecord("x", logging.ERROR, "x", 1, "%d words", (CANARY,), None)

    assert json.loads(logs.json_lines().format(wrong))["event"] == "%d words"


def test_what_others_write_into_their_lines_is_cut_out(post, written):
    async def forgotten():
        async def fail():
            raise ValueError(post.body)

        task = asyncio.create_task(fail())
        await asyncio.wait([task])
        del task
        gc.collect()

    run(forgotten())
    try:
        raise KeyError(post.headline)
    except KeyError as error:
        others.exception(f"it failed: {error!r} {error}")

    assert "Task exception was never retrieved" in written.getvalue()
    assert "it failed: " in written.getvalue()
    assert CANARY not in written.getvalue()


def test_what_a_thread_dies_of_is_in_the_log(post, written, monkeypatch, capfd):
    monkeypatch.setattr(threading, "excepthook", threading.excepthook)
    logs.tell_what_threads_raise()
    thread = threading.Thread(target=int, args=[post.headline])
    thread.start()
    thread.join()

    assert "a thread ended by an error" in written.getvalue()
    assert CANARY not in written.getvalue() + capfd.readouterr().err


def test_what_comes_through_to_the_server_is_told_and_answered(post, written, monkeypatch):
    async def broken(*given):
        raise RuntimeError(post.headline)

    monkeypatch.setattr(asgi, "django_application", broken)
    answer = ask("/livez")

    assert (answer["status"], answer["body"].encode()) == ("500", asgi.BROKEN)
    assert "a request failed outside Django" in written.getvalue()
    assert CANARY not in written.getvalue()


def test_nobody_is_sent_errors_by_e_mail():
    named = [logging.getLogger(name) for name in logging.root.manager.loggerDict]

    mailing = [
        handler
        for logger in [logging.root, *named]
        for handler in logger.handlers
        if "Email" in type(handler).__name__
    ]

    assert (project.ADMINS, project.MANAGERS, mailing) == ([], [], [])


@in_production
def test_in_production_a_record_is_one_line_of_json(post, settings, written):
    settings.ROOT_URLCONF = "tests.newsroom.failing"

    answer = ask("/broken/words/")

    error, line = map(json.loads, written.getvalue().splitlines())
    assert [one["type"] for one in error["error"]] == ["LookupError", "ValueError"]
    assert error["error"][0]["at"][-1].startswith("tests/newsroom/failing.py:")
    assert error["error"][0]["at"][-1].endswith(" by_its_words")
    assert (error["level"], error["logger"]) == ("error", "django.request")
    assert line == {
        "at": line["at"],
        "level": "warning",
        "logger": "newsroom.visits",
        "event": line["event"],
        "request_id": answer["x-request-id"],
        "method": "GET",
        "route": "/broken/words/",
        "status": 500,
        "seconds": line["seconds"],
    }
    assert error["request_id"] == line["request_id"]


@in_production
def test_a_broken_rule_is_named(post, settings, written):
    settings.ROOT_URLCONF = "tests.newsroom.failing"

    ask("/broken/database/")

    said = " ".join(one["says"] for one in json.loads(written.getvalue().splitlines()[0])["error"])
    assert "coverage_post" in said
    assert "state" in said


def test_the_words_of_a_server_that_is_away_are_told():
    error = ConnectionRefusedError(111, "Connection refused", f"/srv/{CANARY}")

    assert logs.told(error) == "ConnectionRefusedError [111] Connection refused"
    assert logs.told(ImportError("No module named x")) == "ImportError No module named x"
    assert logs.told(ValueError(CANARY)) == "ValueError"


def test_an_address_is_told_without_the_names_in_it():
    key = uuid.uuid4()

    assert logs.route_of(f"/events/{CANARY}/posts/{CANARY}/") == "/events/<slug:event>/posts/<slug:post>/"
    assert f"={key}" in logs.route_of(f"/api/v1/posts/{key}/")
    assert logs.route_of(f"/{CANARY}/") == "/(no address of ours)"


def test_the_web_server_s_own_lines_are_json_in_production():
    command = [sys.executable, "-m", "granian", "--interface", "asgi", "--port", "0"]
    command += ["--log-config", str(project.BASE_DIR / "newsroom" / "granian_log.json")]

    said = subprocess.run(
        [*command, "newsroom.nowhere:application"], cwd=project.BASE_DIR, capture_output=True, text=True
    )

    lines = [json.loads(line) for line in said.stderr.splitlines() if line.startswith("{")]
    assert {line["logger"] for line in lines} == {"_granian"}
    assert "[ERROR]" not in said.stdout + said.stderr


@in_production
def test_within_a_request_a_line_has_its_number(written):
    with request_id.answering("4711"):
        log.warning("here")
    log.warning("there")

    here, there = written.getvalue().splitlines()
    assert "4711" in here
    assert "4711" not in there
