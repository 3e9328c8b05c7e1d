"""`manage.py import_schedule FILE_OR_URL --event SLUG`: a conference's schedule becomes an event's run of show."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from coverage.interchange.schedules.bringing_in import BroughtIn, bring_in
from coverage.interchange.schedules.fetching import NotFetched, fetch
from coverage.interchange.schedules.reading import KNOWN, read_schedule
from coverage.interchange.schedules.shapes import UnreadableSchedule
from coverage.models import Event
from newsroom.editorial.errors import EditorialError


class Command(BaseCommand):
    help = (
        f"Makes keynotes, speakers and appearances of a schedule: {KNOWN}. Running it again follows what the source "
        "changed, leaves what somebody here wrote, and deletes nothing. An address must begin with https:// and lead "
        "to a public address, or with --allow-private to one of a private network; it gets 20 seconds and 5 MiB, and "
        "redirects are not followed. At an announced event readers see new keynotes at once: look with --dry-run "
        "first."
    )

    def add_arguments(self, parser) -> None:
        parser.add_argument("file_or_url", help="a file, or an https address")
        parser.add_argument("--event", required=True, help="the event's slug")
        parser.add_argument(
            "--dry-run", action="store_true", help="say what would change, and change nothing"
        )
        parser.add_argument(
            "--allow-private",
            action="store_true",
            help="the address may be of a private network (10.…, 172.16.…, 192.168.…, fc00::); never of this machine",
        )

    def handle(self, **options: Any) -> None:
        event = Event.objects.filter(slug=options["event"]).first()
        if event is None:
            raise CommandError(f"There is no event “{options['event']}”: make it in the admin first.")
        try:
            data = fetch(options["file_or_url"], allow_private=options["allow_private"])
            schedule = read_schedule(data, event.zone)
            done = bring_in(schedule, event, dry_run=options["dry_run"])
        except NotFetched as error:
            raise CommandError(str(error)) from error
        except UnreadableSchedule as error:
            raise CommandError("Nothing was imported.\n" + "\n".join(error.problems)) from error
        except EditorialError as error:
            raise CommandError(error.message) from error
        self.say(event, done, options["dry_run"])

    def say(self, event: Event, done: BroughtIn, dry_run: bool) -> None:
        would = "would be " if dry_run else ""
        told = ((f"{would}new", done.new), (f"{would}changed", done.changed))
        stands = (("left as it is", done.left), ("gone", done.gone))
        out = (("cancelled at the source, not brought in", done.cancelled), ("unclear time", done.unclear))
        for word, lines in (*told, *stands, *out):
            for line in lines:
                self.stdout.write(f"{word}: {line}")
        counts = (
            f"{len(done.new)} new, {len(done.changed)} changed, {len(done.left)} left, {len(done.gone)} gone"
        )
        self.stdout.write(f"{event}: {counts}.")
        if dry_run:
            self.stdout.write("Nothing was changed: this was a dry run.")
        elif done.readers_see:
            self.stdout.write("Readers see it now.")
