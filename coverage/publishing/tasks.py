"""Celery's doors to the verbs: ids in, one verb. Lost or doubled, they change nothing: the rows say what is due."""

from celery import shared_task
from django.utils import timezone

from coverage.publishing import alerts, card_drawing, error_reports, glass, leases, pictures, pulse, schedule
from newsroom.editorial import clock


@shared_task(name="publishing.release_due")
def release_due() -> None:
    pulse.beat()
    schedule.release_due()


@shared_task(name="publishing.pictures_ready")
def pictures_ready(image_id: str) -> None:
    pictures.pictures_ready(image_id)


@shared_task(name="publishing.sweep_pictures")
def sweep_pictures() -> None:
    pictures.sweep_pictures()


@shared_task(name="publishing.alert_unsigned")
def alert_unsigned() -> None:
    glass.alert_unsigned(at=clock.now())


@shared_task(name="publishing.mail_alerts")
def mail_alerts() -> None:
    leases.settle_warnings(at=timezone.now())
    alerts.mail_alerts()


@shared_task(name="publishing.forget_error_reports")
def forget_error_reports() -> None:
    error_reports.forget(at=timezone.now())


@shared_task(name="publishing.draw_cards", soft_time_limit=60, time_limit=90)
def draw_cards(head_id: str) -> None:
    card_drawing.draw_waiting(int(head_id))


@shared_task(name="publishing.sweep_cards", soft_time_limit=60, time_limit=90)
def sweep_cards() -> None:
    card_drawing.sweep()


@shared_task(name="publishing.tidy_cards", soft_time_limit=60, time_limit=90)
def tidy_cards() -> None:
    card_drawing.tidy()
