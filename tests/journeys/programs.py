"""A newsroom from the outside, as a program sees it: bare requests, and the API with a token."""

import contextlib
import http.client
import json
import re
import ssl
import urllib.request
import uuid
from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from tests.journeys.conftest import PASSWORD
from tests.processes import eventually

# Of the connection, not of the answer.
OF_THE_LINE = {"connection", "date", "server", "transfer-encoding"}
# nginx's own ETag of a file: its time and its size. The newsroom's names epoch and number.
OF_A_FILE = re.compile(r'"[0-9a-f]+-[0-9a-f]+"')


@dataclass(frozen=True)
class Answer:
    """`headers`: names in lower case, sorted, repeated ones too, without those of the connection."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes

    def without(self, *names: str) -> list[tuple[str, str]]:
        return [(name, value) for name, value in self.headers if name not in names]

    def __getitem__(self, name: str) -> str:
        return dict(self.headers).get(name, "")


def ask(address: str, method: str = "GET", *, trusting: Path | None = None, **headers: str) -> Answer:
    """One request with exactly these headers, redirects not followed; over TLS a certificate is trusted."""
    parts = urlsplit(address)
    kind, options = http.client.HTTPConnection, {}
    if trusting:
        kind, options = http.client.HTTPSConnection, {"context": ssl.create_default_context(cafile=trusting)}
    with contextlib.closing(kind(parts.hostname, parts.port, timeout=20, **options)) as connection:
        connection.putrequest(
            method,
            f"{parts.path}?{parts.query}".rstrip("?"),
            skip_accept_encoding=True,
            skip_host="host" in headers,
        )
        for name, value in headers.items():
            connection.putheader(name.replace("_", "-"), value)
        connection.endheaders()
        answer = connection.getresponse()
        body = answer.read()
    found = [(name.lower(), value) for name, value in answer.getheaders()]
    return Answer(answer.status, sorted(pair for pair in found if pair[0] not in OF_THE_LINE), body)


def once_alike(ask_both: Callable[[], tuple[Answer, Answer]]) -> tuple[Answer, Answer]:
    """nginx's answer and the newsroom's own, of one state: the record changes while pictures become ready, and is
    asked until both say the same. If they never do, the last two."""
    both = []

    def alike() -> bool:
        both[:] = ask_both()
        one, other = both
        of_one_state = OF_A_FILE.fullmatch(one["etag"]) or one["etag"] == other["etag"]
        said = [(answer.status, answer.body, answer["content-length"]) for answer in both]
        return bool(of_one_state) and said[0] == said[1]

    eventually(alike)
    return both[0], both[1]


def token(public: str, name: str) -> str:
    """A demo person's."""
    request = urllib.request.Request(f"{public}/api/v1/auth/login/", method="POST")
    request.add_header("Authorization", "Basic " + b64encode(f"{name}:{PASSWORD}".encode()).decode())
    with urllib.request.urlopen(request, timeout=20) as answer:
        return json.load(answer)["token"]


class Desk:
    """An editor's program."""

    def __init__(self, public: str, event: str):
        self.public, self.event, self.token = public, event, token(public, "editor")

    def publish(self, words: str, **fields) -> dict:
        """The post, released."""
        post = self._send("PUT", f"posts/{uuid.uuid4()}/", event=self.event, body=f"<p>{words}</p>", **fields)
        return self.do("publish", post)

    def write(self, post: dict, words: str) -> dict:
        """The post with other words, which readers do not see yet."""
        return self._send("PUT", f"posts/{post['id']}/", version=post["version"], body=f"<p>{words}</p>")

    def do(self, verb: str, post: dict, **takes: str) -> dict:
        return self._send("POST", f"posts/{post['id']}/{verb}/", version=post["version"], **takes)

    def _send(self, method: str, path: str, **fields) -> dict:
        request = urllib.request.Request(
            f"{self.public}/api/v1/{path}", json.dumps(fields).encode(), method=method
        )
        request.add_header("Authorization", f"Token {self.token}")
        request.add_header("Content-Type", "application/json")
        with urllib.request.urlopen(request, timeout=20) as answer:
            return json.load(answer)
