import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from knox.models import AuthToken
from rest_framework.test import APIClient

from media import renditions
from media.models import Image
from media.showing import as_picture
from tests.media import drawing
from tests.media.conftest import stored

pytestmark = pytest.mark.django_db

LIKENESS = 0x0F0F_0F0F_0F0F_0F0F
NOTHING_SAID = {
    **{
        "creator": "",
        "copyright_notice": "",
        "web_statement": "",
        "licensor_url": "",
        "credit_from": "person",
    },
    **{"digital_source_type": "", "basis": "", "people": []},
    **{"lease_from": None, "lease_until": None, "embargo_until": None, "focal_x": 0.5, "focal_y": 0.5},
    **{"captured_at": None, "thumbhash": ""},
}


def client_of(user) -> APIClient:
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Token {AuthToken.objects.create(user)[1]}")
    return client


def put(client: APIClient, image_id, data: bytes | None = None, *, name: str = "a.jpg", **fields):
    if data is not None:
        fields["file"] = SimpleUploadedFile(name, data)
    return client.put(f"/api/v1/images/{image_id}/", fields, format="multipart")


@pytest.fixture
def client(reporter):
    return client_of(reporter)


def test_upload_is_answered_at_once(client):
    image_id = uuid.uuid4()

    response = put(
        client, image_id, drawing.jpeg(700, 450), alt_text="A stage", credit="Ada", caption="Doors"
    )

    assert response.status_code == 201
    image = Image.objects.get()
    waiting = {"width": None, "height": None, "url": None, "state": "waiting", "error": ""}
    assert response.json() == {
        "id": str(image_id),
        "state": "received",
        "sha256": image.sha256,
        "version": 1,
        "width": 700,
        "height": 450,
        "alt_text": "A stage",
        "credit": "Ada",
        "caption": "Doors",
        **NOTHING_SAID,
        "found": {},
        "similar": [],
        "renditions": [
            {"spec": name, "format": "avif" if name.startswith("avif") else "jpeg", **waiting}
            for name in (
                "avif-320",
                "avif-640",
                "crop-16x9",
                "crop-1x1",
                "crop-4x3",
                "jpeg-320",
                "jpeg-640",
            )
        ],
    }


def test_ready_image_shows_its_files_without_an_address(client):
    image_id = uuid.uuid4()
    put(client, image_id, drawing.jpeg(700, 450), alt_text="A stage", credit="Ada")
    renditions.make_renditions(image_id)

    answer = client.get(f"/api/v1/images/{image_id}/").json()

    assert answer["state"] == "ready"
    assert answer["renditions"][-1] == {
        "spec": "jpeg-640", "format": "jpeg", "width": 640, "height": 411, "url": None, "state": "ready", "error": "",
    }  # fmt: skip


def test_awaited_image_is_made_described_and_filled(client):
    image_id = uuid.uuid4()

    made = client.put(f"/api/v1/images/{image_id}/", {"credit": "Ada"}, format="json")
    described = put(client, image_id, alt_text="A stage")
    filled = put(client, image_id, drawing.jpeg(700, 450))

    assert [r.status_code for r in (made, described, filled)] == [201, 200, 201]
    assert (made.json()["state"], made.json()["renditions"]) == ("awaited", [])
    assert (filled.json()["state"], filled.json()["credit"], filled.json()["alt_text"]) == (
        "received",
        "Ada",
        "A stage",
    )


def test_repeat_gets_the_first_answer(client):
    image_id, data = uuid.uuid4(), drawing.jpeg(700, 450)
    first = put(client, image_id, data, credit="Ada")
    renditions.make_renditions(image_id)

    again = put(client, image_id, data, credit="Ada", name="other.jpg")

    assert (again.status_code, again.json()) == (201, first.json())
    assert Image.objects.count() == 1


def test_words_over_an_old_version_are_refused_with_those_that_stand(client, photographer, editor):
    image_id = uuid.uuid4()
    first = put(client, image_id, caption="The doors.").json()
    put(client_of(editor), image_id, caption="The doors, open.")

    stale = put(client, image_id, caption="The doors!", version=first["version"])
    now = stale.json()["current"]
    mended = put(client, image_id, caption="The doors!", version=now["version"])

    assert (stale.status_code, stale.json()["code"]) == (409, "stale")
    assert (now["caption"], now["version"]) == ("The doors, open.", first["version"] + 1)
    assert (mended.status_code, mended.json()["caption"]) == (200, "The doors!")
    assert Image.objects.get().caption == "The doors!"


