"""Celery's look at the files of what was erased. Lost or doubled, it changes nothing: the rows say what is left."""

from celery import shared_task

from coverage.erasing import files, ledger


@shared_task(name="erasing.sweep")
def sweep() -> None:
    ledger.note()
    files.sweep()
