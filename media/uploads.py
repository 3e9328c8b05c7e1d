"""Refusing a file that is too large while its form is parsed.

Under ASGI Django has the whole body on disk by then; what no form may be is refused before that, by the server.
"""

from django.conf import settings
from django.core.files.uploadhandler import FileUploadHandler

from media.arrivals import check_size

# What a multipart body carries besides the file: boundaries, texts, headers (bytes).
ENVELOPE = 64 * 1024
# The most bytes of one chunk of an upload that can be resumed; what is lost with a connection is sent again.
MOST_CHUNK = 1024 * 1024


class LimitHandler(FileUploadHandler):
    """Raises Invalid for a body larger than a picture may be: by Content-Length where there is one, else by count.

    Install it on a request before its form is parsed; the handlers after it do the work.
    """

    def __init__(self, request=None):
        super().__init__(request)
        self._seen = 0

    def handle_raw_input(self, input_data, META, content_length, boundary, encoding=None) -> None:
        if content_length > settings.IMAGE_MAX_BYTES + ENVELOPE:
            check_size(content_length)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        self._seen += len(raw_data)
        check_size(self._seen)
        return raw_data

    def file_complete(self, file_size: int) -> None:
        return None
