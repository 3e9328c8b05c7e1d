"""The tables against the model of the desk: rows, entries, their replay, and whose words stand where."""

import re

from django.db import connection
from django.db.models import Model

from coverage.models import Alert, Correction, Event, GlassBreak, Keynote, Post, Revision
from coverage.record.document import Document, Kind
from coverage.record.models import (
    EventHead,
    MovedAddress,
    Release,
    ReleasedKeynote,
    ReleasedPost,
    ReleasedSpeaker,
    ShareCard,
)
from newsroom.editorial.audit import AuditRow
from tests.coverage.publishing.desk_model import Content, Desk, Paper

TOKEN = re.compile(r"t\d{5}x")
TABLES = (Event, Keynote, Post, Revision, Correction, GlassBreak, Alert, AuditRow)
RECORD = (
    EventHead,
    ReleasedKeynote,
    Release,
    ReleasedPost,
    ReleasedSpeaker,
    ShareCard,
    MovedAddress,
    Document,
)


def tokens(*texts: object) -> set[str]:
    return set(TOKEN.findall(repr(texts)))


def every_row() -> dict[str, list[tuple]]:
    """All a verb could change, to see that a refused one changed nothing."""
    return {table.__name__: rows_of(table) for table in TABLES + RECORD}


def rows_of(table: type[Model]) -> list[tuple]:
    """As they are stored: a play reads thousands of them, and model instances would take most of its time."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {table._meta.db_table} ORDER BY id")
        return cursor.fetchall()


def check_all(desk: Desk, slugs: dict[str, str]) -> None:
    """`slugs`: the model's name of each event by its slug."""
    posts = {
        post.pk: post for post in Post.objects.select_related("event", "pinned_revision", "released_revision")
    }
    latest: dict = {}
    for revision in Revision.objects.order_by("number"):
        latest[revision.post_id] = revision.content
    heads = {slugs[head.slug]: head for head in EventHead.objects.filter(slug__in=slugs)}
    keynotes = {None: "", **dict(Keynote.objects.values_list("pk", "slug"))}
    rows = {row.desk_id: row for row in ReleasedPost.objects.all()}
    cards = dict(ShareCard.objects.exclude(post=None).values_list("post__desk_id", "says"))
    for paper in desk.papers:
        _check_desk(paper, posts[paper.id], latest[paper.id], keynotes, slugs)
        _check_row(paper, posts[paper.id], rows.get(paper.id), heads)
        _check_card(paper, cards.get(paper.id))
    released = {paper.id for paper in desk.papers if paper.released}
    assert rows.keys() == released, "a post is in the record that never was released, or the other way round"
    _check_documents(rows)
    public = {posts[paper.id].public_id: paper for paper in desk.papers if paper.released}
    for name, head in heads.items():
        entries = list(Release.objects.filter(head=head).order_by("seq"))
        _check_entries(desk, name, head, entries, public)
        _check_replay(head, entries, [row for row in rows.values() if row.head_id == head.pk])
    assert not tokens(*(rows_of(table) for table in (EventHead, ReleasedKeynote, MovedAddress)))


def content_of(stored: dict, keynotes: dict) -> Content:
    (words,) = tokens(stored["body"])
    return Content(words, keynotes[stored["keynote"]], stored["key_event"])


def _check_desk(paper: Paper, post: Post, latest: dict, keynotes: dict, slugs: dict) -> None:
    assert (post.state, post.review, post.version) == (paper.state, paper.review, paper.version), paper
    assert slugs[post.event.slug] == paper.event
    assert content_of(latest, keynotes) == paper.content
    working = {"body": post.body, "keynote": post.keynote_id, "key_event": post.key_event}
    assert content_of(working, keynotes) == paper.content, "the working copy is not its newest revision"
    for name in ("pinned", "released"):
        revision, wanted = getattr(post, f"{name}_revision"), getattr(paper, name)
        assert (revision and content_of(revision.content, keynotes)) == wanted, f"{name} of {paper}"
    approved = "approved" in (post.state, post.review) or post.state == "scheduled"
    assert (post.pinned_revision is not None) == approved, "pinned is what was approved or scheduled"
    assert (post.publish_at, post.embargo_until) == (paper.publish_at, paper.embargo)
    assert (post.sign_by is not None) == (paper.hands is not None)


