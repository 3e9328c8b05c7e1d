"""An event, who covers it, and the command."""

import io

import pytest
from django.core.management import call_command

from tests import factories

REASON = "A court ordered it."


@pytest.fixture
def event(db):
    return factories.make_event(slug="summit", title="The Summit")


@pytest.fixture
def chief(db):
    return factories.make_chief(username="carla", first_name="Carla", last_name="Chief")


@pytest.fixture
def editor(db):
    return factories.make_editor(username="ed", first_name="Ed", last_name="Lane")


@pytest.fixture
def reporter(event):
    person = factories.make_person(username="rosa", first_name="Rosa", last_name="Lind")
    factories.assign(person, event)
    return person


@pytest.fixture
def erase(chief, settings, tmp_path):
    """Runs the command as the chief editor, without asking, and answers what it printed. Its list is the test's own."""
    settings.DATA_DIR = tmp_path

    def run(kind: str, name: object, **options) -> str:
        out = io.StringIO()
        given = {"by": "carla", "reason": REASON, "yes": True, **options}
        call_command("erase", kind, str(name), stdout=out, **given)
        return out.getvalue()

    return run
