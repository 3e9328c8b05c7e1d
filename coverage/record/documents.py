"""What the search looks through, written in the transaction that releases it.

What becomes of a document is decided nowhere else: a row of the record that is deleted takes its own with it, and a
post that is taken back has none.
"""

from collections.abc import Callable, Iterable, Iterator
from itertools import batched

from django.apps import apps
from django.db import transaction
from django.db.models import F, Model

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
from newsroom.editorial.states import EventState

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


def rebuild(model: Callable[[str, str], type[Model]] = apps.get_model) -> int:
    """Makes every document anew from the record and answers how many there are. A migration gives its own models.

    One event after the other, in the order in which they were announced, each in a transaction of its own.
    """
    heads = model("record", "EventHead").objects.order_by(F("announced_at").asc(nulls_first=True), "pk")
    return sum(_rebuild(key, model) for key in list(heads.values_list("pk", flat=True)))


@transaction.atomic
def _rebuild(key: int, model: Callable[[str, str], type[Model]]) -> int:
    """Under the head's lock, as every verb that changes what is found: what is withdrawn meanwhile does not return."""
    head = model("record", "EventHead").objects.select_for_update().filter(pk=key).first()
    if head is None:
        return 0
    document = model("record", "Document")
    document.objects.filter(head=head).delete()
    made = _all(head, model, document)
    return sum(len(document.objects.bulk_create(some)) for some in batched(made, BATCH))


def _all(head: Model, model: Callable[[str, str], type[Model]], document: type[Model]) -> Iterator[Model]:
    """Unsaved; posts in the order of their first release."""
    if head.state != EventState.DRAFT:
        yield _event(head, document)
    for row in model("record", "ReleasedKeynote").objects.filter(head=head).order_by("pk"):
        yield _keynote(row, document)
    billed = model("record", "ReleasedAppearance").objects.filter(keynote__head=head)
    for row in billed.select_related("keynote").order_by("pk"):
        yield _appearance(row, document)
    posts = model("record", "ReleasedPost").objects.filter(head=head, withdrawn_at=None)
    posts = posts.order_by("released_at", "pk").prefetch_related("picture_rows", "speakers")
    for row in posts.iterator(chunk_size=BATCH):
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
    about = _folded(head.standfirst, head.summary, head.venue, head.city, head.organiser)
    return document(kind=Kind.EVENT, head=head, title_words=_folded(head.title), text_words=about)


def _folded(*texts: str) -> str:
    return " ".join(words("\n".join(texts))[:MOST_WORDS])
