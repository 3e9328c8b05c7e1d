"""Which folders of renditions the record shows: those stay. What it says of those it showed once."""

import uuid

import pytest
from django.conf import settings
from django.utils import timezone
from django.utils.module_loading import import_string

from coverage.publishing import filing, images, pictures, publication
from coverage.record.pictures import is_folder_shown, why_gone
from media.models import Image
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


@pytest.fixture
def post():
    return factories.make_published(factories.make_event(), images=[{"image": factories.make_image()}])


@pytest.fixture
def image(post) -> Image:
    return post.post_images.get().image


def replace_files(image: Image) -> None:
    """As a new credit or another file does it: other bytes under another name."""
    folder = uuid.uuid4().hex
    Image.objects.filter(pk=image.pk).update(public_name=folder, edition=image.edition + 1)
    for row in image.renditions.all():
        row.file = row.file.replace(image.public_name, folder)
        row.save()
    assert pictures.pictures_ready(image.pk) == 1


def end_lease(image: Image) -> None:
    Image.objects.filter(pk=image.pk).update(lease_until=timezone.now())
    pictures.look_again(image.pk, at=timezone.now())


def take_off(image: Image) -> None:
    post, editor = publication.post_by_id(image.post_images.get().post_id), factories.make_editor()
    filing.update_post(post, by=editor, images=[])
    publication.publish(publication.post_by_id(post.pk), by=editor)


def withdraw(image: Image) -> None:
    images.withdraw_image(image, by=factories.make_editor(), reason="A child is in it.")


def withdraw_post(image: Image) -> None:
    post = publication.post_by_id(image.post_images.get().post_id)
    publication.withdraw(post, by=factories.make_editor(), reason="We were wrong.")


@pytest.mark.parametrize(
    ("became", "said"),
    [
        ([replace_files], "This file was replaced: the page it stood on shows the present one"),
        ([end_lease], "The right to show this picture has ended"),
        ([take_off], "This picture is no longer shown"),
        ([withdraw], "This picture was withdrawn"),
        ([withdraw_post], "This picture was withdrawn"),
        ([replace_files, withdraw], "This picture was withdrawn"),
        ([replace_files, end_lease], "The right to show this picture has ended"),
        ([replace_files, take_off], "This picture is no longer shown"),
    ],
    ids=lambda steps: "-".join(step.__name__ for step in steps) if isinstance(steps, list) else "",
)
def test_an_old_address_says_what_is_true_now(became, said, client, image):
    folder = image.public_name

    for step in became:
        step(Image.objects.get(pk=image.pk))

    page = client.get(f"/pictures/{folder}/jpeg-960.jpg")
    assert page.status_code == 410
    assert f"<h1>{said}</h1>" in page.text
    answer = client.get(f"/api/v1/images/{folder}/")
    assert (answer.status_code, answer.json()["detail"]) == (410, f"{said}.")


def test_a_picture_never_released_is_not_gone():
    assert why_gone(factories.make_image().public_name) is None
