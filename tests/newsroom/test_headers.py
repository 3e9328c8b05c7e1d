"""Every kind of answer has the strict headers, and the points MDN's Observatory gives for them, in production."""

import re
import runpy
from collections.abc import Iterator

import pytest
from django.db import transaction
from django.test import Client

from coverage.live import answers
from newsroom import asgi, bodies
from newsroom.headers import sealed
from newsroom.static_branch import StaticBranch
from tests.coverage.live.asking import Said
from tests.newsroom.access_table import ROWS
from tests.newsroom.access_world import FAR_AWAY, World, make_world, put_files
from tests.newsroom.test_access import address_of
from tests.newsroom.test_asgi import run
from tests.newsroom.test_environment import settings_with
from tests.observatory import score

ENVIRONMENT = {
    "NEWSROOM_ENV": "production",
    "SECRET_KEY": "only for this test, and longer than fifty characters",
    "PUBLIC_URL": "https://news.example.org",
    "TRUSTED_PROXIES": "1",
    "SECURITY_CONTACT": "security@example.org",
    "SECURITY_TXT_EXPIRES": "2099-12-31",
}
# What a production's settings say of answers; its database and its folders are not the test's.
OF_ANSWERS = re.compile(r"SECURE_|SESSION_|CSRF_|X_FRAME|STRICT_HEADERS|MIDDLEWARE|STAFF_SECOND|PUBLIC_")
READERS, DESK = 130, 100  # points at least
DESKS = re.compile(r"/(admin|accounts)/")
# Fewer points, and why.
EXEMPT = {
    r"/embed/": (
        120,
        "other sites frame it, and one that isolates itself frames nothing that is for us alone",
    ),
    r"/pictures/": (105, "feeds, cards and other sites' pages show them; a picture has no page to frame"),
    r"/(field|admin|preview)/.*(photos|pictures|preview)/.*": (105, "a picture, which has no page to frame"),
    r"/static/(?!.*\.js$)|/static/js/embed\.": (
        120,
        "a page of ours framed in a sandbox has no origin, and yet takes its styles; feeds show icons",
    ),
}


@pytest.fixture
def production(settings, monkeypatch, tmp_path):
    """Answers as in production behind a proxy. Learnt headers are learnt anew, and forgotten."""
    for name in ("DATABASE_URL", "REDIS_URL"):
        monkeypatch.delenv(name, raising=False)
    for name, value in {**ENVIRONMENT, "DATA_DIR": str(tmp_path)}.items():
        monkeypatch.setenv(name, value)
    for name, value in runpy.run_path(str(settings.BASE_DIR / "newsroom" / "settings.py")).items():
        if OF_ANSWERS.match(name):
            setattr(settings, name, value)
    monkeypatch.setattr(answers, "_learnt", None)
    return settings


@pytest.fixture
def world(db, production) -> Iterator[World]:
    made = make_world()
    made.client = Client(
        raise_request_exception=False, REMOTE_ADDR=FAR_AWAY, headers={"X-Forwarded-Proto": "https"}
    )
    put_files(b"A picture.")
    return made


def least(path: str) -> int:
    exempt = [points for pattern, (points, _) in EXEMPT.items() if re.match(pattern, path)]
    return exempt[0] if exempt else DESK if DESKS.match(path) else READERS


def short(path: str, status: int, headers, body: str = "") -> str:
    """A sentence if an answer has fewer points than it should, or lacks what the Observatory does not look at."""
    points, given = score(headers, body)
    names = {name.lower() for name, _ in headers}
    missing = {"permissions-policy", "cross-origin-opener-policy"} - names
    if points < least(path) or missing:
        return f"{path} ({status}): {points} points, {given}, without {missing or 'nothing'}"
    return ""


@pytest.mark.any_database
def test_every_address_has_strict_headers_whoever_asks(world):
    wrong, statuses = [], set()
    with transaction.atomic():
        for row in ROWS:
            for actor, method in (("anonymous", "GET"), ("superuser", "GET"), ("superuser", "DELETE")):
                address = address_of(row, world.parameters(actor, "own", row.of) | row.given)
                response = world.ask(actor, method, address, {}, row.kind, row.headers)
                cookies = [("Set-Cookie", morsel.OutputString()) for morsel in response.cookies.values()]
                body = "" if response.streaming else response.content.decode("utf-8", "replace")
                wrong.append(short(address, response.status_code, [*response.items(), *cookies], body))
                statuses.add(response.status_code)
        transaction.set_rollback(True)

    assert list(filter(None, wrong)) == []
    assert statuses >= {200, 204, 302, 400, 401, 403, 404, 405}


