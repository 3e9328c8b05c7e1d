"""Which folders of renditions the record shows: those stay."""

import pytest
from django.conf import settings
from django.utils.module_loading import import_string

from coverage.publishing import publication
from coverage.record.pictures import is_folder_shown
from tests import factories

pytestmark = pytest.mark.django_db


def test_a_folder_is_shown_from_release_until_withdrawal():
    image = factories.make_image()
    post = factories.make_post(factories.make_event(), images=[{"image": image}])
    assert not is_folder_shown(image.public_name)

    publication.publish(publication.post_by_id(post.pk), by=None)
    assert is_folder_shown(image.public_name)
    assert not is_folder_shown("another")

    publication.withdraw(publication.post_by_id(post.pk), by=None, reason="Wrong.")
    assert not is_folder_shown(image.public_name)


def test_the_settings_name_it():
    assert import_string(settings.MEDIA_FOLDER_IN_USE) is is_folder_shown
