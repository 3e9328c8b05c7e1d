"""People: invited, never given a password, deactivated, never locked out of their own newsroom."""

import re

import pytest
from django.conf import settings
from django.core import mail

from coverage.models import Assignment
from newsroom.editorial.audit import AuditRow
from newsroom.editorial.people import User
from newsroom.editorial.roles import CHIEF, REPORTER, roles_of
from tests import factories
from tests.coverage.desk.pages import change_url, client_of, fields_of, new_form, open_form, said

PASSWORD = "four words nobody joined"


@pytest.fixture
def chief_desk(people):
    return client_of(people["chief"])


def _invite(client, event=None, **values):
    address, fields = new_form(client, "editorial_user")
    fields |= {
        "first_name": "Olga",
        "last_name": "Ny",
        "email": "olga@example.org",
        "role": REPORTER,
        **values,
    }
    if event:
        fields["assignments-0-event"] = event.pk
    return client.post(address, {**fields, "_continue": "1"}, headers={"host": "localhost"}, follow=True)


def _link() -> str:
    return re.search(r"http\S+/admin/password_reset/\S+", mail.outbox[-1].body)[0]


def test_an_invitation_makes_a_person_and_sends_a_link(chief_desk, event, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        response = _invite(chief_desk, event)

    olga = User.objects.get(email="olga@example.org")
    assert (olga.username, olga.is_staff, olga.has_usable_password()) == ("olga.ny", True, False)
    assert roles_of(olga) == {REPORTER}
    assert Assignment.objects.get(person=olga).event == event
    assert mail.outbox[-1].to == ["olga@example.org"]
    assert _link().startswith(f"{settings.PUBLIC_URL}/admin/password_reset/")
    assert "olga.ny" in said(response)


def test_the_link_sets_a_password_once(chief_desk, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        _invite(chief_desk)
    path = _link().removeprefix(settings.PUBLIC_URL)
    browser = client_of(None)

    form = browser.get(path, follow=True)
    done = browser.post(
        form.request["PATH_INFO"],
        {**fields_of(form), "new_password1": PASSWORD, "new_password2": PASSWORD},
        follow=True,
    )

    assert b"Your password is set" in done.content
    assert User.objects.get(email="olga@example.org").check_password(PASSWORD)
    assert b"no longer works" in client_of(None).get(path, follow=True).content


def test_nobody_is_invited_twice_under_one_address(chief_desk, people):
    User.objects.filter(pk=people["editor"].pk).update(email="Olga@Example.org")

    response = _invite(chief_desk)

    assert b"Another person already has this e-mail address." in response.content
    assert not mail.outbox


def test_an_address_is_needed(chief_desk):
    assert b"This field is required." in _invite(chief_desk, email="").content


def test_names_alike_get_user_names_apart(chief_desk):
    factories.make_person(username="olga.ny")

    _invite(chief_desk)

    assert User.objects.get(email="olga@example.org").username == "olga.ny2"


def test_the_invitation_is_sent_again(chief_desk, django_capture_on_commit_callbacks):
    _invite(chief_desk)
    olga = User.objects.get(email="olga@example.org")

    with django_capture_on_commit_callbacks(execute=True):
        chief_desk.post(change_url(olga), {**open_form(chief_desk, olga), "_person": "invite"})

    assert len(mail.outbox) == 1
    assert AuditRow.objects.filter(verb="invite", thing_id=olga.pk).count() == 2


def test_a_new_role_replaces_the_old_and_is_in_the_audit(chief_desk, people):
    rosa = people["reporter"]
    User.objects.filter(pk=rosa.pk).update(email="rosa@example.org")

    chief_desk.post(change_url(rosa), {**open_form(chief_desk, rosa), "role": "Editor", "_continue": "1"})

    assert roles_of(User.objects.get(pk=rosa.pk)) == {"Editor"}
    row = AuditRow.objects.get(verb="role")
    assert (row.before, row.after) == ({"role": "Reporter"}, {"role": "Editor"})


def test_a_deactivated_person_is_out_at_once(chief_desk, people, hers):
    rosa = people["reporter"]
    User.objects.filter(pk=rosa.pk).update(email="rosa@example.org")
    fields = open_form(chief_desk, rosa)
    del fields["is_active"]

    chief_desk.post(change_url(rosa), {**fields, "_continue": "1"})

    assert hers.get("/admin/").status_code == 302


@pytest.mark.parametrize("change", [{"role": REPORTER}, {"is_active": None}])
def test_the_last_chief_cannot_leave(change, chief_desk, people):
    carla = people["chief"]
    User.objects.filter(pk=carla.pk).update(email="carla@example.org")
    fields = {**open_form(chief_desk, carla), **change, "_continue": "1"}

    response = chief_desk.post(change_url(carla), {k: v for k, v in fields.items() if v is not None})

    assert b"This is the last chief editor" in response.content
    assert roles_of(User.objects.get(pk=carla.pk)) == {CHIEF}


def test_a_chief_cannot_change_an_administrator(chief_desk):
    root = User.objects.create_superuser("root", "root@example.org", PASSWORD)

    response = chief_desk.post(change_url(root), {"email": "carla@example.org"})

    assert response.status_code == 403


def test_no_password_is_ever_in_the_audit(chief_desk):
    _invite(chief_desk)

    row = AuditRow.objects.get(verb="add")
    assert "password" not in row.after


def test_saving_an_administrator_leaves_her_what_she_is(db):
    root = factories.make_person(is_superuser=True)
    root.groups.clear()
    client = client_of(root)

    client.post(change_url(root), {**open_form(client, root), "byline": "Root Adler", "_continue": "1"})

    root.refresh_from_db()
    assert (root.byline, roles_of(root)) == ("Root Adler", frozenset())
    assert not AuditRow.objects.filter(verb="role").exists()


def test_user_name_is_shown_without_the_rules_for_choosing_one(chief_desk, people):
    page = chief_desk.get(change_url(people["reporter"])).text

    assert "rosa" in page
    assert "150 characters" not in page
