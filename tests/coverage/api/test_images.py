"""Images at the API's door: the desk's with a token, the record's without."""

import io
import uuid

import pytest
from django.core.handlers.asgi import ASGIRequest
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart
from django.urls import resolve
from knox.models import AuthToken

from coverage.publishing import publication
from tests import factories
from tests.coverage.field.phone import photograph

pytestmark = pytest.mark.django_db


def as_person(person) -> dict:
    return {"headers": {"Authorization": f"Token {AuthToken.objects.create(person)[1]}"}}


def test_without_a_token_only_released_pictures_are_listed_by_their_public_name(client):
    event = factories.make_event()
    shown, hidden = factories.make_image(alt_text="Shown."), factories.make_image(alt_text="Canary.")
    factories.make_published(event, images=[{"image": shown}])
    factories.make_post(event, images=[{"image": hidden}])

    listed = client.get("/api/v1/images/").json()["results"]

    assert [(row["image"], row["alt"]) for row in listed] == [(shown.public_name, "Shown.")]
    assert client.get(f"/api/v1/images/{shown.public_name}/").json() == listed[0]
    assert client.get(f"/api/v1/images/{hidden.public_name}/").status_code == 404
    assert client.get(f"/api/v1/images/{shown.pk}/").status_code == 401


def test_a_kept_place_is_told_with_its_post_and_is_no_picture(client):
    awaited = factories.make_image(ready=False, copyright_notice="© Ada Byron", people=["Emma Lin"])
    factories.make_published(factories.make_event(), images=[{"image": awaited}])

    (picture,) = client.get("/api/v1/posts/").json()["results"][0]["images"]

    assert (picture["image"], picture["place"], picture["sources"]) == ("", "reserved", [])
    assert (picture["copyright_notice"], picture["people"]) == ("© Ada Byron", ["Emma Lin"])
    assert client.get("/api/v1/images/").json()["results"] == []


def test_known_bytes_under_another_uuid_keep_the_texts_sent_with_them(client):
    by = as_person(factories.make_person())

    def put(alt_text: str) -> dict:
        data = {"file": photograph(), "alt_text": alt_text}
        body, kind = encode_multipart(BOUNDARY, data), MULTIPART_CONTENT
        return client.put(f"/api/v1/images/{uuid.uuid4()}/", body, content_type=kind, **by).json()

    first, copy = put("A hall."), put("A stage.")

    kept = client.get(f"/api/v1/images/{copy['id']}/", **by).json()
    assert (copy["same_as"], first["alt_text"]) == (first["id"], "A hall.")
    assert copy["alt_text"] == kept["alt_text"] == "A stage."


def test_a_withdrawn_picture_answers_410(client):
    editor = factories.make_editor()
    image = factories.make_image()
    post = factories.make_published(factories.make_event(), by=editor, images=[{"image": image}])
    publication.withdraw(publication.post_by_id(post.pk), by=editor, reason="No.")

    assert client.get(f"/api/v1/images/{image.public_name}/").status_code == 410
    assert client.get("/api/v1/images/").json()["results"] == []


def test_with_a_token_she_sees_hers_and_an_editor_sees_all(client):
    reporter = factories.make_person()
    hers, other = factories.make_image(uploaded_by=reporter), factories.make_image()

    def listed(person) -> set[str]:
        return {row["id"] for row in client.get("/api/v1/images/", **as_person(person)).json()["results"]}

    assert listed(reporter) == {str(hers.pk)}
    assert listed(factories.make_editor()) == {str(hers.pk), str(other.pk)}
    assert client.get(f"/api/v1/images/{other.pk}/", **as_person(reporter)).status_code == 404


def test_a_body_without_its_length_is_read_all_the_same():
    reporter = factories.make_person()
    image = factories.make_image(ready=False, uploaded_by=reporter, alt_text="")
    address = f"/api/v1/images/{image.pk}/"
    headers = {"host": "127.0.0.1", "transfer-encoding": "chunked", "content-type": "application/json"}
    headers |= as_person(reporter)["headers"]
    scope = {
        "type": "http",
        "method": "PUT",
        "path": address,
        "query_string": b"",
        "headers": [(name.lower().encode(), value.encode()) for name, value in headers.items()],
    }

    view, positional, named = resolve(address)
    response = view(ASGIRequest(scope, io.BytesIO(b'{"alt_text": "A stage."}')), *positional, **named)

    image.refresh_from_db()
    assert (response.status_code, image.alt_text) == (200, "A stage.")
