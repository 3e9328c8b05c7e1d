"""Sessions from before they knew whose they are: migrated, nobody is signed out."""

import importlib

import pytest
from django.apps import apps
from django.contrib.sessions.backends.db import SessionStore as Former
from django.contrib.sessions.models import Session as FormerRow
from django.db import connection
from django.test import Client

from newsroom.editorial.sessions import sessions_of
from tests import factories
from tests.coverage.desk.pages import client_of

pytestmark = pytest.mark.django_db
migration = importlib.import_module("newsroom.editorial.migrations.0007_sessions")


def test_nobody_is_signed_out():
    editor = factories.make_editor()
    former = Former()
    former.update(dict(client_of(editor).session.items()))
    former.save()
    Former().save()  # of somebody who only looked at the form
    editor.sessions.all().delete()
    browser = Client()
    browser.cookies["sessionid"] = former.session_key
    assert browser.get("/admin/").status_code == 302
    assert FormerRow.objects.count() == 2

    migration.bring_over(apps, connection.schema_editor())

    browser.cookies["sessionid"] = former.session_key
    assert browser.get("/admin/").status_code == 200
    assert [row.session_key for row in sessions_of(editor)] == [former.session_key]
