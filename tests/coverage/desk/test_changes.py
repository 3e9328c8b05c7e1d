"""What the audit keeps of a save, and the history of a thing."""

from django.urls import reverse

from coverage.models import Appearance
from coverage.publishing import names
from newsroom.editorial.audit import AuditRow
from tests import factories
from tests.coverage.desk.pages import change_url, open_form


def test_a_changed_row_says_from_what_to_what(desk, event):
    acme = factories.make_organisation("Acme")
    keynote = factories.make_keynote(event, speakers=[factories.make_speaker("Vera K.")], held=True)
    fields = open_form(desk, keynote) | {
        "appearances-0-job_title": "Engineer",
        "appearances-0-organisation": str(acme.pk),
    }

    desk.post(change_url(keynote), {**fields, "_continue": "1"})

    row = AuditRow.objects.filter(verb="change").get()
    assert row.before == {"appearances": {"Vera K., speaker": {"job_title": "", "organisation": None}}}
    assert row.after == {
        "appearances": {"changed": {"Vera K., speaker": {"job_title": "Engineer", "organisation": "Acme"}}}
    }


def test_a_key_is_kept_as_the_name_it_had(desk, event):
    acme = factories.make_organisation("Acme")
    speaker = factories.make_speaker("Vera K.", organisation=acme)

    desk.post(change_url(speaker), {**open_form(desk, speaker), "organisation": "", "_continue": "1"})

    row = AuditRow.objects.filter(verb="change").get()
    assert (row.before, row.after) == ({"organisation": "Acme"}, {"organisation": None})


def test_a_row_removed_is_named(desk, event):
    keynote = factories.make_keynote(event, speakers=[factories.make_speaker("Vera K.")], held=True)

    desk.post(
        change_url(keynote), {**open_form(desk, keynote), "appearances-0-DELETE": "on", "_continue": "1"}
    )

    assert not Appearance.objects.exists()
    assert AuditRow.objects.filter(verb="change").get().after == {
        "appearances": {"removed": ["Vera K., speaker"]}
    }


def test_the_history_of_a_keynote_has_its_guests_and_both_values(desk, people, event):
    keynote = factories.make_keynote(event, speakers=[factories.make_speaker("Vera K.")])
    names.correct_billing(keynote.appearances.get(), by=people["editor"], note="Title.", job_title="Chair")

    page = desk.get(reverse("admin:coverage_keynote_history", args=[keynote.pk])).content.decode()

    assert "correct-billing" in page
    assert "<dt>job title</dt><dd><ins>Chair</ins></dd>" in page
    assert "Vera K., speaker" in page
