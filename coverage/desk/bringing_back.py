"""An older revision's words as a new save: undo. The verb is the filing verb, with all it guards."""

import datetime
from typing import Any

from coverage.models import Keynote, Post, Revision, Speaker
from coverage.publishing import filing
from media.models import Image
from newsroom.editorial.people import User


def bring_back(post: Post, revision: Revision, *, by: User, version: int | None) -> tuple[Post, list[str]]:
    """Saves what the revision holds as the newest one, and says what could not be brought back.

    Embargo and place in time of a released post are no part of it. Raises as `filing.update_post`.
    """
    fields, left_out = _fields(post, revision.content)
    return filing.update_post(post, by=by, version=version, **fields), left_out


def _fields(post: Post, content: dict) -> tuple[dict[str, Any], list[str]]:
    fields = {name: content[name] for name in ("kind", "headline", "body", "time_unknown", "key_event")}
    at = content["happened_at"]
    fields["happened_at"] = datetime.datetime.fromisoformat(at) if at else None
    # A revision holds the byline as printed; the author's own is none of the post's.
    own = post.author.printed_byline() if post.author else ""
    fields["byline"] = "" if content["byline"] == own else content["byline"]
    left_out: list[str] = []
    fields |= _keynote(post, content["keynote"], left_out)
    return fields | _rows(content, left_out), left_out


def _keynote(post: Post, pk: int | None, left_out: list[str]) -> dict[str, Keynote | None]:
    keynote = Keynote.objects.filter(pk=pk, event=post.event_id).first() if pk else None
    if pk and keynote is None:
        left_out.append("its keynote, which is not of this event")
        return {}
    return {"keynote": keynote}


def _rows(content: dict, left_out: list[str]) -> dict[str, list]:
    speakers = Speaker.objects.in_bulk(
        {*content["speakers"], *(row["speaker_id"] for row in content["quotes"])} - {None}
    )
    images = Image.objects.in_bulk([row["image"] for row in content["images"]])
    by_id = {str(pk): image for pk, image in images.items()}
    quotes = [
        {
            **{name: row[name] for name in row if name != "speaker_id"},
            "speaker": speakers.get(row["speaker_id"]),
        }
        for row in content["quotes"]
    ]
    rows = {
        "speakers": [speakers[pk] for pk in content["speakers"] if pk in speakers],
        "quotes": [row for row in quotes if row["speaker"] or row["attribution"]],
        "images": [
            {"image": by_id[row["image"]], "caption": row["caption"]}
            for row in content["images"]
            if row["image"] in by_id
        ],
    }
    for name, called in (("speakers", "a speaker"), ("quotes", "a quote"), ("images", "a picture")):
        if len(rows[name]) < len(content[name]):
            left_out.append(f"{called} that is no longer there")
    return rows
