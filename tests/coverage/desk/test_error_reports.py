"""Readers' reports at the desk: who sees them, the list, a report's own page, its buttons, the live desk."""

import datetime
import html
import re

import pytest
from django.urls import reverse
from django.utils import timezone

from coverage.models import ErrorReport
from coverage.publishing import error_reports, publication
from newsroom.editorial.audit import AuditRow
from tests import factories
from tests.coverage.desk.pages import change_url, client_of, fields_of, said, verb_url

LIST = reverse("admin:coverage_errorreport_changelist")
JSON = {"Accept": "application/json"}
DESK = "/admin/desk/summit/"


@pytest.fixture
def post(event):
    return factories.make_published(event, headline="Doors")


@pytest.fixture
def report(post):
    return factories.make_error_report(
        post, text="It is <b>Véra</b>, not Vera.", email="reader+a@example.org"
    )


def press(report, name: str) -> str:
    return reverse("admin:coverage_errorreport_verb", args=[report.pk, name])


def panel(client) -> str:
    """What the live desk has below “Readers say”; "" if nothing."""
    found = re.search(
        r'<section class="part" data-key="readers".*?</section>', client.get(DESK).text, re.DOTALL
    )
    return html.unescape(found[0]) if found else ""


@pytest.mark.parametrize("role", ["reporter", "photographer", "anonymous"])
@pytest.mark.parametrize("door", ["list", "page", "history", "handle"])
def test_readers_words_are_for_editors(door, role, people, report):
    client = client_of(people[role])
    name = "admin:coverage_errorreport"
    address = {
        "list": LIST,
        "page": change_url(report),
        "history": reverse(f"{name}_history", args=[report.pk]),
        "handle": press(report, "handle"),
    }[door]

    for answer in (client.get(address), client.post(address)):
        assert answer.status_code in ((302,) if role == "anonymous" else (403, 405))
        assert "Véra" not in answer.text
    assert ErrorReport.objects.get().state == "new"


@pytest.mark.parametrize("role", ["editor", "chief"])
def test_editors_and_chiefs_deal_with_one(role, people, report):
    client = client_of(people[role])

    page = client.post(press(report, "handle"), {"note": "Told Rosa."}, follow=True)

    report.refresh_from_db()
    assert (report.state, report.handled_by, report.note) == ("handled", people[role], "Told Rosa.")
    assert said(page) == "Handled: it is off the desk."
    assert page.redirect_chain[-1][0] == change_url(report)


def test_a_report_is_neither_added_changed_nor_deleted(desk, report):
    assert desk.get(reverse("admin:coverage_errorreport_add")).status_code == 403
    assert desk.post(reverse("admin:coverage_errorreport_delete", args=[report.pk])).status_code == 403
    desk.post(change_url(report), {"text": "All is well.", "state": "dismissed"})

    report.refresh_from_db()
    assert (report.text, report.state) == ("It is <b>Véra</b>, not Vera.", "new")


def test_its_page_has_the_words_the_post_and_the_way_to_correct_it(desk, report, post):
    page = desk.get(change_url(report)).text

    assert "It is &lt;b&gt;Véra&lt;/b&gt;, not Vera." in page
    assert f'href="{change_url(post)}"' in page
    assert f'href="{verb_url(post, "correct")}"' in page
    assert 'href="mailto:reader%2Ba@example.org"' in page


def test_an_address_cannot_add_to_the_letter(desk, post):
    report = factories.make_error_report(post, email="a?bcc=all&x@example.org")

    assert 'href="mailto:a%3Fbcc%3Dall%26x@example.org"' in desk.get(change_url(report)).text


def test_a_post_taken_back_is_not_offered_to_be_corrected(desk, report, post, people):
    publication.withdraw(publication.post_by_id(post.pk), by=people["editor"], reason="A doubt.")

    for page in (desk.get(change_url(report)).text, desk.get(DESK).text):
        assert verb_url(post, "correct") not in page
    assert "Readers do not have the post any more." in desk.get(change_url(report)).text


def test_what_was_dealt_with_can_be_reopened(desk, report, people):
    error_reports.dismiss(report, by=people["chief"], note="No.")
    page = desk.get(change_url(report))
    assert "carla marked it as dismissed" in page.text
    assert re.findall(r'formaction="[^"]*/(\w+)/"', page.text) == ["reopen"]

    desk.post(press(report, "reopen"), fields_of(page, "report_form"))

    assert ErrorReport.objects.get().state == "new"
    assert list(AuditRow.objects.values_list("verb", flat=True)[:2]) == ["reopen", "dismiss"]


def test_the_history_says_who_did_what(desk, report, people):
    error_reports.dismiss(report, by=people["chief"], note="It is right as it stands.")

    page = desk.get(reverse("admin:coverage_errorreport_history", args=[report.pk])).text

    assert "carla" in page
    assert "It is right as it stands." in page


def test_a_note_that_is_too_long_is_refused_and_still_there(desk, report):
    page = desk.post(press(report, "handle"), {"note": "x" * 501})

    assert page.status_code == 400
    assert fields_of(page, "report_form")["note"].strip() == "x" * 501
    assert ErrorReport.objects.get().state == "new"


