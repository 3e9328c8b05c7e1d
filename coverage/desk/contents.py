"""What a revision holds, field by field, in the words of the desk: names instead of numbers."""

import datetime
import zoneinfo
from collections.abc import Iterable
from typing import Any

from coverage.desk.differences import Line
from coverage.desk.typeset import lines_of
from coverage.models import Keynote, Post, Speaker
from coverage.models.post import PostKind
from media.models import Image

LABELS = {
    "headline": "Headline",
    "body": "Body",
    "keynote": "Keynote",
    "outside_keynote": "Outside keynote",
    "kind": "Kind",
    "happened_at": "Happened at",
    "embargo_until": "Embargo until",
    "byline": "Byline",
    "key_event": "Key event",
    "speakers": "Speakers",
    "quotes": "Quotes",
    "images": "Pictures",
}
GONE = "(no longer there)"


class Wording:
    """Puts contents into words; reads the names of everything they mention, in three queries."""

    def __init__(self, contents: Iterable[dict], zone: zoneinfo.ZoneInfo):
        self.zone, contents = zone, list(contents)
        keynotes = {content.get("keynote") for content in contents}
        images = {row["image"] for content in contents for row in content.get("images", ())}
        speakers = {pk for content in contents for pk in content.get("speakers", ())}
        speakers |= {row["speaker_id"] for content in contents for row in content.get("quotes", ())}
        self.keynotes = Keynote.objects.in_bulk(keynotes - {None})
        self.speakers = Speaker.objects.in_bulk(speakers - {None})
        self.images = {str(pk): image for pk, image in _images(images).items()}

    def lines(self, content: dict, name: str) -> list[Line]:
        """One field as lines; none for an empty one."""
        value = content.get(name)
        if name == "happened_at" and content.get("time_unknown"):
            return [Line("not known", "unknown")]
        if value in (None, "", [], False):
            return []
        return getattr(self, f"_{name}", self._text)(value)

    def text(self, content: dict, name: str) -> str:
        return "\n".join(line.text for line in self.lines(content, name))

    def _text(self, value: Any) -> list[Line]:
        return [Line(str(value))]

    def _body(self, markup: str) -> list[Line]:
        return [Line(text) for text in lines_of(markup)]

    def _keynote(self, pk: int) -> list[Line]:
        return [Line(str(self.keynotes.get(pk, GONE)), str(pk))]

    def _kind(self, kind: str) -> list[Line]:
        return [Line(str(PostKind(kind).label), kind)]

    def _key_event(self, value: bool) -> list[Line]:
        return [Line("yes", "yes")]

    _outside_keynote = _key_event

    def _happened_at(self, at: str) -> list[Line]:
        local = datetime.datetime.fromisoformat(at).astimezone(self.zone)
        return [Line(f"{local:%-d %b %Y, %H:%M:%S}")]

    _embargo_until = _happened_at

    def _speakers(self, pks: list[int]) -> list[Line]:
        return [Line(self._name(pk), str(pk)) for pk in pks]

    def _quotes(self, rows: list[dict]) -> list[Line]:
        return [Line(self._quote(row)) for row in rows]

    def _quote(self, row: dict) -> str:
        said = f"“{row['text']}”" if row["verbatim"] else row["text"]
        who = self._name(row["speaker_id"]) if row["speaker_id"] else row["attribution"]
        notes = "word for word" if row["verbatim"] else "in other words"
        return f"{who}: {said} ({notes}, {'' if row['checked'] else 'not '}checked)"

    def _images(self, rows: list[dict]) -> list[Line]:
        return [Line(self._image(row), row["image"]) for row in rows]

    def _image(self, row: dict) -> str:
        image = self.images.get(row["image"])
        if image is None:
            return row["caption"] or GONE
        root = image.root()
        words = row["caption"] or image.caption or root.caption or image.alt_text or root.alt_text
        return f"{words or image} (credit: {image.credit or root.credit or 'missing'})"

    def _name(self, pk: int) -> str:
        return str(self.speakers.get(pk, GONE))


def _images(pks: Iterable[str]) -> dict[Any, Image]:
    return Image.objects.select_related("same_as").in_bulk(list(pks))


def time_of(at: datetime.datetime | None) -> str | None:
    """A time as a revision holds it."""
    return at.astimezone(datetime.UTC).isoformat() if at else None


def wording_for(post: Post, *contents: dict) -> Wording:
    return Wording(contents, post.event.zone)
