"""A push service or a hub that means ill, or whose name was made to lead elsewhere: nobody inside is asked, and nobody
waits long.
"""

import gzip
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial

import pytest
import requests
from django.utils import timezone

from coverage.following import followers, push, sending
from coverage.following.models import Follower
from coverage.following.sending import Session
from coverage.record.models import EventHead
from newsroom.editorial.outside import connect_outside
from tests.journeys.test_tls import make_certificate

HELLO = b"HTTP/1.1 201 Created\r\n"
NOTHING = HELLO + b"Content-Length: 0\r\n\r\n"


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "169.254.169.254", "2130706433"])
def test_nobody_inside_is_asked(host, service):
    port = service.origin.rpartition(":")[2]

    with pytest.raises(requests.ConnectionError, match="no public address: it is not asked"):
        Session().post(f"http://{host}:{port}/push/one", data=b"x")

    assert service.sent == []


def test_an_origin_that_the_operator_names_is_asked_wherever_it_is(service):
    session = Session([service.origin])

    assert [session.post(f"{service.origin}/push/one", data=b"x").status_code for _ in range(2)] == [201, 201]
    with pytest.raises(requests.ConnectionError, match="no public address"):
        session.post("http://127.0.0.1:9/push/one", data=b"x")


def test_a_service_whose_name_leads_inside_by_now_is_not_asked(
    event, release, service, settings, monkeypatch, caplog
):
    caplog.set_level("INFO")
    settings.PUSH_SERVICES = ["push.example"]
    monkeypatch.setattr(push, "Session", partial(Session, connect=named("push.example", ["10.0.0.1"])))
    head = EventHead.objects.get(slug=event.slug)
    followers.follow(head, "https://push.example/one", **service.browser().keys, address="192.0.2.1")

    release(event, key_event=True)

    assert push.push_key_events(at=timezone.now()) == 0
    assert Follower.objects.get().tries == 1
    assert "a push service did not answer: ConnectionError" in caplog.text


def test_the_address_that_was_looked_at_is_asked_under_the_name_it_was_given(service):
    port = service.origin.rpartition(":")[2]
    flips = named("push.example", ["127.0.0.1"], ["127.0.0.2"])
    session = Session(connect=partial(flips, is_allowed="127.0.0.1".__eq__))

    def post() -> None:
        session.post(f"http://push.example:{port}/push/one", data=b"x")

    post()
    post()  # over the same connection
    session.close()
    with pytest.raises(requests.ConnectionError, match=r"push\.example leads to 127\.0\.0\.2"):
        post()

    assert [one.headers["host"] for one in service.sent] == [f"push.example:{port}"] * 2


def test_no_proxy_of_the_environment_is_asked(service, monkeypatch):
    monkeypatch.setenv("http_proxy", service.origin)

    with pytest.raises(requests.ConnectionError, match="no public address"):
        Session().get("http://localhost:9/")

    assert service.sent == []


@pytest.mark.parametrize("onward", ["http://127.0.0.1:9/", "http://169.254.169.254/", "file:///etc/passwd"])
def test_a_redirect_is_an_answer_like_others(service, onward):
    service.answers["/push/one"] = (307, {"Location": onward})

    assert Session([service.origin]).post(f"{service.origin}/push/one", data=b"x").status_code == 307


def test_what_follows_the_headers_is_not_read():
    large = gzip.compress(b"\0" * 10_000_000)
    said = HELLO + b"Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % (len(large) + 1)

    with answering(said + large) as origin:  # a byte is missing: who reads it waits
        assert Session([origin]).post(f"{origin}/", data=b"x").status_code == 201


@pytest.mark.parametrize("said", [b"", HELLO], ids=["nothing", "a status"])
def test_an_answer_that_drips_for_ever_is_left(said, monkeypatch):
    monkeypatch.setattr(sending, "TIMEOUT", (3, 0.3))

    with (
        answering(said, then=b"X-Wait: 1\r\n" if said else b"") as origin,
        pytest.raises(requests.ReadTimeout),
    ):
        Session([origin]).post(f"{origin}/", data=b"x")


def test_a_handshake_that_drips_for_ever_is_left(monkeypatch):
    monkeypatch.setattr(sending, "TIMEOUT", (0.3, 3))

    with answering(b"\x16\x03\x03\x40\x00", then=b"\x02") as plain:
        origin = plain.replace("http", "https")
        with pytest.raises(requests.ReadTimeout):
            Session([origin]).post(f"{origin}/", data=b"x")


def test_a_certificate_is_for_the_name_and_not_for_where_it_leads(tmp_path):
    certificate, key = make_certificate(tmp_path)  # for 127.0.0.1
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    session = Session(connect=partial(named("push.example", ["127.0.0.1"]), is_allowed="127.0.0.1".__eq__))

    with answering(NOTHING, context=context) as origin:
        answer = Session([origin]).post(f"{origin}/", data=b"x", verify=str(certificate))
        assert answer.status_code == 201
    with answering(NOTHING, context=context) as origin, pytest.raises(requests.exceptions.SSLError):
        session.post(origin.replace("127.0.0.1", "push.example"), data=b"x", verify=str(certificate))


def named(host: str, *answers: list[str]):
    """As connect_outside, where the name leads to the next of these lists each time it is asked."""
    waiting = list(answers)

    def resolve(asked: str, port: int, **how) -> list[tuple]:
        assert asked == host
        return [(socket.AF_INET, how["type"], 6, "", (address, port)) for address in waiting.pop(0)]

    return partial(connect_outside, resolve=resolve)


@contextmanager
def answering(said: bytes, then: bytes = b"", context: ssl.SSLContext | None = None) -> Iterator[str]:
    """The origin of a server that says this, whatever it is asked, and then the other now and then for ever."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def answer() -> None:
            connection, _ = listening.accept()
            with connection, suppress(OSError):  # it is hung up on
                speaking = context.wrap_socket(connection, server_side=True) if context else connection
                with speaking:
                    speaking.sendall(said)
                    while not over.wait(0.02):
                        speaking.sendall(then)

        over, thread = threading.Event(), threading.Thread(target=answer)
        thread.start()
        try:
            yield f"http{'s' if context else ''}://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            over.set()
            thread.join()
