"""A picture in chunks: it goes on where it stopped, is kept once, and answers as one sent whole does."""

import base64
import hashlib
import uuid

import pytest
from django.core.files.storage import storages
from knox.models import AuthToken
from rest_framework.test import APIClient

from media import renditions, resuming
from media.models import Image, PartialUpload
from media.uploads import MOST_CHUNK
from tests.media import drawing
from tests.media.conftest import stored
from tests.media.test_api import client_of, put

pytestmark = pytest.mark.django_db

CHUNK = "application/offset+octet-stream"
PICTURE = drawing.jpeg(700, 450)
SHA256 = hashlib.sha256(PICTURE).hexdigest()
PIECE = len(PICTURE) // 3 + 1


class Upload:
    """A program that sends one picture in pieces, as tus has it."""

    def __init__(self, client: APIClient, data: bytes = PICTURE, *, part: str = ""):
        self.client, self.data, self.image_id = client, data, uuid.uuid4()
        self.address = f"/api/v1/images/{self.image_id}/{part}upload/"

    def begin(self, **said):
        said = {"length": len(self.data), "sha256": hashlib.sha256(self.data).hexdigest(), **said}
        return self.client.post(self.address, said, format="json")

    def piece(self, offset: int, *, size: int = PIECE, data: bytes | None = None, **headers: str):
        data = self.data[offset : offset + size] if data is None else data
        given = {"Upload-Offset": str(offset), "Tus-Resumable": "1.0.0", **headers}
        return self.client.patch(self.address, data, content_type=CHUNK, headers=given)

    def standing(self) -> tuple[int, str]:
        answer = self.client.head(self.address)
        return answer.status_code, answer.headers.get("Upload-Offset", "")

    def send(self):
        """All of it; the answer to the last piece."""
        for offset in range(0, len(self.data), PIECE):
            answer = self.piece(offset)
        return answer


def checksum(data: bytes) -> str:
    return f"sha256 {base64.b64encode(hashlib.sha256(data).digest()).decode()}"


@pytest.fixture
def client(reporter) -> APIClient:
    return client_of(reporter)


@pytest.fixture
def upload(client) -> Upload:
    return Upload(client)


def test_it_arrives_in_pieces_and_answers_as_the_whole_would(upload, client):
    begun = upload.begin(credit="Ada", alt_text="A stage", filename="../../IMG_1.jpg")
    answers = [upload.piece(offset, **{"Upload-Checksum": checksum(PICTURE[offset : offset + PIECE])})
               for offset in (0, PIECE, 2 * PIECE)]  # fmt: skip

    assert (begun.status_code, begun.json()) == (201, {"offset": 0, "length": len(PICTURE)})
    assert begun["Location"] == upload.address
    assert [answer.status_code for answer in answers] == [204, 204, 201]
    assert [answer["Upload-Offset"] for answer in answers] == [str(PIECE), str(2 * PIECE), str(len(PICTURE))]
    image = Image.objects.get()
    assert (image.pk, image.state, image.sha256, image.original_name) == (
        upload.image_id,
        "received",
        SHA256,
        "IMG_1.jpg",
    )
    assert (image.credit, image.alt_text) == ("Ada", "A stage")
    with storages["originals"].open(image.original) as file:
        assert file.read() == PICTURE
    assert stored("partials") == set()
    whole = put(client, upload.image_id, PICTURE, credit="Ada", alt_text="A stage")
    assert (whole.status_code, whole.json()) == (201, answers[-1].json())


@pytest.mark.parametrize("tenth", range(1, 10))
def test_cut_anywhere_it_goes_on_where_it_stopped(tenth, upload):
    cut = len(PICTURE) * tenth // 10
    upload.begin()
    upload.piece(0, size=cut)

    assert upload.standing() == (200, str(cut))
    assert upload.begin().json()["offset"] == cut
    assert upload.piece(cut, size=len(PICTURE)).status_code == 201
    assert Image.objects.get().sha256 == SHA256


