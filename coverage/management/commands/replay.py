"""`manage.py replay SLUG --speed 60`: an event's posts come out again, live, in an unlisted copy of it."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from coverage.interchange.replay import Cleared, Done, Replay, begin, pauses
from coverage.interchange.replay_copies import clear_copies
from coverage.management.editors import editor_named
from coverage.management.stopping import Stopped, stoppable
from coverage.models import Event
from newsroom.editorial.errors import EditorialError


class Command(BaseCommand):
    help = (
        "Releases the posts of an event again, in their rhythm, into a copy that is listed nowhere and public to "
        "whoever has its address. Ctrl-C stops it, and so does SIGTERM."
    )

    def add_arguments(self, parser) -> None:
        parser.add_argument("slug", help="the event's slug")
        parser.add_argument(
            "--speed", type=float, default=60, help="how many times as fast as it was (default: 60)"
        )
        parser.add_argument("--posts", type=int, help="stop after so many posts (default: all)")
        parser.add_argument(
            "--pause-most", type=float, default=30, help="the longest pause, in seconds (default: 30)"
        )
        parser.add_argument("--no-wait", action="store_true", help="everything at once")
        parser.add_argument("--by", help="the user name of the editor who stands in (default: the first)")
        parser.add_argument(
            "--clear", action="store_true", help="clear and delete all replays of the event, and nothing else"
        )

    def handle(self, **options: Any) -> None:
        check(options)
        try:
            with stoppable():
                do = self.clear if options["clear"] else self.replay
                do(options)
        except EditorialError as refused:
            raise CommandError(refused.message) from refused
        except Stopped as stopped:
            sentence = "Stopped before anything was changed."
            raise CommandError(sentence, returncode=stopped.returncode) from stopped

    def replay(self, options: dict) -> None:
        event = find(options["slug"])
        replay = begin(event, by=editor_named(options["by"]), posts=options["posts"])
        try:
            self.play(replay, options)
        except Stopped as stopped:
            raise CommandError(f"Stopped. {left(replay)}", returncode=stopped.returncode) from stopped
        except Cleared as cleared:
            raise CommandError(
                f"{replay.copy.slug} was cleared meanwhile: the replay ends here."
            ) from cleared
        out, corrections = len(replay.released), sum(step.correction is not None for step in replay.steps)
        self.say(
            f"{plural(out, 'post')} and {plural(corrections, 'correction')} came out. {how_to_clear(event.slug)}"
        )

    def play(self, replay: Replay, options: dict) -> None:
        speed = float("inf") if options["no_wait"] else options["speed"]
        waits = pauses(replay.steps, speed=speed, longest=options["pause_most"])
        self.say(f"{address(replay)} is open to whoever has the address. It takes {duration(sum(waits))}.")
        for done in replay.play(waits):
            self.say(line(done, replay))

    def clear(self, options: dict) -> None:
        cleared = clear_copies(options["slug"], by=editor_named(options["by"]))
        if not cleared:
            self.say(f"There is no replay of “{find(options['slug'])}”.")
        for slug in cleared:
            self.say(f"Cleared and deleted: {slug}")

    def say(self, sentence: str) -> None:
        """At once, also into a pipe."""
        self.stdout.write(sentence)
        self.stdout.flush()


def check(options: dict) -> None:
    """Raises CommandError, with a sentence, for a number that makes no sense."""
    if not options["speed"] > 0:  # nan included
        raise CommandError("--speed must be more than 0: 60 makes an hour a minute.")
    if not options["pause_most"] >= 0:
        raise CommandError("--pause-most is a number of seconds, 0 or more.")
    if options["posts"] is not None and options["posts"] < 1:
        raise CommandError("--posts must be 1 or more.")


def find(slug: str) -> Event:
    event = Event.objects.filter(slug=slug).first()
    if event is None:
        raise CommandError(f"There is no event “{slug}”.")
    return event


def address(replay: Replay) -> str:
    return f"{settings.PUBLIC_URL}/events/{replay.copy.slug}/"


def duration(seconds: float) -> str:
    return "no time" if seconds < 1 else f"{seconds / 60:.0f} min" if seconds >= 90 else f"{seconds:.0f} s"


def line(done: Done, replay: Replay) -> str:
    """How far it is, what it was and when it came out in the original, in the event's zone."""
    number = replay.steps.index(done.step) + 1
    at = f"{done.step.at.astimezone(replay.event.zone):%H:%M:%S}"
    what = "" if done.step.correction is None else "corrected: "
    refused = f" left out: {done.refused}" if done.refused else ""
    return (
        f"{number:>{len(str(len(replay.steps)))}} of {len(replay.steps)}  {at}  {what}{done.title}{refused}"
    )


def left(replay: Replay) -> str:
    """What there is after a stop, and what there is not."""
    out, total = len(replay.released), sum(step.correction is None for step in replay.steps)
    return (
        f"{out} of {plural(total, 'post')} came out and stay at {address(replay)}; {total - out} remain. "
        f"{how_to_clear(replay.event.slug)}"
    )


def plural(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


def how_to_clear(slug: str) -> str:
    return (
        f"To take it away: manage.py replay {slug} --clear, or “Clear the rehearsal” on its page at the desk."
    )