def _check_row(paper: Paper, post: Post, row: ReleasedPost | None, heads: dict) -> None:
    """A post in the record is where the model has it, and says what it may and nothing else."""
    if paper.released is None:
        assert (row, post.public_id, post.first_released_at) == (None, None, None)
        return
    assert (row.head_id, row.public_id, row.position) == (
        heads[paper.event].pk,
        post.public_id,
        post.position,
    )
    if paper.state == "withdrawn":
        assert row.withdrawn_at
        assert tokens(row.__dict__) == {paper.withdrawn}
        return
    assert row.withdrawn_at is None
    assert tokens(row.__dict__) == paper.seen()
    assert tokens(row.fragment) == paper.seen()
    assert (row.keynote, row.key_event, row.pinned) == (*paper.released[1:], paper.on_top)
    assert ("is-key" in row.fragment) == paper.released.key


def _check_documents(rows: dict) -> None:
    """The search knows each post readers have, by its words of now, and no other."""
    live = {row.pk: row for row in rows.values() if row.withdrawn_at is None}
    known = {one.post_id: one for one in Document.objects.filter(kind=Kind.POST)}
    assert known.keys() == live.keys()
    for key, row in live.items():
        assert (known[key].head_id, known[key].position) == (row.head_id, row.position)
        assert tokens(known[key].title_words, known[key].text_words) == tokens(row.headline, row.body)


def _check_card(paper: Paper, says: dict | None) -> None:
    """Its share card has readers' words, and goes with them."""
    if paper.released is None or paper.state == "withdrawn":
        assert says is None
    else:
        assert tokens(says) == {paper.released.words}


def _check_entries(desk: Desk, name: str, head: EventHead, entries: list[Release], public: dict) -> None:
    wanted = desk.entries[name]
    assert [entry.seq for entry in entries] == list(range(1, head.seq + 1)), "a number is missing"
    fresh = entries[len(entries) - len(wanted) :]  # before them, what making the event entered
    found = [(e.op, public.get(e.public_id), e.html and tokens(e.html), e.note, e.reason) for e in fresh]
    for entry, (op, paper, words, note, reason) in zip(wanted, found, strict=True):
        assert (op, paper) == (entry.op, entry.post)
        if op == "header":
            continue
        assert words == entry.words, f"{name}: {op} of {paper}"
        assert (tokens(note), tokens(reason)) == (tokens(entry.note), tokens(entry.reason))
    assert all(entry.blanked == (entry.html is None and entry.op != "withdraw") for entry in fresh)


def _check_replay(head: EventHead, entries: list[Release], rows: list[ReleasedPost]) -> None:
    """Whoever follows the entries from 0 has the page of somebody who loads it now."""
    page: dict[str, str | None] = {}
    top: set[str] = set()
    for entry in entries:
        if entry.op == "withdraw":
            page.pop(entry.public_id, None)
            top.discard(entry.public_id)
        elif entry.public_id:
            page[entry.public_id] = entry.html
        if entry.op == "pin":
            top.add(entry.public_id)
        elif entry.op == "unpin":
            top.discard(entry.public_id)
    live = [row for row in rows if row.withdrawn_at is None]
    assert page == {row.public_id: row.fragment for row in live}
    assert top == {row.public_id for row in live if row.pinned}
    assert len({row.position for row in rows}) == len(rows)
    headers = {entry.part: entry.html for entry in entries if entry.op == "header"}
    assert headers == {"head": head.head_fragment, "programme": head.programme_fragment}