def test_a_repeat_of_the_last_chunk_gets_the_first_answer(upload):
    upload.begin(credit="Ada")
    first = upload.send()
    renditions.make_renditions(upload.image_id)

    again = [upload.piece(2 * PIECE), upload.piece(len(PICTURE))]

    assert [(answer.status_code, answer.json()) for answer in again] == [(201, first.json())] * 2
    assert upload.standing() == (200, str(len(PICTURE)))
    assert stored("partials") == set()
    assert Image.objects.count() == 1


def test_one_that_was_kept_long_ago_is_done_at_once(upload):
    upload.begin(credit="Ada")
    first = upload.send()
    PartialUpload.objects.all().delete()

    begun = upload.begin(credit="Ada")

    assert begun.json()["offset"] == len(PICTURE)
    assert upload.piece(len(PICTURE)).json() == first.json()


def test_a_repeated_chunk_is_told_where_the_upload_stands(upload):
    upload.begin()
    upload.piece(0)

    again = upload.piece(0)

    assert (again.status_code, again["Upload-Offset"]) == (409, str(PIECE))
    assert (again.json()["code"], again.json()["offset"]) == ("wrong_offset", PIECE)
    assert upload.piece(PIECE + 1).status_code == 409


def test_a_damaged_chunk_is_not_counted(upload):
    upload.begin()

    damaged = upload.piece(0, **{"Upload-Checksum": checksum(b"other bytes")})
    unknown = upload.piece(0, **{"Upload-Checksum": "md5 x"})
    empty = upload.piece(0, **{"Upload-Checksum": ""})

    assert (damaged.status_code, damaged.json()["code"]) == (460, "checksum_mismatch")
    assert [list(answer.json()["errors"]) for answer in (unknown, empty)] == [["Upload-Checksum"]] * 2
    assert upload.standing() == (200, "0")


def test_bytes_that_were_written_and_not_counted_are_overwritten(upload):
    """As after a process that was killed before the row said so."""
    upload.begin()
    upload.piece(0)
    row = PartialUpload.objects.get()
    with open(storages["partials"].path(row.file), "ab") as file:
        file.write(b"half a chunk" * 9999)

    upload.piece(PIECE)

    assert upload.piece(2 * PIECE).status_code == 201
    assert Image.objects.get().sha256 == SHA256


def test_the_last_chunk_does_what_was_left_undone(upload, monkeypatch):
    """As after a process that was killed while it kept the image."""

    def killed(*args, **kwargs):
        raise RuntimeError("killed")

    upload.begin()
    upload.piece(0, size=2 * PIECE)
    upload.client.raise_request_exception = False
    with monkeypatch.context() as patch:
        patch.setattr(resuming, "put_image", killed)
        assert upload.piece(2 * PIECE).status_code == 500

    assert upload.standing() == (200, str(2 * PIECE))
    assert upload.piece(2 * PIECE).status_code == 201


def test_a_whole_with_another_hash_begins_anew(upload):
    upload.begin(sha256="0" * 64)

    refused = upload.send()

    assert (refused.status_code, list(refused.json()["errors"])) == (400, ["sha256"])
    assert upload.standing()[0] == 404
    assert (Image.objects.count(), stored("partials"), stored("originals")) == (0, set(), set())


@pytest.mark.parametrize("data", [drawing.PDF, drawing.SVG, drawing.HEIC])
def test_what_is_no_picture_is_refused_as_often_as_it_is_sent(data, client):
    upload = Upload(client, data)
    upload.begin()

    answers = [upload.piece(0, size=len(data)) for _ in range(2)]

    whole = put(client, uuid.uuid4(), data).json()
    assert [(answer.status_code, answer.json()) for answer in answers] == [(400, whole)] * 2
    assert upload.standing() == (200, "0")
    assert Image.objects.count() == 0


