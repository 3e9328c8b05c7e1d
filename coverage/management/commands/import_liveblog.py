"""`manage.py import_liveblog FILE --event SLUG`: a copied live-blog page becomes an event."""

import datetime
import sys
import zoneinfo
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from coverage.interchange.importing import Imported, import_page
from coverage.interchange.liveblog import MissingFact, ParsedLiveBlog, UnreadablePage, decode, parse
from coverage.management.progress import counted
from coverage.models import Event
from newsroom.editorial.errors import EditorialError

ASKED = "Exit 2: something the page does not say must be given as the option named."
ORDERS = ("newest", "oldest")
LARGEST_FILE = 20 * 1024 * 1024


class Command(BaseCommand):
    help = f"Makes an event of a copied live-blog page; running it again adds only what is new. {ASKED}"

    def add_arguments(self, parser) -> None:
        parser.add_argument("file", help="the page's text, UTF-8")
        parser.add_argument("--event", required=True, help="the event's slug; made if there is none")
        parser.add_argument("--title", help="the title of a new event")
        parser.add_argument("--timezone", help="the IANA time zone of a new event, as Europe/Paris")
        parser.add_argument(
            "--date", type=datetime.date.fromisoformat, help="the day it happened, as 2024-03-20"
        )
        parser.add_argument(
            "--tz-of-times", help="the time zone of the printed times; the event's if not given"
        )
        parser.add_argument("--order", choices=ORDERS, help="which post stands first on the page")
        parser.add_argument("--publish", action="store_true", help="release every post at once")

    def handle(self, **options: Any) -> None:
        try:
            text = decode(read(Path(options["file"])))
            page = self.asking(options, lambda: parse(text, order=options["order"], date=options["date"]))
            event = self.asking(options, lambda: find_event(page, options))
            done = self.asking(options, lambda: self.bring_in(page, event, options))
        except UnreadablePage as error:
            raise CommandError(str(error)) from error
        except EditorialError as error:
            raise CommandError(error.message) from error
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        self.say(page, done)

    def asking(self, options: dict, step):
        """Does a step; asks on a terminal for a fact that is missing, else ends with 2 and names the option."""
        while True:
            try:
                return step()
            except MissingFact as missing:
                if not sys.stdin.isatty():
                    raise CommandError(f"{missing} ({missing.option})", returncode=2) from missing
                self.ask(options, missing)

    def ask(self, options: dict, missing: MissingFact) -> None:
        """Asks one question; an answer that makes no sense is said so, and the question comes again."""
        name = missing.option.removeprefix("--").replace("-", "_")
        try:
            answer = input(f"{missing}\n{missing.option}: ").strip()
        except EOFError as left:
            raise CommandError(f"{missing} ({missing.option})", returncode=2) from left
        try:
            options[name] = answered(name, answer)
        except ValueError as wrong:
            self.stderr.write(str(wrong))

    def bring_in(self, page: ParsedLiveBlog, event: Event, options: dict) -> Imported:
        tz = options["tz_of_times"] and zone_given("--tz-of-times", options["tz_of_times"])
        return import_page(
            page,
            event,
            zone_of_times=tz,
            publish=options["publish"],
            progress=lambda posts: counted(posts, len(posts), "released", self.stdout),
        )

    def say(self, page: ParsedLiveBlog, done: Imported) -> None:
        event = done.event
        self.stdout.write(f"Event “{event}” ({event.slug}) {'made' if done.event_made else 'was there'}.")
        self.stdout.write(
            f"{counted_posts(done.posts_made)} made, {done.posts_known} were there, {done.published} released."
        )
        for line in page.dropped:
            self.stdout.write(f"Left out as the page's own: {line}")
        for line in page.unplaced:
            self.stdout.write(f"Look at: {line}")
        for line in still_to_do(done):
            self.stdout.write(f"Still to do: {line}")


def still_to_do(done: Imported) -> Iterator[str]:
    """A sentence for each thing that only a person can do."""
    if done.awaited:
        credits = ", ".join(sorted({image.credit for image in done.awaited}))
        yield (
            f"pictures awaited: {len(done.awaited)} (credit: {credits}). "
            "Add each file and its alternative text under Pictures; readers see none before."
        )
    if done.undescribed:
        yield f"pictures without an alternative text: {done.undescribed}. Readers see none before."
    if done.unpublished:
        yield f"review and publish {counted_posts(done.unpublished)}: /admin/coverage/post/"


def counted_posts(number: int) -> str:
    return f"{number} post{'' if number == 1 else 's'}"


def answered(name: str, answer: str) -> Any:
    """The value of an option, from what was typed. Raises ValueError, with a sentence, for what makes no sense."""
    if name == "order" and answer not in ORDERS:
        raise ValueError(f"Answer {' or '.join(ORDERS)}.")
    if name == "date":
        try:
            return datetime.date.fromisoformat(answer)
        except ValueError as wrong:
            raise ValueError("A date looks like 2024-03-20.") from wrong
    if answer and name in ("timezone", "tz_of_times"):
        zone(answer)
    return answer or None


def read(path: Path) -> bytes:
    """The file's bytes. Raises UnreadablePage for one that is not there, a folder, or larger than 20 MiB."""
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise UnreadablePage(
                f"{path} is larger than 20 MiB: it is no page of text. Copy the page's text again."
            )
        return path.read_bytes()
    except OSError as error:
        raise UnreadablePage(f"{path} cannot be read: {error.strerror}.") from error


def find_event(page: ParsedLiveBlog, options: dict) -> Event:
    """The event of that slug, or a new one, unsaved. Raises MissingFact for a title or a time zone."""
    event = Event.objects.filter(slug=options["event"]).first()
    if event:
        return event
    title = options["title"] or page.title
    if not title:
        raise MissingFact("--title", "The page has no title for the new event.")
    if not options["timezone"]:
        raise MissingFact(
            "--timezone", "The page does not say in which time zone it happened, as Europe/Paris."
        )
    zone_given("--timezone", options["timezone"])
    return Event(slug=options["event"], title=title, time_zone=options["timezone"])


def zone_given(option: str, name: str) -> zoneinfo.ZoneInfo:
    try:
        return zone(name)
    except ValueError as error:
        raise CommandError(f"{option} {error}", returncode=2) from error


def zone(name: str) -> zoneinfo.ZoneInfo:
    """Raises ValueError, with a sentence, if there is none of that name."""
    try:
        return zoneinfo.ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise ValueError(f"{name}: no such time zone; write it like Europe/Paris.") from error
