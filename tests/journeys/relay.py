"""Between a web server and the newsroom: passes requests on, counts them, and can hold them up."""

import http.client
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

OF_THE_LINE = {"connection", "transfer-encoding", "content-length"}


class Relay(ThreadingHTTPServer):
    """`asked` counts by path; while `gate` is not set nothing passes."""

    def __init__(self, newsroom: str):
        super().__init__(("127.0.0.1", 0), _Handler)
        self.newsroom = urlsplit(newsroom)
        self.asked: Counter[str] = Counter()
        self.gate = threading.Event()
        self.gate.set()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class _Handler(BaseHTTPRequestHandler):
    server: Relay

    def do_GET(self) -> None:
        self.server.asked[self.path] += 1
        self.server.gate.wait(30)
        there = self.server.newsroom
        with closing(http.client.HTTPConnection(there.hostname, there.port, timeout=20)) as connection:
            connection.request("GET", self.path, headers=dict(self.headers))
            answer = connection.getresponse()
            body = answer.read()
        self.send_response_only(answer.status)
        for name, value in answer.getheaders():
            if name.lower() not in OF_THE_LINE:
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments) -> None:
        pass


@contextmanager
def relay_to(newsroom: str) -> Iterator[Relay]:
    with Relay(newsroom) as relay:
        thread = threading.Thread(target=relay.serve_forever, daemon=True)
        thread.start()
        try:
            yield relay
        finally:
            relay.gate.set()
            relay.shutdown()
            thread.join()
