"""Static files in front of Django: what is there, as it is there, and nothing beside it."""

import gzip

import pytest

from newsroom.static_branch import StaticBranch
from tests.coverage.live.asking import Said
from tests.newsroom.test_asgi import run

STYLES = b"body { color: black }"


@pytest.fixture
def root(tmp_path):
    folder = tmp_path / "static"
    (folder / "css").mkdir(parents=True)
    (folder / "css" / "site.0123456789ab.css").write_bytes(STYLES)
    (folder / "icon.png").write_bytes(b"not packed")
    (tmp_path / "secret-key").write_text("nobody's")
    (folder / "link.css").symlink_to(tmp_path / "secret-key")
    return folder


def asked(root, path: str, method: str = "GET", **headers: str) -> Said:
    said = Said()
    given = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    scope = {"type": "http", "method": method, "path": path, "headers": given}

    async def ask() -> None:
        said.left = not await StaticBranch(root).serve(scope, said.send)

    run(ask())
    return said


def test_a_file_of_a_hashed_name_is_kept_for_ever(root):
    said = asked(root, "/static/css/site.0123456789ab.css")

    assert (said.status, said.body) == (200, STYLES)
    assert said.headers["content-type"] == "text/css; charset=utf-8"
    assert said.headers["cache-control"] == "public, max-age=31536000, immutable"


def test_a_file_of_a_plain_name_is_kept_for_a_minute(root):
    assert asked(root, "/static/icon.png").headers["cache-control"] == "public, max-age=60"


def test_text_is_packed_and_a_picture_is_not(root):
    styles = asked(root, "/static/css/site.0123456789ab.css", accept_encoding="gzip")
    icon = asked(root, "/static/icon.png", accept_encoding="gzip")

    assert gzip.decompress(styles.body) == STYLES
    assert (icon.body, "content-encoding" in icon.headers) == (b"not packed", False)


def test_who_has_it_gets_a_304(root):
    tag = asked(root, "/static/icon.png").headers["etag"]

    assert asked(root, "/static/icon.png", if_none_match=tag).status == 304


@pytest.mark.parametrize(
    "path",
    [
        "/static/nothing.css",
        "/static/css",
        "/static/",
        "/static/../secret-key",
        "/static//etc/passwd",
        "/static/css/../../secret-key",
        "/static/link.css",
        "/static/a\0b",
        "/static/" + "a" * 5000,
        "/staticky",
    ],
    ids=lambda path: path[:40],
)
def test_what_is_not_there_is_left_to_django(root, path):
    assert asked(root, path).left


def test_what_is_sent_to_a_file_is_left_to_django(root):
    assert asked(root, "/static/icon.png", method="POST").left
