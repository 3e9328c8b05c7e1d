"""The event as data, in `event.json`: everything the record has of it, described by `event.schema.json`."""

import json
import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import chain
from typing import Any
from uuid import UUID

from django.db.models import Model, Q
from django.urls import reverse

from coverage.front.links import absolute
from coverage.front.wrap import Passage, passages_of
from coverage.interchange.archive import contents
from coverage.interchange.archive.folder import Written
from coverage.record.models import (
    EventHead,
    MovedAddress,
    ReleasedAppearance,
    ReleasedKeynote,
    ReleasedPicture,
    ReleasedPost,
    ReleasedSpeaker,
    WithdrawnFolder,
)
from coverage.record.paths import event_path, post_path, wrap_path
from coverage.record.titles import text_of, title_of

SCHEMA = 2
CARD = re.compile(r"/pictures/([0-9a-f]{32})/card\.png")
EVENT = (
    "slug", "title", "standfirst", "summary", "state", "venue", "city", "country", "organiser", "time_zone", "language",
    "starts_at", "ends_at", "announced_at", "opened_at", "ended_at", "pause_note", "previous_edition",
    "next_edition", "changed_at", "unlisted",
)  # fmt: skip
KEYNOTE = (
    "slug", "title", "format", "room", "sponsor", "sponsor_slug", "summary", "starts_at", "ends_at",
    "actual_start", "actual_end", "is_cancelled",
)  # fmt: skip
BILLED = ("name", "job_title", "organisation", "organisation_slug")
APPEARANCE = ("speaker", *BILLED, "role", "by_video")
POST = (
    "keynote", "keynote_title", "sponsor", "kind", "headline", "body", "byline", "key_event", "pinned", "quotes",
    "corrections", "position", "seq", "happened_at", "released_at", "changed_at",
)  # fmt: skip
PICTURE = (
    "image", "place", "credit", "creator", "copyright_notice", "licence", "licensor", "people", "alt", "caption",
    "width", "height", "thumbhash",
)  # fmt: skip
WRAP = (
    "number",
    "headline",
    "standfirst",
    "byline",
    "published_at",
    "changed_at",
    "corrections",
    "withdrawn_at",
    "reason",
)
PARAGRAPH = ("kind", "heading", "body", "quote", "image", "corrections_seen")
WITHDRAWN = ("kind", "position", "seq", "released_at", "changed_at", "withdrawn_at", "reason")


def write_json(out: Written, frame: dict, lists: dict[str, Iterable[dict]]) -> None:
    """An object of `frame`'s members, then of lists that are never held in memory whole: one item a line."""
    out.write(b"{\n")
    members = [f"{_json(name)}: {_json(value)}" for name, value in frame.items()]
    out.write(",\n".join(members).encode())
    for name, items in lists.items():
        out.write(f",\n{_json(name)}: [".encode())
        for number, item in enumerate(items):
            out.write(f"{',' if number else ''}\n{_json(item)}".encode())
        out.write(b"\n]")
    out.write(b"\n}\n")


def frame_of(head: EventHead) -> dict:
    return {
        "schema": SCHEMA,
        "address": absolute(event_path(head)),
        "epoch": head.epoch,
        "seq": head.seq,
        "event": {**_columns(head, EVENT), "card": card_of(head)},
    }


def programme_of(head: EventHead) -> Iterator[dict]:
    """The keynotes in running order, with who was billed. Two queries."""
    for keynote in head.keynotes.prefetch_related("appearances"):
        yield {
            **_columns(keynote, KEYNOTE),
            "card": card_of(keynote),
            "address": absolute(reverse("front:keynote", args=[head.slug, keynote.slug])),
            "file": f"keynotes/{keynote.slug}/index.html",
            "appearances": [_columns(one, APPEARANCE) for one in keynote.appearances.all()],
        }


def card_of(row: EventHead | ReleasedKeynote | ReleasedPost) -> str | None:
    """The part of its share card's address nobody can guess; None: it has none, or shares a picture of its own."""
    found = row.card and CARD.fullmatch(row.card["url"])
    return found[1] if found else None


