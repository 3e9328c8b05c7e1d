"""`manage.py backup FOLDER_OR_FILE`: the whole newsroom in one file, while it works on."""

from argparse import ArgumentParser
from functools import partial
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError
from django.template.defaultfilters import filesizeformat

from coverage.backup.links import folders_of_pictures
from coverage.backup.sealing import read_key
from coverage.backup.writing import Done, back_up
from coverage.management.progress import counted
from coverage.management.stopping import Stopped, stoppable
from newsroom.editorial.errors import EditorialError


class Command(BaseCommand):
    help = (
        "Writes database and pictures, as they are at one moment, into one file, while the newsroom works on. "
        "Encrypted if BACKUP_KEY is set: then the keys that DATA_DIR keeps are in it too. deploy/backup.md says more."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "where", type=Path, help="a folder, in which the file is named by date and time; or a new file"
        )
        parser.add_argument(
            "--without-keys", action="store_true", help="leave DATA_DIR's keys out of an encrypted backup too"
        )

    def handle(self, **options: Any) -> None:
        try:
            key = read_key(settings.BACKUP_KEY)
            with stoppable():
                done = back_up(
                    options["where"],
                    key=key,
                    with_keys=not options["without_keys"],
                    progress=partial(counted, out=self.stdout),
                )
        except EditorialError as refused:
            raise CommandError(f"No backup was made. {refused.message}") from refused
        except OSError as error:
            where = error.filename or options["where"]
            raise CommandError(f"No backup was made. {where}: {error.strerror or error}.") from error
        except DatabaseError as error:
            raise CommandError(f"No backup was made. The database failed: {error}") from error
        except Stopped as stopped:
            raise CommandError("Stopped: no backup was made.", returncode=stopped.returncode) from stopped
        self.say(done, is_encrypted=key is not None)

    def say(self, done: Done, *, is_encrypted: bool) -> None:
        self.stdout.write(f"{done.file}: {filesizeformat(done.bytes)}, {done.pictures} files of pictures.")
        self.stdout.write(f"It shows the newsroom at {done.at:%Y-%m-%d %H:%M:%S} UTC.")
        if not is_encrypted:
            self.stdout.write(
                "It is not encrypted: it holds drafts, addresses and sign-ins. Set BACKUP_KEY to encrypt."
            )
        self.stdout.write(f"Keys of DATA_DIR in it: {', '.join(done.keys) or 'none'}.")
        if len(folders_of_pictures()) < 2:
            self.stdout.write("Pictures lie in buckets and are not in it: see deploy/backup.md for theirs.")
        for name in done.lost:
            self.stderr.write(
                f"The database names {name}, and there is no such file: it is not in the backup."
            )
