"""The audit: append-only, whoever asks, and it knows of which event it speaks."""

import pytest
from django.db import DatabaseError, connection, transaction

from coverage.publishing import names
from newsroom.editorial.audit import AppendOnlyError, AuditRow
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def row():
    factories.make_post(factories.make_event())
    return AuditRow.objects.first()


def refused(statement: str) -> bool:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    except DatabaseError:
        return True
    return False


def test_models_and_querysets_refuse_to_change_it(row):
    with pytest.raises(AppendOnlyError):
        row.save()
    with pytest.raises(AppendOnlyError):
        row.delete()
    with pytest.raises(AppendOnlyError):
        AuditRow.objects.update(note="")
    with pytest.raises(AppendOnlyError):
        AuditRow.objects.all().delete()


def test_the_database_refuses_an_update(row):
    assert refused("UPDATE editorial_auditrow SET note = 'another'")
    assert not AuditRow.objects.filter(note="another").exists()


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite empties a test's database by DELETE")
def test_the_database_refuses_a_delete(row):
    assert refused("DELETE FROM editorial_auditrow")
    assert AuditRow.objects.exists()


def test_a_row_knows_the_event_of_its_thing():
    event, editor = factories.make_event(), factories.make_editor()
    speaker = factories.make_speaker("Vera K.")
    keynote = factories.make_keynote(event, speakers=[speaker])
    factories.make_post(event)
    names.correct_billing(keynote.appearances.get(), by=editor, note="Title.", job_title="Engineer")
    names.change_since(speaker, by=editor, job_title="Chair")

    known = dict(AuditRow.objects.values_list("verb", "event_id"))

    assert known == {
        "announce": event.pk,
        "open": event.pk,
        "create": event.pk,
        "correct-billing": event.pk,
        "changed-since": None,
    }
