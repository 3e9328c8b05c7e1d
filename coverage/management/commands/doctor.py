"""`manage.py doctor`: what to mend."""

import sys
from typing import Any

from django.core.management.base import BaseCommand

from coverage.doctor import addresses, database, files, processes
from coverage.doctor.findings import Grade


class Command(BaseCommand):
    help = "Says what is good here, what is bad, and what to do about it. Ends with 1 if anything is bad."
    requires_system_checks = []

    def handle(self, **options: Any) -> None:
        found = [one for look in (database, processes, files, addresses) for one in look.look()]
        style = {Grade.GOOD: self.style.SUCCESS, Grade.MIND: self.style.WARNING, Grade.BAD: self.style.ERROR}
        for one in found:
            self.stdout.write(
                f"{style[one.grade](f'{one.grade:4}')}  {one.what}: {one.seen} {one.mend}".rstrip()
            )
        bad = sum(one.grade == Grade.BAD for one in found)
        self.stdout.write(f"{bad} of {len(found)} to mend." if bad else "Nothing to mend.")
        if bad:
            sys.exit(1)
