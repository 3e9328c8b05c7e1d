"""Celery's looks at what those elsewhere have not been told. Lost or doubled, they change nothing: the rows say it."""

from celery import shared_task
from django.utils import timezone

from coverage.following import hub, notices, push


@shared_task(name="following.push", soft_time_limit=90, time_limit=100)
def push_key_events() -> None:
    push.push_key_events(at=timezone.now())


@shared_task(name="following.tell_hub", soft_time_limit=90, time_limit=100)
def tell_hub() -> None:
    hub.tell_hub(at=timezone.now())


@shared_task(name="following.forget")
def forget() -> None:
    notices.forget(at=timezone.now())
