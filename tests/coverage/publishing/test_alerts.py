import datetime
import smtplib

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.utils import timezone

from coverage.models import Alert
from coverage.models.alert import AlertKind
from coverage.publishing import alerts, anchors, filing, publication, review, schedule
from coverage.publishing.publication import post_by_id
from tests import factories

pytestmark = pytest.mark.django_db
LATER = datetime.timedelta(seconds=31)


class Refusing(EmailBackend):
    """A mail server that is there and takes nothing."""

    def send_messages(self, messages):
        raise smtplib.SMTPServerDisconnected("Connection unexpectedly closed")


def raised(key: str = "lease 1 48", **fields) -> bool:
    return alerts.raise_alert(key, AlertKind.LEASE, "A right ends", path="/admin/", **fields)


def soon() -> datetime.datetime:
    return timezone.now() + LATER


def test_an_alert_is_raised_once_for_each_key():
    assert [raised(), raised(), raised("lease 1 2")] == [True, False, True]

    assert Alert.objects.count() == 2


def test_what_nobody_saw_for_half_a_minute_is_sent_once_to_the_editors(settings):
    factories.make_editor(email="ed@example.org")
    factories.make_chief(email="carla@example.org")
    factories.make_editor()  # without an address
    factories.make_editor(email="gone@example.org", is_active=False)
    factories.make_person(email="rosa@example.org")
    raised(text="- post “Doors”")
    assert alerts.mail_alerts() == 0

    assert [alerts.mail_alerts(at=soon()), alerts.mail_alerts(at=soon())] == [1, 0]

    [sent] = mail.outbox
    assert sent.to == ["ed@example.org", "carla@example.org"]
    assert sent.subject == "[Newsroom] A right ends"
    assert sent.body == f"A right ends\n\n- post “Doors”\n\n{settings.PUBLIC_URL}/admin/\n"


def test_an_event_s_alert_goes_to_the_editors_assigned_to_it_or_to_all():
    event, other = factories.make_event(), factories.make_event()
    hers = factories.make_editor(email="hers@example.org")
    factories.make_editor(email="his@example.org")
    factories.assign(hers, event)
    raised("a", event=event)
    raised("b", event=other)

    alerts.mail_alerts(at=soon())

    assert [sent.to for sent in mail.outbox] == [
        ["hers@example.org"],
        ["hers@example.org", "his@example.org"],
    ]


def test_what_somebody_saw_is_not_sent():
    factories.make_editor(email="ed@example.org")
    raised()
    Alert.objects.update(seen_at=timezone.now())

    assert alerts.mail_alerts(at=soon()) == 0


def test_what_was_dealt_with_is_not_sent():
    factories.make_editor(email="ed@example.org")
    raised()
    Alert.objects.update(dismissed_at=timezone.now())

    assert alerts.mail_alerts(at=soon()) == 0


DEALT_WITH = {
    "publish": lambda post, by: publication.publish(post, by=by),
    "schedule": lambda post, by: schedule.schedule(post, by=by, publish_at=timezone.now() + LATER),
    "unschedule": lambda post, by: schedule.unschedule(post, by=by),
    "spike": lambda post, by: review.spike(post, by=by),
    "an edit that asks for another reading": lambda post, by: filing.update_post(post, by=by, headline="New"),
    "another time": lambda post, by: anchors.reschedule(post, timezone.now() + LATER, by=by),
}


@pytest.mark.parametrize("way", DEALT_WITH)
def test_what_did_not_come_out_is_told_until_somebody_deals_with_it(way):
    editor, event = factories.make_editor(), factories.make_event(second_reader=True)
    posts = [post_by_id(factories.make_post(event, by=editor).pk) for _ in range(2)]
    for post in posts:
        review.submit(post, by=editor)
        review.approve(post, by=factories.make_editor())
        schedule.schedule(post, by=editor, publish_at=timezone.now() + LATER)
        alerts.raise_about(post, f"release {post.pk}", AlertKind.RELEASE, "Not published in time", text="")

    DEALT_WITH[way](posts[0], editor)

    assert [alert.key for alert in Alert.objects.open_at(event)] == [f"release {posts[1].pk}"]


def test_a_server_that_refuses_is_tried_again(settings, caplog):
    factories.make_editor(email="ed@example.org")
    raised()
    works = settings.MAILERS
    settings.MAILERS = {"default": {"BACKEND": f"{__name__}.Refusing"}}
    first = soon()
    assert alerts.mail_alerts(at=first) == 0
    assert "is tried again" in caplog.text

    settings.MAILERS = works
    again = alerts.mail_alerts(at=first + datetime.timedelta(seconds=119))
    later = alerts.mail_alerts(at=first + alerts.SENDING)

    assert (again, later) == (0, 1)


def test_one_that_another_process_is_sending_is_left_to_it():
    factories.make_editor(email="ed@example.org")
    raised()
    Alert.objects.update(mailing_since=soon())

    assert alerts.mail_alerts(at=soon()) == 0


def test_nobody_to_tell_is_said_in_the_log(caplog):
    raised()

    assert alerts.mail_alerts(at=soon()) == 0
    assert f"could be told of the alert {Alert.objects.get().key}" in caplog.text
