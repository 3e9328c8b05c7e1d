"""`manage.py demo`: the demo event, so that a new newsroom has something to look at."""

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from coverage.demo.load import demo_password, is_loaded, load
from coverage.demo.people import PEOPLE, is_demo_person
from coverage.management.progress import counted
from newsroom.editorial.people import User


class Command(BaseCommand):
    help = "Loads the demo event; running it again adds nothing. Prints the demo people and their password."

    def add_arguments(self, parser) -> None:
        which = parser.add_mutually_exclusive_group()
        which.add_argument("--sign-ins", action="store_true", help="only print the demo people")
        which.add_argument("--no-sign-ins", action="store_true", help="do not print the demo people")

    def handle(self, **options) -> None:
        if settings.PRODUCTION:
            raise CommandError(
                "There is no demo in production: it would let anybody in who reads the README."
            )
        if not options["sign_ins"]:
            self.load()
        if not options["no_sign_ins"]:
            self.say_sign_ins()

    def say_sign_ins(self) -> None:
        """Whom the password lets in. One that is set in the environment is given to the demo people first."""
        there = [p for p in User.objects.filter(username__in=PEOPLE) if is_demo_person(p)]
        fits = {person.username for person in there if person.check_password(demo_password())}
        if settings.NEWSROOM_DEMO_PASSWORD:
            for person in there:
                if person.username not in fits:
                    person.set_password(demo_password())
                    person.save(update_fields=["password"])
            fits = {person.username for person in there}
        if names := ", ".join(name for name in PEOPLE if name in fits):
            self.stdout.write(f"  sign in as {names} with the password {demo_password()}")
        if others := ", ".join(sorted({person.username for person in there} - fits)):
            self.stdout.write(f"  {others}: with a password of their own")

    def load(self) -> None:
        if is_loaded():
            event = load(lambda items, what: items)
            self.stdout.write(f"{event} is there already, at {settings.PUBLIC_URL}/events/{event.slug}/")
            return
        try:
            load(lambda items, what: counted(items, len(items), what, self.stdout))
        except KeyboardInterrupt as stopped:
            raise CommandError("Stopped. Run it again: it goes on from here.", returncode=130) from stopped
