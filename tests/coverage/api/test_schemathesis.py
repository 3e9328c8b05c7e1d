"""schemathesis reads the OpenAPI description and asks for all that it promises: each operation as several people, and
operations one after the other. Every check it has is on.

The same requests each time; SCHEMA_EXAMPLES=200 asks for more.

What is not asked, or not held against the API, stands below with the reason.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from unicodedata import category

import pytest
import schemathesis
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, transaction
from django.utils import timezone
from hypothesis import HealthCheck, Phase, settings
from schemathesis.core.failures import AcceptedNegativeData
from schemathesis.core.parameters import ParameterLocation
from schemathesis.openapi.checks import RejectedPositiveData

from media.resumable_api import CHUNK
from tests import factories
from tests.coverage.api.small_world import SmallWorld

# What it asks of the database is tried on both by the tests of the verbs and of the record.
pytestmark = [pytest.mark.django_db, pytest.mark.any_database]

EXAMPLES = int(os.environ.get("SCHEMA_EXAMPLES", 5))

# What a schema cannot say, so that a request it allows may be refused (400): by operation, the fields it may name.
BEYOND_A_SCHEMA = {
    # Signed by the newsroom, for one list: test_reading.py follows them.
    "GET /api/v1/images/": {"cursor"},
    "GET /api/v1/posts/": {"cursor"},
    # A new post needs an event that she covers, and stays in it. What it names must be within her reach. Nothing
    # happened in antiquity, nor by a clock that is a day wrong.
    "PUT /api/v1/posts/{post_id}/": {"event", "keynote", "speakers", "images", "quotes", "happened_at"},
    # Either of two fields; a time to come; nothing to publish has changed.
    "POST /api/v1/posts/{post_id}/schedule/": {"publish_at", "anchor_keynote", "anchor"},
    "POST /api/v1/posts/{post_id}/publish/": {"version", "pressed_at"},
    "POST /api/v1/posts/{post_id}/move/": {"event", "keynote"},
    # Not 0 minutes, which is also what is taken if none are given; a keynote without a planned time.
    "POST /api/v1/events/{event}/keynotes/{keynote}/late/": {"minutes"},
    "GET /api/v1/events/{event}/keynotes/{keynote}/late/": {"minutes"},
    # In the body or in the header, and the same in both. The length of what base64 stands for.
    "POST /api/v1/images/{image_id}/upload/": {"length", "thumbhash", "web_statement", "licensor_url"},
    "POST /api/v1/images/{image_id}/original/upload/": {"length"},
    # The bytes of a picture, of the same one; a lease that ends after it begins; addresses of the web. One that has
    # credit and alternative text keeps them.
    "PUT /api/v1/images/{image_id}/": {
        *("file", "lease_until", "thumbhash", "web_statement", "licensor_url"),
        *("credit", "alt_text"),
    },
    "PUT /api/v1/images/{image_id}/original/": {"file"},
    # No further than what was announced. And schemathesis 4.32 draws “0” for the pattern of this header.
    "PATCH /api/v1/images/{image_id}/upload/": {"body", "Upload-Checksum"},
    "PATCH /api/v1/images/{image_id}/original/upload/": {"body", "Upload-Checksum"},
}
CHECKS = {
    # Besides what is usual: a withdrawn post (410), and a chunk that has not the hash that was drawn for it (460).
    "positive_data_acceptance": {
        "expected-statuses": ["2xx", "3xx", "401", "403", "404", "409", "410", "460"]
    },
    # Besides what is usual: another version of tus (412), more bytes than are taken (413), and again 460. No 5xx.
    "negative_data_rejection": {
        "expected-statuses": ["400", "401", "403", "404", "405", "406", "409", "412", "413", "415", "460"]
    },
}
GENERATION = {
    "max-examples": EXAMPLES,
    "deterministic": True,
    "database": "none",
    "no-shrink": True,  # what is found has its curl command
    "with-security-parameters": False,  # tokens are real ones or none; that they are asked for is a check
    "allow-x00": False,  # refused in every text, which no pattern in the description should have to repeat
    "allow-extra-parameters": False,  # ignored, as the contract says; in a body they are refused, and described so
}
# What it would learn from one answer for the next request depends on ids, which are others each time.
PHASES = {
    "fuzzing": {"extra-data-sources": {"responses": False}, "error-feedback": {"enabled": False}},
    "coverage": {"extra-data-sources": {"responses": False}},
    "stateful": {"link-calibration": False},
}
# What is drawn would be the name of nothing: which kind of what is there is given instead, and how often.
FED = {
    "query.event": ("event", 0.8),
    "query.keynote": ("keynote", 0.8),
    "body.event": ("event", 0.8),
    "body.keynote": ("keynote", 0.8),
    "body.speakers[*]": ("speaker", 0.8),
    "body.quotes[*].speaker": ("speaker", 0.8),
    "body.images[*].image": ("image_id", 0.8),
    "body.version": ("version", 0.8),
    "header.Upload-Metadata": ("metadata", 1.0),  # base64 of what a body could say is hardly ever drawn
}

schemathesis.serializer.alias(CHUNK, "application/octet-stream")


@contextmanager
def undone() -> Iterator[None]:
    """Whatever is done to the database inside leaves nothing."""
    with transaction.atomic():
        try:
            yield
        finally:
            transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def _one_connection():
    """As Django's own test client: a request does not close the connection that holds the test's transaction."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def credentials(world: SmallWorld, person: str) -> dict:
    if person == "nobody":
        return {}
    token = {"api_key": f"Token {world.token(person)}"}
    password = {"username": world.people[person].username, "password": factories.PASSWORD}
    return {"auth": {"openapi": {"token": token, "password": password}}}


