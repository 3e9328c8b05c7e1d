"""What the database refuses in the record, each beside the twin it accepts, and the entry on the wire."""

import datetime
import itertools
import uuid

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from coverage.record.document import Document
from coverage.record.models import (
    EventHead,
    Op,
    Release,
    ReleasedAppearance,
    ReleasedKeynote,
    ReleasedPicture,
    ReleasedPost,
    ReleasedSpeaker,
    WithdrawnFolder,
    new_epoch,
)

pytestmark = pytest.mark.django_db

numbers = itertools.count(1)
AT = datetime.datetime(2026, 3, 24, 9, 30, tzinfo=datetime.UTC)


def refused(what: str, make) -> None:
    """`make` is stopped by the database, by the constraint `what` or, where Django names it, its column."""
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        make()
    assert what in str(caught.value), str(caught.value)


def unique(table: str, *columns: str, name: str = "") -> str:
    """How this database says that these columns hold the values already: PostgreSQL by name, SQLite by column."""
    if connection.vendor == "postgresql":
        return name or f"{table}_{'_'.join(columns)}"
    return "UNIQUE constraint failed: " + ", ".join(f"{table}.{column}" for column in columns)


def head(**fields) -> EventHead:
    number = next(numbers)
    return EventHead.objects.create(
        **{
            "desk_id": number,
            "state": "live",
            "slug": f"event-{number}",
            "title": f"Event {number}",
            **fields,
        }
    )


def entry(on: EventHead, **fields) -> Release:
    return Release.objects.create(
        **{"head": on, "seq": next(numbers), "op": Op.PUBLISH, "at": AT, "html": "<p>", **fields}
    )


def post(on: EventHead, **fields) -> ReleasedPost:
    number = next(numbers)
    values = {
        "head": on,
        "desk_id": uuid.uuid4(),
        "public_id": f"{number:010}",
        "position": number,
        "seq": number,
        "kind": "update",
        "released_at": AT,
        "changed_at": AT,
    }
    return ReleasedPost.objects.create(**{**values, **fields})


def keynote(on: EventHead, **fields) -> ReleasedKeynote:
    number = next(numbers)
    values = {
        "head": on,
        "desk_id": number,
        "slug": f"keynote-{number}",
        "title": "A keynote",
        "format": "keynote",
    }
    return ReleasedKeynote.objects.create(**{**values, **fields})


def picture(on: ReleasedPost, **fields) -> ReleasedPicture:
    values = {
        "post": on,
        "image": uuid.uuid4(),
        "folder": uuid.uuid4().hex,
        "credit": "Ada Byron",
        "alt": "A stage.",
        "width": 960,
        "height": 600,
        "sources": [],
    }
    return ReleasedPicture.objects.create(**{**values, **fields})


def speaker(on: ReleasedPost, name: str) -> ReleasedSpeaker:
    return ReleasedSpeaker.objects.create(post=on, speaker=name, name=name.title())


# The head


@pytest.mark.parametrize("state", ["planned", "live", "paused", "ended"])
@pytest.mark.parametrize("missing", [{"slug": None}, {"title": ""}, {"slug": None, "title": ""}])
def test_a_public_head_without_address_or_title_is_refused(state, missing):
    refused("head_public_has_address", lambda: head(state=state, **missing))

    assert head(state=state).pk


def test_a_draft_s_head_is_empty_and_any_number_may_be():
    assert head(state="draft", slug=None, title="").pk
    assert head(state="draft", slug=None, title="").pk


def test_a_public_head_cannot_lose_its_address_later():
    one = head()

    refused("head_public_has_address", lambda: EventHead.objects.filter(pk=one.pk).update(slug=None))
    refused("head_public_has_address", lambda: EventHead.objects.filter(pk=one.pk).update(title=""))
    assert EventHead.objects.filter(pk=one.pk).update(slug=None, title="", state="draft") == 1


@pytest.mark.parametrize("column", ["slug", "desk_id"])
def test_two_heads_share_neither_slug_nor_event(column):
    one = head()

    refused(unique("record_eventhead", column), lambda: head(**{column: getattr(one, column)}))
    assert head().pk


def test_an_epoch_is_six_small_letters_or_digits():
    made = {new_epoch() for _ in range(50)}

    assert len(made) > 40
    assert all(len(one) == 6 and set(one) <= set("abcdefghijklmnopqrstuvwxyz0123456789") for one in made)


# Its entries


