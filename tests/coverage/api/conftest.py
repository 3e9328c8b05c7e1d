"""A program that talks to the API, with a token or without one."""

import uuid
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from knox.models import get_token_model

from newsroom.editorial.people import User
from tests import factories


class Program:
    """Sends JSON and keeps to the addresses below /api/v1/. Without a person it has no token."""

    def __init__(self, person: User | None = None):
        self.client = Client()
        self.headers = {}
        if person is not None:
            _, token = get_token_model().objects.create(person)
            self.headers["Authorization"] = f"Token {token}"

    def get(self, address: str, **parameters: Any) -> HttpResponse:
        return self.client.get(f"/api/v1/{address}", parameters, headers=self.headers)

    def put(self, address: str, body: Any, **headers: str) -> HttpResponse:
        return self._send(self.client.put, address, body, headers)

    def post(self, address: str, body: Any = None, **headers: str) -> HttpResponse:
        return self._send(self.client.post, address, {} if body is None else body, headers)

    def _send(self, method, address: str, body: Any, headers: dict) -> HttpResponse:
        return method(
            f"/api/v1/{address}", body, content_type="application/json", headers={**self.headers, **headers}
        )


@pytest.fixture
def event(db):
    return factories.make_event(slug="kubecon")


@pytest.fixture
def reporter(event):
    person = factories.make_person(username="ada")
    factories.assign(person, event)
    return person


@pytest.fixture
def phone(reporter) -> Program:
    """The reporter's."""
    return Program(reporter)


@pytest.fixture
def desk(event) -> Program:
    """An editor's."""
    return Program(factories.make_editor(username="ed"))


@pytest.fixture
def anybody(db) -> Program:
    return Program()


@pytest.fixture
def address() -> str:
    """Of a post that is not there yet."""
    return f"posts/{uuid.uuid4()}/"
