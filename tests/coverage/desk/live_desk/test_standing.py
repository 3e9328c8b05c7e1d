"""What the live desk asks every two seconds costs the same however many posts an event has."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from coverage.desk.live_desk import standing
from coverage.publishing import filing, publication, review
from tests import factories

pytestmark = pytest.mark.django_db


def plans_of(asked: CaptureQueriesContext) -> list[str]:
    """How SQLite answers each query about posts or pictures."""
    with connection.cursor() as cursor:
        plans = []
        for query in asked.captured_queries:
            cursor.execute("EXPLAIN QUERY PLAN " + query["sql"])
            plans.append("\n".join(row[3] for row in cursor.fetchall()))
    return [plan for plan in plans if "coverage_post" in plan or "media_image" in plan]


@pytest.mark.skipif(
    connection.vendor != "sqlite", reason="PostgreSQL reads a small table whole, index or not"
)
def test_whether_anything_changed_is_read_off_indexes():
    event = factories.make_event()

    with CaptureQueriesContext(connection) as asked:
        standing.stamp_of(event, at=timezone.now())

    latest, queued, picture = plans_of(asked)
    assert latest == "SEARCH coverage_post USING COVERING INDEX post_event_latest (event_id=?)"
    assert "post_event_state (event_id=? AND state=?)" in queued
    assert picture == "SCAN media_image USING COVERING INDEX image_latest"


@pytest.mark.skipif(
    connection.vendor != "sqlite", reason="PostgreSQL reads a small table whole, index or not"
)
def test_what_waits_is_found_by_two_indexes():
    event, editor = factories.make_event(), factories.make_editor()

    with CaptureQueriesContext(connection) as asked:
        standing.parts_of(event, editor, [], at=timezone.now())

    waiting = plans_of(asked)[0]
    assert "post_event_state (event_id=? AND state=?)" in waiting
    assert "post_event_review (event_id=? AND review=?)" in waiting


def test_filings_and_filed_changes_wait_each_once_the_oldest_first():
    event, editor = factories.make_event(), factories.make_editor()
    changed = publication.post_by_id(factories.make_published(event, by=editor).pk)
    filed = publication.post_by_id(factories.make_post(event, by=editor).pk)
    elsewhere = publication.post_by_id(factories.make_post(factories.make_event(), by=editor).pk)
    for post in (filed, elsewhere):
        review.submit(post, by=editor)
    review.submit(filing.update_post(changed, by=editor, body="<p>New words.</p>"), by=editor)

    part = standing.parts_of(event, editor, [], at=timezone.now())["waiting"]

    assert [row.post for row in part.rows] == [filed, changed]


def test_a_filing_that_moves_to_another_event_changes_the_stamp():
    event, editor, at = factories.make_event(), factories.make_editor(), timezone.now()
    posts = [publication.post_by_id(factories.make_post(event, by=editor).pk) for _ in range(2)]
    for post in posts:
        review.submit(post, by=editor)
    before = standing.stamp_of(event, at=at)

    type(posts[0]).objects.filter(pk=posts[0].pk).update(
        event=factories.make_event()
    )  # not the latest change

    assert standing.stamp_of(event, at=at) != before