def speakers_of(head: EventHead) -> Iterator[dict]:
    """Who appeared or was named, by slug; `billed`: each way in which that was printed. Two queries."""
    billed: dict[str, dict[tuple, None]] = {}
    appearances = ReleasedAppearance.objects.filter(keynote__head=head).order_by(
        "keynote__order", "order", "pk"
    )
    named = ReleasedSpeaker.objects.filter(post__head=head, post__withdrawn_at=None)
    ways = named.order_by("speaker", *BILLED).values_list("speaker", *BILLED).distinct()
    for slug, *way in chain(appearances.values_list("speaker", *BILLED), ways):
        billed.setdefault(slug, {})[tuple(way)] = None
    for slug, each in sorted(billed.items()):
        address = absolute(reverse("front:speaker", args=[slug]))
        yield {
            "slug": slug,
            "address": address,
            "file": f"speakers/{slug}/index.html",
            "billed": [dict(zip(BILLED, way, strict=True)) for way in each],
        }


def post_of(head: EventHead, post: ReleasedPost) -> dict:
    """A post that stands; expects its speakers and pictures to be prefetched."""
    return {
        "id": post.public_id,
        "address": absolute(post_path(head, post)),
        "file": f"posts/{post.public_id}/index.html",
        "title": title_of(post),
        "text": text_of(post),
        **_columns(post, POST),
        "card": card_of(post),
        "speakers": [_columns(one, ("speaker", *BILLED)) for one in post.speakers.all()],
        "pictures": [_picture(one) for one in post.picture_rows.all()],
    }


def _picture(row: ReleasedPicture) -> dict:
    sources = [
        {**source, "url": absolute(source["url"]), "file": source["url"].removeprefix("/")}
        for source in row.sources
    ]
    return {**_columns(row, PICTURE), "sources": sources}


def withdrawn_of(head: EventHead, post: ReleasedPost) -> dict:
    return {
        "id": post.public_id,
        "address": absolute(post_path(head, post)),
        "file": f"posts/{post.public_id}/index.html",
        **_columns(post, WITHDRAWN),
    }


def redirects_of(head: EventHead, known: Iterable[str]) -> Iterator[dict]:
    """Paths that lead, or led, to pages of this event, `known` among them; `to` None: nothing is there any more."""
    base = event_path(head)
    elsewhere = [path for path in known if not path.startswith(base)]
    of_event = Q(head=head) | Q(old__startswith=base) | Q(new__startswith=base) | Q(new__in=elsewhere)
    for row in MovedAddress.objects.filter(of_event).order_by("old"):
        yield {"from": row.old, "to": row.new or None, "at": _plain(row.at)}


def gone_pictures_of(head: EventHead) -> Iterator[dict]:
    """Folders below /pictures/ that showed something once, and show nothing."""
    images = set(ReleasedPicture.objects.filter(post__head=head).values_list("image", flat=True))
    for row in WithdrawnFolder.objects.filter(Q(head=head) | Q(image__in=images)).order_by("folder"):
        yield _columns(row, ("folder", "image", "withdrawn", "at"))


def wrap_of(head: EventHead) -> dict | None:
    """The article made of its posts, as readers have it; None: there is none. Four queries."""
    article = contents.wrap_of(head)
    return article and {
        "address": absolute(wrap_path(head)),
        "file": "wrap/index.html",
        **_columns(article, WRAP),
        "paragraphs": [one for passage in passages_of(article) for one in _paragraphs(passage)],
    }


def _paragraphs(passage: Passage) -> Iterator[dict]:
    if passage.why_gone:
        yield {"kind": "gone", "reason": passage.why_gone, "post": passage.public_id or None}
    for row, picture in passage.parts():
        yield {
            **_columns(row, PARAGRAPH),
            "post": row.source or None,
            "picture": picture and {name: getattr(picture, name) for name in ("credit", "alt", "caption")},
        }


def _columns(row: Model, names: Iterable[str]) -> dict[str, Any]:
    return {name: _plain(getattr(row, name)) for name in names}


def _plain(value: Any) -> Any:
    if isinstance(value, UUID):
        return str(value)
    return value.isoformat() if isinstance(value, datetime) else value


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
