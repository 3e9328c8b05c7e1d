"""A server of event streams that says only what a test tells it to: real sockets, and a real end of them."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socket import SHUT_RDWR
from urllib.parse import parse_qs, urlsplit


class Stream(BaseHTTPRequestHandler):
    """One reader's connection. `after` is where it asked to go on from."""

    after = ""

    def do_GET(self) -> None:
        self.after = parse_qs(urlsplit(self.path).query)["after"][0]
        if self.server.full:
            self.server.refused.append(self)
            self.send_response(204)
            self.end_headers()
            return
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.end_headers()
        self.wfile.write(b"retry: 1000\n\n")
        self.server.all.append(self)
        self.server.open.append(self)
        try:
            self.rfile.read(1)  # returns when the reader goes, or the server ends it
        finally:
            self.server.open.remove(self)

    def log_message(self, *args) -> None:
        """Says nothing."""


class Streams(ThreadingHTTPServer):
    """`open` are the streams of this moment, `all` those there ever were; `full` refuses more with 204."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Stream)
        self.open, self.all, self.refused, self.full = [], [], [], False
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def say(self, frame: str) -> None:
        """To everybody."""
        for stream in list(self.open):
            stream.wfile.write(f"{frame}\n\n".encode())

    def send(self, epoch: str, *entries: dict) -> None:
        """Entries, as the contract writes them."""
        for entry in entries:
            self.say(f"id: {epoch}-{entry['seq']}\ndata: {json.dumps(entry)}")

    def end(self) -> None:
        """Ends every stream."""
        for stream in list(self.open):
            stream.connection.shutdown(SHUT_RDWR)

    def handle_error(self, request, client_address) -> None:
        """A browser that is closed cuts its connections: nothing to tell."""
