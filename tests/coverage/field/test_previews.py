"""The private preview: bytes for her own pictures, for nobody else's."""

import pytest

from media import storage
from tests import factories
from tests.coverage.field.phone import Phone, photograph


@pytest.fixture
def image(reporter):
    image = factories.make_image(uploaded_by=reporter)
    storage.write(storage.renditions(), f"{image.public_name}/jpeg-320.jpg", photograph().read())
    return image


def test_preview_of_her_own(phone, image):
    response = phone.open(f"/field/photos/{image.pk}/")

    assert (response.status_code, response["Content-Type"]) == (200, "image/jpeg")
    assert response["Cache-Control"] == "private, no-store"
    assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Cross-Origin-Resource-Policy"] == "same-origin"
    assert response.content.startswith(b"\xff\xd8\xff")
    response.close()


def test_preview_of_another_is_not_found(publishing_phone, image):
    assert publishing_phone.open(f"/field/photos/{image.pk}/").status_code == 404


def test_preview_in_her_own_post_by_another(publishing_phone, publisher, event, image):
    factories.make_post(event, by=publisher, images=[{"image": image}])

    response = publishing_phone.open(f"/field/photos/{image.pk}/")

    assert response.status_code == 200
    response.close()


def test_preview_needs_signing_in(image):
    assert Phone().open(f"/field/photos/{image.pk}/").status_code == 302


def test_preview_before_it_is_made(phone, reporter):
    image = factories.make_image(uploaded_by=reporter, state="received")

    assert phone.open(f"/field/photos/{image.pk}/").status_code == 404


def test_post_shows_the_preview_with_its_credit(phone, reporter, event, image):
    post = factories.make_post(event, by=reporter, images=[{"image": image}])

    page = phone.open(f"/field/posts/{post.pk}/").content.decode()

    assert f'src="/field/photos/{image.pk}/"' in page
    assert "Ada Byron/Newsroom" in page
    assert image.public_name not in page
