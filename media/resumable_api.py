"""`/api/v1/images/<uuid>/upload/`: a picture in chunks, as tus 1.0 has it (https://tus.io/protocols/resumable-upload).

Core, creation, checksum (sha256) and termination. Unlike a creation of tus's, the POST goes to the upload's own
address, which the image's UUID names: it may be repeated. And the last chunk is answered with the image.
"""

import base64
import binascii
from collections.abc import Mapping
from typing import IO, Any
from uuid import UUID

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework.parsers import BaseParser, JSONParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from media import resuming
from media.api import answer_of, check_reachable, given_in, of_unknown
from media.details import FIELDS
from media.models import PartialUpload
from media.resuming import TooLarge
from media.shapes import OriginalUploadRequest, UploadRequest
from media.uploads import MOST_CHUNK
from media.wording import clean_file_name
from newsroom.editorial.errors import EditorialError, Invalid

VERSION = "1.0.0"
CHUNK = "application/offset+octet-stream"
OWN = ("length", "sha256", "filename")


def _header(name: str, kind: Any, description: str, **options: Any) -> OpenApiParameter:
    return OpenApiParameter(name, kind, OpenApiParameter.HEADER, description=description, **options)


RESUMABLE = _header("Tus-Resumable", str, "Other versions are refused. It may be left out.", enum=[VERSION])
LENGTH = _header(
    "Upload-Length",
    {"type": "integer", "minimum": 1, "maximum": resuming.most_bytes()},
    "Bytes of the whole file; or `length` in the body.",
)
METADATA = _header(
    "Upload-Metadata", str, "What the body could say, as tus writes it: names, each with base64."
)
OFFSET = _header(
    "Upload-Offset",
    {"type": "integer", "minimum": 0, "maximum": resuming.most_bytes()},
    "Where in the file this chunk begins.",
    required=True,
)
CHECKSUM = _header(
    "Upload-Checksum",
    str,
    "`sha256 ` and the chunk's hash in base64.",
    pattern="^sha256 [A-Za-z0-9+/]{43}=$",
)


class VersionUnknown(EditorialError):
    code = "unsupported_version"
    status = 412


class ChunkParser(BaseParser):
    """Reads no more than a chunk may have, whatever length was announced."""

    media_type = CHUNK

    def parse(
        self, stream: IO[bytes], media_type: str | None = None, parser_context: Mapping | None = None
    ) -> bytes:
        chunk = stream.read(MOST_CHUNK + 1)
        if len(chunk) > MOST_CHUNK:
            raise TooLarge(f"A chunk has at most {MOST_CHUNK // 1024:,} KiB. Send smaller ones.")
        return chunk


class UploadView(APIView):
    """The upload of an image."""

    parser_classes = [ChunkParser, JSONParser]
    is_original = False

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if request.headers.get("Tus-Resumable", VERSION) != VERSION:
            raise VersionUnknown(f"This speaks tus {VERSION}.")

    def finalize_response(self, request: Request, response: Response, *args: Any, **kwargs: Any) -> Response:
        response = super().finalize_response(request, response, *args, **kwargs)
        response["Tus-Resumable"] = VERSION
        if response.status_code == VersionUnknown.status:
            response["Tus-Version"] = VERSION
        return response

    def options(self, request: Request, image_id: UUID) -> Response:
        told = {
            "Tus-Version": VERSION,
            "Tus-Extension": "creation,checksum,termination",
            "Tus-Checksum-Algorithm": "sha256",
            "Tus-Max-Size": str(resuming.most_bytes()),
        }
        return Response(status=204, headers=told)

    @extend_schema(
        operation_id="images_begin_upload",
        parameters=[RESUMABLE, LENGTH, METADATA],
        request={"application/json": UploadRequest},
    )
    def post(self, request: Request, image_id: UUID) -> Response:
        said = _said(request)
        check_reachable(request.user, image_id)
        upload, is_new = resuming.begin(
            image_id,
            by=request.user,
            length=_length(request, said),
            sha256=_text(said, "sha256").lower(),
            name=clean_file_name(_text(said, "filename")),
            given=self._given(said),
            is_original=self.is_original,
        )
        return _standing(upload, 201 if is_new else 200, request.path)

    def head(self, request: Request, image_id: UUID) -> Response:
        return _standing(self._upload(request, image_id), 200)

    @extend_schema(
        operation_id="images_send_chunk",
        parameters=[RESUMABLE, OFFSET, CHECKSUM],
        request={CHUNK: OpenApiTypes.BINARY},
    )
    def patch(self, request: Request, image_id: UUID) -> Response:
        offset = _whole(request.headers.get("Upload-Offset"), "Upload-Offset")
        upload, chunk = self._upload(request, image_id), request.data
        if not isinstance(chunk, bytes):
            if chunk:
                raise Invalid({"body": [f"Send the chunk as {CHUNK}."]})
            chunk = b""
        kept = resuming.take(upload, chunk, offset=offset, checksum=request.headers.get("Upload-Checksum"))
        response = answer_of(kept) if kept else Response(status=204)
        response["Upload-Offset"] = str(upload.offset)
        return response

    @extend_schema(operation_id="images_give_upload_up", parameters=[RESUMABLE], request=None)
    def delete(self, request: Request, image_id: UUID) -> Response:
        resuming.give_up(self._upload(request, image_id))
        return Response(status=204)

    def _upload(self, request: Request, image_id: UUID) -> PartialUpload:
        return resuming.find(image_id, by=request.user, is_original=self.is_original)

    def _given(self, said: Mapping[str, Any]) -> dict[str, Any]:
        """What is said of the picture, as it was sent. Raises Invalid."""
        known = (*OWN, *(() if self.is_original else FIELDS))
        if unknown := {name: [of_unknown(name, known)] for name in said if name not in known}:
            raise Invalid(unknown)
        given = {name: said[name] for name in FIELDS if name in said}
        given_in(given)
        return given


