"""A newsroom that is set up is called by its own name at every address; no other name is left, nor the demo's event."""

import re

import pytest
from django.conf import settings as start
from django.db import transaction
from django.test import Client
from drf_spectacular.settings import spectacular_settings

from tests.newsroom.access_table import ROWS
from tests.newsroom.access_world import FAR_AWAY, make_world, put_files
from tests.newsroom.test_access import address_of

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
# What nobody set up is called, and what the demo is of. The credit is that of the tests' pictures.
PLACEHOLDER = re.compile(r"(?i:kubecon|cloudnativecon|origin\.invalid)|(?<!Ada Byron/)\bNewsroom\b")


@pytest.fixture
def house(settings, monkeypatch):
    settings.NEWSROOM_DEMO, settings.NEWSROOM_NAME, settings.PUBLISHER = False, "The Hall", "Hall Media"
    settings.LEGAL_LINKS = {"contact": "mailto:desk@example.org", "imprint": "https://example.org/imprint"}
    monkeypatch.setattr(spectacular_settings, "TITLE", "The Hall")  # it was read at the start
    return settings


def test_no_address_names_a_placeholder(house):
    world = make_world()
    world.client = Client(raise_request_exception=False, REMOTE_ADDR=FAR_AWAY)
    put_files(b"A picture.")

    found, statuses = {}, set()
    with transaction.atomic():
        for row in ROWS:
            address = address_of(row, world.parameters("anonymous", "own", row.of) | row.given)
            response = world.ask("anonymous", "GET", address, {}, row.kind, row.headers)
            text = b"".join(response.streaming_content) if response.streaming else response.content
            statuses.add(response.status_code)
            if names := set(PLACEHOLDER.findall(text.decode("utf-8", "replace"))):
                found[address] = names
        transaction.set_rollback(True)

    assert found == {}
    assert statuses >= {200, 302, 404}


def test_no_file_names_a_placeholder():
    files = [path for path in (start.BASE_DIR / "static").rglob("*") if path.is_file()]

    named = [path.name for path in files if re.search(rb"[Kk]ube[Cc]on|\bNewsroom\b", path.read_bytes())]

    assert len(files) > 50
    assert named == []