@pytest.fixture
def world(db) -> SmallWorld:
    return SmallWorld()


def load(world: SmallWorld, person: str) -> schemathesis.BaseSchema:
    """The API as its description has it, asked by that person; "nobody" has no token."""
    known = {**world.names, "version": [1, 2, 3, 4], "metadata": ["filename YS5qcGc="]}
    # Every boundary of every field is asked once, by her whose bodies are all read.
    coverage = {**PHASES["coverage"], "enabled": person == "editor"}
    fed = {name: {"dictionary": kind, "probability": often} for name, (kind, often) in FED.items()}
    config = schemathesis.Config.from_dict(
        {
            "seed": 1,
            "generation": GENERATION,
            "phases": PHASES | {"coverage": coverage},
            "checks": CHECKS,
            "analysis": {
                "constants": {"enabled": False}
            },  # literals of our source: they change with each commit
            "dictionaries": {name: {"values": values} for name, values in known.items()},
            "parameters": fed,
            **credentials(world, person),
        }
    )
    api = schemathesis.openapi.from_wsgi("/api/v1/schema/?format=json", WSGIHandler(), config=config)
    api.hooks.hook("filter_failure")(is_held_against_it)
    return api


def is_held_against_it(context, failure, case, response) -> bool:
    """Not the refusal of what no schema could have forbidden; and what is no object makes a form without fields."""
    if isinstance(failure, AcceptedNegativeData) and case.media_type == "multipart/form-data":
        return isinstance(case.body, dict) and not _has_control_characters(case.body)
    if not isinstance(failure, RejectedPositiveData) or response.status_code != 400:
        return True
    refused = {name.partition(".")[0] for name in response.json()["errors"]}
    return not refused <= BEYOND_A_SCHEMA.get(case.operation.label, set())


def _has_control_characters(body: dict) -> bool:
    """They are taken out, so that a text may be as long as the description says, and those besides."""
    texts = [value for value in body.values() if isinstance(value, str)]
    return any(category(letter) == "Cc" for text in texts for letter in text)


def aim(case: schemathesis.Case, world: SmallWorld) -> None:
    """What is drawn is of nothing, or of another century. Most ids become those of something that is there, and the
    clock is right."""
    if _is_sound(case, ParameterLocation.PATH):
        for name, value in case.path_parameters.items():
            case.path_parameters[name] = world.another(name) or value
    if "Client-Time" in case.headers and _is_sound(case, ParameterLocation.HEADER):
        case.headers["Client-Time"] = timezone.now().isoformat()


def _is_sound(case: schemathesis.Case, location: ParameterLocation) -> bool:
    drawn = case.meta.components.get(location)
    return drawn is not None and drawn.mode.is_positive


@pytest.fixture(params=["nobody", "reporter", "editor"])
def api(world, request) -> schemathesis.BaseSchema:
    return load(world, request.param)


@schemathesis.pytest.from_fixture("api").parametrize()
def test_each_operation_does_what_it_promises(case, world):
    aim(case, world)

    with undone():
        case.call_and_validate()


def test_operations_one_after_the_other_do_what_they_promise(world):
    """Of the chief editor, who may do everything: what one answer names the next request asks for."""

    class Playing(load(world, "chief").as_state_machine()):
        def setup(self):
            self.sandbox = undone()
            self.sandbox.__enter__()

        def teardown(self):
            self.sandbox.__exit__(None, None, None)

    Playing.run(
        settings=settings(
            max_examples=EXAMPLES * 2,
            stateful_step_count=8,
            derandomize=True,
            database=None,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            phases=[Phase.generate],
        )
    )