def test_whoever_comes_without_tls_is_led_to_it_with_a_policy(production):
    plain = Client().get("/admin/?q=1", headers={"X-Forwarded-Proto": "http"})
    asked_by_this_machine = Client().get("/livez")

    assert (plain.status_code, plain["Location"]) == (301, "https://testserver/admin/?q=1")
    assert "default-src 'none'" in plain["Content-Security-Policy"]
    assert asked_by_this_machine.status_code == 200


def test_what_is_answered_from_memory_has_them(production):
    headers = [(name.decode(), value.decode()) for name, value in answers.security_headers()]

    assert short("/events/summit/", 200, headers) == ""


@pytest.mark.parametrize("refusal", ["busy", "too large", "too late", "unreadable"])
def test_refusals_that_never_reach_a_view_have_them(production, refusal):
    sent = []

    async def send(message):
        sent.append(message)

    async def receive():
        return {"type": "http.request", "body": b"", "more_body": False}

    async def refuse():
        scope = {"type": "http", "method": "GET", "path": "/livez", "headers": [], "query_string": b""}
        if refusal == "busy":
            await asgi.Application().refuse(503, asgi.BUSY, sealed(send))
        elif refusal == "too large":
            await bodies.refuse_large(scope, sealed(send), bodies.MOST)
        elif refusal == "too late":
            await bodies.refuse_late(scope, sealed(send))
        else:
            await asgi.django_application({**scope, "query_string": b"\xff"}, receive, sealed(send))

    run(refuse())

    headers = [(name.decode(), value.decode()) for name, value in sent[0]["headers"]]
    assert short("/livez", sent[0]["status"], headers) == ""


@pytest.mark.parametrize(
    "name", ["js/live.js", "js/embed.js", "css/site.0123456789ab.css", "favicon.svg", "a.png"]
)
@pytest.mark.parametrize("accepted", [b"", b"gzip"])
def test_static_files_have_them(production, tmp_path, name, accepted):
    path = tmp_path / "static" / name
    path.parent.mkdir(parents=True)
    path.write_bytes(b"something")
    said = Said()

    scope = {
        "type": "http",
        "method": "GET",
        "path": f"/static/{name}",
        "headers": [(b"accept-encoding", accepted)],
    }
    run(StaticBranch(tmp_path / "static").serve(scope, said.send))

    assert short(f"/static/{name}", said.status, said.headers.items()) == ""
    assert (said.status, said.headers.get("content-encoding", "")) == (
        200,
        accepted.decode() if name != "a.png" else "",
    )


def test_a_check_of_the_deployment_finds_nothing(tmp_path):
    code = "import sys; from django.core.management import execute_from_command_line as run; run(sys.argv)"
    checked = settings_with(
        tmp_path, code=code, arguments=("check", "--deploy", "--fail-level", "INFO"), **ENVIRONMENT
    )

    assert (checked.returncode, checked.stderr) == (0, "")


BEST = {
    "Content-Security-Policy": "default-src 'none'; form-action 'self'; frame-ancestors 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "Strict-Transport-Security": "max-age=63072000",
    "X-Content-Type-Options": "nosniff",
}


@pytest.mark.parametrize(
    ("headers", "points"),
    [
        ({}, 130),
        ({"Set-Cookie": "sessionid=1; Secure; HttpOnly; SameSite=Lax"}, 135),
        ({"Set-Cookie": "sessionid=1; Secure; SameSite=Lax"}, 70),
        ({"Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'"}, 125),
        ({"Content-Security-Policy": "default-src 'self' 'unsafe-inline'"}, 60),
        ({"Cross-Origin-Resource-Policy": "cross-origin"}, 120),
        ({"Strict-Transport-Security": "max-age=300"}, 120),
        ({"Referrer-Policy": "unsafe-url"}, 120),
        ({"X-Content-Type-Options": "sniff"}, 125),
    ],
)
def test_the_points_are_those_of_the_published_rules(headers, points):
    assert score((BEST | headers).items())[0] == points


def test_an_answer_without_any_has_few_points():
    assert score([])[0] == 30


@pytest.mark.parametrize(
    ("source", "points"), [("/static/a.js", 130), ("https://x.example/a.js", 125), ("//x/a", 50)]
)
def test_scripts_from_elsewhere_cost_points(source, points):
    headers = [*BEST.items(), ("Content-Type", "text/html")]

    assert score(headers, f'<script src="{source}"></script>')[0] == points
