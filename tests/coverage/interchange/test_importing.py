"""The command from end to end, on a page of the shape a person copies; the words are our own."""

import datetime
import io
import re
import zoneinfo

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError

from coverage.interchange.importing import import_page
from coverage.interchange.liveblog import MissingFact, parse
from coverage.models import Event, Post
from coverage.publishing import filing, review
from coverage.record.models import EventHead, ReleasedPicture, ReleasedPost
from media.models import Image
from tests import factories

pytestmark = pytest.mark.django_db

PAGE = """ date 2024-03-20 Refresh

The hall empties and the cleaners’ trolleys roll in. (Image credit: Acme Pictures)

A question from the back row: “how much does it cost?” Nobody laughs.

Zoë Müller walks on stage to applause. (Image credit: Acme Pictures)

Doors open; it's bright outside. (Image credit: Acme Pictures)
"""
NEW = ("--title", "A morning", "--timezone", "Europe/Paris")


@pytest.fixture
def copied(tmp_path):
    def write(content: str | bytes = PAGE):
        path = tmp_path / "page.txt"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return str(path)

    return write


def run(*arguments: str) -> str:
    out = io.StringIO()
    call_command("import_liveblog", *arguments, stdout=out)
    return out.getvalue()


def test_a_page_becomes_an_event_with_posts_in_the_order_they_happened(copied):
    said = run(copied(), "--event", "morning", *NEW)

    posts = list(Post.objects.order_by("position"))
    assert [post.plain_body() for post in posts] == [
        "Doors open; it's bright outside.",
        "Zoë Müller walks on stage to applause.",
        "A question from the back row: “how much does it cost?” Nobody laughs.",
        "The hall empties and the cleaners’ trolleys roll in.",
    ]
    midnight = datetime.datetime(2024, 3, 19, 23, tzinfo=datetime.UTC)
    assert [post.position - round(midnight.timestamp() * 1_000_000) for post in posts] == [0, 1, 2, 3]
    assert {(post.state, post.author, post.happened_at, post.time_unknown) for post in posts} == {
        ("submitted", None, None, True)
    }
    assert (
        list(Image.objects.values_list("state", "credit", "alt_text"))
        == [("awaited", "Acme Pictures", "")] * 3
    )
    assert "4 posts made, 0 were there, 0 released." in said
    assert "Left out as the page's own: date 2024-03-20 Refresh" in said
    assert "pictures awaited: 3 (credit: Acme Pictures)" in said


def test_a_second_run_adds_nothing(copied):
    run(copied(), "--event", "morning", *NEW)
    said = run(copied(), "--event", "morning")

    assert "0 posts made, 4 were there, 0 released." in said
    assert (Event.objects.count(), Post.objects.count(), Image.objects.count()) == (1, 4, 3)


def arrive(*images: Image, **texts: str) -> None:
    """As if each had its bytes."""
    for number, image in enumerate(images):
        bytes_ = {"sha256": f"{number:064}", "width": 800, "height": 600}
        Image.objects.filter(pk=image.pk).update(state="received", **bytes_, **texts)


def test_every_run_says_what_is_still_to_do(copied):
    first = run(copied(), "--event", "morning", *NEW)
    again = run(copied(), "--event", "morning")
    arrive(*Image.objects.all()[:1])
    published = run(copied(), "--event", "morning", "--publish")
    arrive(*Image.objects.all(), alt_text="A hall.")
    done = run(copied(), "--event", "morning")

    def left(said: str) -> list[str]:
        return [line.split(": ", 1)[1] for line in said.splitlines() if line.startswith("Still to do: ")]

    pictures = (
        "pictures awaited: {} (credit: Acme Pictures). "
        "Add each file and its alternative text under Pictures; readers see none before."
    )
    posts = "review and publish 4 posts: /admin/coverage/post/"
    assert left(first) == left(again) == [pictures.format(3), posts]
    undescribed = "pictures without an alternative text: 1. Readers see none before."
    assert left(published) == [pictures.format(2), undescribed]
    assert left(done) == []


