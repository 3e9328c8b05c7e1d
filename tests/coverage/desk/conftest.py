"""An event with its people, and a browser for each of them."""

import uuid

import pytest

from coverage.desk import presence
from media import storage
from newsroom.editorial.roles import PHOTOGRAPHER
from tests import factories
from tests.coverage.desk.pages import PHOTOGRAPH, client_of


@pytest.fixture(autouse=True)
def _nobody_here(monkeypatch):
    """All tests share one Valkey: each has its own room in it."""
    monkeypatch.setattr(presence, "KEY", f"test:{uuid.uuid4()}")


@pytest.fixture
def event(db):
    return factories.make_event(slug="summit", title="The Summit")


@pytest.fixture
def people(event) -> dict:
    """A person of each role; reporter and photographer are assigned to the event."""
    reporter = factories.make_person(username="rosa", first_name="Rosa", last_name="Lind")
    photographer = factories.make_person(PHOTOGRAPHER, username="pia")
    for person in (reporter, photographer):
        factories.assign(person, event)
    return {
        "reporter": reporter,
        "photographer": photographer,
        "editor": factories.make_editor(username="ed"),
        "chief": factories.make_chief(username="carla"),
        "anonymous": None,
    }


@pytest.fixture
def desk(people):
    """The editor's browser."""
    return client_of(people["editor"])


@pytest.fixture
def hers(people):
    """The reporter's browser."""
    return client_of(people["reporter"])


@pytest.fixture
def image(people):
    """An editor's picture, made ready."""
    image = factories.make_image(uploaded_by=people["editor"])
    for row in image.renditions.all():
        storage.write(storage.renditions(), row.file, PHOTOGRAPH)
    return image
