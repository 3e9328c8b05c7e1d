"""Redis, workers and beat."""

import redis
from celery import current_app
from django.conf import settings
from django.utils import timezone
from kombu.exceptions import OperationalError

from coverage.doctor.findings import Finding, bad, good, mind
from coverage.publishing import pulse

QUEUES = ("publish", "images", "mail")
WAIT = 2.0  # seconds for workers to answer
STALE = 10  # seconds; beat is heard each second
START = "Start the newsroom (make run), or its workers and beat; their logs lie in DATA_DIR/logs."


def look() -> list[Finding]:
    try:
        redis.Redis.from_url(settings.REDIS_URL, socket_connect_timeout=0.5, socket_timeout=0.5).ping()
    except redis.RedisError:
        seen = "It does not answer: posts still come out and pages still follow, pictures and e-mails wait."
        return [mind("Redis", seen, "Start it, or set REDIS_URL right; make run starts one of its own.")]
    return [good("Redis", "It answers."), _look_at_workers(), _look_at_beat()]


def _look_at_workers() -> Finding:
    try:
        answers = current_app.control.inspect(timeout=WAIT).active_queues() or {}
    except (OperationalError, redis.RedisError, OSError) as error:
        return bad("workers", f"They cannot be asked: {error}.", START)
    served = {queue["name"] for queues in answers.values() for queue in queues}
    if missing := [name for name in QUEUES if name not in served]:
        return bad("workers", f"None takes the queue {' and '.join(missing)}.", START)
    return good("workers", f"{len(answers)} answer, and every queue has one.")


def _look_at_beat() -> Finding:
    last = pulse.last_beat()
    if last is None:
        return bad("beat", "It was not heard for a day.", START)
    seconds = (timezone.now() - last).total_seconds()
    if seconds > STALE:
        return bad("beat", f"It was heard {seconds:,.0f} s ago, and should be each second.", START)
    return good("beat", "It is heard, and the worker for publishing works.")
