"""What is typed in a wrap's form and not saved: kept, offered after signing in again, forgotten when it is saved."""

import json
import re

import pytest
from django.test import Client
from django.urls import reverse

from coverage.models import Typed
from coverage.publishing import wrapping
from tests import factories
from tests.coverage.desk.pages import BACKEND, client_of, fields_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def wrap(event, people):
    post = factories.make_published(event, by=people["editor"], body="<p>Words.</p>")
    return wrapping.make_draft(event, [post.pk], by=people["editor"])


@pytest.fixture
def page(event) -> str:
    return reverse("admin:coverage_event_wrap", args=[event.pk])


def open_form(client, page: str) -> dict[str, str]:
    return fields_of(client.get(page), "wrap_form")


def keep(client, fields: dict, page: str, **more):
    """What the script sends of a form that is being typed in."""
    body = {"page": f"{page}?form={fields['_form']}", "fields": list(fields.items()), **more}
    return client.post(reverse("typed"), json.dumps(body), content_type="application/json")


def offers(client, page: str) -> list[str]:
    return re.findall(r'data-typed="(\d+)"', client.get(page).text)


@pytest.fixture
def kept(desk, page, wrap) -> dict[str, str]:
    """A form in which something was typed and kept."""
    key = wrap.paragraphs.get().pk
    fields = {**open_form(desk, page), "headline": "Typed", f"body-{key}": "<p>Typed words.</p>"}
    assert keep(desk, fields, page).status_code == 200
    return fields


def test_it_is_offered_with_its_words_and_the_wrap_stays_as_it_is(desk, page, wrap, kept):
    [row] = Typed.objects.all()

    shown = desk.get(page).text

    assert "<q>Typed · Typed words.</q>" in shown
    assert f'href="{page}?typed={row.pk}"' in shown
    wrap.refresh_from_db()
    assert (wrap.headline, wrap.paragraphs.get().body) == ("", "<p>Words.</p>")


def test_taken_back_it_is_in_the_form_and_saved_it_is_forgotten(desk, page, wrap, kept):
    [pk] = offers(desk, page)

    shown = desk.get(f"{page}?typed={pk}")
    done = desk.post(page, {**fields_of(shown, "wrap_form"), "do": "save"})

    assert "It is not saved yet." in shown.text
    assert "conflict" not in shown.context
    assert done.status_code == 302
    wrap.refresh_from_db()
    assert (wrap.headline, wrap.paragraphs.get().body) == ("Typed", "<p>Typed words.</p>")
    assert not Typed.objects.exists()
    assert done.cookies["typed-saved"].value != kept["_form"]


def test_saved_from_its_own_form_it_is_forgotten_and_the_script_is_told(desk, page, kept):
    done = desk.post(page, {**kept, "do": "save"})

    assert done.cookies["typed-saved"].value == kept["_form"]
    assert not Typed.objects.exists()


def test_a_refused_save_forgets_nothing(desk, page, kept):
    refused = desk.post(page, {**kept, "headline": "x" * 201, "do": "save"})

    assert refused.status_code == 400
    assert "typed-saved" not in refused.cookies
    assert Typed.objects.exists()


def test_if_it_was_changed_meanwhile_both_stand_side_by_side(desk, page, people, wrap, kept):
    rows = [wrapping.Written(one.pk, one.heading, one.body) for one in wrap.paragraphs.all()]
    wrapping.save(wrap, by=people["chief"], headline="Theirs", standfirst="", byline="", paragraphs=rows)

    shown = desk.get(f"{page}?typed={Typed.objects.get().pk}")

    assert ("Headline", "Theirs", "Typed") in [
        (one.label, one.theirs, one.mine) for one in shown.context["conflict"]
    ]
    assert fields_of(shown, "wrap_form")["headline"] == "Typed"


def test_what_stands_already_is_not_offered(desk, page, wrap):
    fields = open_form(desk, page)

    answer = keep(desk, fields, page, left=True)

    assert answer.json() == {"offer": ""}
    assert not Typed.objects.exists()


def test_a_form_older_than_the_sign_in_leads_back_to_the_words(people, page, kept):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(people["editor"], backend=BACKEND)

    answer = strict.post(page, {**kept, "do": "save"})

    assert answer.status_code == 403
    assert "What you typed in it is kept." in answer.text
    assert f'<a href="{page}">Open the wrap’s form again</a>' in answer.text
    assert len(offers(strict, page)) == 1


def test_discarding_leads_back(desk, page, kept):
    answer = desk.post(reverse("typed_discard", args=[Typed.objects.get().pk]))

    assert answer["Location"] == page
    assert not Typed.objects.exists()


def test_nobody_keeps_or_reads_anything_at_a_wrap_that_is_not_hers(hers, people, page, kept):
    chief = client_of(people["chief"])

    assert keep(hers, kept, page).status_code == 400
    assert offers(chief, page) == []
    assert "conflict" not in chief.get(f"{page}?typed={Typed.objects.get().pk}").context
    assert keep(chief, kept, "/admin/coverage/event/99999/wrap/").status_code == 400


def test_a_script_keeps_what_is_typed(desk, page, wrap):
    shown = desk.get(page).text

    assert "admin_theme/typed.js" in shown
    assert f'data-page="{page}?form=' in shown
