"""A form of the desk that is older than the last sign-in: nothing is written, and the way back to the words is said."""

import json
import re

import pytest
from django.test import Client
from django.urls import reverse

from coverage.models import Post, Typed
from tests import factories
from tests.coverage.desk.pages import BACKEND, change_url, client_of, open_form

pytestmark = pytest.mark.django_db
HOST = "http://testserver"


@pytest.fixture
def post(event, people):
    return factories.make_post(event, by=people["reporter"], headline="First")


@pytest.fixture
def strict(people) -> Client:
    """The chief editor's browser, which signed in again: its token is not that of any form."""
    client = Client(enforce_csrf_checks=True)
    client.force_login(people["chief"], backend=BACKEND)
    return client


def test_what_was_typed_in_a_post_s_form_is_offered_by_the_same_page(strict, people, post):
    desk, address = client_of(people["chief"]), change_url(post)
    fields = {**open_form(desk, post), "headline": "Typed"}
    body = {"page": f"{address}?form={fields['_form']}", "fields": list(fields.items())}
    desk.post(reverse("typed"), json.dumps(body), content_type="application/json")

    answer = strict.post(address, fields)

    assert answer.status_code == 403
    assert "CSRF" not in answer.text
    assert "nothing was saved" in answer.text
    assert "What you typed in it is kept." in answer.text
    assert f'<a href="{address}">Open the post’s form again</a>' in answer.text
    assert Post.objects.get().headline == "First"
    assert f'data-typed="{Typed.objects.get().pk}"' in strict.get(address).text


def test_other_forms_are_found_with_the_back_button(strict, event):
    page = reverse("admin:coverage_event_life", args=[event.pk, "pause"])

    answer = strict.post(page, {"text": "Back at two"}, headers={"Referer": f"{HOST}{page}?a=b"})

    assert answer.status_code == 403
    assert "Back button shows what you typed" in answer.text
    assert "is kept" not in answer.text
    assert f'<a href="{page}?a=b">Open the page again</a>' in answer.text


@pytest.mark.parametrize("referer", ["", "https://evil.example/admin/x/", f"{HOST}/events/"])
def test_a_page_that_is_not_the_desk_s_is_not_linked(strict, referer):
    answer = strict.post(reverse("admin:logout"), headers={"Referer": referer})

    assert f'<a href="{reverse("admin:index")}">Open the page again</a>' in answer.text


def test_nobody_signed_in_gets_it_too_and_sees_no_table(db):
    answer = Client(enforce_csrf_checks=True).post(reverse("admin:login"), {"username": "ada"})

    assert answer.status_code == 403
    assert "Nothing was saved" in answer.text
    assert "desk-nav" not in answer.text


def test_it_keeps_the_desk_s_policy_and_no_cache_keeps_it(strict, post):
    answer = strict.post(change_url(post), {})

    assert "'unsafe-inline'" not in answer["Content-Security-Policy"]
    assert "'nonce-" in answer["Content-Security-Policy"]
    assert "no-store" in answer["Cache-Control"]
    assert not re.search(r" style=|<style|<script>", answer.text)
