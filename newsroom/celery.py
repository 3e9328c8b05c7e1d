"""Celery: a worker for the queue `publish`, one for `images` and `mail`. Tasks carry ids and nothing else, and in their
headers the number of the request that sent them."""

import os
from contextvars import Token

from celery import Celery, Task, signals
from structlog.contextvars import bind_contextvars, reset_contextvars

from newsroom import logs
from newsroom.editorial import request_id

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "newsroom.settings")

app = Celery("newsroom")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["coverage.publishing", "coverage.following", "coverage.erasing", "media"])

# By the task's own id: a task may call another in its place.
_bound: dict[str, dict[str, Token]] = {}


@signals.setup_logging.connect
def log_as_all_do(**kwargs) -> None:
    """As LOGGING says: with somebody at this signal Celery adds no handler of its own."""
    logs.tell_what_threads_raise()


@signals.before_task_publish.connect
def give_the_number(headers: dict, **kwargs) -> None:
    if number := request_id.current():
        headers[request_id.NAME] = number


@signals.task_prerun.connect
def take_the_number(task_id: str, task: Task, **kwargs) -> None:
    number = task.request.get(request_id.NAME) or (task.request.headers or {}).get(request_id.NAME)
    known = {request_id.NAME: number} if number else {}
    _bound[task_id] = bind_contextvars(task=task.name, task_id=task_id, **known)


@signals.task_postrun.connect
def leave_the_number(task_id: str, **kwargs) -> None:
    reset_contextvars(**_bound.pop(task_id, {}))