@extend_schema_view(
    post=extend_schema(
        operation_id="images_begin_original_upload",
        parameters=[RESUMABLE, LENGTH, METADATA],
        request={"application/json": OriginalUploadRequest},
    ),
    patch=extend_schema(operation_id="images_send_original_chunk"),
    delete=extend_schema(operation_id="images_give_original_upload_up"),
)
class OriginalUploadView(UploadView):
    """The upload of an original that follows its scaled copy."""

    is_original = True


def _standing(upload: PartialUpload, status: int, address: str = "") -> Response:
    headers = {"Upload-Offset": str(upload.offset), "Upload-Length": str(upload.length)}
    body = {"offset": upload.offset, "length": upload.length} if address else None
    return Response(body, status=status, headers=headers | ({"Location": address} if address else {}))


def _said(request: Request) -> dict[str, Any]:
    """All that a creation says, in its body or as tus has it. Raises Invalid."""
    body = request.data or {}
    if not isinstance(body, Mapping):
        raise Invalid({"body": ["Send the fields of one picture as a JSON object."]})
    return {**_metadata(request.headers.get("Upload-Metadata", "")), **body}


def _length(request: Request, said: Mapping[str, Any]) -> int:
    """Of the whole file, as the body or the header says; if both do, they must agree. Raises Invalid."""
    header = request.headers.get("Upload-Length")
    if header is None:
        return _whole(said.get("length"), "length")
    length = _whole(header, "Upload-Length")
    if "length" in said and _whole(said["length"], "length") != length:
        raise Invalid({"length": ["The body and Upload-Length say two numbers of bytes: say one."]})
    return length


def _text(said: Mapping[str, Any], name: str) -> str:
    """Empty if nothing was said. Raises Invalid."""
    text = said.get(name, "")
    if not isinstance(text, str):
        raise Invalid({name: ["This must be text."]})
    return text


def _metadata(header: str) -> dict[str, str]:
    pairs = [pair.split() for pair in header.split(",") if pair.strip()]
    try:
        return {
            pair[0]: base64.b64decode(pair[1], validate=True).decode() if len(pair) > 1 else ""
            for pair in pairs
        }
    except (binascii.Error, UnicodeDecodeError) as error:
        raise Invalid({"Upload-Metadata": ["Write each name with its value in base64, as UTF-8."]}) from error


def _whole(given: Any, name: str) -> int:
    """A number of bytes. Raises Invalid."""
    is_text = isinstance(given, str) and given.isascii() and given.isdigit() and len(given) <= 15
    if is_text or (isinstance(given, int) and not isinstance(given, bool) and 0 <= given < 10**15):
        return int(given)
    raise Invalid({name: ["Give a number of bytes."]})
