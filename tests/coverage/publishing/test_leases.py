"""Warnings before a lease ends, as the tick gives them."""

import datetime

import pytest
from django.core import mail
from django.utils import timezone

from coverage.models import Alert
from coverage.publishing import alerts, leases, pictures, schedule, tasks
from media import texts
from media.models import Image
from tests import factories

pytestmark = pytest.mark.django_db
END = datetime.datetime(2027, 3, 20, 9, 0, tzinfo=datetime.UTC)


def before(hours: float) -> datetime.datetime:
    return END - datetime.timedelta(hours=hours)


@pytest.fixture
def image():
    image = factories.make_image(alt_text="A stage", lease_until=END)
    factories.make_published(
        factories.make_event(title="The Summit"), headline="Doors", images=[{"image": image, "caption": ""}]
    )
    return image


@pytest.mark.parametrize(
    ("hours", "warned"), [(48.1, None), (48, 48), (2.1, 48), (2, 2), (0.01, 2), (0, None), (-1, None)]
)
def test_the_desk_is_warned_48_and_2_hours_before(hours, warned, image):
    assert leases.warn(image, at=before(hours)) is (warned is not None)

    titles = [f"The right to show “A stage” ends in less than {warned} hours: 20 March, 09:00 UTC"]
    assert [alert.title for alert in Alert.objects.all()] == (titles if warned else [])


def test_each_warning_is_given_once_and_again_for_another_end(image):
    copy = factories.make_image(same_as=image)
    found = [leases.warn(one, at=before(hours)) for hours in (48, 40, 2) for one in (image, copy)]
    assert found == [True, False, False, False, True, False]

    Image.objects.filter(pk=image.pk).update(lease_until=END + datetime.timedelta(hours=1))
    image.refresh_from_db()

    assert leases.warn(image, at=before(40))


@pytest.mark.parametrize(
    ("changed", "settled"),
    [
        ({}, 0),
        ({"lease_until": END + datetime.timedelta(hours=1)}, 1),
        ({"lease_until": None}, 1),
        ({"state": "withdrawn"}, 1),
    ],
)
def test_a_warning_of_what_ends_no_more_is_not_sent(changed, settled, image):
    factories.make_editor(email="ed@example.org")
    leases.warn(image, at=before(2))
    Image.objects.filter(pk=image.pk).update(**changed)

    tasks.mail_alerts()
    alerts.mail_alerts(at=timezone.now() + alerts.UNSEEN)

    assert Alert.objects.exclude(dismissed_at=None).count() == settled
    assert len(mail.outbox) == 1 - settled


def test_what_no_post_holds_or_is_gone_warns_nobody(image):
    assert not leases.warn(factories.make_image(lease_until=END), at=before(2))
    Image.objects.update(state="withdrawn")
    image.refresh_from_db()
    assert not leases.warn(image, at=before(2))

    assert not Alert.objects.exists()


def test_the_tick_warns_with_the_pages_and_looks_again_at_the_next_moment(settings):
    editor = factories.make_editor(email="ed@example.org")
    image = factories.make_image(alt_text="A stage")
    post = factories.make_published(
        factories.make_event(slug="summit"), images=[{"image": image, "caption": ""}]
    )
    end = timezone.now() + datetime.timedelta(hours=47)
    texts.describe(image, by=editor, lease_until=end + datetime.timedelta(hours=10))
    Image.objects.update(lease_until=end, due_at=end - datetime.timedelta(hours=48))

    assert schedule.release_due() == [f"picture {image.pk} in 0 posts, warned of its lease"]
    assert schedule.release_due() == []
    alerts.mail_alerts(at=timezone.now() + alerts.UNSEEN)

    assert Image.objects.get().due_at == end - datetime.timedelta(hours=2)
    [sent] = mail.outbox
    assert f"{settings.PUBLIC_URL}/events/summit/posts/{post.public_id}/" in sent.body
    assert f"- event “{post.event.title}” (published) {settings.PUBLIC_URL}/events/summit/" in sent.body
    assert f"{settings.PUBLIC_URL}/admin/media/image/{image.pk}/change/" in sent.body
    assert pictures.posts_with(image.pk).get() == post
