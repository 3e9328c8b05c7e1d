"""On PostgreSQL a migration gives up after five seconds of waiting for a lock: who waits for an exclusive lock holds up
everybody behind, readers too. It is then run again; nothing of it was done."""

from django.db import connections
from django.db.models.signals import post_migrate, pre_migrate

PATIENCE = "5s"


def give_up_early(using: str, **given) -> None:
    _tell(using, f"SET lock_timeout = '{PATIENCE}'")


def be_patient_again(using: str, **given) -> None:
    _tell(using, "RESET lock_timeout")


def _tell(using: str, statement: str) -> None:
    connection = connections[using]
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(statement)


pre_migrate.connect(give_up_early, dispatch_uid="give_up_early")
post_migrate.connect(be_patient_again, dispatch_uid="be_patient_again")