def test_a_longer_copy_of_the_page_adds_what_is_new_in_its_place(copied):
    run(copied(), "--event", "morning", *NEW)
    longer = PAGE.replace("Refresh\n\n", "Refresh\n\nThe lights go out.\n\n")

    said = run(copied(longer), "--event", "morning")

    assert "1 post made, 4 were there" in said
    assert Post.objects.order_by("position").last().plain_body() == "The lights go out."


def test_published_it_shows_no_awaited_picture_and_invents_no_time(copied):
    said = run(copied(), "--event", "morning", *NEW, "--publish")

    rows = list(ReleasedPost.objects.oldest_first())
    assert "4 posts made, 0 were there, 4 released." in said
    assert [row.happened_at for row in rows] == [None] * 4
    assert not any("<time" in row.fragment or "Acme Pictures" in row.fragment for row in rows)
    assert not ReleasedPicture.objects.exists()
    assert [row.byline for row in rows] == [""] * 4
    assert EventHead.objects.get().state == "ended"


def test_printed_times_become_moments_in_the_event_s_zone(copied):
    timed = "2024-03-20\n\n09:12\nDoors open and people walk in slowly.\n\n09:40\nThe speaker walks on to applause.\n"

    run(copied(timed), "--event", "morning", *NEW)

    assert [post.happened_at for post in Post.objects.order_by("position")] == [
        datetime.datetime(2024, 3, 20, 8, 12, tzinfo=datetime.UTC),
        datetime.datetime(2024, 3, 20, 8, 40, tzinfo=datetime.UTC),
    ]


def test_times_marked_gmt_or_given_a_zone_are_taken_as_such(copied):
    gmt = "2024-03-20\n\n09:12 GMT\nDoors open and people walk in slowly.\n\n09:40 GMT\nThe first speaker walks on.\n"
    run(copied(gmt), "--event", "one", *NEW)
    run(copied(gmt), "--event", "two", *NEW, "--tz-of-times", "America/New_York")

    def first(slug):
        return Post.objects.filter(event__slug=slug).order_by("position").first().happened_at

    assert first("one") == datetime.datetime(2024, 3, 20, 9, 12, tzinfo=datetime.UTC)
    assert first("two") == datetime.datetime(2024, 3, 20, 13, 12, tzinfo=datetime.UTC)


@pytest.mark.parametrize(
    ("printed", "utc"), [("UTC+5:30", 3 * 60 + 42), ("GMT+0530", 3 * 60 + 42), ("UTC-3:30", 12 * 60 + 42)]
)
def test_printed_offsets_are_read_with_their_minutes(copied, printed, utc):
    page = f"2024-03-20\n\n09:12 {printed}\nDoors open and people walk in slowly.\n"

    run(copied(page), "--event", "morning", *NEW)

    happened = Post.objects.get().happened_at
    assert happened.date() == datetime.date(2024, 3, 20)
    assert happened.hour * 60 + happened.minute == utc


@pytest.mark.parametrize("printed", ["UTC+99", "CST"])
def test_an_offset_that_says_nothing_is_asked_for_and_nothing_was_begun(copied, printed):
    page = parse(f"2024-03-20\n\n09:12 {printed}\nDoors open and people walk in slowly.\n")
    event = Event(slug="morning", title="A morning", time_zone="Europe/Paris")

    with pytest.raises(MissingFact, match=re.escape(printed)):
        import_page(page, event)
    done = import_page(page, event, zone_of_times=zoneinfo.ZoneInfo("Asia/Tokyo"))

    assert (done.event_made, done.posts_made) == (True, 1)


