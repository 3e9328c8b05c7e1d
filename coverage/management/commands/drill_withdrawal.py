"""`manage.py drill_withdrawal`: withdraws a post of its own and measures how soon each place has lost it."""

import time

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from coverage.desk import drill
from coverage.management.editors import editor_named
from coverage.models import Event
from coverage.publishing import publication
from coverage.publishing.life import clear_rehearsal
from newsroom.editorial.errors import EditorialError
from newsroom.editorial.people import User

REASON = "A drill: nothing was wrong."


class Command(BaseCommand):
    help = (
        "Publishes a post in a rehearsal, waits until readers have it everywhere, withdraws it and prints for each "
        "place the seconds until it was gone. Ends with 1 if a place still has it after five seconds."
    )

    def add_arguments(self, parser) -> None:
        parser.add_argument(
            "--event", help="the slug of a rehearsal under way (default: one made for the drill)"
        )
        parser.add_argument(
            "--by", help="the user name of the editor who does it (default: the first there is)"
        )

    def handle(self, **options) -> None:
        if not drill.answers():
            raise CommandError(
                f"Nothing answers at {settings.PUBLIC_URL}: start the newsroom, or set PUBLIC_URL as it has it."
            )
        by = editor_named(options["by"])
        try:
            if options["event"]:
                self.withdraw_fixture(self.event(options["event"]), by)
            else:
                self.withdraw_apart(by)
        except EditorialError as refused:
            raise CommandError(refused.message) from refused

    def withdraw_apart(self, by: User) -> None:
        """In a rehearsal of its own, cleared afterwards whatever happens."""
        event = drill.rehearsal(by)
        try:
            self.withdraw_fixture(event, by)
        finally:
            clear_rehearsal(event, by=by)

    def withdraw_fixture(self, event: Event, by: User) -> None:
        fixture = drill.publish_fixture(event, by=by)
        try:
            seen = self.see(fixture)
        finally:  # also if it is not seen, or somebody presses Ctrl-C
            since = time.monotonic()
            publication.withdraw(publication.post_by_id(fixture.post.pk), by=by, reason=REASON)
        self.say(drill.time_until_gone(seen, fixture.marks, since=since))

    def see(self, fixture: drill.Fixture) -> list[drill.Place]:
        """The places that have it. Raises CommandError for one that should and has not."""
        if not drill.wait_for_files(fixture.post):
            raise CommandError(
                "Its picture was not made: do the workers run? Its words were withdrawn again."
            )
        places = drill.places_of(fixture.post)
        seen = drill.seen_at(places, fixture.marks)
        missing = [place for place in places if place not in seen]
        if wanting := [place.title for place in missing if place.expected]:
            raise CommandError(f"It never appeared here, so nothing was measured: {', '.join(wanting)}.")
        self.stdout.write(f"Published, and seen at {len(seen)} places.")
        if missing:
            titles = ", ".join(place.title for place in missing)
            self.stdout.write(f"Not there, for a rehearsal is unlisted: {titles}.")
        return seen

    def say(self, gone: list[drill.Gone]) -> None:
        width = max(len(one.place.title) for one in gone)
        for one in gone:
            took = "still there" if one.seconds is None else f"{one.seconds:6.2f} s"
            self.stdout.write(f"  {one.place.title:<{width}}  {took}")
        if left := [one.place.title for one in gone if one.seconds is None]:
            raise CommandError(f"After {drill.GONE_WITHIN:.0f} seconds still there: {', '.join(left)}.")
        self.stdout.write(f"Gone everywhere after {max(one.seconds for one in gone):.2f} s.")

    def event(self, slug: str) -> Event:
        event = Event.objects.filter(slug=slug).first()
        if event is None:
            raise CommandError(f"There is no event {slug}.")
        return event
