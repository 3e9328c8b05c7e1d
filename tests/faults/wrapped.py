"""The newsroom's application with what a test cannot wait for made short, and static files by their own names."""

import os

from newsroom.asgi import application  # noqa: F401 - first of all: it sets Django up

# isort: split
from django.conf import settings

from coverage.live import streams

streams.BLOCKED = float(os.environ.get("FAULTS_BLOCKED", streams.BLOCKED))
settings.STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
