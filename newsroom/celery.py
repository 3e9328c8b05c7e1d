"""Celery: two queues, `publish` and `images`, with a worker each. Tasks carry ids and nothing else."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "newsroom.settings")

app = Celery("newsroom")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["coverage.publishing", "media"])