def test_changed_back_over_a_version_it_is_no_repeat(client):
    image_id = uuid.uuid4()
    version = put(client, image_id, credit="Ada").json()["version"]
    version = put(client, image_id, credit="Ben", version=version).json()["version"]
    back = put(client, image_id, credit="Ada", version=version)

    assert back.json()["version"] == version + 1
    assert put(client, image_id, credit="Ada", version=version).json() == back.json()
    assert Image.objects.get().credit == "Ada"


@pytest.mark.parametrize(("version", "status"), [("0", 400), ("two", 400), ("7", 404)])
def test_a_version_that_cannot_be_is_refused(version, status, client, leaves_nothing):
    assert put(client, uuid.uuid4(), caption="x", version=version).status_code == status


def test_known_bytes_are_a_copy(client, make):
    root = make(drawing.jpeg(700, 450))

    response = put(client, uuid.uuid4(), drawing.jpeg(700, 450))

    assert response.status_code == 200
    assert response.json()["same_as"] == str(root.pk)
    assert response.json()["state"] == "ready"
    assert len(response.json()["renditions"]) == 7


def test_other_bytes_under_a_used_uuid_are_refused(client):
    image_id = uuid.uuid4()
    put(client, image_id, drawing.jpeg(seed=1))

    response = put(client, image_id, drawing.jpeg(seed=2))

    assert response.status_code == 400
    assert response.json()["errors"] == {
        "file": ["This picture already has a file, and it is another one. Send this file as a new picture."]
    }
    assert len(stored("originals")) == 1


@pytest.mark.parametrize(
    "data", [drawing.HEIC, drawing.SVG, drawing.PDF, drawing.bomb(), b"\xff\xd8\xff" + bytes(99)]
)
def test_refused_upload_answers_with_a_sentence(data, client, leaves_nothing):
    response = put(client, uuid.uuid4(), data, name="picture.jpg")

    assert (response.status_code, response.json()["code"]) == (400, "invalid")
    assert response.json()["errors"]["file"][0].endswith(".")


def test_empty_file_answers_with_a_sentence(client, leaves_nothing):
    assert put(client, uuid.uuid4(), b"").json()["errors"] == {
        "file": ["The file is empty. Choose it again, or export the picture once more."]
    }


def test_body_too_large_is_refused_by_its_length(client, settings, leaves_nothing):
    settings.IMAGE_MAX_BYTES = 10_000

    response = put(client, uuid.uuid4(), bytes(200_000))

    assert response.status_code == 400
    assert "at most 0.009537 MB" in response.json()["errors"]["file"][0]


def test_file_a_little_too_large_is_refused_while_it_is_read(client, settings, leaves_nothing):
    settings.IMAGE_MAX_BYTES = 10_000

    assert put(client, uuid.uuid4(), bytes(20_000)).status_code == 400


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"credit": 5}, "credit"),
        ({"file": "text"}, "file"),
        ([1], "body"),
        ({"alt_text": "x" * 501}, "alt_text"),
        ({"credit": None}, "credit"),
        ({"people": "[Ada"}, "people"),
        ({"lease_until": "tomorrow"}, "lease_until"),
        ({"lease_from": "2031-03-20T09:00Z", "lease_until": "2031-03-20T08:00Z"}, "lease_until"),
        ({"focal_x": 1.5}, "focal_x"),
        ({"thumbhash": "not base64!"}, "thumbhash"),
        ({"thumbhash": "QUJD"}, "thumbhash"),
        ({"thumbhash": 5}, "thumbhash"),
        ({"captured_at": "yesterday"}, "captured_at"),
        ({"captured_at": None}, "captured_at"),
        ({"alttext": "A stage"}, "alttext"),
        ({"credit": "Ada", "state": "ready"}, "state"),
    ],
)
def test_nonsense_is_named(body, field, client, leaves_nothing):
    response = client.put(f"/api/v1/images/{uuid.uuid4()}/", body, format="json")

    assert response.status_code == 400
    assert list(response.json()["errors"]) == [field]


def test_a_field_nobody_knows_is_refused_with_those_there_are(client, leaves_nothing):
    response = put(client, uuid.uuid4(), drawing.jpeg(64, 48), alttext="A stage")

    assert (response.status_code, list(response.json()["errors"])) == (400, ["alttext"])
    assert "The fields are: file, version, alt_text, credit," in response.json()["detail"]