def test_a_number_is_given_once_in_an_event():
    one, other = head(), head()
    entry(one, seq=7)

    refused(unique("record_release", "head_id", "seq", name="release_seq_once"), lambda: entry(one, seq=7))
    assert entry(one, seq=8).pk
    assert entry(other, seq=7).pk


@pytest.mark.parametrize("html", ["<article></article>", ""])
def test_a_withdrawal_carries_no_words(html):
    on = head()

    refused("release_withdraw_has_no_html", lambda: entry(on, op=Op.WITHDRAW, html=html, reason="Why."))
    assert entry(on, op=Op.WITHDRAW, html=None, reason="Why.").pk


def test_any_other_entry_may_carry_words_and_may_be_blanked():
    on = head()

    for op in set(Op) - {Op.WITHDRAW}:
        assert entry(on, op=op, html="<p>Words.</p>").pk
        assert entry(on, op=op, html=None, blanked=True).pk


def test_an_entry_cannot_become_a_withdrawal_and_keep_its_words():
    one = entry(head(), html="<p>Words.</p>")

    refused("release_withdraw_has_no_html", lambda: Release.objects.filter(pk=one.pk).update(op=Op.WITHDRAW))
    assert Release.objects.filter(pk=one.pk).update(op=Op.WITHDRAW, html=None) == 1


# Its posts


def test_a_position_is_taken_once_in_an_event():
    one, other = head(), head()
    post(one, position=5)

    refused(
        unique("record_releasedpost", "head_id", "position", name="released_position_once"),
        lambda: post(one, position=5),
    )
    assert post(one, position=6).pk
    assert post(other, position=5).pk


@pytest.mark.parametrize("column", ["public_id", "desk_id"])
def test_two_posts_share_neither_address_nor_draft(column):
    one = post(head())

    refused(unique("record_releasedpost", column), lambda: post(head(), **{column: getattr(one, column)}))
    assert post(head()).pk


@pytest.mark.parametrize("column", ["fragment", "body", "headline", "keynote_title", "byline"])
def test_a_withdrawn_post_keeps_no_words(column):
    on = head()

    refused(
        "released_withdrawn_is_blank",
        lambda: post(on, withdrawn_at=AT, reason="Wrong.", **{column: "Words."}),
    )
    assert post(on, withdrawn_at=AT, reason="Wrong.").pk
    assert post(on, **{column: "Words."}).pk


def test_a_withdrawn_post_says_why():
    on = head()

    refused("released_withdrawn_says_why", lambda: post(on, withdrawn_at=AT, reason=""))
    assert post(on, withdrawn_at=AT, reason="Wrong.").pk
    assert post(on, reason="").pk


def test_a_post_cannot_be_withdrawn_with_its_words_left():
    one = post(head(), body="Words.", fragment="<article>")
    row = ReleasedPost.objects.filter(pk=one.pk)

    refused("released_withdrawn_is_blank", lambda: row.update(withdrawn_at=timezone.now(), reason="Wrong."))
    assert row.update(withdrawn_at=timezone.now(), reason="Wrong.", body="", fragment="") == 1


# What a post and a programme hold


@pytest.mark.parametrize("column", ["credit", "alt"])
def test_no_credit_no_pixels(column):
    on = post(head())

    refused("no_credit_no_pixels", lambda: picture(on, **{column: ""}))
    one = picture(on)
    refused("no_credit_no_pixels", lambda: ReleasedPicture.objects.filter(pk=one.pk).update(**{column: ""}))
    assert picture(on).pk


@pytest.mark.parametrize("columns", [{"folder": ""}, {"place": "reserved"}, {"place": "expired"}])
def test_only_a_shown_picture_has_files(columns):
    on = post(head())

    refused("only_shown_pictures_have_files", lambda: picture(on, **columns))
    assert picture(on, place="expired", folder="", sources=[]).pk


def test_a_speaker_is_named_once_by_a_post():
    one, other = post(head()), post(head())
    speaker(one, "grace")

    refused(
        unique("record_releasedspeaker", "post_id", "speaker", name="released_speaker_once"),
        lambda: speaker(one, "grace"),
    )
    assert speaker(one, "ada").pk
    assert speaker(other, "grace").pk


def test_a_keynote_s_slug_is_its_own_in_an_event():
    one, other = head(), head()
    keynote(one, slug="opening")

    refused(
        unique("record_releasedkeynote", "head_id", "slug", name="released_keynote_slug"),
        lambda: keynote(one, slug="opening"),
    )
    assert keynote(one, slug="closing").pk
    assert keynote(other, slug="opening").pk


