"""`manage.py verify_export DIR`: whether an exported folder is whole, and what is wrong with it. Needs no database."""

from argparse import ArgumentParser
from functools import partial
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from coverage.interchange.archive.checking import check
from coverage.management.exported import tell
from coverage.management.progress import counted
from newsroom.editorial.errors import EditorialError


class Command(BaseCommand):
    help = (
        "Reads every file of an exported event again: none may be missing, changed or added, and its data must follow "
        "the schema. Ends with 1 and says what is wrong. Without this program: sha256sum -c --quiet MANIFEST.sha256"
    )
    requires_system_checks = ()  # some of them ask the database

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, metavar="dir", help="the folder that export_event wrote")

    def handle(self, **options: Any) -> None:
        try:
            checked = check(options["folder"], partial(counted, out=self.stdout))
        except EditorialError as refused:
            raise CommandError(refused.message) from refused
        tell(checked, options["folder"], self.stdout)
