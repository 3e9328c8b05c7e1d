"""Progress on a terminal and elsewhere; a command that asks, on a terminal of its own."""

import errno
import io
import os
import pty
import select
import subprocess
import sys
import time

import pytest
from django.conf import settings

from coverage.management.progress import counted
from coverage.models import Event, Post
from tests import factories, processes

PAGE = """2024-03-20

Zoë Müller walks on stage to applause.

Doors open; it's bright outside.
"""
SECONDS = 40


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_on_a_terminal_one_line_is_rewritten():
    out = Terminal()

    items = list(counted("abc", 3, "released", out))

    assert items == ["a", "b", "c"]
    assert out.getvalue() == "\rreleased: 1 of 3\rreleased: 2 of 3\rreleased: 3 of 3\n"


def test_on_a_terminal_an_item_is_counted_when_it_is_done():
    out = Terminal()
    seen = [out.getvalue() for _ in counted("ab", 2, "released", out)]

    assert seen == ["", "\rreleased: 1 of 2"]


def test_elsewhere_every_tenth_part_is_a_line():
    out = io.StringIO()

    items = list(counted(iter(range(25)), 25, "released", out))

    assert items == list(range(25))
    assert out.getvalue().splitlines() == [
        *(f"released: {number} of 25" for number in range(2, 25, 2)),
        "released: 25 of 25",
    ]


def test_elsewhere_a_few_are_a_line_each():
    out = io.StringIO()

    assert list(counted("ab", 2, "released", out)) == ["a", "b"]
    assert out.getvalue() == "released: 1 of 2\nreleased: 2 of 2\n"


@pytest.mark.parametrize("out", [io.StringIO, Terminal])
def test_nothing_to_do_says_nothing(out):
    where = out()

    assert list(counted([], 0, "released", where)) == []
    assert where.getvalue() == ""


def test_an_error_in_the_middle_is_the_caller_s():
    out = io.StringIO()

    def broken():
        yield 1
        raise LookupError

    with pytest.raises(LookupError):
        list(counted(broken(), 2, "released", out))
    assert out.getvalue() == "released: 1 of 2\n"


class Asked:
    """`import_liveblog` on a pseudo-terminal; what it prints and what is typed share `seen`, as on a screen."""

    def __init__(self, *arguments: str):
        self.terminal, end = pty.openpty()
        self.said = b""
        self.process = subprocess.Popen(
            [sys.executable, "manage.py", "import_liveblog", *arguments],
            env={**os.environ, "DATABASE_URL": processes.database_url()},
            cwd=settings.BASE_DIR,
            stdin=end,
            stdout=end,
            stderr=end,
            start_new_session=True,
        )
        os.close(end)

    @property
    def seen(self) -> str:
        return self.said.decode(errors="replace")

    def read(self) -> bool:
        """Takes what comes within a moment. False when the other end is closed."""
        if not select.select([self.terminal], [], [], 0.1)[0]:
            return True
        try:
            said = os.read(self.terminal, 4096)
        except OSError as error:
            if error.errno != errno.EIO:  # how Linux says that the other end is closed; macOS reads nothing
                raise
            said = b""
        self.said += said
        return bool(said)

    def wait_for(self, words: str) -> None:
        self.wait_for_either(words)
        assert words in self.seen, self.seen

    def wait_for_either(self, words: str) -> None:
        """Until it says these words, or ends."""
        deadline = time.monotonic() + SECONDS
        while words not in self.seen and self.read():
            assert time.monotonic() < deadline, self.seen

    def answer(self, line: str) -> None:
        """Types a line, and forgets what stood on the screen before."""
        self.said = b""
        self.type(f"{line}\n")

    def type(self, keys: str) -> None:
        os.write(self.terminal, keys.encode())

    def end(self) -> int:
        """Its exit status, once all it said is read."""
        deadline = time.monotonic() + SECONDS
        while self.read():
            assert time.monotonic() < deadline, self.seen
        return self.process.wait(SECONDS)

    def close(self) -> None:
        self.process.kill()
        self.process.wait()
        os.close(self.terminal)