def test_file_sent_as_text_is_named(client, leaves_nothing):
    response = put(client, uuid.uuid4(), file="not a file")

    assert list(response.json()["errors"]) == ["file"]


def test_somebody_elses_image_is_not_found_but_an_editor_finds_it(client, photographer, editor):
    image_id = uuid.uuid4()
    put(client_of(photographer), image_id, drawing.jpeg(700, 450), credit="Grace")

    assert client.get(f"/api/v1/images/{image_id}/").status_code == 404
    assert put(client, image_id, credit="Ada").status_code == 404
    assert put(client, image_id, drawing.jpeg(700, 450)).status_code == 404
    assert client_of(editor).get(f"/api/v1/images/{image_id}/").status_code == 200
    assert put(client_of(editor), image_id, credit="Grace H.").json()["credit"] == "Grace H."
    assert client.get(f"/api/v1/images/{uuid.uuid4()}/").status_code == 404


def test_without_a_token_nothing(leaves_nothing):
    image_id = uuid.uuid4()

    assert APIClient().get(f"/api/v1/images/{image_id}/").status_code == 401
    assert put(APIClient(), image_id, drawing.jpeg(64, 48)).status_code == 401


def test_withdrawn_image_says_why(client):
    image_id = uuid.uuid4()
    put(client, image_id, drawing.jpeg(700, 450))
    renditions.withdraw_files(Image.objects.get(), "the family asked for it")

    assert client.get(f"/api/v1/images/{image_id}/").json()["refusal"] == "the family asked for it"
    assert put(client, image_id, caption="x").status_code == 409
    response = put(client, uuid.uuid4(), drawing.jpeg(700, 450))
    assert response.status_code == 400
    assert "the family asked for it" in response.json()["errors"]["file"][0]


def test_everything_said_of_a_picture_is_put_and_answered(client):
    said = {
        "creator": "Ada",
        "copyright_notice": "© 2026 Ada",
        "web_statement": "https://example.org/licence",
        "licensor_url": "https://example.org/buy",
        "digital_source_type": "digitalCapture",
        "basis": "agency",
        "people": ["Ada", "Grace"],
        "lease_from": "2031-03-20T08:00:00+00:00",
        "lease_until": "2031-03-21T08:00:00+00:00",
        "embargo_until": "2031-03-20T09:00:00+00:00",
        "focal_x": 0.25,
        "focal_y": 0.75,
    }
    image_id = uuid.uuid4()

    made = client.put(f"/api/v1/images/{image_id}/", said, format="json")
    cleared = client.put(f"/api/v1/images/{image_id}/", {"lease_until": None, "people": []}, format="json")

    assert made.status_code == 201
    assert {field: made.json()[field] for field in said} == said
    assert {field: cleared.json()[field] for field in said} == {**said, "lease_until": None, "people": []}


BLUR = "1QcSHQRnh493V4dIh4eXh1h4kJUI"


def test_a_phone_says_when_it_was_taken_and_how_it_looks(client):
    image_id, said = uuid.uuid4(), {"captured_at": "2026-03-20T10:00:00+01:00", "thumbhash": BLUR + "=="}

    awaited = client.put(f"/api/v1/images/{image_id}/", said, format="json")
    put(client, image_id, drawing.jpeg(700, 450))
    renditions.make_renditions(image_id)
    late = client.put(f"/api/v1/images/{image_id}/", said, format="json")

    assert awaited.json()["captured_at"] == late.json()["captured_at"] == "2026-03-20T09:00:00+00:00"
    assert awaited.json()["thumbhash"] == BLUR
    image = Image.objects.get()
    assert image.thumbhash not in ("", BLUR)


def test_a_place_is_kept_with_the_blur_that_was_sent(client):
    image_id = uuid.uuid4()
    said = {"credit": "Ada", "alt_text": "A stage", "thumbhash": BLUR}

    client.put(f"/api/v1/images/{image_id}/", said, format="json")

    kept = as_picture(Image.objects.with_files().get())
    assert (kept.place, kept.thumbhash) == ("reserved", BLUR)


def test_a_form_repeats_the_people_and_says_numbers_as_text(client):
    several, one = uuid.uuid4(), uuid.uuid4()

    answer = put(client, several, drawing.jpeg(700, 450), people=["Ada", "Grace"], focal_x="0.25").json()
    single = put(client, one, people="Ada", lease_until="").json()

    assert (answer["people"], answer["focal_x"]) == (["Ada", "Grace"], 0.25)
    assert (single["people"], single["lease_until"]) == (["Ada"], None)


