"""The report's page and its files, from posts made by the verbs."""

import csv
import datetime
import io
import re

import pytest
import time_machine
from django.contrib.auth import get_user
from django.urls import reverse

from coverage.publishing import filing, programme, publication, review, running_order, schedule
from coverage.publishing.life import clear_rehearsal
from coverage.publishing.publication import post_by_id
from tests import factories
from tests.coverage.desk.pages import INLINE, client_of, note_proof

NINE = datetime.datetime(2026, 3, 20, 8, tzinfo=datetime.UTC)  # in Paris
MINUTE = datetime.timedelta(minutes=1)
NAMES = ("timeline", "running-order", "minutes", "coverage", "pictures", "posts")


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NINE, tick=False) as clock:
        yield clock


def address(event, name: str = "") -> str:
    if name:
        return reverse("admin:coverage_event_report_csv", args=[event.pk, name])
    return reverse("admin:coverage_event_report", args=[event.pk])


def rows(client, event, name: str) -> list[list[str]]:
    note_proof(client, get_user(client))  # hours have passed
    response = client.get(address(event, name))
    assert response.status_code == 200
    return list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"))))


def file_post(event, people, clock, *, waits: int = 4, **fields):
    """Filed now by the reporter, published by the editor so many minutes later."""
    post = factories.make_post(event, by=people["reporter"], **fields)
    review.submit(post_by_id(post.pk), by=people["reporter"])
    clock.shift(waits * MINUTE)
    return publication.publish(post_by_id(post.pk), by=people["editor"])


def text_of(response) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def test_the_page_tells_what_happened(desk, event, people, clock):
    keynote = factories.make_keynote(event, title="Opening", starts_at=NINE, ends_at=NINE + 30 * MINUTE)
    running_order.start_keynote(keynote, by=people["editor"])
    image = factories.make_image(credit="Pia/Newsroom", uploaded_by=people["photographer"])
    file_post(event, people, clock, keynote=keynote, headline="First", images=[{"image": image}])
    late = file_post(event, people, clock, waits=130, headline="Second")
    filing.update_post(late, by=people["editor"], body="<p>Better words.</p>")
    publication.correct(post_by_id(late.pk), by=people["editor"], note="It was Tuesday.")
    publication.withdraw(post_by_id(late.pk), by=people["editor"], reason="Untrue.")

    page = desk.get(address(event))

    said = text_of(page)
    assert "Half within 67 minutes, nine in ten within 2 h 10 min." in said
    assert "1 of 2 kept the target of 5 minutes. The longest took 2 h 10 min: Second" in said
    assert "Not counted: 1 published without being filed." in said  # the marker
    assert "3 posts, 1 correction, 1 withdrawal" in said
    assert "1 with readers" in said
    assert [disc.pictures for disc in page.context["covered"][0][1]] == [0, 0, 1]
    assert rows(desk, event, "pictures")[1][:2] == ["Pia/Newsroom", "1"]
    assert rows(desk, event, "running-order")[1][:5] == ["Opening", "2026-03-20", "09:00", "09:30", "09:00"]


def test_a_filing_sent_back_counts_from_when_it_came_again(desk, event, people, clock):
    post = factories.make_post(event, by=people["reporter"])
    review.submit(post_by_id(post.pk), by=people["reporter"])
    clock.shift(20 * MINUTE)
    review.send_back(post_by_id(post.pk), by=people["editor"], note="Who said it?")
    clock.shift(20 * MINUTE)
    review.submit(post_by_id(post.pk), by=people["reporter"])
    clock.shift(3 * MINUTE)
    publication.publish(post_by_id(post.pk), by=people["editor"])

    assert [row[6] for row in rows(desk, event, "posts")[1:]] == ["3.0"]


def test_a_change_filed_later_does_not_hide_the_first_filing(desk, event, people, clock):
    post = file_post(event, people, clock)
    filing.update_post(post, by=people["editor"], body="<p>More.</p>")
    clock.shift(9 * MINUTE)
    review.submit(post_by_id(post.pk), by=people["editor"])

    assert [row[6] for row in rows(desk, event, "posts")[1:]] == ["4.0"]


