"""`manage.py restore FILE`: a newsroom as a backup has it."""

from argparse import ArgumentParser
from functools import partial
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError

from coverage.backup.errors import LeftHalfway
from coverage.backup.restoring import Done, check, is_empty, restore
from coverage.backup.sealing import read_key
from coverage.erasing import ledger
from coverage.management.progress import counted
from coverage.management.stopping import Stopped, stoppable
from newsroom.editorial.errors import EditorialError

NOT_DONE = "Nothing was restored, the newsroom is as it was."
BACK_AGAIN = (
    "What was withdrawn, erased or revoked after that moment is as it was before: do it again. Open pages load "
    "themselves anew, and posts that were due meanwhile are released at the start."
)


class Command(BaseCommand):
    help = (
        "Checks a backup and puts it in the place of this newsroom, which must be stopped. Nothing is touched before "
        "the whole file is read and found right. BACKUP_KEY is the key it was encrypted with."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="what `manage.py backup` wrote")
        parser.add_argument("--verify", action="store_true", help="only read it and say whether it is whole")
        parser.add_argument(
            "--replace", action="store_true", help="also if this newsroom is not empty; asks first"
        )
        parser.add_argument(
            "--no-input", action="store_false", dest="interactive", help="replace without asking"
        )

    def handle(self, **options: Any) -> None:
        try:
            with stoppable():
                done = self.work(**options)
        except LeftHalfway as trouble:
            raise CommandError(trouble.message) from trouble
        except EditorialError as refused:
            raise CommandError(f"{NOT_DONE} {refused.message}") from refused
        except OSError as error:
            where = error.filename or options["file"]
            raise CommandError(f"{NOT_DONE} {where}: {error.strerror or error}.") from error
        except DatabaseError as error:
            raise CommandError(f"{NOT_DONE} The database failed: {error}") from error
        except Stopped as stopped:
            raise CommandError(f"Stopped. {NOT_DONE}", returncode=stopped.returncode) from stopped
        if done:
            self.say(done)

    def work(
        self, *, file: Path, verify: bool, replace: bool, interactive: bool, **options: Any
    ) -> Done | None:
        """None if nothing was to be restored."""
        key, progress = read_key(settings.BACKUP_KEY), partial(counted, out=self.stdout)
        if verify:
            at, count = check(file, key=key, progress=progress)
            self.stdout.write(f"A whole backup of {at:%Y-%m-%d %H:%M:%S} UTC: {count} files, all right.")
            return None
        if replace and interactive and not is_empty():
            self.ask()
        return restore(file, key=key, replace=replace, progress=progress)

    def ask(self) -> None:
        where = settings.DATABASES["default"].get("HOST") or settings.DATA_DIR
        self.stdout.write(f"This newsroom ({settings.PUBLIC_URL}, {where}) will be replaced by the backup.")
        if input("Type replace to go on: ").strip() != "replace":
            raise CommandError(NOT_DONE)

    def say(self, done: Done) -> None:
        self.stdout.write(f"Restored {done.files} files, as of {done.at:%Y-%m-%d %H:%M:%S} UTC. {BACK_AGAIN}")
        for place in done.kept:
            self.stdout.write(f"What was here before lies in {place}. Remove it when all is well.")
        if not done.keys:
            self.stdout.write("No keys came with it: without the former SECRET_KEY everybody signs in again.")
        for alias, bucket in done.buckets.items():
            self.stdout.write(f"The {alias} are in the bucket {bucket}; see deploy/backup.md.")
        self.say_erased()
        self.stdout.write("Next: manage.py doctor, then start the newsroom (make run).")

    def say_erased(self) -> None:
        ledger.forget_numbers()
        if back := ledger.to_repeat():
            self.stdout.write("Erased since, and back with this backup. Erase again before you start:")
            for line in back:
                self.stdout.write(f"  {line.command()}")