def test_a_keynote_and_an_appearance_are_released_once():
    first = keynote(head())

    def appearance(number):
        return ReleasedAppearance.objects.create(
            keynote=first, desk_id=number, speaker="ada", name="Ada", role="speaker"
        )

    appearance(1)
    refused(unique("record_releasedkeynote", "desk_id"), lambda: keynote(head(), desk_id=first.desk_id))
    refused(unique("record_releasedappearance", "desk_id"), lambda: appearance(1))
    assert keynote(head()).pk
    assert appearance(2).pk


def test_a_folder_is_withdrawn_once():
    WithdrawnFolder.objects.create(folder="abc", at=AT)

    refused(
        unique("record_withdrawnfolder", "folder"),
        lambda: WithdrawnFolder.objects.create(folder="abc", at=AT),
    )
    assert WithdrawnFolder.objects.create(folder="abd", at=AT).pk


@pytest.mark.parametrize("kind", ["event", "keynote", "speaker", "post"])
@pytest.mark.parametrize("of", [(), ("keynote",), ("appearance",), ("post",), ("keynote", "post")])
def test_a_document_is_of_what_its_kind_says(kind, of):
    on = head()
    first = keynote(on)
    rows = {
        "keynote": first,
        "post": post(on),
        "appearance": ReleasedAppearance.objects.create(
            keynote=first, desk_id=1, speaker="ada", name="Ada", role="speaker"
        ),
    }
    wanted = {"event": (), "keynote": ("keynote",), "speaker": ("appearance",), "post": ("post",)}[kind]

    def make():
        return Document.objects.create(head=on, kind=kind, **{name: rows[name] for name in of})

    if of == wanted:
        assert make().pk
    else:
        refused("document_is_of_its_kind", make)


def test_each_thing_has_one_document():
    one, other = head(), head()
    for on in (one, other):
        Document.objects.create(head=on, kind="event")
    Document.objects.create(head=one, kind="post", post=post(one))
    shown = post(one)
    Document.objects.create(head=one, kind="post", post=shown)

    refused(
        unique("record_document", "head_id", name="document_of_event_once"),
        lambda: Document.objects.create(head=one, kind="event"),
    )
    refused(
        unique("record_document", "post_id"),
        lambda: Document.objects.create(head=one, kind="post", post=shown),
    )


def test_every_constraint_of_the_record_is_tested_here():
    models = (EventHead, Release, ReleasedKeynote, ReleasedPost, ReleasedPicture, ReleasedSpeaker, Document)

    assert {constraint.name for model in models for constraint in model._meta.constraints} == {
        "head_public_has_address",
        "release_seq_once",
        "release_withdraw_has_no_html",
        "released_keynote_slug",
        "released_position_once",
        "released_withdrawn_is_blank",
        "released_withdrawn_says_why",
        "no_credit_no_pixels",
        "only_shown_pictures_have_files",
        "released_speaker_once",
        "document_of_event_once",
        "document_is_of_its_kind",
    }


# On the wire

SHARED = ["seq", "op", "post", "position", "at", "html"]


@pytest.mark.parametrize(
    ("op", "more"),
    [
        ("publish", {}),
        ("update", {}),
        ("correct", {"note": "Her name is Ada."}),
        ("withdraw", {"reason": "Wrong."}),
        ("reinstate", {}),
        ("picture", {}),
        ("pin", {}),
        ("unpin", {}),
        ("header", {"part": "programme"}),
    ],
)
def test_an_entry_has_exactly_the_contract_s_keys(op, more):
    """Every column is filled, so that one which should stay inside could be seen."""
    post_of = None if op == "header" else "abcdefghij"
    html = None if op == "withdraw" else "<p>Words.</p>"
    row = entry(
        head(),
        seq=3,
        op=op,
        public_id=post_of,
        position=post_of and 12,
        html=html,
        reason="Wrong.",
        note="Her name is Ada.",
        part="programme",
    )

    shown = Release.objects.get(pk=row.pk).as_entry()

    assert list(shown) == [*SHARED, *more]
    assert shown == {
        "seq": 3,
        "op": op,
        "post": post_of,
        "position": post_of and 12,
        "at": "2026-03-24T09:30:00+00:00",
        "html": html,
        **more,
    }


def test_the_ops_are_the_contract_s():
    assert set(Op.values) == {
        "publish",
        "update",
        "correct",
        "withdraw",
        "reinstate",
        "picture",
        "pin",
        "unpin",
        "header",
    }
