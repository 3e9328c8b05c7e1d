"""The newsroom behind a real nginx, by the configuration in deploy/."""

import json
import socket
import urllib.error
import urllib.request
import uuid
from urllib.parse import urlsplit

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

from newsroom import bodies
from tests.journeys.conftest import PASSWORD
from tests.journeys.programs import token
from tests.media import drawing

pytestmark = [pytest.mark.journey, pytest.mark.processes, pytest.mark.xdist_group("launcher")]


def get(address: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(address, timeout=20) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()


def test_readers_get_the_page_and_what_it_follows(fronted):
    public, _ = fronted
    status, home = get(f"{public}/")
    slug = home.split('href="/events/')[1].split("/")[0]

    page_status, page = get(f"{public}/events/{slug}/")
    live_status, live = get(f"{public}/events/{slug}/live.json")

    assert (status, page_status, live_status) == (200, 200, 200)
    assert f'<link rel="canonical" href="{public}/events/{slug}/">' in page
    assert json.loads(live)["event"] == slug


def test_an_editor_signs_in_through_it(fronted, browser):
    public, _ = fronted
    context = browser.new_context(base_url=public)
    page = context.new_page()
    page.goto("/admin/login/?next=/admin/")
    page.locator("input[name=username]").fill("editor")
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("input[name=password]").press("Enter")

    page.wait_for_url("**/admin/")

    assert page.title()
    context.close()


PATHS = ["/events/", "/api/v1/posts/", "/api/v1/images/some/", "/field/", "/admin/media/image/add/"]


@pytest.mark.parametrize("path", PATHS)
def test_nginx_takes_what_the_newsroom_takes_there_and_little_more(fronted, path):
    public, _ = fronted
    most = bodies.limit_of(path)

    assert answer_before_the_body(public, path, most) == "HTTP/1.1 100 Continue"
    assert answer_before_the_body(public, path, most + bodies.MIB) == "HTTP/1.1 413 Request Entity Too Large"


def answer_before_the_body(public: str, path: str, size: int) -> str:
    """The status line given to a request that asks whether a body of `size` bytes may follow."""
    host = urlsplit(public)
    with socket.create_connection((host.hostname, host.port), timeout=20) as connection:
        connection.sendall(
            f"PUT {path} HTTP/1.1\r\nHost: {host.netloc}\r\nContent-Length: {size}\r\n"
            "Expect: 100-continue\r\n\r\n".encode()
        )
        return connection.makefile().readline().strip()


def test_a_photograph_as_large_as_one_may_be_comes_through(fronted):
    public, _ = fronted
    photograph = SimpleUploadedFile("a.jpg", drawing.jpeg().ljust(40 * bodies.MIB, b"\0"), "image/jpeg")
    body = encode_multipart(BOUNDARY, {"alt_text": "A stage.", "credit": "Ada", "file": photograph})
    request = urllib.request.Request(f"{public}/api/v1/images/{uuid.uuid4()}/", data=body, method="PUT")
    request.add_header("Content-Type", MULTIPART_CONTENT)
    request.add_header("Authorization", f"Token {token(public, 'photographer')}")

    with urllib.request.urlopen(request, timeout=60) as answer:
        assert answer.status == 201
        assert json.load(answer)["state"] == "received"


def test_wrong_passwords_are_counted_by_the_address_that_nginx_saw(fronted):
    """Whoever writes an address of somebody else into the header locks out nobody but herself."""
    public, newsroom = fronted
    for number in range(3):
        request = urllib.request.Request(f"{public}/api/v1/auth/login/", method="POST")
        request.add_header("X-Forwarded-For", f"203.0.113.{number}")
        request.add_header("Authorization", "Basic ZWRpdG9yOndyb25n")  # editor:wrong
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(request, timeout=20)
        with refused.value as answer:
            assert answer.code in (401, 429)

    seen = newsroom.command(
        "shell", "-v0", "-c",
        "from axes.models import AccessAttempt; print(*AccessAttempt.objects.values_list('ip_address', flat=True))",
    )  # fmt: skip

    assert set(seen.split()) == {"127.0.0.1"}
