"""Looking up: what is found, in which order, and that it is the index that finds it; the same on both databases."""

import uuid

import pytest
from django.db import connection
from django.utils import timezone

from coverage.record import documents, searching
from coverage.record.document import Document, Kind
from coverage.record.models import EventHead, ReleasedPost
from coverage.record.query import understood

pytestmark = pytest.mark.django_db
POSTS = [Kind.POST]


def make_head(slug: str = "summit", **columns) -> EventHead:
    number = EventHead.objects.count() + 1
    values = {"desk_id": number, "state": "live", "slug": slug, "title": slug.title()}
    return EventHead.objects.create(**{**values, **columns})


def make_rows(head: EventHead, *said: tuple[str, str]) -> list[ReleasedPost]:
    """Posts of these headlines and texts, the later the newer, not yet to be found."""
    first, now = ReleasedPost.objects.count() + 1, timezone.now()
    return ReleasedPost.objects.bulk_create(
        ReleasedPost(
            head=head, desk_id=uuid.uuid4(), public_id=f"{number:010}", position=number, seq=number,
            headline=headline, body=f"<p>{text}</p>", kind="update", released_at=now, changed_at=now,
        )
        for number, (headline, text) in enumerate(said, start=first)
    )  # fmt: skip


def make_posts(head: EventHead, *said: tuple[str, str]) -> list[ReleasedPost]:
    rows = make_rows(head, *said)
    for row in rows:
        documents.keep_post(row, [], [])
    return rows


@pytest.fixture
def head() -> EventHead:
    return make_head()


def found(typed: str, kinds=POSTS, *, most: int = 100, **which) -> list[int]:
    """The positions of the posts found, best first."""
    return [hit.position for hit in searching.look_up(understood(typed), kinds, most=most, **which)]


@pytest.mark.parametrize(
    ("typed", "positions"),
    [
        ("francois", [1]),
        ("FRANÇOIS", [1]),
        ("franço", [1]),  # the last word may be a beginning
        ("franço wind", []),  # and only the last
        ("wind francois", [1]),
        ('"wind farm"', [2]),
        ('"farm wind"', []),
        ("wind -farm", [1]),
        ('wind -"old farm"', [2, 1]),
        ("-farm", []),
        ("R&D", [2]),
        ("r d", [2, 3]),
        ("京タ", [4]),
        ("京東", []),
        ("strasse", [5]),
        ("istanbul", [5]),
        ("हिन्दी", [4]),
        ("0042", [6]),
        ("1e5 3d", [6]),
        ("example org", [6]),
        ('"" ---', []),
    ],
)
def test_what_is_found(head, typed, positions):
    make_posts(
        head,
        ("", "The wind, said François, never rests."),
        ("", "A wind farm, and R&amp;D."),
        ("", "D before R."),
        ("", "東京タワー and हिन्दी."),
        ("", "Straße in İSTANBUL"),
        ("", "3d 1e5 0042 https://example.org/a/b"),
    )

    assert sorted(found(typed)) == sorted(positions)


def test_a_phrase_does_not_go_from_the_title_into_the_text(head):
    make_posts(head, ("Old wind", "farm opens"))

    assert (found('"wind farm"'), found('"old wind"'), found('"farm opens"')) == ([], [1], [1])


def test_a_word_in_the_title_counts_more(head):
    make_posts(head, ("Wind", "Something else."), ("Something", "The wind, else."))

    assert found("wind") == [1, 2]


def test_the_word_itself_comes_before_one_that_begins_with_it(head):
    make_posts(head, ("", "The art of rain."), ("", "The artist of rain."))

    assert found("art") == [1, 2]


def test_what_fits_alike_comes_newest_first(head):
    make_posts(head, *[("", "The wind.")] * 3)

    assert found("wind") == [3, 2, 1]


def test_the_newest_are_looked_at_if_too_many_hold_it(head):
    make_posts(head, ("Wind", ""), *[("", "The wind.")] * 3)

    assert found("wind", most=2) == [4, 3]


def test_words_that_only_begin_like_it_do_not_hide_the_word_itself(head):
    make_posts(head, ("", "The art."), *[("", "The artist.")] * 3)

    assert found("art", most=2) in ([1, 4], [4, 1])


def test_only_what_stands_in_lists_is_found(head):
    make_posts(make_head("rehearsal", unlisted=True), ("Wind", ""))
    make_posts(make_head("draft", state="draft"), ("Wind", ""))
    make_posts(head, ("Wind", ""))

    assert found("wind") == [3]


def test_one_event_is_searched_alone(head):
    make_posts(head, ("Wind", ""))
    other = make_head("other")
    make_posts(other, ("Wind", ""))
    rehearsal = make_head("rehearsal", unlisted=True)
    make_posts(rehearsal, ("Wind", ""))

    assert (found("wind", head=head), found("wind", head=other), found("wind", head=rehearsal)) == (
        [1],
        [2],
        [],
    )


