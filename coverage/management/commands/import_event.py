"""`manage.py import_event DIR`: an exported event comes back, at its addresses and with its words."""

from argparse import ArgumentParser
from functools import partial
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from coverage.interchange.rebuilding.building import Brought, import_event
from coverage.interchange.rebuilding.errors import NotWhole
from coverage.management.editors import editor_named
from coverage.management.exported import tell
from coverage.management.progress import counted
from newsroom.editorial.errors import EditorialError

NOT_IN_IT = (
    "Not in an export, and so not here: who did what before, earlier wordings, unreleased posts and notes, words of "
    "withdrawn posts, the originals of pictures (their widest JPEG stands in)."
)


class Command(BaseCommand):
    help = (
        "Brings the event of an exported folder into this newsroom, with the addresses and words it had: posts, run of "
        "show, names as billed, pictures, corrections, what was withdrawn, the wrap, redirects. All of it or nothing; "
        "a second time it changes nothing. Refused: a folder that is not whole, and whatever is here already "
        f"under the same address. {NOT_IN_IT}"
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, metavar="dir", help="the folder that export_event wrote")
        parser.add_argument("--by", help="the editor in whose name; the first there is if not given")

    def handle(self, **options: Any) -> None:
        folder, by = options["folder"], editor_named(options["by"])
        try:
            brought = import_event(folder, by=by, progress=partial(counted, out=self.stdout))
        except NotWhole as broken:
            tell(broken.checked, folder, self.stdout)
        except EditorialError as refused:
            raise CommandError(f"Nothing was brought in. {refused.message}") from refused
        except OSError as error:
            raise CommandError(
                f"Nothing was brought in: {error.filename or folder}: {error.strerror}."
            ) from error
        else:
            self.say(brought)

    def say(self, brought: Brought) -> None:
        event = brought.event
        if brought.known:
            self.stdout.write(f"“{event}” is here as in the folder: nothing was changed.")
            return
        self.stdout.write(
            f"“{event}” (/events/{event.slug}/): {brought.posts} posts, {brought.withdrawn} withdrawn, "
            f"{brought.pictures} pictures."
        )
        for what in brought.cleaned:
            self.stdout.write(f"HTML that a post may not hold was taken out: {what}.")
        for slug in brought.editions:
            self.stdout.write(
                f"Another edition, “{slug}”, is not here: nothing leads to it until it is brought in."
            )
        self.stdout.write(NOT_IN_IT)
