"""What a line of the log says: one JSON object a record in production, readable lines in development.

Never a word that somebody wrote: what is not public yet must not be read in a log. So no values of local variables, no
bodies, no forms; of an error its type, where it happened, and what the database calls the broken rule. An error's own
words are left out unless they cannot quote a text, and what is handed to a message is told by what it is.
"""

import datetime
import decimal
import json
import logging
import pathlib
import re
import threading
import traceback
import uuid
from collections.abc import Iterator
from types import TracebackType
from typing import Any

import structlog
from django.urls import Resolver404, resolve
from structlog.typing import EventDict, WrappedLogger

ROOT = pathlib.Path(__file__).resolve().parent.parent
MOST = 2000  # characters of a message
FRAMES = 40  # of one error, the innermost
LEFT_OUT = "…"
FIELDS = ("method", "route", "status", "seconds")  # of `extra`

# Errors whose words name attributes, modules, settings and servers; their subclasses' too.
PLAIN_SPOKEN = {
    "botocore.exceptions.BotoCoreError",
    "botocore.exceptions.ClientError",
    "builtins.AttributeError",
    "builtins.ImportError",
    "builtins.MemoryError",
    "builtins.NameError",
    "builtins.RecursionError",
    "django.core.exceptions.AppRegistryNotReady",
    "django.core.exceptions.FieldError",
    "django.core.exceptions.ImproperlyConfigured",
    "django.template.exceptions.TemplateDoesNotExist",
    "django.urls.exceptions.NoReverseMatch",
    "kombu.exceptions.OperationalError",
    "psycopg.OperationalError",
    "redis.exceptions.ConnectionError",
    "redis.exceptions.TimeoutError",
    "requests.exceptions.RequestException",
    # SQLite names the columns or the constraint, and no value.
    "sqlite3.IntegrityError",
}
# What Celery has turned into text before it logs.
CELERYS = {"exc", "traceback", "args", "kwargs", "return_value"}
SAFE = (int, float, decimal.Decimal, str, datetime.date, datetime.timedelta, uuid.UUID, pathlib.PurePath)


def configuration(*, production: bool) -> dict[str, Any]:
    """Django's LOGGING: JSON in production. Nobody is sent errors by e-mail (ADMINS is empty)."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": {"()": f"newsroom.logs.{'json' if production else 'readable'}_lines"}},
        "handlers": {
            "console": {"class": "logging.StreamHandler", "formatter": "line"},
            "nowhere": {"class": "logging.NullHandler"},
        },
        "root": {"handlers": ["console"], "level": "WARNING"},
        "loggers": {
            "django": {"handlers": ["console"], "level": "WARNING", "propagate": False},
            # Refusals are counted (`/metrics`) and not told: there is no log of what readers asked for.
            "django.request": {"level": "ERROR"},
            # Without any handler Python would print it to stderr.
            "django.security.DisallowedHost": {"handlers": ["nowhere"], "propagate": False},
            "_granian": {"handlers": ["console"], "level": "WARNING", "propagate": False},
            # Without a database it tells every second; who asks is told, and says so once.
            "psycopg.pool": {"level": "ERROR"},
            "newsroom": {"level": "INFO"},
            "coverage": {"level": "INFO"},
            "media": {"level": "INFO"},
        },
    }


class Said(str):
    """What is said in place of a value, by %s and %r alike."""

    __slots__ = ()
    __repr__ = str.__str__


class Lines(structlog.stdlib.ProcessorFormatter):
    """Formats records of the standard library; a record it cannot read is said by its template alone."""

    def __init__(self, render):
        before = [
            structlog.contextvars.merge_contextvars,
            structlog.stdlib.add_log_level,
            structlog.stdlib.add_logger_name,
            structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
            structlog.stdlib.ExtraAdder(allow=FIELDS),
        ]
        super().__init__(
            processors=[_tell_errors, self.remove_processors_meta, render], foreign_pre_chain=before
        )

    def format(self, record: logging.LogRecord) -> str:
        clean = logging.makeLogRecord(record.__dict__)
        clean.msg, clean.args = message_of(record), ()
        clean.exc_text = clean.stack_info = None
        return super().format(clean)


def json_lines() -> Lines:
    return Lines(_as_json)


def readable_lines() -> Lines:
    return Lines(_as_text)


def message_of(record: logging.LogRecord) -> str:
    """The record's message with what was handed to it told by what it is, and the words of its error cut out."""
    if isinstance(record.msg, str):
        try:
            text = record.msg % _arguments(record) if record.args else record.msg
        except (TypeError, ValueError, KeyError):
            text = record.msg
    else:
        text = said_of(record.msg)
    for words in _words_of(record):
        text = re.sub(rf"(?<!\w){re.escape(words)}(?!\w)", LEFT_OUT, text)
    return text[:MOST]


def _arguments(record: logging.LogRecord) -> Any:
    if isinstance(record.args, dict):
        return {name: LEFT_OUT if name in CELERYS else said_of(value) for name, value in record.args.items()}
    path = getattr(getattr(record, "request", None), "path", None)
    return tuple(Said(route_of(path)) if one == path else said_of(one) for one in record.args)


