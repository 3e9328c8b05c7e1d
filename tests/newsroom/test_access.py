"""Every address, for every role and everybody's things, by every method, answers what the table says."""

import uuid
from collections.abc import Iterator
from itertools import product
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.apps import apps
from django.conf import settings
from django.db import transaction
from django.http import HttpResponse
from django.urls import get_resolver, reverse

from coverage.desk import presence
from newsroom.editorial.grants import GRANTS
from newsroom.editorial.roles import PHOTOGRAPHER, REPORTER
from tests.newsroom.access_page import PAGE, printed
from tests.newsroom.access_table import POLICIES, ROLES, ROWS, Row
from tests.newsroom.access_world import (
    ACTORS,
    PARAMETER,
    WHOSE_OF,
    World,
    make_world,
    put_files,
    undone,
)
from tests.newsroom.test_urls import addresses

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]

DELETE = "<path:object_id>/delete/"
# Who asks where it makes no difference.
FEW = ("anonymous", "inactive", "reporter", "superuser")
# What a request may write although it is refused: how its session and its phone were seen last.
BOOKKEEPING = ("editorial_session", "coverage_device")


@pytest.fixture(scope="module")
def made(django_db_setup, django_db_blocker) -> Iterator[World]:
    """Made once; every test is undone inside it."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield make_world()
        transaction.set_rollback(True)


@pytest.fixture
def world(made, monkeypatch) -> World:
    """With pictures to show, and nobody else at the desk: all tests share one Valkey."""
    monkeypatch.setattr(presence, "KEY", f"test:{uuid.uuid4()}")
    put_files(b"A picture.")
    return made


def answer_of(response: HttpResponse, row: Row) -> str:
    """The word of the table for what was answered."""
    path = urlsplit(response.headers.get("Location", "")).path
    if path in (reverse("admin:login"), reverse("account_login")) and row.route != "admin/login/":
        return "in"
    if path == reverse("admin:index") and "object_id" in row.route:
        return "-"
    return {401: "in", 403: "no", 404: "-", 405: "x"}.get(
        response.status_code, "ok" if response.status_code < 500 else str(response.status_code)
    )


def judged(actor: str, row: Row) -> str:
    """The role that counts at this door: a phone's session opens the field alone, its token the API."""
    if actor == "phone" and not row.route.startswith(("field/", "api/")):
        return "nobody"
    if actor == "inactive" and row.route.startswith("api/"):
        return "left"
    return ACTORS[actor]


def address_of(row: Row, parts: dict[str, Any]) -> str:
    """The route with these parts in their places, and its query."""
    route = PARAMETER.sub(lambda found: str(parts[found[1] or found[2]]), row.route)
    query = row.query.format(site=settings.PUBLIC_URL, **parts)
    return f"/{route.replace('^', '').replace('$', '')}" + (f"?{query}" if query else "")


def tried(world: World, row: Row, actor: str, whose: str, method: str) -> str:
    """A sentence if the table is wrong about this cell, or a refusal has changed something."""
    parts = world.parameters(actor, whose, row.of) | row.given
    address = address_of(row, parts)
    body = {name: str(value).format(**parts) for name, value in row.body.items()}
    wanted = POLICIES[row.methods[method]].answer(judged(actor, row), whose)
    with undone() as changed:
        response = world.ask(actor, method, address, body, row.kind, row.headers)
        written = [sql for sql in changed if not any(name in sql for name in (*BOOKKEEPING, *row.writes))]
    got = answer_of(response, row)
    cell = f"{method} {address} by {actor}, {whose}"
    if got != {"told": "ok", "out": "in"}.get(wanted, wanted):
        return f"{cell}: the table says {wanted}, it answered {got} ({response.status_code})"
    if wanted not in ("ok", "out") and written:
        return f"{cell}: refused, but it wrote: {written[0]}"
    return ""


