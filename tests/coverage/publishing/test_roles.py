"""What each role may do beyond the posts' own table (test_workflow)."""

import pytest
from django.core import mail
from django.utils import timezone

from coverage.models.alert import AlertKind
from coverage.publishing.access import posts_for, verbs_for
from coverage.publishing.alerts import UNSEEN, mail_alerts, raise_alert
from coverage.publishing.images import reinstate_image, withdraw_image
from coverage.publishing.reach import images_for
from media.texts import describe
from newsroom.editorial.errors import NotAllowed
from newsroom.editorial.roles import PHOTO_EDITOR, PHOTOGRAPHER
from tests import factories

pytestmark = pytest.mark.django_db


def test_a_photo_editor_edits_and_withdraws_everybodys_pictures_and_no_posts():
    photo_editor = factories.make_person(PHOTO_EDITOR)
    image = factories.make_image(uploaded_by=factories.make_person())
    post = factories.make_published(factories.make_event(), images=[{"image": image, "caption": ""}])

    assert describe(image, by=photo_editor, caption="The stage")
    assert withdraw_image(image, by=photo_editor, reason="The agency asked.")

    assert list(images_for(photo_editor)) == [image]
    assert not posts_for(photo_editor).exists()
    assert verbs_for(photo_editor, post) == []
    with pytest.raises(NotAllowed):
        reinstate_image(image, by=photo_editor, reason="Asked again.")


def test_a_photographer_does_not_withdraw_pictures():
    image = factories.make_image()

    with pytest.raises(NotAllowed):
        withdraw_image(image, by=factories.make_person(PHOTOGRAPHER), reason="No.")


def test_a_lease_is_told_to_photo_editors_too():
    factories.make_person(PHOTO_EDITOR, email="pia@example.org")
    raise_alert("lease 1", AlertKind.LEASE, "A right ends", path="/admin/")
    raise_alert("release 1", AlertKind.RELEASE, "Not out", path="/admin/")

    mail_alerts(at=timezone.now() + UNSEEN)

    assert [sent.subject for sent in mail.outbox] == ["[Newsroom] A right ends"]
