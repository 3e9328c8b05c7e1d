import io
import json

import pytest
from django.core.handlers.asgi import ASGIRequest
from django.urls import resolve

from coverage.models import Post
from tests import factories

pytestmark = pytest.mark.django_db
MIB = 1024 * 1024


def sized(size: int) -> str:
    """A filing of exactly so many bytes."""
    frame = json.dumps({"event": "kubecon", "body": ""})
    return json.dumps({"event": "kubecon", "body": "x" * (size - len(frame))})


def test_a_body_of_one_mebibyte_is_taken_and_a_byte_more_is_not(event, phone, address):
    taken = phone.put(address, sized(MIB))
    refused = [phone.put(address, sized(size)) for size in (MIB + 1, 5 * MIB)]

    assert taken.status_code == 201
    for response in refused:
        assert (response.status_code, response.json()["code"]) == (413, "too_large")
        assert "larger than 1 MiB" in response.json()["detail"]


@pytest.mark.parametrize(
    "body",
    [
        "{",
        '{"event": NaN}',
        "[" * 100_000,
        '{"event": "\\ud800"}',
        '{"\\ud800": 1}',
        "\xff",
        "[]",
        '"x"',
        "null",
        "1e999",
    ],
)
def test_a_body_that_is_none_is_refused_with_a_sentence(body, event, phone, address):
    response = phone.put(address, body)

    assert (response.status_code, response.json()["code"]) == (400, "invalid")
    assert response.json()["errors"]
    assert not Post.objects.exists()


def test_a_body_without_its_length_is_read_all_the_same(event, phone, address):
    body = b'{"event": "kubecon", "headline": "In chunks"}'
    scope = {"type": "http", "method": "PUT", "path": f"/api/v1/{address}", "query_string": b""}
    headers = [(b"transfer-encoding", b"chunked"), (b"content-type", b"application/json")]
    headers.append((b"authorization", phone.headers["Authorization"].encode()))
    headers.append((b"host", b"127.0.0.1"))

    response = answer_of(ASGIRequest({**scope, "headers": headers}, io.BytesIO(body)), address)

    assert (response.status_code, response.data["headline"]) == (201, "In chunks")


def answer_of(request: ASGIRequest, address: str):
    view, positional, named = resolve(f"/api/v1/{address}")
    return view(request, *positional, **named)


@pytest.mark.parametrize("kind", ["application/json", ""])
def test_a_verb_needs_no_body(kind, event, phone, desk):
    post = factories.make_post(event)

    response = desk.client.generic(
        "POST", f"/api/v1/posts/{post.pk}/submit/", b"", content_type=kind, headers=desk.headers
    )

    assert response.status_code == 200


def test_other_kinds_of_body_are_refused(event, phone, address):
    response = phone.client.put(
        f"/api/v1/{address}",
        "event=kubecon",
        content_type="application/x-www-form-urlencoded",
        headers=phone.headers,
    )

    assert (response.status_code, response.json()["code"]) == (415, "unsupported_media_type")


@pytest.mark.parametrize(
    ("field", "item"),
    [
        ("speakers", "ada"),
        ("quotes", {"text": "x"}),
        ("images", {"image": "00000000-0000-4000-8000-000000000000"}),
    ],
)
def test_a_post_names_a_hundred_of_a_thing_at_most(field, item, event, phone, address):
    response = phone.put(address, {"event": "kubecon", field: [item] * 101})

    assert response.status_code == 400
    assert list(response.json()["errors"]) == [field]


def test_a_method_that_is_none_is_refused_in_json(phone, address):
    response = phone.client.delete(f"/api/v1/{address}", headers=phone.headers)

    assert (response.status_code, response.json()["code"]) == (405, "method_not_allowed")
    assert response["Content-Type"] == "application/problem+json"