def said_of(value: Any) -> Any:
    """The value if it is a number, a time, a name; of an error what `told` says, of a row its kind and key, of anything
    else what it is. A text is taken to be a name: who logs hands over no words of others."""
    if value is None or isinstance(value, SAFE):
        return value
    if isinstance(value, BaseException):
        return Said(told(value))
    if isinstance(value, (list, tuple, set, frozenset)):
        return Said(", ".join(str(said_of(one)) for one in list(value)[:20]))
    if isinstance(value, type):
        return Said(value.__qualname__)
    if meta := getattr(type(value), "_meta", None):
        return Said(f"<{getattr(meta, 'label', LEFT_OUT)} {getattr(value, 'pk', None)}>")
    return Said(f"<{type(value).__module__}.{type(value).__qualname__}>")


def told(error: BaseException) -> str:
    """An error without a word that somebody wrote: its type, and what of it cannot be a text."""
    return " ".join(filter(None, (type(error).__name__, _says(error))))


def _says(error: BaseException) -> str:
    """What of an error's words may be printed; "" if nothing. A row is in the words of PostgreSQL, so not they."""
    if state := getattr(error, "sqlstate", None):
        names = [getattr(error.diag, f"{name}_name") for name in ("table", "column", "constraint")]
        return " ".join(filter(None, (state, *names)))
    if _speaks_plainly(error):
        return str(error)
    if isinstance(error, OSError) and isinstance(error.strerror, str):
        return f"[{error.errno}] {error.strerror}"
    code = getattr(error, "sqlite_errorname", None) or getattr(error, "code", None)
    return str(code) if isinstance(code, (str, int)) else ""


def _speaks_plainly(error: BaseException) -> bool:
    names = {f"{one.__module__}.{one.__qualname__}" for one in type(error).__mro__}
    return not names.isdisjoint(PLAIN_SPOKEN)


def route_of(path: str) -> str:
    """The pattern of an address, with the keys in it: slugs may be names nobody knows yet, and links are one-time."""
    try:
        match = resolve(path)
    except Resolver404:
        return "/(no address of ours)"
    keys = {
        name: value
        for name, value in match.kwargs.items()
        if re.fullmatch(r"\d+|[0-9a-f]{8}-?([0-9a-f]{4}-?){3}[0-9a-f]{12}", str(value))
    }
    known = "".join(f" {name}={value}" for name, value in keys.items())
    return f"/{match.route}{known}"


def _chain(error: BaseException | None, seen: set[int] | None = None) -> Iterator[BaseException]:
    """The error, what it came from, and the members of a group; each once, the last one raised first."""
    seen = set() if seen is None else seen
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        for member in getattr(error, "exceptions", ()):
            if isinstance(member, BaseException):
                yield from _chain(member, seen)
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)


def _error_of(record: logging.LogRecord) -> BaseException | None:
    return record.exc_info[1] if isinstance(record.exc_info, tuple) else None


def _words_of(record: logging.LogRecord) -> list[str]:
    """All that the record's error may say, the longest first. Others write it into their message."""
    words = set()
    for error in _chain(_error_of(record)):
        if not _speaks_plainly(error):
            said = {str(error), *(one for one in error.args if isinstance(one, str))}
            words |= said | {repr(one)[1:-1] for one in said} | {repr(error)}
    return sorted((one for one in words if one.strip() and not one.isdigit()), key=len, reverse=True)


def _tell_errors(logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
    if info := event.pop("exc_info", None):
        event["error"] = [
            {"type": type(one).__name__, "says": _says(one), "at": _frames(one.__traceback__)}
            for one in _chain(info[1])
        ]
    return event


def _frames(trace: TracebackType | None) -> list[str]:
    """File, line and function, the outermost first."""
    walked = [
        (frame.f_code.co_filename, line, frame.f_code.co_name) for frame, line in traceback.walk_tb(trace)
    ]
    return [f"{_short(name)}:{line} {function}" for name, line, function in walked[-FRAMES:]]


def _short(name: str) -> str:
    """A file of ours from the project's folder on, another's from its package on."""
    return name.rpartition("/site-packages/")[2].removeprefix(f"{ROOT}/")


def _as_json(logger: WrappedLogger, method: str, event: EventDict) -> str:
    first = {name: event.pop(name) for name in ("at", "level", "logger", "event")}
    return json.dumps({**first, **event}, default=lambda value: str(said_of(value)))


def _as_text(logger: WrappedLogger, method: str, event: EventDict) -> str:
    errors = event.pop("error", [])
    head = "{at:.19} {level} {logger}: {event}".format(**event)
    known = [
        f"{name}={value}"
        for name, value in event.items()
        if name not in ("at", "level", "logger", "event", *FIELDS)
    ]
    lines = [f"{head} [{' '.join(known)}]" if known else head]
    for error in errors:
        lines += [f"  {error['type']} {error['says']}".rstrip(), *(f"    {frame}" for frame in error["at"])]
    return "\n".join(lines)


def tell_what_threads_raise() -> None:
    """What a thread dies of goes to the log; Python would print it, with its words, beside."""

    def told_in_the_log(died: threading.ExceptHookArgs) -> None:
        if died.exc_value is not None and not isinstance(died.exc_value, SystemExit):
            raised = (died.exc_type, died.exc_value, died.exc_traceback)
            logging.getLogger(__name__).error("a thread ended by an error", exc_info=raised)

    threading.excepthook = told_in_the_log
