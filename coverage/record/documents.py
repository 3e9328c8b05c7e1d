"""What the search looks through, written in the transaction that releases it.

What becomes of a document is decided nowhere else: a row of the record that is deleted takes its own with it, and a
post that is taken back has none.
"""

from collections.abc import Callable, Iterable, Iterator
from itertools import batched

from django.apps import apps
from django.db import transaction
from django.db.models import Model

from coverage.record.document import Document, Kind
from coverage.record.models import (
    EventHead,
    ReleasedAppearance,
    ReleasedKeynote,
    ReleasedPicture,
    ReleasedPost,
    ReleasedSpeaker,
)
from coverage.record.titles import plain, said_by
from coverage.record.words import words

BATCH = 200
MOST_WORDS = 15_000  # of a text; PostgreSQL counts places up to 16,383, and keeps a megabyte of a document


def texts_of(
    post: ReleasedPost, pictures: Iterable[ReleasedPicture], speakers: Iterable[ReleasedSpeaker]
) -> list[str]:
    """What readers see of a post beside its headline, as plain texts: what it says comes first.

    Not the notes of its corrections: they may repeat what was wrong.
    """
    shown = [picture for picture in pictures if picture.place == "shown"]
    quotes = (f"{said_by(quote)}: {quote['text']}" for quote in post.quotes)
    told = [" ".join(filter(None, [plain(post.body), *quotes]))]
    told += [text for picture in shown for text in (picture.caption, picture.alt, picture.credit)]
    told += [*(speaker.name for speaker in speakers), post.keynote_title, post.byline]
    return list(filter(None, told))


def keep_post(
    post: ReleasedPost, pictures: Iterable[ReleasedPicture], speakers: Iterable[ReleasedSpeaker]
) -> None:
    """Makes a post found by what it says now, and by nothing it said before. One query."""
    made = _post(post, pictures, speakers, Document)
    columns = ["head", "position", "title_words", "text_words"]
    Document.objects.bulk_create([made], update_conflicts=True, unique_fields=["post"], update_fields=columns)


def forget_post(post: ReleasedPost) -> None:
    Document.objects.filter(post=post).delete()


def keep_in_programme(row: ReleasedKeynote | ReleasedAppearance) -> None:
    """Makes a keynote or a speaker found as announced."""
    make = _keynote if isinstance(row, ReleasedKeynote) else _appearance
    name = "keynote" if isinstance(row, ReleasedKeynote) else "appearance"
    Document.objects.bulk_create(
        [make(row, Document)],
        update_conflicts=True,
        unique_fields=[name],
        update_fields=["head", "title_words", "text_words"],
    )


def keep_event(head: EventHead) -> None:
    made = _event(head, Document)
    said = {name: getattr(made, name) for name in ("title_words", "text_words")}
    Document.objects.update_or_create(kind=Kind.EVENT, head=head, defaults=said)


@transaction.atomic
def rebuild(model: Callable[[str, str], type[Model]] = apps.get_model) -> int:
    """Makes every document anew from the record and answers how many there are. A migration gives its own models.

    Meanwhile nothing is released on SQLite; on PostgreSQL a release waits for the document it would write.
    """
    document = model("record", "Document")
    document.objects.all().delete()
    count = 0
    for some in batched(_all(model, document), BATCH):
        count += len(document.objects.bulk_create(some))
    return count


def _all(model: Callable[[str, str], type[Model]], document: type[Model]) -> Iterator[Model]:
    """Unsaved, in the order of first releases, so far as it is known."""
    heads = model("record", "EventHead").objects.exclude(state="draft")
    yield from (_event(row, document) for row in heads.order_by("pk").iterator())
    keynotes = model("record", "ReleasedKeynote").objects.order_by("pk")
    yield from (_keynote(row, document) for row in keynotes.iterator())
    billed = model("record", "ReleasedAppearance").objects.select_related("keynote").order_by("pk")
    yield from (_appearance(row, document) for row in billed.iterator())
    posts = model("record", "ReleasedPost").objects.filter(withdrawn_at=None).order_by("released_at", "pk")
    for row in posts.prefetch_related("picture_rows", "speakers").iterator(chunk_size=BATCH):
        yield _post(row, row.picture_rows.all(), row.speakers.all(), document)


def _post(post: Model, pictures: Iterable[Model], speakers: Iterable[Model], document: type[Model]) -> Model:
    said = {"title_words": _folded(post.headline), "text_words": _folded(*texts_of(post, pictures, speakers))}
    return document(kind=Kind.POST, head_id=post.head_id, post=post, position=post.position, **said)


def _keynote(row: Model, document: type[Model]) -> Model:
    said = {"title_words": _folded(row.title), "text_words": _folded(row.summary, row.sponsor)}
    return document(kind=Kind.KEYNOTE, head_id=row.head_id, keynote=row, **said)


def _appearance(row: Model, document: type[Model]) -> Model:
    said = {"title_words": _folded(row.name), "text_words": _folded(row.job_title, row.organisation)}
    return document(kind=Kind.SPEAKER, head_id=row.keynote.head_id, appearance=row, **said)


def _event(head: Model, document: type[Model]) -> Model:
    about = _folded(head.standfirst, head.venue, head.city, head.organiser)
    return document(kind=Kind.EVENT, head=head, title_words=_folded(head.title), text_words=about)


def _folded(*texts: str) -> str:
    return " ".join(words("\n".join(texts))[:MOST_WORDS])