def test_known_bytes_are_a_copy_and_a_withdrawn_picture_stays_away(client, make):
    root, copy = make(PICTURE), Upload(client)
    copy.begin()

    answer = copy.send()

    assert (answer.status_code, answer.json()["same_as"]) == (200, str(root.pk))
    renditions.withdraw_files(root, "the family asked for it")
    again = Upload(client)
    again.begin()
    assert "the family asked for it" in again.send().json()["errors"]["file"][0]


def test_what_is_said_may_change_while_it_comes(upload):
    upload.begin(credit="Ada")
    upload.piece(0)

    begun = upload.begin(
        credit="Ada Byron",
        people=["Grace"],
        lease_until="2031-03-21T08:00:00Z",
        captured_at="2026-03-20T09:00:00Z",
    )
    upload.piece(PIECE, size=len(PICTURE))

    assert (begun.status_code, begun.json()["offset"]) == (200, PIECE)
    image = Image.objects.get()
    assert (image.credit, image.people, image.lease_until.year) == ("Ada Byron", ["Grace"], 2031)
    assert image.captured_at.hour == 9


def test_other_bytes_begin_anew(upload):
    upload.begin()
    upload.piece(0)
    upload.data = drawing.jpeg(700, 450, seed=2)

    begun = upload.begin()

    assert begun.json()["offset"] == 0
    assert upload.piece(0, size=len(upload.data)).status_code == 201
    assert Image.objects.get().sha256 == hashlib.sha256(upload.data).hexdigest()
    assert stored("partials") == set()


def test_tus_says_the_same_in_headers(upload):
    said = {"sha256": SHA256, "credit": "Ada Byron/Newsroom", "filename": "IMG 1.jpg", "caption": ""}
    pairs = [f"{name} {base64.b64encode(value.encode()).decode()}".strip() for name, value in said.items()]
    headers = {
        "Upload-Length": str(len(PICTURE)),
        "Upload-Metadata": ",".join(pairs),
        "Tus-Resumable": "1.0.0",
    }

    begun = upload.client.post(upload.address, headers=headers)

    assert (begun.status_code, begun["Tus-Resumable"], begun["Upload-Offset"]) == (201, "1.0.0", "0")
    assert upload.send().json()["credit"] == "Ada Byron/Newsroom"


def test_it_says_what_of_tus_it_speaks(upload):
    told = upload.client.options(upload.address)
    other = upload.client.head(upload.address, headers={"Tus-Resumable": "0.2.2"})

    assert told.status_code == 204
    assert {name: told[name] for name in told.headers if name.startswith("Tus-")} == {
        "Tus-Resumable": "1.0.0",
        "Tus-Version": "1.0.0",
        "Tus-Extension": "creation,checksum,termination",
        "Tus-Checksum-Algorithm": "sha256",
        "Tus-Max-Size": str(40 * 1024 * 1024),
    }
    assert (other.status_code, other["Tus-Version"]) == (412, "1.0.0")


def test_an_original_follows_its_scaled_copy(client):
    scaled, original = Upload(client), Upload(client, drawing.jpeg(1400, 900), part="original/")
    scaled.begin(credit="Ada")
    scaled.send()
    renditions.make_renditions(scaled.image_id)
    original.address = original.address.replace(str(original.image_id), str(scaled.image_id))

    begun = original.begin()
    answer = original.piece(0, size=len(original.data))

    assert (begun.status_code, answer.status_code) == (201, 200)
    assert (answer.json()["id"], answer.json()["width"]) == (str(scaled.image_id), 1400)
    assert answer.json()["scaled_sha256"] == SHA256
    refused = original.begin(credit="Ada")
    assert "the picture's own address" in refused.json()["errors"]["credit"][0]


