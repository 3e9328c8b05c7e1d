"""Celery's look at the files of what was erased. Lost or doubled, it changes nothing: the rows say what is left."""

from celery import shared_task

from coverage.erasing import files


@shared_task(name="erasing.sweep")
def sweep() -> None:
    files.sweep()
