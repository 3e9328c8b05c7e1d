"""Pictures from before a credit said who gave it: a gap somebody made on purpose is filled no more."""

import importlib

import pytest
from django.apps import apps
from django.db import connection

from media import texts
from media.models import Image
from tests import factories

pytestmark = pytest.mark.django_db
migration = importlib.import_module("media.migrations.0006_given_credits")


@pytest.fixture
def migrate():
    """Takes away what the older tables had no column for, except of what was filled, and migrates."""

    def run() -> None:
        Image.objects.filter(credit_from="person").update(credit_from="")
        migration.name_persons(apps, connection.schema_editor())

    return run


def bare(**fields) -> Image:
    return factories.make_image(ready=False, credit="", **fields)


def emptied(by) -> Image:
    image = bare()
    texts.describe(image, by=by, credit="Ada", alt_text="A stage")
    texts.describe(image, by=by, credit="")
    texts.describe(image, by=by, caption="The queue")
    return image


def test_a_credit_that_was_emptied_stays_empty(migrate):
    image = emptied(factories.make_editor())

    migrate()
    texts.fill_credit(image.pk, "Summit/Handout")

    image.refresh_from_db()
    assert (image.credit, image.credit_from) == ("", "person")


def test_only_what_nobody_gave_is_still_a_gap(migrate):
    editor = factories.make_editor()
    written, filled = factories.make_image(), factories.make_image(credit_from="uploader")
    described, untouched = bare(), bare()
    texts.describe(described, by=editor, alt_text="A stage")

    migrate()

    found = Image.objects.in_bulk()
    assert [found[one.pk].credit_from for one in (written, filled, described, untouched)] == [
        "person",
        "uploader",
        "",
        "",
    ]


def test_more_pictures_than_a_batch_are_all_looked_at(migrate, monkeypatch):
    monkeypatch.setattr(migration, "BATCH", 2)
    editor = factories.make_editor()
    for _ in range(5):
        emptied(editor)

    migrate()

    assert set(Image.objects.values_list("credit_from", flat=True)) == {"person"}
