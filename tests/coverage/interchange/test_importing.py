"""The command from end to end, on a page of the shape a person copies; the words are our own."""

import datetime
import io

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError

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
    assert "3 pictures are awaited (credit: Acme Pictures)" in said


def test_a_second_run_adds_nothing(copied):
    run(copied(), "--event", "morning", *NEW)
    said = run(copied(), "--event", "morning")

    assert "0 posts made, 4 were there, 0 released." in said
    assert (Event.objects.count(), Post.objects.count(), Image.objects.count()) == (1, 4, 3)


def test_a_longer_copy_of_the_page_adds_what_is_new_in_its_place(copied):
    run(copied(), "--event", "morning", *NEW)
    longer = PAGE.replace("Refresh\n\n", "Refresh\n\nThe lights go out.\n\n")

    said = run(copied(longer), "--event", "morning")

    assert "1 posts made, 4 were there" in said
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
