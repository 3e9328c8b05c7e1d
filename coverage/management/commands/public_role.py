"""`manage.py public_role`: the role of PostgreSQL that readers' side connects as, made and given what it may."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import ProgrammingError, connection
from psycopg.errors import InsufficientPrivilege

from coverage.record.wall import has_own_role
from newsroom import public_role


class Command(BaseCommand):
    help = (
        "Makes the role that DATABASE_PUBLIC_URL names, if there is none, and gives it the record to read and nothing "
        "else. Run it again after every migration: new tables are nobody's but the desk's."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--print", action="store_true", dest="only_print", help="print the SQL and change nothing"
        )

    def handle(self, *args: Any, only_print: bool, **options: Any) -> None:
        if not has_own_role():
            raise CommandError(
                "Set DATABASE_PUBLIC_URL first: it names the role, its password and the database."
            )
        if only_print:
            self.print_sql()
        else:
            self.set_up()

    def print_sql(self) -> None:
        made = [] if public_role.exists() else [public_role.making()]
        for statement in ["BEGIN", *made, *public_role.granting(), "COMMIT"]:
            self.stdout.write(f"{statement};")
        if made:
            self.stdout.write("-- Give it its password: \\password, or ALTER ROLE … PASSWORD.")

    def set_up(self) -> None:
        try:
            is_new = public_role.set_up()
        except ProgrammingError as error:
            if not isinstance(error.__cause__, InsufficientPrivilege):
                raise
            raise CommandError(
                f"{connection.settings_dict['USER']} may not do this ({error.__cause__.diag.message_primary}). Have "
                "an administrator of the database run what manage.py public_role --print prints."
            ) from error
        if is_new:
            self.stdout.write(f"The role {public_role.name()} is made.")
        self.stdout.write(
            f"{public_role.name()} may read the record: {len(public_role.record_tables())} tables."
        )
