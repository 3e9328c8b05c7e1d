"""`manage.py replay`: what it says, where it stops, and taking its copies away."""

import io
import signal

import pytest
from django.core.management import CommandError, call_command

from coverage.interchange.replay_copies import clear_copies, copies_of
from coverage.models import Event, Post
from coverage.publishing import life
from coverage.record.models import EventHead, ReleasedPost
from newsroom.editorial.errors import NotAllowed
from tests import factories
from tests.coverage.interchange.replays import corrected, published, replayed

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor():
    return factories.make_editor(byline="Edith Marsh")


@pytest.fixture
def event():
    return factories.make_event(slug="summit", title="Summit")


def run(*arguments: str, out: io.StringIO | None = None) -> str:
    out = out or io.StringIO()
    call_command("replay", *arguments, stdout=out)
    return out.getvalue()


def test_it_says_the_address_at_once_and_how_far_it_is(event, editor, settings):
    published(event, editor, 0, headline="Doors open")
    corrected(event, editor)

    said = run("summit", "--no-wait").splitlines()

    assert said[0].startswith(
        f"{settings.PUBLIC_URL}/events/summit-replay-1/ is open to whoever has the address"
    )
    assert said[1:3] == ["1 of 4  09:00:00  Doors open", "2 of 4  09:00:00  A & B"]
    assert said[3] == "3 of 4  09:04:00  corrected: A & B"
    assert said[5].startswith(
        "2 posts and 2 corrections came out. To take it away: manage.py replay summit --clear"
    )
    head = EventHead.objects.get(slug="summit-replay-1")
    assert (head.state, head.unlisted) == ("live", True)


def test_it_stops_after_so_many_posts(event, editor):
    corrected(event, editor)
    published(event, editor, 5)
    published(event, editor, 7)

    said = run("summit", "--no-wait", "--posts", "2")

    assert "3 of 3  09:05:00" in said
    assert Post.objects.filter(event__slug="summit-replay-1").count() == 2


class Stopping(io.StringIO):
    """Where a signal comes as soon as such a line is told."""

    def __init__(self, number: int, at: str):
        super().__init__()
        self.number, self.at = number, at

    def write(self, text: str) -> int:
        if self.at in text:
            signal.raise_signal(self.number)
        return super().write(text)


@pytest.mark.parametrize(("number", "returncode"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_who_stops_it_is_told_what_remains_and_how_to_clear_it(number, returncode, event, editor):
    published(event, editor, 0)
    published(event, editor, 1)
    before = signal.getsignal(number)

    with pytest.raises(CommandError) as stopped:
        run("summit", out=Stopping(number, "1 of "))

    assert stopped.value.returncode == returncode
    assert "1 of 2 posts came out and stay at" in str(stopped.value)
    assert "/events/summit-replay-1/; 1 remain. " in str(stopped.value)
    assert "manage.py replay summit --clear" in str(stopped.value)
    assert ReleasedPost.objects.filter(head__slug="summit-replay-1").count() == 1
    assert signal.getsignal(number) == before


def test_all_replays_of_an_event_are_cleared_and_nothing_else(client, event, editor):
    image = factories.make_image()
    published(
        event, editor, 0, images=[{"image": image, "caption": ""}], keynote=factories.make_keynote(event)
    )
    like_it = factories.make_event(slug="summit-replay-notes", rehearsal=True)
    earnest = factories.make_event(slug="summit-replay-9")
    for _ in range(2):
        run("summit", "--no-wait")
    assert [copy.slug for copy in copies_of("summit")] == ["summit-replay-1", "summit-replay-2"]
    before = client.get("/events/summit/").content

    said = run("summit", "--clear")

    assert said.splitlines() == [f"Cleared and deleted: summit-replay-{number}" for number in (1, 2)]
    assert set(Event.objects.all()) == {event, like_it, earnest}
    assert EventHead.objects.count() == 3
    assert client.get("/events/summit-replay-1/").status_code == 404
    assert client.get("/events/summit/").content == before
    assert run("summit", "--clear") == "There is no replay of “Summit”.\n"


def test_clearing_is_for_an_editor(event, editor):
    published(event, editor, 0)
    replayed(event, editor)

    with pytest.raises(NotAllowed):
        clear_copies("summit", by=factories.make_person())

    assert len(copies_of("summit")) == 1


def test_the_rehearsal_s_own_verb_clears_it_too(client, event, editor):
    published(event, editor, 0)
    replayed(event, editor)

    life.clear_rehearsal(copies_of("summit")[0], by=editor)

    assert client.get("/events/summit-replay-1/").status_code == 404
    assert "Cleared and deleted: summit-replay-1" in run("summit", "--clear")


def test_the_longest_slug_and_title_leave_room_for_the_number(editor):
    event = factories.make_event(slug="s" * 80, title="T" * 200)
    published(event, editor, 0)

    replayed(event, editor)

    assert [copy.slug for copy in copies_of("s" * 80)] == ["s" * 66 + "-replay-1"]


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["nowhere"], "There is no event “nowhere”"),
        (["nowhere", "--clear"], "There is no event “nowhere”"),
        (["draft"], "“Draft” is a draft"),
        (["empty"], "“Empty” has no post that readers can see"),
        (["empty", "--speed", "0"], "--speed must be more than 0"),
        (["empty", "--speed", "-1"], "--speed must be more than 0"),
        (["empty", "--speed", "nan"], "--speed must be more than 0"),
        (["empty", "--posts", "0"], "--posts must be 1 or more"),
        (["empty", "--pause-most", "-1"], "--pause-most is a number of seconds"),
        (["empty", "--by", "nobody"], "nobody is no editor here"),
    ],
)
def test_what_cannot_be_replayed_is_said_in_a_sentence(editor, options, sentence):
    draft = factories.make_event(state="draft", slug="draft", title="Draft")
    factories.make_post(draft, by=editor)
    factories.make_event(slug="empty", title="Empty")

    with pytest.raises(CommandError, match=sentence):
        run(*options)

    assert Event.objects.count() == 2


def test_clearing_leaves_another_events_replays_and_an_editors_own_rehearsal(editor):
    long = "a-conference-with-a-name-so-long-that-the-year-stands-beyond-its-copies"
    for year in ("2024", "2025"):
        published(factories.make_event(slug=f"{long}-{year}"), editor, 0)
        run(f"{long}-{year}", "--no-wait")
    own = factories.make_event(slug=f"{long[:66]}-replay-7", rehearsal=True)

    said = run(f"{long}-2024", "--clear")

    assert said == f"Cleared and deleted: {long[:66]}-replay-1\n"
    assert [copy.slug for copy in copies_of(f"{long}-2025")] == [f"{long[:66]}-replay-2"]
    assert Event.objects.filter(pk=own.pk).exists()


def test_stopped_before_the_first_post_it_says_what_is_there(event, editor):
    published(event, editor, 0)

    with pytest.raises(CommandError) as stopped:
        run("summit", "--no-wait", out=Stopping(signal.SIGTERM, "is open to whoever"))

    assert "0 of 1 post came out and stay at" in str(stopped.value)
    assert len(copies_of("summit")) == 1