def test_a_terminal_is_asked_again_after_an_answer_that_makes_no_sense(copied, monkeypatch):
    answers = iter(["A morning", "Europe/Lutetia", "Europe/Paris", "Asia/Tokio", "Asia/Tokyo"])
    monkeypatch.setattr("builtins.input", lambda prompt: next(answers))
    monkeypatch.setattr("sys.stdin.isatty", lambda: True)
    page = "2024-03-20\n\n09:12 IST\nDoors open and people walk in slowly.\n"

    run(copied(page), "--event", "morning")

    assert Post.objects.get().happened_at == datetime.datetime(2024, 3, 20, 0, 12, tzinfo=datetime.UTC)


def test_times_that_run_over_midnight_go_on_into_the_next_day(copied):
    night = "2024-03-20\n\n23:50\nThe band plays one more song for us.\n\n00:10\nThe lights go on and all go home.\n"

    run(copied(night), "--event", "night", *NEW)

    assert [p.happened_at.isoformat() for p in Post.objects.order_by("position")] == [
        "2024-03-20T22:50:00+00:00",
        "2024-03-20T23:10:00+00:00",
    ]


@pytest.mark.parametrize(
    ("content", "arguments", "option"),
    [
        (PAGE, ("--timezone", "Europe/Paris"), "--title"),
        (PAGE, ("--title", "A morning"), "--timezone"),
        (PAGE.replace("date 2024-03-20 ", ""), NEW, "--date"),
        (PAGE.replace(" Refresh", ""), NEW, "--order"),
        (PAGE, ("--title", "A morning", "--timezone", "Europe/Lutetia"), "--timezone"),
    ],
)
def test_what_the_page_does_not_say_is_asked_for_by_its_option(copied, content, arguments, option):
    with pytest.raises(CommandError, match=option) as refused:
        run(copied(content), "--event", "morning", *arguments)

    assert refused.value.returncode == 2
    assert not Event.objects.exists()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"   \n\n",
        b"\x00\x01\x02\xff\xfe",
        b"\x89PNG\r\n\x1a\n" + bytes(200),
        PAGE.encode("utf-16"),
        "Zoë".encode("latin-1"),
    ],
    ids=["empty", "blank", "binary", "png", "utf-16", "latin-1"],
)
def test_a_file_that_is_no_page_is_refused_with_a_sentence_and_nothing_is_written(copied, content):
    with pytest.raises(CommandError, match=r"^[^\n]+\.$"):
        run(copied(content), "--event", "morning", *NEW)

    assert (Event.objects.count(), Post.objects.count()) == (0, 0)


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(CommandError, match="cannot be read: No such file"):
        run(str(tmp_path / "none.txt"), "--event", "morning", *NEW)


def test_a_refusal_in_the_middle_leaves_nothing_half_written(copied):
    event = factories.make_event(state="draft", slug="morning")
    draft = factories.make_post(event, position=0)
    Event.objects.filter(pk=event.pk).update(title="")  # the record refuses an event without a title

    with pytest.raises(IntegrityError):
        run(copied(), "--event", "morning", "--publish")

    assert list(Post.objects.all()) == [draft]


def test_windows_line_ends_and_oldest_first_are_understood(copied):
    oldest = "\r\n\r\n".join(
        ["2024-03-20", "Oldest first", "Doors open slowly.", "All is over now. (Photo by Ada Byron)"]
    )

    run(copied(oldest), "--event", "morning", *NEW)

    assert [post.plain_body() for post in Post.objects.order_by("position")] == [
        "Doors open slowly.",
        "All is over now.",
    ]
    assert Image.objects.get().credit == "Ada Byron"


def test_publishing_into_a_live_event_releases_this_page_alone_and_ends_nothing(copied):
    event = factories.make_event(state="live", slug="morning")
    other = filing.create_post(event, by=None, body="<p>An earlier import.</p>")
    review.submit(other, by=None)

    said = run(copied(), "--event", "morning", "--publish")

    assert "4 posts made, 0 were there, 4 released." in said
    assert EventHead.objects.get().state == "live"
    assert Post.objects.get(pk=other.pk).state == "submitted"
