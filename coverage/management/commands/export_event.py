"""`manage.py export_event SLUG DIR`: an event as a folder of pages that needs no server."""

from argparse import ArgumentParser
from functools import partial
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from coverage.interchange.archive.exporting import export_event
from coverage.management.progress import counted
from coverage.models import Event
from newsroom.editorial.audit import write_audit
from newsroom.editorial.errors import EditorialError


class Command(BaseCommand):
    help = (
        "Writes an announced event, as its readers have it now, into a folder: pages that open without a server, "
        "pictures, feeds, data and a list of checksums. An older export of the same event in that folder is replaced "
        "when the new one is whole; a folder with anything else in it is refused."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("slug", help="the event's slug")
        parser.add_argument("folder", type=Path, metavar="dir", help="where to write")

    def handle(self, **options: Any) -> None:
        slug, folder = options["slug"], options["folder"]
        try:
            self.export(slug, folder)
        except EditorialError as refused:
            raise CommandError(refused.message) from refused
        except OSError as error:
            raise CommandError(
                f"Nothing was exported: {error.filename or folder}: {error.strerror}."
            ) from error
        except KeyboardInterrupt as stopped:
            raise CommandError("Stopped: nothing was exported.", returncode=130) from stopped

    def export(self, slug: str, folder: Path) -> None:
        done = export_event(slug, folder, partial(counted, out=self.stdout))
        write_audit("export", Event.objects.get(slug=slug), by=None, note=str(done.folder.resolve()))
        self.stdout.write(
            f"{done.posts} posts, {done.withdrawn} withdrawn, {done.pictures} pictures: {done.files} files. "
            f"Open {done.folder / 'index.html'}."
        )
