"""Beyond so many requests the server says so; the lifespan starts and stops the tick."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

import pytest
import time_machine

from newsroom import asgi, visits
from tests.processes import outcome, start


def run(coroutine):
    """In a thread of its own: a browser test before this one may have left a loop running in ours."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, coroutine).result()


async def answer_of(application, method: str = "GET", path: str = "/livez", address: str = "") -> list[dict]:
    sent = []

    async def send(message):
        sent.append(message)

    messages = iter([{"type": "http.request", "body": b"", "more_body": False}])

    async def receive():
        message = next(messages, None)
        return message or await asyncio.Event().wait()

    scope = {
        "type": "http",
        "method": method,
        "path": path,
        "headers": [(b"host", b"localhost")],
        "query_string": b"",
        "client": (address, 1),
    }
    await application(scope, receive, send)
    return sent


def test_a_full_house_is_told_to_come_back():
    async def full():
        application = asgi.Application()
        application.inside = asgi.AT_ONCE + asgi.WAITING
        return await answer_of(application)

    start, body = run(full())

    assert start["status"] == 503
    assert dict(start["headers"])[b"retry-after"] == b"5"
    assert body["body"] == asgi.BUSY


def test_who_is_about_to_end_sends_readers_to_another_and_takes_what_changes_something():
    async def leaving(method: str, path: str):
        application = asgi.Application()
        application.streams.drain(1)
        return await answer_of(application, method, path)

    read, body = run(leaving("GET", "/readyz"))

    assert (read["status"], body["body"]) == (502, asgi.LEAVING)
    assert run(leaving("HEAD", "/"))[0]["status"] == 502
    assert run(leaving("POST", "/"))[0]["status"] == 403  # Django has seen it: no form of ours
    assert run(leaving("GET", "/livez"))[0]["status"] == 200


def test_a_request_is_let_in_and_counted_out():
    async def one():
        application = asgi.Application()
        return application, await answer_of(application)

    application, sent = run(one())

    assert sent[0]["status"] == 200
    assert application.inside == 0


def test_bodies_on_their_way_take_no_places():
    async def beside(count: int, method: str) -> int:
        application, gone = asgi.Application(), asyncio.Event()
        slow = [asyncio.create_task(sending(application, gone)) for _ in range(count)]
        while application.sending.total() < count:
            await asyncio.sleep(0)
        start, *_ = await answer_of(application, method)
        gone.set()
        await asyncio.gather(*slow)
        assert (application.inside, application.sending) == (0, {})
        return start["status"]

    assert run(beside(asgi.AT_ONCE + 1, "POST")) == 403  # Django has seen it: no form of ours
    assert run(beside(asgi.SENDING, "GET")) == 200
    assert run(beside(asgi.SENDING, "POST")) == 503


def test_one_line_sends_so_many_at_a_time_and_keeps_no_other_from_it():
    async def beside(address: str, method: str = "POST") -> int:
        application, gone = asgi.Application(), asyncio.Event()
        slow = [
            asyncio.create_task(sending(application, gone, f"2001:db8::{number:x}"))
            for number in range(asgi.SENDING_OF_ONE)
        ]
        while application.sending.total() < len(slow):
            await asyncio.sleep(0)
        start, *_ = await answer_of(application, method, address=address)
        gone.set()
        await asyncio.gather(*slow)
        return start["status"]

    assert run(beside("2001:db8::ffff")) == 503  # of the same /64
    assert run(beside("2001:db8::ffff", "GET")) == 200
    assert run(beside("2001:db8:0:1::1")) == 403  # Django has seen it: no form of ours
    assert run(beside("192.0.2.1")) == 403


async def sending(application, gone: asyncio.Event, address: str = "") -> None:
    """A request whose body does not come, until its sender is gone."""

    async def receive() -> dict:
        await gone.wait()
        return {"type": "http.disconnect"}

    headers = [(b"host", b"localhost"), (b"content-length", b"9")]
    scope = {"type": "http", "method": "POST", "path": "/livez", "headers": headers, "query_string": b""}
    await application({**scope, "client": (address, 1)}, receive, print)


@pytest.mark.parametrize("waiting", [0, asgi.AT_ONCE + asgi.WAITING])
@time_machine.travel("2026-03-20T09:00Z", tick=False)  # a header says when the answer expires
def test_head_is_answered_with_the_same_headers_and_no_body(waiting, monkeypatch):
    monkeypatch.setattr(visits, "number_of", lambda scope: "4711abcd")

    async def asked(method):
        application = asgi.Application()
        application.inside = waiting
        return await answer_of(application, method)

    get, head = run(asked("GET")), run(asked("HEAD"))

    assert head[0] == get[0]
    assert get[1]["body"]
    assert head[1:] == [{"type": "http.response.body"}]


def test_the_server_hears_that_it_is_to_end_also_while_its_pipe_is_full():
    code = """
import asyncio, os, signal
from newsroom import asgi

async def main():
    loop, told, heard = asyncio.get_running_loop(), asyncio.Event(), []
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # as it is for what a shell starts in the background
    loop.add_signal_handler(signal.SIGTERM, lambda: (heard.append(1), told.set()))
    application = asgi.Application()
    asgi.drain_when_told(application.streams)
    try:
        while True:
            loop._csock.send(bytes(1))
    except BlockingIOError:
        os.kill(os.getpid(), signal.SIGTERM)
    await asyncio.wait_for(told.wait(), 10)
    print(application.streams.is_draining, len(heard))

asyncio.run(main())
"""

    assert outcome(start(code)) == "True 1\n"
