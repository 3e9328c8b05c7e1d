"""`manage.py file_email FILE|-`: an e-mail becomes a draft. For a pipe of a mail server."""

import os
import sys
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError
from django.urls import reverse

from coverage.field.by_mail import Filed, file_letter
from coverage.field.letters import Unreadable, read
from newsroom.editorial.errors import EditorialError, NotAllowed

MOST = 100 * 1024 * 1024  # bytes of an e-mail, pictures in base64


class Command(BaseCommand):
    help = (
        "Files an e-mail (RFC 5322) of a reporter's known address as a draft of hers, its pictures with it, once for "
        "each Message-ID. It never publishes. The mail server must have checked the sender. Ends with a status of "
        "sysexits.h, which mail servers know: 0 filed, 65 nothing in it or a picture refused, 67 an address that "
        "nobody here has or an event that is not hers, 75 try again later."
    )

    def add_arguments(self, parser) -> None:
        parser.add_argument("file", help="a file, or - for standard input")
        parser.add_argument("--event", default="", help="the event's slug; else the nearest of hers")

    def handle(self, **options: Any) -> None:
        try:
            letter = read(_bytes_of(options["file"]))
            if letter.is_automatic:
                self.stdout.write("Nothing was filed: a machine wrote this e-mail.")
                return
            self.say(file_letter(letter, slug=options["event"]))
        except Unreadable as error:
            raise CommandError(f"Not filed. {error}", returncode=os.EX_DATAERR) from error
        except EditorialError as error:
            raise CommandError(f"Not filed. {error.message}", returncode=_status(error)) from error
        except OperationalError as error:
            raise CommandError(
                "Not filed: the database does not answer.", returncode=os.EX_TEMPFAIL
            ) from error

    def say(self, filed: Filed) -> None:
        address = f"{settings.PUBLIC_URL}{reverse('field:post', args=[filed.post.pk])}"
        if filed.refused:
            sentences = "\n".join(filed.refused)
            raise CommandError(
                f"Filed as a draft ({address}), without these pictures:\n{sentences}",
                returncode=os.EX_DATAERR,
            )
        self.stdout.write(f"Filed as a draft to {filed.post.event}: {address}")


def _status(error: EditorialError) -> int:
    if error.retry_after:
        return os.EX_TEMPFAIL
    return os.EX_NOUSER if isinstance(error, NotAllowed) else os.EX_DATAERR


def _bytes_of(name: str) -> bytes:
    """Of the file, or of standard input. Raises Unreadable for more than MOST, and CommandError for no file."""
    if name == "-":
        raw = sys.stdin.buffer.read(MOST + 1)
    else:
        try:
            with Path(name).open("rb") as file:
                raw = file.read(MOST + 1)
        except OSError as error:
            raise CommandError(
                f"{name} cannot be read: {error.strerror}.", returncode=os.EX_NOINPUT
            ) from error
    if len(raw) > MOST:
        raise Unreadable(f"It is too large: at most {MOST // 1024 // 1024} MiB are taken.")
    return raw
