"""Celery: a worker for the queue `publish`, one for `images` and `mail`. Tasks carry ids and nothing else."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "newsroom.settings")

app = Celery("newsroom")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["coverage.publishing", "coverage.following", "coverage.erasing", "media"])