def test_a_kind_is_searched_alone(head):
    make_posts(head, ("Summit", ""))
    documents.keep_event(head)

    kinds = [hit.kind for hit in searching.look_up(understood("summit"), list(Kind), most=9)]

    assert sorted(kinds) == ["event", "post"]
    assert [hit.kind for hit in searching.look_up(understood("summit"), [Kind.EVENT], most=9)] == ["event"]
    assert found("kind post event") == []


def test_what_changes_is_found_by_its_new_words_alone(head):
    (row,) = make_posts(head, ("Wind", "Farm."))
    row.headline, row.body = "Rain", "<p>Sea.</p>"

    documents.keep_post(row, [], [])

    assert [found(word) for word in ("wind", "farm", "rain", "sea")] == [[], [], [1], [1]]
    assert Document.objects.count() == 1


def test_what_is_gone_is_not_found_however_it_went(head):
    by_itself, with_its_row, at_once, with_its_event = make_posts(head, *[("Wind", "")] * 4)
    documents.forget_post(by_itself)
    with_its_row.delete()
    Document.objects.filter(post=at_once).delete()
    assert found("wind") == [with_its_event.position]

    head.delete()

    assert found("wind") == []
    assert indexed_words() == 0


def indexed_words() -> int:
    """How many documents the index itself still has, whatever the table says."""
    with connection.cursor() as cursor:
        table = "record_document" if connection.vendor == "postgresql" else "record_words_docsize"
        cursor.execute(f"SELECT count(*) FROM {table}")
        return cursor.fetchone()[0]


def test_a_text_of_any_length_is_kept(head):
    """Beyond PostgreSQL's last place and megabyte, and with a word too long for it."""
    numbered = " ".join(f"word{number}" for number in range(40_000))
    make_posts(head, ("", f"{'x' * 5000} {numbered}"), ("", "東" * 40_000))

    assert (found('"word1 word2"'), found("word39999"), found("東東")) == ([1], [], [2])


HOSTILE = (
    *(
        "'",
        '"',
        "''",
        '"""',
        "\\",
        "\x00",
        "%",
        "_",
        "*",
        "(",
        ")",
        "((",
        "a)",
        ":",
        "^",
        "^a",
        "-",
        "--",
        "+",
    ),
    *(
        "a*",
        "a:*",
        "a & b",
        "a | b",
        "!a",
        "<->",
        "a <-> b",
        "a AND",
        "OR",
        "NOT",
        "NEAR(a b, 2)",
        "kind : post",
    ),
    *("{title_words} : a", "a OR kind:post", "'; DROP TABLE record_document; --", '" OR 1=1', '-"a', 'a"b"c'),
    *("a" * 5000, '"' * 5000, "-" * 5000, "a " * 2500, "(" * 5000, "é" * 5000, "東" * 5000, "a-" * 2500),
    *("\ud800", "\u202e", "🎉", "½", "%s", "%(a)s", "{}", "{0}", "$$", "\r\n\t", "1e999", "0x", "ﷺ" * 200),
)


@pytest.mark.parametrize("typed", HOSTILE)
def test_nothing_typed_is_an_error(head, typed):
    make_posts(head, ("Wind", "a b c"))

    for some in (typed, f"wind {typed}", f"{typed} wind", f'wind "{typed}"', f"wind -{typed}"):
        assert found(some) in ([], [1])
        assert found(some, list(Kind), head=head) in ([], [1])


def plan(typed: str, kinds=POSTS, **which) -> str:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("ANALYZE record_document, record_eventhead")
        explain = "EXPLAIN" if connection.vendor == "postgresql" else "EXPLAIN QUERY PLAN"
        statement, parameters = searching.statement(understood(typed), kinds, most=100, **which)
        cursor.execute(f"{explain} {statement}", parameters)
        return "\n".join(str(row[-1]) for row in cursor.fetchall())


def test_it_is_the_index_that_finds(head):
    """Not a look through the table; SQLite begins with the index and asks the table for what was found."""
    rows = make_rows(head, *[("", "")] * 4000)
    Document.objects.bulk_create(
        Document(
            kind=Kind.POST, head=head, post=row, position=row.position,
            text_words=f"often said post{row.position}{' seldom said' * (row.position == 7)}",
        )
        for row in rows
    )  # fmt: skip

    for typed in ("seldom", "seldom post7", '"seldom said"', "post7"):
        assert found(typed)[0] == 7
        steps = plan(typed)
        if connection.vendor == "postgresql":
            assert "Bitmap Index Scan on record_document_lexemes" in steps
            assert "Seq Scan on record_document" not in steps
        else:
            first, second, *_ = [step for step in steps.splitlines() if "record_" in step]
            assert first.startswith("SCAN record_words VIRTUAL TABLE INDEX")
            assert second.startswith("SEARCH record_document USING INTEGER PRIMARY KEY")
            assert "TEMP B-TREE" not in steps  # in the order of the index, so that it stops in time


def test_looking_up_is_one_query(head, django_assert_num_queries):
    make_posts(head, *[("Wind", "")] * 3)

    with django_assert_num_queries(1):
        searching.look_up(understood("wind"), POSTS, most=100, head=head)
    with django_assert_num_queries(0):
        searching.look_up(understood("-wind"), POSTS, most=100)
