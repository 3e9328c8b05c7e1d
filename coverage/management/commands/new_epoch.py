"""`manage.py new_epoch`: after a database was restored, lets every open page load itself again."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from coverage.publishing.epochs import start_anew
from coverage.record.models import EventHead


class Command(BaseCommand):
    help = (
        "Starts a new epoch of the record, for all events or those named. Needed after a database was restored on a "
        "machine that did not serve it before: there nobody remembers which numbers readers have seen."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("slugs", nargs="*", metavar="SLUG", help="events; all of them if none is named")

    def handle(self, *args: Any, **options: Any) -> None:
        heads = EventHead.objects.all()
        if slugs := options["slugs"]:
            heads = heads.filter(slug__in=slugs)
            if missing := sorted(set(slugs) - set(heads.values_list("slug", flat=True))):
                raise CommandError(f"There is no public event {', '.join(missing)}.")
        for head in start_anew(heads.values_list("pk", flat=True)):
            self.stdout.write(f"{head}: epoch {head.epoch}")
