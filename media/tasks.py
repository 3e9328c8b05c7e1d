"""Celery's doors to this app. They carry an id and call one verb."""

from celery import shared_task

from media import renditions, sweep

# Seconds; a picture takes about two. The soft one leaves time to note why.
LIMITS = {"soft_time_limit": 60, "time_limit": 90}


@shared_task(name="media.make_renditions", **LIMITS)
def make_renditions(image_id: str) -> None:
    renditions.make_renditions(image_id)


@shared_task(name="media.sweep", **LIMITS)
def sweep_pictures() -> None:
    sweep.sweep()
