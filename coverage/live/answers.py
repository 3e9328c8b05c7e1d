"""Finished answers: bytes kept in memory, sent with the headers Django would send and a 304 where that is enough."""

import gzip
from dataclasses import dataclass
from functools import cached_property

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.http import parse_etags
from django.utils.module_loading import import_string

Headers = list[tuple[bytes, bytes]]
LEVEL = 6  # of gzip: once per change, not per request


@dataclass
class Answer:
    """A body with its type, its strong ETag and its Cache-Control. The compressed one's ETag is the weak of it.

    `for_anybody`: pages of other sites may show it.
    """

    body: bytes
    content_type: str
    etag: str
    cache: str
    for_anybody: bool = False

    @cached_property
    def packed(self) -> bytes:
        """gzip. Made on first use, in a thread by who can."""
        return gzip.compress(self.body, LEVEL, mtime=0)

    @cached_property
    def plain_headers(self) -> Headers:
        return self._headers(self.etag, self.body)

    @cached_property
    def packed_headers(self) -> Headers:
        return [*self._headers(f"W/{self.etag}", self.packed), (b"content-encoding", b"gzip")]

    def finish(self) -> "Answer":
        """Makes and keeps all of it; it takes milliseconds, for a thread that has them."""
        self.plain_headers, self.packed_headers  # noqa: B018
        return self

    def _headers(self, etag: str, body: bytes) -> Headers:
        length, kind = str(len(body)).encode(), self.content_type.encode()
        return [(b"content-type", kind), (b"content-length", length), *self.unchanged(etag)]

    def unchanged(self, etag: str) -> Headers:
        """What a 304 says, too."""
        own = [
            (b"etag", etag.encode()),
            (b"cache-control", self.cache.encode()),
            (b"vary", b"Accept-Encoding"),
        ]
        return [*own, *(_for_anybody() if self.for_anybody else security_headers())]


async def send_answer(answer: Answer, asked: dict[bytes, bytes], send) -> int:
    """Sends it, or that the reader has it already; answers the status. `asked` are the request's headers."""
    is_packed = wants_gzip(asked.get(b"accept-encoding", b""))
    if has_it(answer.etag, asked.get(b"if-none-match")):
        etag = f"W/{answer.etag}" if is_packed else answer.etag
        await send({"type": "http.response.start", "status": 304, "headers": answer.unchanged(etag)})
        await send({"type": "http.response.body", "body": b""})
        return 304
    headers, body = (
        (answer.packed_headers, answer.packed) if is_packed else (answer.plain_headers, answer.body)
    )
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})
    return 200


def has_it(etag: str, given: bytes | None) -> bool:
    """Whether If-None-Match names it, weakly compared (RFC 9110, section 13.1.2)."""
    if given is None:
        return False
    known = given.decode("latin-1")
    if known in (etag, f"W/{etag}", "*"):
        return True
    return etag in {tag.removeprefix("W/") for tag in parse_etags(known)}


def wants_gzip(accepted: bytes) -> bool:
    """Whether Accept-Encoding takes gzip (RFC 9110, section 12.5.3): named, or `*`, and not with a weight of nought."""
    if accepted.startswith(b"gzip,") or accepted == b"gzip":
        return True
    weights = {}
    for part in accepted.decode("latin-1").lower().split(","):
        name, _, weight = part.partition(";")
        value = weight.strip().removeprefix("q=")
        weights[name.strip()] = not value or value.strip("0.") != ""
    return weights.get("gzip", weights.get("*", False))


_learnt: Headers | None = None


def security_headers() -> Headers:
    """Those the project's middleware puts on every public answer, learnt from it once, so that both are the same."""
    global _learnt
    if _learnt is None:
        _learnt = [
            (name.lower().encode(), value.encode())
            for name, value in _empty_public_answer().items()
            if name not in ("Content-Type", "Content-Length")
        ]
    return _learnt


def _for_anybody() -> Headers:
    policy = b"cross-origin-resource-policy"
    return [(name, b"cross-origin" if name == policy else value) for name, value in security_headers()]


def _empty_public_answer() -> HttpResponse:
    def answer(request: HttpRequest) -> HttpResponse:
        return HttpResponse()

    for name in reversed(settings.MIDDLEWARE):
        answer = import_string(name)(answer)
    request = HttpRequest()
    request.method, request.path = "GET", "/"
    request.META = {"SERVER_NAME": "localhost", "SERVER_PORT": "80"}
    # Readers' host, whether or not requests of the last hop may name it.
    request.get_host = lambda: settings.PUBLIC_HOST
    if settings.PUBLIC_URL.startswith("https:"):
        # The scheme readers use, whichever the last hop had.
        request._get_scheme = lambda: "https"
        request.META |= {"HTTP_X_FORWARDED_PROTO": "https"}
    return answer(request)
