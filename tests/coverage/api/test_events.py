import itertools

import pytest

from coverage.record.models import EventHead
from newsroom.editorial.workflow import EVENT_VERBS
from tests import factories
from tests.coverage.api.conftest import Program

pytestmark = pytest.mark.django_db

STATES = ["draft", "planned", "live", "paused", "ended"]
LEADS = {
    "announce": {"draft": "planned"},
    "open": {"planned": "live", "paused": "live"},
    "pause": {"live": "paused"},
    "end": {"planned": "ended", "live": "ended", "paused": "ended"},
    "reopen": {"ended": "live"},
}


def test_the_table_knows_every_verb():
    assert sorted(LEADS) == sorted(EVENT_VERBS)


@pytest.mark.parametrize(("verb", "state"), itertools.product(LEADS, STATES))
def test_a_verb_of_an_event_for_each_person(verb, state, anybody):
    event = factories.make_event(slug="summit", state=state)
    covers = factories.make_person()
    factories.assign(covers, event, may_publish=True)
    people = [anybody, Program(factories.make_person()), Program(covers), Program(factories.make_editor())]

    answers = [program.post(f"events/summit/{verb}/") for program in people]

    assert [answer.status_code for answer in answers[:3]] == [401, 404, 403]
    if state in LEADS[verb]:
        assert (answers[3].status_code, answers[3].json()["state"]) == (200, LEADS[verb][state])
    else:
        assert (answers[3].status_code, answers[3].json()["code"]) == (409, "wrong_state")
    assert Program(factories.make_editor()).get("events/summit/").json()["state"] == LEADS[verb].get(
        state, state
    )


def test_an_announced_event_is_public_at_once(anybody, desk):
    factories.make_event(slug="summit", title="The summit", state="draft")
    hidden = anybody.get("events/summit/").status_code

    desk.post("events/summit/announce/")

    assert (hidden, anybody.get("events/summit/").json()["title"]) == (404, "The summit")


def test_a_verb_of_an_event_takes_nothing(desk):
    response = desk.post("events/kubecon/end/", {"reason": "late"})

    assert list(response.json()["errors"]) == ["reason"]
    assert EventHead.objects.get().state == "live"
