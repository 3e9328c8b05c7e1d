"""The one way past the audit's guard: only while an erasure holds it open, and only the words."""

import pytest
from django.db import DatabaseError, transaction
from django.db.models import QuerySet

from newsroom.editorial.audit import AuditRow, write_audit
from newsroom.editorial.erasures import Erasure
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def rows() -> QuerySet[AuditRow]:
    """A row, past the manager that refuses."""
    event = factories.make_event(state="draft")
    row = write_audit("edit", event, by=None, note="Some words.", before={"a": 1})
    return QuerySet(AuditRow).filter(pk=row.pk)


def refused(rows: QuerySet[AuditRow], **columns) -> bool:
    try:
        with transaction.atomic():
            rows.update(**columns)
    except DatabaseError as error:
        return "never changed" in str(error)
    return False


def test_words_are_blanked_only_while_an_erasure_holds_it_open(rows):
    assert refused(rows, note="")
    erasure = Erasure.objects.create(kind="post", thing_id="1", audit_open=True)
    assert not refused(rows, note="", before=None, after=None, thing_title="[erased]")
    Erasure.objects.filter(pk=erasure.pk).update(audit_open=False)
    assert refused(rows, note="Other words.")


@pytest.mark.parametrize(
    "columns",
    [
        {"verb": "publish"},
        {"person_id": 7},
        {"thing_id": "8"},
        {"thing_type": "a.b"},
        {"event_id": None},
        {"to_state": "x"},
    ],
)
def test_who_did_what_to_which_thing_stays_even_then(rows, columns):
    Erasure.objects.create(kind="post", thing_id="1", audit_open=True)

    assert refused(rows, **columns)
