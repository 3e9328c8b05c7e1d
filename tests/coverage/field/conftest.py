import pytest

from tests import factories
from tests.coverage.field.phone import Phone


@pytest.fixture
def event(db):
    return factories.make_event(slug="kubecon", title="KubeCon")


@pytest.fixture
def reporter(event):
    """Assigned, and may not publish."""
    person = factories.make_person(username="ada", byline="Ada Byron", credit="Ada Byron/Newsroom")
    factories.assign(person, event)
    return person


@pytest.fixture
def publisher(event):
    """Alone at the event with one phone: she may publish."""
    person = factories.make_person(username="grace", byline="Grace Hopper")
    factories.assign(person, event, may_publish=True)
    return person


@pytest.fixture
def phone(reporter) -> Phone:
    return Phone(reporter)


@pytest.fixture
def publishing_phone(publisher) -> Phone:
    return Phone(publisher)
