"""The project: settings, addresses and the processes that make up a newsroom."""

from newsroom import checks, migrating
from newsroom.celery import app as celery_app

__all__ = ["celery_app", "checks", "migrating"]