@pytest.mark.parametrize("accepts", [{}, JSON])
def test_whoever_comes_second_is_told_who_was_first(accepts, desk, report, people):
    error_reports.handle(report, by=people["chief"])

    answer = desk.post(press(report, "dismiss"), {"note": "Mine."}, headers=accepts)

    sentence = "carla has dealt with it already: it is handled."
    assert answer.status_code == 409
    if accepts:
        assert answer.json() == {"refused": [sentence]}
    else:
        assert said(answer) == sentence
        assert fields_of(answer, "report_form")["note"].strip() == "Mine."


def test_there_are_no_other_verbs_and_no_other_ways(desk, report):
    assert desk.post(press(report, "publish")).status_code == 404
    assert desk.get(press(report, "handle")).status_code == 405
    assert (
        desk.post(reverse("admin:coverage_errorreport_verb", args=[report.pk + 1, "handle"])).status_code
        == 404
    )
    assert desk.get(reverse("admin:coverage_errorreport_change", args=[report.pk + 1])).status_code == 302


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_with_one_and_with_three(count, desk, event, django_assert_num_queries):
    for _ in range(count):
        factories.make_error_report(factories.make_published(event))
        factories.make_error_report(factories.make_published(factories.make_event()))

    with django_assert_num_queries(8):
        page = desk.get(LIST)

    assert len(page.context["cl"].result_list) == 2 * count


def test_the_list_is_filtered_by_state_and_event(desk, report, event, people):
    elsewhere = factories.make_error_report(factories.make_published(factories.make_event()))
    done = factories.make_error_report(report.post)
    error_reports.dismiss(done, by=people["editor"])

    def shown(query: str) -> list[ErrorReport]:
        return list(desk.get(f"{LIST}?{query}").context["cl"].result_list)

    assert shown("") == [done, elsewhere, report]
    assert shown("state__exact=new") == [elsewhere, report]
    assert shown(f"state__exact=new&event__id__exact={event.pk}") == [report]
    assert shown("q=V%C3%A9ra") == [report]


def test_times_are_those_of_the_event(desk, post):
    factories.make_error_report(post, at=datetime.datetime(2026, 7, 1, 22, 30, tzinfo=datetime.UTC))

    assert "2 Jul 2026, 00:30" in desk.get(LIST).text


def test_the_live_desk_has_the_latest_new_ones_first(desk, event, post, report, people):
    later = factories.make_error_report(post, text="The time is wrong.")
    error_reports.dismiss(factories.make_error_report(post, text="All is wrong."), by=people["editor"])
    factories.make_error_report(factories.make_published(factories.make_event()), text="Elsewhere it is.")

    shown = panel(desk)

    assert re.findall(r'<p class="said" dir="auto">“(.*)”</p>', shown) == [later.text, report.text]
    assert '<span class="count">2</span>' in shown
    assert f'<a class="title" href="{change_url(post)}">Doors</a>' in shown
    assert f'href="{verb_url(post, "correct")}?back=desk"' in shown
    assert "would like an answer" in shown
    assert "<b>" not in desk.get(DESK).text


def test_the_live_desk_says_nothing_while_no_reader_does(desk, event):
    assert panel(desk) == ""


def test_more_than_fit_are_counted_and_lead_to_the_list(desk, event, post):
    for _ in range(12):
        factories.make_error_report(post)

    shown = panel(desk)

    assert shown.count('class="row"') == 10
    assert f'{LIST}?state__exact=new&event__id__exact={event.pk}">All 12</a>' in shown


@pytest.mark.parametrize("name", ["handle", "dismiss"])
@pytest.mark.parametrize("accepts", [{}, JSON])
def test_a_button_of_the_live_desk_stays_there(accepts, name, desk, report):
    answer = desk.post(press(report, name), {"_back": "desk"}, headers=accepts)

    if accepts:
        assert answer.json()["says"].endswith("it is off the desk.")
    else:
        assert answer["Location"] == DESK
    assert panel(desk) == ""


def test_a_report_and_its_end_change_the_live_desk(desk, event, post, people):
    def asked(etag: str = ""):
        return desk.get(f"{DESK}now/", headers={"If-None-Match": etag})

    first = asked()["ETag"]
    report = factories.make_error_report(post)
    second = asked(first)
    error_reports.handle(report, by=people["editor"])
    third = asked(second["ETag"])

    assert (second.status_code, third.status_code) == (200, 200)
    assert "Readers say" in second.text
    assert "Readers say" not in third.text
    assert asked(third["ETag"]).status_code == 304


def test_the_index_counts_them_those_of_events_that_are_over_too(desk, post, report):
    factories.make_error_report(post)
    over = factories.make_event(state="ended")
    factories.make_error_report(factories.make_published(over))

    page = desk.get("/admin/desk/").text

    assert "· 2 reported by readers" in page
    assert "Readers’ reports: 3 new" in page
    assert f'href="{LIST}?state__exact=new"' in page


@pytest.mark.parametrize("count", [1, 3])
def test_the_index_costs_the_same_with_one_and_with_three(count, desk, post, django_assert_num_queries):
    for _ in range(count):
        factories.make_error_report(factories.make_published(factories.make_event()))

    with django_assert_num_queries(8):
        desk.get("/admin/desk/")


def test_the_index_is_silent_without_any(desk, event):
    page = desk.get("/admin/desk/").text

    assert "Readers’ reports:" not in page
    assert "reported by readers" not in page


def test_ages_are_told(desk, post):
    factories.make_error_report(post, at=timezone.now() - datetime.timedelta(minutes=7, seconds=5))

    assert '<span class="age">7 min</span>' in panel(desk)