def test_a_scheduled_post_and_a_backdated_one_are_not_measured(desk, event, people, clock):
    post = factories.make_post(event, by=people["reporter"])
    review.submit(post_by_id(post.pk), by=people["reporter"])
    schedule.schedule(post_by_id(post.pk), by=people["editor"], publish_at=NINE + 60 * MINUTE)
    clock.shift(61 * MINUTE)
    schedule.release_due()
    old = factories.make_post(event, by=people["reporter"])
    review.submit(post_by_id(old.pk), by=people["reporter"])
    publication.publish(post_by_id(old.pk), by=people["editor"], at=NINE - 60 * MINUTE)

    said = text_of(desk.get(address(event)))

    assert "No post of this event was filed with the desk" in said
    assert "Not counted: 1 that came out by the schedule, 1 whose release bears a time before" in said


def test_an_empty_event_says_so(desk, event):
    said = text_of(desk.get(address(event)))

    assert "Nothing to draw yet" in said
    assert "No post of this event was filed" in said
    assert "Nobody has published anything yet." in said
    assert "No pictures yet." in said
    assert all(len(rows(desk, event, name)) == 1 for name in NAMES)


def test_a_cleared_rehearsal_leaves_no_trace_in_the_report(desk, people, clock):
    event = factories.make_event(rehearsal=True)
    factories.assign(people["reporter"], event)
    post = file_post(event, people, clock)
    publication.withdraw(post_by_id(post.pk), by=people["editor"], reason="Untrue.")
    clear_rehearsal(event, by=people["editor"])

    assert all(len(rows(desk, event, name)) == 1 for name in NAMES)


@pytest.mark.parametrize(
    ("role", "status"),
    [("reporter", 403), ("photographer", 403), ("editor", 200), ("chief", 200), ("anonymous", 302)],
)
@pytest.mark.parametrize("name", ["", *NAMES])
def test_it_is_for_editors(role, status, name, event, people):
    assert client_of(people[role]).get(address(event, name)).status_code == status


def test_what_is_not_there_is_404(desk, event):
    assert desk.get(address(event, "nothing")).status_code == 404
    assert desk.get(f"/admin/coverage/event/{event.pk + 1}/report/").status_code == 404


def test_it_takes_as_many_queries_for_three_posts_as_for_one(
    desk, event, people, clock, django_assert_num_queries
):
    file_post(event, people, clock, images=[{"image": factories.make_image()}])
    with django_assert_num_queries(13):  # one notes that her session was seen, minutes after the last time
        desk.get(address(event))

    for _ in range(2):
        keynote = factories.make_keynote(event, starts_at=NINE)
        image = factories.make_image(uploaded_by=people["photographer"])
        file_post(event, people, clock, keynote=keynote, images=[{"image": image}])

    with django_assert_num_queries(13):
        desk.get(address(event))


def test_the_page_is_strict_and_escapes_what_people_wrote(desk, event, people, clock):
    keynote = factories.make_keynote(event, title='<b onclick="x">Opening</b>', starts_at=NINE)
    file_post(
        event, people, clock, keynote=keynote, images=[{"image": factories.make_image(credit="<i>Ada")}]
    )

    page = desk.get(address(event))

    text = page.content.decode()
    assert "unsafe" not in page["Content-Security-Policy"]
    assert not INLINE.findall(text)
    assert "<b onclick" not in text
    assert "<i>Ada" not in text


def test_no_cell_is_a_formula(desk, event, people, clock):
    file_post(event, people, clock, headline='=HYPERLINK("http://evil.example")')

    assert rows(desk, event, "posts")[1][1] == '\'=HYPERLINK("http://evil.example")'


def test_editors_find_it_from_the_event_and_the_live_desk(desk, hers, event):
    change = reverse("admin:coverage_event_change", args=[event.pk])

    assert address(event) in desk.get(change).content.decode()
    assert address(event) not in hers.get(change).content.decode()
    assert address(event) in desk.get(reverse("admin:live_desk", args=[event.slug])).content.decode()


def test_a_keynote_held_back_stands_in_the_editors_report(desk, event):
    factories.make_keynote(event, title="Surprise", held=True, starts_at=NINE, release=False)
    programme.release_programme(event)

    assert "Surprise" in text_of(desk.get(address(event)))
