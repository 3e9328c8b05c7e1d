"""The audit at the desk: its list, its filters, and the file to take along."""

import asyncio
import csv
import io
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.handlers.asgi import ASGIRequest
from django.urls import reverse

from coverage.desk.audit import apart, as_csv, csv_chunks
from newsroom.editorial.audit import AuditRow, write_audit
from newsroom.editorial.spreadsheets import harmless
from tests import factories
from tests.coverage.desk.pages import client_of

LIST = reverse("admin:editorial_auditrow_changelist")
EXPORT = reverse("admin:editorial_auditrow_export")


@pytest.fixture
def boss(people):
    return client_of(people["chief"])


def listed(client, **filters) -> list[AuditRow]:
    return list(client.get(LIST, filters).context["cl"].result_list)


def rows_of(response) -> list[dict[str, str]]:
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


class TestList:
    def test_each_filter_narrows_it(self, boss, people, event):
        other = factories.make_event()
        mine = factories.make_post(event, by=people["editor"])
        factories.make_post(other, by=people["chief"])

        assert {row.thing_id for row in listed(boss, person=people["editor"].pk)} == {str(mine.pk)}
        assert {row.verb for row in listed(boss, verb="open")} == {"open"}
        assert {row.thing_type for row in listed(boss, thing_type="coverage.post")} == {"coverage.post"}
        assert {row.event_id for row in listed(boss, event=event.pk)} == {event.pk}
        assert {row.person_id for row in listed(boss, person="0")} == {None}
        assert [row.thing_id for row in listed(boss, event=event.pk, verb="create")] == [str(mine.pk)]

    def test_a_day_is_one_day_of_utc(self, boss, event, time_machine):
        time_machine.move_to("2026-03-20T23:59:59Z", tick=False)
        early = factories.make_post(event)
        time_machine.move_to("2026-03-21T00:00:00Z", tick=False)
        late = factories.make_post(event)

        assert [row.thing_id for row in listed(boss, day="2026-03-20")] == [str(early.pk)]
        assert [row.thing_id for row in listed(boss, day="2026-03-21", verb="create")] == [str(late.pk)]
        assert len(listed(boss, day="yesterday")) == AuditRow.objects.count()

    @pytest.mark.parametrize("count", [1, 3])
    def test_it_costs_the_same_for_many(self, count, boss, event, django_assert_num_queries):
        for _ in range(count):
            write_audit("mark", event, by=None, before={"a": 1}, after={"a": 2})
        boss.get(LIST)

        with django_assert_num_queries(11):
            boss.get(LIST)


class TestExport:
    @pytest.mark.parametrize("role", ["reporter", "editor"])
    def test_it_is_for_chiefs(self, role, people):
        assert client_of(people[role]).get(EXPORT).status_code == 403

    def test_it_has_the_filtered_rows_with_both_values(self, boss, people, event):
        write_audit("mark", event, by=people["editor"], note="Für dich", before={"a": 1}, after={"a": "é"})
        factories.make_post(event)

        response = boss.get(EXPORT, {"verb": "mark"})

        (row,) = rows_of(response)
        assert (row["person"], row["event"], row["note"]) == ("ed", "The Summit", "Für dich")
        assert (row["before"], row["after"]) == ('{"a": 1}', '{"a": "é"}')
        assert response["Content-Type"] == "text/csv; charset=utf-8"
        assert response["Content-Disposition"].startswith('attachment; filename="audit-')

    def test_it_begins_with_the_mark_of_utf_8(self, boss):
        assert b"".join(boss.get(EXPORT).streaming_content).startswith(b"\xef\xbb\xbfat,")

    @pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t", "\r"])
    def test_no_spreadsheet_executes_a_cell(self, sign, boss, event):
        event.title = f"{sign}HYPERLINK(1)"
        event.save()
        write_audit("mark", event, by=None, note=f"{sign}cmd")

        (row,) = rows_of(boss.get(EXPORT, {"verb": "mark"}))

        assert (row["thing"], row["event"], row["note"]) == (*[f"'{sign}HYPERLINK(1)"] * 2, f"'{sign}cmd")

    def test_other_cells_stay_as_they_are(self):
        assert [harmless(cell) for cell in ("a=b", "", " =", "'")] == ["a=b", "", " =", "'"]

    def test_rows_are_sent_in_pieces(self, event, monkeypatch):
        monkeypatch.setattr("coverage.desk.audit.AT_ONCE", 2)
        for _ in range(3):
            write_audit("mark", event, by=None)

        chunks = list(csv_chunks(AuditRow.objects.filter(verb="mark")))

        assert [chunk.count(b"\n") for chunk in chunks] == [1, 2, 1]

    def test_the_real_server_sends_it_in_pieces_too(self, db):
        scope = {"type": "http", "method": "GET", "path": "/", "headers": [], "query_string": b""}

        response = as_csv(ASGIRequest(scope, io.BytesIO()), AuditRow.objects.all(), "a.csv")
        with ThreadPoolExecutor(1) as thread:  # a browser's test may have left its loop in this one
            sent = thread.submit(asyncio.run, _read(apart(iter([b"one", b"two"])))).result()

        assert response.is_async
        assert sent == [b"one", b"two"]


async def _read(chunks) -> list[bytes]:
    return [chunk async for chunk in chunks]