@pytest.mark.parametrize(
    ("said", "status", "fields"),
    [
        ({"length": 0}, 400, ["length"]),
        ({"length": "many"}, 400, ["length"]),
        ({"length": True}, 400, ["length"]),
        ({"length": -1}, 400, ["length"]),
        ({"length": 10**15}, 400, ["length"]),
        ({"length": 41 * 1024 * 1024}, 413, None),
        ({"sha256": "abc"}, 400, ["sha256"]),
        ({"sha256": None}, 400, ["sha256"]),
        ({"alttext": "A stage"}, 400, ["alttext"]),
        ({"credit": None}, 400, ["credit"]),
        ({"credit": 5}, 400, ["credit"]),
        ({"alt_text": "x" * 501}, 400, ["alt_text"]),
        ({"state": "ready"}, 400, ["state"]),
    ],
)
def test_nonsense_is_named_before_anything_is_sent(said, status, fields, upload):
    refused = upload.begin(**said)

    assert refused.status_code == status
    assert list(refused.json().get("errors", [])) == (fields or [])
    assert not PartialUpload.objects.exists()


@pytest.mark.parametrize("header", ["", "-1", "many", "9" * 20, "0x10", "٣"])
def test_an_offset_that_is_none_is_named(header, upload):
    upload.begin()

    refused = upload.piece(0, **{"Upload-Offset": header.encode().decode("latin-1")})

    assert (refused.status_code, list(refused.json()["errors"])) == (400, ["Upload-Offset"])


def test_metadata_that_is_no_base64_is_named(upload):
    refused = upload.client.post(upload.address, headers={"Upload-Metadata": "sha256 %%%"})

    assert list(refused.json()["errors"]) == ["Upload-Metadata"]


def test_a_chunk_too_large_or_of_another_kind_or_behind_the_end_is_refused(upload):
    upload.begin()

    large = upload.piece(0, data=bytes(MOST_CHUNK + 1))
    kind = upload.client.patch(
        upload.address, b"x", content_type="image/jpeg", headers={"Upload-Offset": "0"}
    )
    json = upload.client.patch(upload.address, {"a": 1}, format="json", headers={"Upload-Offset": "0"})
    behind = upload.piece(0, data=PICTURE + b"more")
    empty = upload.piece(0, data=b"")

    assert [answer.status_code for answer in (large, kind, json, behind, empty)] == [413, 415, 400, 400, 204]
    assert upload.standing() == (200, "0")


def test_nobody_reaches_anothers_upload_or_image(upload, photographer, editor):
    upload.begin()
    others = Upload(client_of(photographer))
    others.address = upload.address

    answers = [others.begin(), others.piece(0), others.client.delete(upload.address)]

    assert [answer.status_code for answer in answers] == [404, 404, 404]
    assert others.standing()[0] == 404
    assert upload.send().status_code == 201
    PartialUpload.objects.all().delete()
    assert others.begin().status_code == 404
    anonymous = APIClient().post(upload.address)
    assert anonymous.status_code == 401
    assert AuthToken.objects.count() == 2


def test_it_is_given_up(upload):
    upload.begin()
    upload.piece(0)

    gone = upload.client.delete(upload.address)

    assert gone.status_code == 204
    assert (upload.standing()[0], upload.piece(PIECE).status_code) == (404, 404)
    assert stored("partials") == set()


@pytest.mark.parametrize(
    ("said", "headers", "field"),
    [
        ({"length": len(PICTURE) + 1}, {"Upload-Length": str(len(PICTURE))}, "length"),
        ({"length": {}}, {"Upload-Length": str(len(PICTURE))}, "length"),
        ({}, {"Upload-Length": "all"}, "Upload-Length"),
        ({"length": len(PICTURE), "filename": {}}, {}, "filename"),
        ({"length": len(PICTURE), "sha256": 1}, {}, "sha256"),
    ],
)
def test_what_begins_an_upload_says_one_thing(upload, said, headers, field):
    answer = upload.client.post(upload.address, {"sha256": SHA256, **said}, format="json", headers=headers)

    assert (answer.status_code, list(answer.json()["errors"])) == (400, [field])
    assert not PartialUpload.objects.exists()
