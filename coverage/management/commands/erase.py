"""`manage.py erase post|picture|person NAME`: takes something out of everything, for good."""

from argparse import ArgumentParser
from collections.abc import Iterable
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db.models import Model
from django.urls import reverse

from coverage.erasing import acts, columns, files, out_of_reach, people, pictures, posts, speakers
from coverage.models import Event, Post, Speaker
from coverage.publishing.release import events_with_entries
from coverage.record.models import ReleasedPost
from media.models import Image
from newsroom.editorial.erasures import ErasedKind, Erasure
from newsroom.editorial.errors import EditorialError
from newsroom.editorial.people import User

MODULES = {Post: posts, Image: pictures, User: people, Speaker: speakers}
KINDS = {
    Post: ErasedKind.POST,
    Image: ErasedKind.PICTURE,
    User: ErasedKind.PERSON,
    Speaker: ErasedKind.SPEAKER,
}
FINDERS = {"post": [posts.find], "picture": [pictures.find], "person": [people.find, speakers.find]}


class Command(BaseCommand):
    help = (
        "Erases a post (by UUID or public id), a picture (by UUID or the random part of its address) or a person (by "
        "user name, or a speaker by the last part of her address), out of what readers have, revisions, history, audit "
        "text, unsaved forms, search and files, for good. Says first what will go, asks, and says what it cannot reach."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("kind", choices=FINDERS)
        parser.add_argument("name", help="a UUID, a public id, a user name, a speaker’s slug")
        parser.add_argument("--by", required=True, metavar="NAME", help="the chief editor who orders it")
        parser.add_argument(
            "--reason", required=True, help="why; kept in the audit, so without what is to be erased"
        )
        parser.add_argument("--yes", action="store_true", help="do not ask")

    def handle(self, **options: Any) -> None:
        by = User.objects.filter(username=options["by"]).first()
        if by is None:
            raise CommandError(f"There is nobody called {options['by']} here: --by names a chief editor.")
        if done := files.sweep():
            self.stdout.write(f"Removed what was left of {done} earlier erasures.")
        thing = self.find(options["kind"], options["name"])
        if before := acts.erased_before(KINDS[type(thing)], thing):
            self.stdout.write(f"It was erased already, on {before.at:%-d %B %Y at %H:%M} UTC.")
            return
        module = MODULES[type(thing)]
        self.say("This will go, for good:", module.will_go(thing))
        if not options["yes"] and input("Type “erase” to erase it: ").strip() != "erase":
            raise CommandError("Nothing was erased.")
        told, marks = [*out_of_reach.lines(thing, _addresses(thing), _events(thing))], module.marks_of(thing)
        self.erase(module, thing, by, options["reason"])
        if left := columns.left(marks):
            self.say(
                "Erased. The same words still stand in other things, such as replays: erase those, too:", left
            )
        if kept := columns.addresses(marks):
            self.say("Erased. These addresses still spell it: give each thing another one at the desk.", kept)
        self.say("Erased. Not reached by this:", told)

    def erase(self, module: Any, thing: Model, by: User, reason: str) -> None:
        try:
            module.erase(thing, by=by, reason=reason)
        except OSError as error:  # also `Unavailable`, which is a refusal elsewhere
            left = sum(len(row.left) for row in Erasure.objects.all())
            raise CommandError(
                f"Everything is erased but {left} files, whose storage does not answer ({error}). They go within "
                "minutes of its return, or with the next run of this command."
            ) from error
        except EditorialError as refused:
            raise CommandError(refused.message) from refused

    def find(self, kind: str, name: str) -> Model:
        found = [thing for thing in (finder(name) for finder in FINDERS[kind]) if thing is not None]
        if len(found) > 1:
            raise CommandError(
                f"{name} is a user name and a speaker’s address: rename one of them, then erase the other."
            )
        if not found:
            raise CommandError(f"There is no {kind} {name} here; what was erased before keeps no name.")
        return found[0]

    def say(self, title: str, lines: Iterable[str]) -> None:
        self.stdout.write(title)
        for line in lines:
            self.stdout.write(f"  {line}")


def _addresses(thing: Model) -> list[str]:
    """Where readers had it."""
    if isinstance(thing, Speaker):
        return [reverse("front:speaker", args=[thing.slug])]
    if not isinstance(thing, Post):
        return []
    row = ReleasedPost.objects.filter(desk_id=thing.pk).select_related("head").first()
    return [reverse("front:post", args=[row.head.slug, row.public_id])] if row else []


def _events(thing: Model) -> list[Event]:
    if isinstance(thing, Post):
        return list(Event.objects.filter(pk__in={thing.event_id} | events_with_entries([thing])))
    if isinstance(thing, Image):
        return list(Event.objects.filter(pk__in=pictures.events_of([thing])))
    return list(Event.objects.all())