@pytest.fixture
def ask(tmp_path):
    """Starts the command on a page that names neither an event nor its zone."""
    started = []

    def start(*arguments: str, order: str | None = "newest") -> Asked:
        page = tmp_path / "page.txt"
        page.write_text(PAGE)
        given = ("--order", order) if order else ()
        started.append(Asked(str(page), "--event", "morning", *given, *arguments))
        return started[-1]

    yield start
    for one in started:
        one.close()


@pytest.mark.processes
@pytest.mark.django_db(transaction=True)
def test_the_title_and_the_zone_are_asked_for_and_the_event_made(ask):
    asked = ask()

    asked.wait_for("--title: ")
    assert "The page has no title for the new event." in asked.seen
    asked.answer("A morning in Paris")
    asked.wait_for("--timezone: ")
    assert "--title: " not in asked.seen
    asked.answer("Europe/Paris")
    status = asked.end()

    assert status == 0, asked.seen
    assert "Event “A morning in Paris” (morning) made." in asked.seen
    event = Event.objects.get()
    assert (event.slug, event.title, event.time_zone) == ("morning", "A morning in Paris", "Europe/Paris")
    assert [post.plain_body() for post in Post.objects.order_by("position")] == [
        "Doors open; it's bright outside.",
        "Zoë Müller walks on stage to applause.",
    ]


@pytest.mark.processes
@pytest.mark.django_db(transaction=True)
def test_an_empty_answer_is_asked_again(ask):
    asked = ask("--timezone", "Europe/Paris")

    asked.wait_for("--title: ")
    asked.answer("")
    asked.wait_for("--title: ")
    asked.answer("A morning")

    assert asked.end() == 0, asked.seen
    assert Event.objects.get().title == "A morning"


@pytest.mark.processes
@pytest.mark.django_db(transaction=True)
def test_a_zone_there_is_not_is_asked_again_and_makes_nothing(ask):
    asked = ask("--title", "A morning")

    asked.wait_for("--timezone: ")
    asked.answer("Europe/Atlantis")
    asked.wait_for("--timezone: ")

    assert "Europe/Atlantis: no such time zone; write it like Europe/Paris." in asked.seen
    assert not Event.objects.exists()


@pytest.mark.processes
@pytest.mark.django_db(transaction=True)
def test_releasing_counts_in_one_line_of_the_terminal(ask):
    asked = ask("--title", "A morning", "--timezone", "Europe/Paris", "--publish")

    assert asked.end() == 0, asked.seen
    assert "\rreleased: 1 of 2\rreleased: 2 of 2\r\n" in asked.seen


@pytest.mark.processes
@pytest.mark.django_db(transaction=True)
def test_an_order_there_is_not_makes_nothing(ask):
    asked = ask("--title", "A morning", "--timezone", "Europe/Paris", order=None)

    asked.wait_for("--order: ")
    asked.answer("nwest")
    asked.wait_for_either("--order: ")

    assert not Event.objects.exists()


@pytest.mark.processes
@pytest.mark.django_db(transaction=True)
def test_who_leaves_the_question_gets_no_traceback(ask):
    asked = ask("--timezone", "Europe/Paris")

    asked.wait_for("--title: ")
    asked.type("\x04")  # Ctrl-D
    status = asked.end()

    assert status != 0
    assert "Traceback" not in asked.seen


@pytest.mark.processes
@pytest.mark.django_db(transaction=True)
def test_what_is_known_is_not_asked(ask):
    factories.make_event(state="draft", slug="morning", title="Known")

    asked = ask()

    assert asked.end() == 0, asked.seen
    assert "--title" not in asked.seen
    assert "Event “Known” (morning) was there." in asked.seen


@pytest.mark.processes
@pytest.mark.django_db(transaction=True)
def test_off_a_terminal_the_missing_option_is_named(tmp_path):
    page = tmp_path / "page.txt"
    page.write_text(PAGE)

    answer = subprocess.run(
        [
            sys.executable,
            "manage.py",
            "import_liveblog",
            str(page),
            "--event",
            "morning",
            "--order",
            "newest",
        ],
        env={**os.environ, "DATABASE_URL": processes.database_url()},
        cwd=settings.BASE_DIR,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=SECONDS,
    )

    assert answer.returncode == 2
    assert "The page has no title for the new event. (--title)" in answer.stderr
    assert not Event.objects.exists()
