"""What is too large is refused before it is kept: by its announced length, else while it is counted."""

import asyncio
import json

import pytest
from django.conf import settings

from newsroom import asgi, bodies
from tests.newsroom.test_asgi import run

MIB = 1024 * 1024


async def sent_to(
    path: str,
    chunks: list[bytes],
    *,
    length: int | None = None,
    version: str = "1.1",
    stops_after: int | None = None,
):
    """What the application sends, and how many chunks of the body it took; after so many no more come."""
    application, sent, taken = asgi.Application(), [], 0

    async def receive():
        nonlocal taken
        if taken in (len(chunks), stops_after):
            return await asyncio.Event().wait()
        taken += 1
        return {"type": "http.request", "body": chunks[taken - 1], "more_body": taken < len(chunks)}

    async def send(message):
        sent.append(message)

    headers = [(b"host", b"localhost"), (b"content-type", b"application/octet-stream")]
    headers += [(b"content-length", str(length).encode())] if length is not None else []
    scope = {"type": "http", "method": "POST", "path": path, "headers": headers, "query_string": b""}
    await application({**scope, "http_version": version}, receive, send)
    assert (application.inside, application.sending) == (0, {})
    return sent, taken


def answer(sent: list[dict]) -> tuple[int, bytes]:
    assert [message["type"] for message in sent] == ["http.response.start", "http.response.body"]
    return sent[0]["status"], sent[1]["body"]


def test_an_announced_body_is_refused_unread():
    sent, taken = run(sent_to("/livez", [b"x"], length=2 * MIB + 1))

    assert answer(sent) == (413, b"This is too large: at most 2 MB are taken here. Send less at a time.\n")
    assert dict(sent[0]["headers"])[b"connection"] == b"close"
    assert taken == 0


def test_an_unannounced_body_is_counted_and_no_longer_read():
    sent, taken = run(sent_to("/livez", [b"x" * MIB] * 5))

    assert answer(sent)[0] == 413
    assert taken == 3


def test_a_length_that_lies_is_counted_too():
    sent, _ = run(sent_to("/livez", [b"x" * MIB] * 5, length=10))

    assert answer(sent)[0] == 413


@pytest.mark.parametrize("length", [None, 2 * MIB])
def test_what_just_fits_is_let_in(length):
    sent, taken = run(sent_to("/livez", [b"x" * MIB] * 2, length=length))

    assert sent[0]["status"] != 413
    assert taken == 2


def test_a_program_is_told_as_a_problem():
    sent, _ = run(sent_to("/api/v1/posts/", [], length=3 * MIB, version="2"))

    status, body = answer(sent)
    headers = dict(sent[0]["headers"])
    assert (status, json.loads(body)["code"]) == (413, "too_large")
    assert headers[b"content-type"] == b"application/problem+json"
    assert b"connection" not in headers


@pytest.mark.parametrize(
    ("path", "most"),
    [
        ("/", 2 * MIB),
        ("/field", 2 * MIB),
        ("/field/", 12 * settings.IMAGE_MAX_BYTES),
        ("/field/posts/1/", 12 * settings.IMAGE_MAX_BYTES),
        ("/admin/media/image/add/", 12 * settings.IMAGE_MAX_BYTES),
        ("/admin/coverage/post/add/", 2 * MIB),
        ("/api/v1/images/1/", settings.IMAGE_MAX_BYTES + 64 * 1024),
        ("/api/v1/posts/1/", 2 * MIB),
    ],
)
def test_pictures_go_where_pictures_are_taken(path, most):
    assert bodies.limit_of(path) == most


def test_a_chunk_of_an_upload_is_held_to_what_is_taken_of_one():
    for path in ("/api/v1/images/0/upload/", "/api/v1/images/0/original/upload/"):
        assert bodies.limit_of(path) == MIB

    assert bodies.limit_of("/api/v1/images/0/original/") > settings.IMAGE_MAX_BYTES


def test_a_body_that_stops_coming_is_given_up(monkeypatch):
    monkeypatch.setattr(bodies, "QUIET", 0.01)

    sent, taken = run(sent_to("/livez", [b"x", b""], length=2, stops_after=1))

    status, text = answer(sent)
    assert (status, taken) == (408, 1)
    assert text.startswith(b"What you send stopped coming, or comes too slowly.")
    assert dict(sent[0]["headers"])[b"connection"] == b"close"


@pytest.mark.parametrize(
    ("seconds", "size", "taken"),
    [
        (29, 1, 3),  # a byte now and then: after the first minute too few have come
        (59, 30 * 1024, 3),
        (59, 60 * 1024, 20),  # slow, and quick enough
        (61, 1024 * 1024, 1),  # silence, whatever came before
    ],
)
def test_a_body_that_comes_too_slowly_is_given_up(seconds, size, taken):
    assert run(messages_taken(seconds, size)) == taken


async def messages_taken(seconds: float, size: int, most: int = 20) -> int:
    """How many pieces of so many bytes, a while between two, are taken before the sender is given up."""
    loop, real, passed = asyncio.get_running_loop(), asyncio.get_running_loop().time, 0.0
    loop.time = lambda: real() + passed

    async def receive() -> dict:
        nonlocal passed
        if taken:
            passed += seconds
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        return {"type": "http.request", "body": b"x" * size, "more_body": True}

    taken, body = 0, bodies.CountedBody(receive, most * size)
    while taken < most and (await body())["type"] == "http.request":
        taken += 1
    assert body.is_late == (taken < most)
    return taken