def cells(row: Row) -> Iterator[tuple[str, str, str]]:
    """Who asks for whose by which method, but for what only repeats.

    Where it makes no difference who asks, a few ask; a method that is not taken is asked for her own alone. A
    colleague's thing is asked for by who is answered otherwise elsewhere, and an administrator, who is answered as a
    chief editor, asks for a stranger's.
    """
    for method, name in row.methods.items():
        policy, is_taken = POLICIES[name], not name.endswith("not taken")
        actors = ACTORS if is_taken and policy.tells_apart() else FEW
        if not row.of or not is_taken:
            yield from ((actor, "own", method) for actor in actors)
            continue
        for actor, whose in product(actors, (*WHOSE_OF[row.of], "missing")):
            answers = {policy.answer(judged(actor, row), one) for one in ("own", "same", "other")}
            if whose == "same" and len(answers) == 1:
                continue
            if (actor, whose) == ("superuser", "own") and "other" in WHOSE_OF[row.of]:
                continue
            yield actor, whose, method


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_row(row, world):
    wrong = list(filter(None, (tried(world, row, *cell) for cell in cells(row))))

    assert wrong == [], "\n".join(wrong)


@pytest.mark.parametrize("row", [row for row in ROWS if row.route.endswith(DELETE)], ids=lambda row: row.of)
def test_no_list_of_the_admin_deletes_what_is_ticked(row, world):
    ticked = world.parameters("superuser", "own", row.of)["object_id"]
    body = {"action": "delete_selected", "_selected_action": ticked, "post": "yes"}

    with undone() as changed:
        response = world.ask("superuser", "POST", f"/{row.route.removesuffix(DELETE)}", body, "", {})

    assert response.status_code == 200
    assert [sql for sql in changed if sql.startswith("DELETE")] == []


def test_no_key_of_the_newsroom_is_shown_at_the_desk_or_kept_where_the_desk_writes(world, settings):
    """They come from the environment: for pushing to browsers, signing, backups and figures."""
    settings.BACKUP_KEY, settings.METRICS_TOKEN = "the-key-of-backups", "the-token-of-figures"
    keys = [settings.VAPID_PRIVATE_KEY, settings.SECRET_KEY, settings.BACKUP_KEY, settings.METRICS_TOKEN]
    desks = [row for row in ROWS if row.route.startswith(("admin/", "accounts/"))]

    shown = []
    for row in desks:
        address = address_of(row, world.parameters("superuser", "own", row.of) | row.given)
        response = world.ask("superuser", "GET", address, {}, row.kind, row.headers)
        shown += [address for key in keys if key.encode() in response.getvalue()]
    kept = [
        model._meta.label
        for model in apps.get_models()
        for row in model._base_manager.values_list()
        for key in keys
        if key in str(row)
    ]

    assert all(keys)
    assert (shown, kept) == ([], [])


def test_every_address_has_a_row():
    routes = {route for route, _ in addresses(get_resolver())}

    missing = sorted(routes - {row.route for row in ROWS})

    assert missing == [], "\n".join(["say in tests/newsroom/access_table.py who may open these:", *missing])


def test_every_row_has_an_address():
    routes = {route for route, _ in addresses(get_resolver())}

    gone = sorted({row.route for row in ROWS} - routes)

    assert gone == [], "\n".join(
        ["take these out of tests/newsroom/access_table.py, they are no more:", *gone]
    )


def test_every_policy_is_used():
    assert {policy for row in ROWS for policy in row.methods.values()} == POLICIES.keys()


@pytest.mark.parametrize("name", [name for name in POLICIES if not name.endswith("made")])
def test_no_policy_tells_that_something_out_of_reach_exists(name):
    policy = POLICIES[name]

    for role in (*ROLES, "superuser"):
        other = policy.answer(role, "other")
        if other == "-":
            assert policy.answer(role, "missing") == other


def test_a_photographer_may_do_what_a_reporter_may():
    """So the table has one column for both."""
    assert GRANTS[PHOTOGRAPHER] == GRANTS[REPORTER]


def test_an_address_that_is_none_is_not_there_for_anybody(world):
    answers = [world.ask(actor, "GET", "/no/such/page/", {}, "", {}).status_code for actor in ACTORS]

    assert answers == [404] * len(ACTORS)


def test_the_page_prints_the_table():
    assert PAGE.read_text() == printed(), "write it anew: python -m tests.newsroom.access_page"
