"""Wraps from before their corrections were kept at the desk: migrated, they have what readers have."""

import importlib

import pytest
from django.apps import apps
from django.db import connection

from coverage.models import Wrap
from coverage.publishing import articles, wrapping
from coverage.record.models import ReleasedArticle
from tests import factories

pytestmark = pytest.mark.django_db
migration = importlib.import_module("coverage.migrations.0011_wrap_corrections")


def test_what_readers_have_been_told_is_at_the_desk(db):
    editor, event = factories.make_editor(), factories.make_event()
    wrap = wrapping.make_draft(event, [factories.make_published(event, by=editor).pk], by=editor)
    rows = [wrapping.Written(one.pk, one.heading, one.body) for one in wrap.paragraphs.all()]
    wrap = wrapping.save(wrap, by=editor, headline="The day", standfirst="", byline="", paragraphs=rows)
    articles.publish(articles.publish(wrap, by=editor), by=editor, note="It was two days.")
    Wrap.objects.update(corrections=[])

    migration.copy_from_record(apps, connection.schema_editor())

    assert Wrap.objects.get().corrections == ReleasedArticle.objects.get().corrections != []