def put_original(client: APIClient, image_id, data: bytes):
    fields = {"file": SimpleUploadedFile("IMG_1.JPG", data)}
    return client.put(f"/api/v1/images/{image_id}/original/", fields, format="multipart")


def test_the_original_comes_after_its_scaled_copy(client):
    image_id = uuid.uuid4()
    scaled = put(client, image_id, drawing.jpeg(700, 450), credit="Ada").json()
    renditions.make_renditions(image_id)

    first = put_original(client, image_id, drawing.jpeg(1400, 900))
    renditions.make_renditions(image_id)
    again = put_original(client, image_id, drawing.jpeg(1400, 900))

    assert first.status_code == 200
    answer = first.json()
    assert (answer["id"], answer["state"], answer["width"]) == (str(image_id), "received", 1400)
    assert answer["scaled_sha256"] == scaled["sha256"] != answer["sha256"]
    assert {row["state"] for row in answer["renditions"]} == {"waiting"}
    assert (again.status_code, again.json()) == (200, answer)
    assert Image.objects.get().state == "ready"
    assert put(client, uuid.uuid4(), drawing.jpeg(700, 450)).json()["same_as"] == str(image_id)


def test_an_original_fills_an_awaited_image(client):
    image_id = uuid.uuid4()
    put(client, image_id, credit="Ada")

    response = put_original(client, image_id, drawing.jpeg(700, 450))

    assert (response.status_code, response.json()["credit"]) == (201, "Ada")


def test_an_original_is_refused_with_a_sentence(client, photographer):
    image_id = uuid.uuid4()
    put(client, image_id, drawing.jpeg(700, 450))

    other = put_original(client, image_id, drawing.jpeg(900, 900))
    none = client.put(f"/api/v1/images/{image_id}/original/", {}, format="multipart")
    text = client.put(f"/api/v1/images/{image_id}/original/", {"file": "text"}, format="multipart")

    assert [response.status_code for response in (other, none, text)] == [400, 400, 400]
    assert "another picture" in other.json()["errors"]["file"][0]
    assert none.json()["errors"]["file"][0].startswith("Send the original")
    assert put_original(client_of(photographer), image_id, drawing.jpeg(1400, 900)).status_code == 404
    assert put_original(APIClient(), image_id, drawing.jpeg(1400, 900)).status_code == 401
    assert len(stored("originals")) == 1


def test_words_sent_with_an_original_are_refused_and_not_lost_in_silence(client):
    image_id = uuid.uuid4()
    put(client, image_id, drawing.jpeg(700, 450))
    fields = {"file": SimpleUploadedFile("a.jpg", drawing.jpeg(1400, 900)), "credit": "Ada"}

    response = client.put(f"/api/v1/images/{image_id}/original/", fields, format="multipart")

    assert (response.status_code, list(response.json()["errors"])) == (400, ["credit"])
    assert "the picture's own address" in response.json()["detail"]
    assert Image.objects.get().width == 700


def test_a_near_duplicate_is_told_to_whom_may_see_it(client, photographer, editor, make, reporter):
    first = make(drawing.jpeg(700, 450), by=reporter)
    second = make(drawing.jpeg(640, 411), by=reporter)
    theirs = make(drawing.jpeg(600, 386), by=photographer)
    Image.objects.filter(pk=first.pk).update(likeness=LIKENESS)
    Image.objects.filter(pk=second.pk).update(likeness=LIKENESS ^ 0b111)
    Image.objects.filter(pk=theirs.pk).update(likeness=LIKENESS ^ 1)

    def similar(to: APIClient) -> list[str]:
        return to.get(f"/api/v1/images/{first.pk}/").json()["similar"]

    assert similar(client) == [str(second.pk)]
    assert similar(client_of(editor)) == [str(theirs.pk), str(second.pk)]


def test_what_the_file_says_is_suggested(client, make, reporter):
    found = {"credit": {"text": "Ada/Agency", "from": "XMP"}}
    image = make(drawing.jpeg(700, 450), by=reporter)
    Image.objects.update(found=found)
    copy = put(client, uuid.uuid4(), drawing.jpeg(700, 450)).json()

    assert client.get(f"/api/v1/images/{image.pk}/").json()["found"] == copy["found"] == found
    assert copy["credit"] == ""
