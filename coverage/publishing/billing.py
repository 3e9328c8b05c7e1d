"""What a release prints besides the words: keynote, names as billed, quotes and pictures, as copied values.

A post that names a keynote held back, or somebody who is announced nowhere in the event, is refused; so is a picture
without credit or alt text.
"""

from dataclasses import asdict, dataclass
from datetime import datetime

from coverage.models import Appearance, Keynote, Post, Speaker
from coverage.record.models import EventHead, ReleasedKeynote, ReleasedPicture, ReleasedSpeaker
from media import rights
from media.models import Image, ImageState
from media.picture import Picture
from media.showing import as_picture, text_of
from newsroom.editorial.errors import Invalid


@dataclass
class Billed:
    """Unsaved rows and plain values for one post."""

    keynote: str
    keynote_title: str
    sponsor: str
    speakers: list[ReleasedSpeaker]
    quotes: list[dict]


def bill(post: Post, content: dict, head: EventHead, named: dict[str, ReleasedSpeaker]) -> Billed:
    """Names as billed that day. Raises Invalid if a keynote or speaker is not announced yet.

    `named` has the speakers readers see in this post at present, by slug: whoever is announced nowhere in the event
    is printed as she was when first named, not as she is today.
    """
    keynote = _keynote(content["keynote"], head)
    ids = list(
        dict.fromkeys(
            [*content["speakers"], *(q["speaker_id"] for q in content["quotes"] if q["speaker_id"])]
        )
    )
    billed = _speakers(ids, post.event_id, content["keynote"], named)
    speakers = [billed[pk] for pk in ids]
    quotes = [_quote(quote, billed) for quote in content["quotes"]]
    return Billed(
        keynote=keynote.slug if keynote else "",
        keynote_title=keynote.title if keynote else "",
        sponsor=keynote.sponsor if keynote else "",
        speakers=speakers,
        quotes=quotes,
    )


def _keynote(keynote_id: int | None, head: EventHead) -> ReleasedKeynote | None:
    if keynote_id is None:
        return None
    released = ReleasedKeynote.objects.filter(desk_id=keynote_id, head=head).first()
    if released is None:
        title = Keynote.objects.get(pk=keynote_id).title
        raise Invalid(
            {"keynote": [f"“{title}” is not announced yet: announce it, or take it off this post."]}
        )
    return released


def _speakers(
    ids: list[int], event_id: int, keynote_id: int | None, named: dict[str, ReleasedSpeaker]
) -> dict[int, ReleasedSpeaker]:
    """Each speaker as billed in this keynote, else elsewhere in the event, else as named before, else as today."""
    if not ids:
        return {}
    found: dict[int, Appearance] = {}
    held: set[int] = set()
    appearances = (
        Appearance.objects.filter(speaker__in=ids, keynote__event=event_id)
        .select_related("organisation", "speaker", "keynote")
        .order_by("keynote__order", "order")
    )
    for appearance in appearances:
        if appearance.held or appearance.keynote.held:
            held.add(appearance.speaker_id)
        elif appearance.speaker_id not in found or appearance.keynote_id == keynote_id:
            found[appearance.speaker_id] = appearance
    _check_announced(held - found.keys(), named)
    today = Speaker.objects.select_related("organisation").in_bulk([pk for pk in ids if pk not in found])
    return {pk: _as_billed(found[pk]) if pk in found else _as_named(today[pk], named) for pk in ids}


def _check_announced(held: set[int], named: dict[str, ReleasedSpeaker]) -> None:
    """Raises Invalid for whom readers would learn of from this post: a guest held back whom it does not name yet."""
    unannounced = Speaker.objects.filter(pk__in=held).exclude(slug__in=named) if held else []
    names = ", ".join(speaker.name for speaker in unannounced)
    if names:
        raise Invalid(
            {"speakers": [f"{names}: not announced yet. Announce first, or take the name off this post."]}
        )


def _as_billed(appearance: Appearance) -> ReleasedSpeaker:
    return ReleasedSpeaker(
        speaker=appearance.speaker.slug,
        name=appearance.name,
        job_title=appearance.job_title,
        organisation=appearance.organisation_name,
        organisation_slug=appearance.organisation.slug if appearance.organisation else "",
    )


def _as_named(speaker: Speaker, named: dict[str, ReleasedSpeaker]) -> ReleasedSpeaker:
    before = named.get(speaker.slug)
    if before:
        kept = ("speaker", "name", "job_title", "organisation", "organisation_slug")
        return ReleasedSpeaker(**{name: getattr(before, name) for name in kept})
    return ReleasedSpeaker(
        speaker=speaker.slug,
        name=speaker.name,
        job_title=speaker.job_title,
        organisation=speaker.organisation.name if speaker.organisation else "",
        organisation_slug=speaker.organisation.slug if speaker.organisation else "",
    )


def _quote(quote: dict, billed: dict[int, ReleasedSpeaker]) -> dict:
    printed = {"text": quote["text"], "verbatim": quote["verbatim"], "attribution": quote["attribution"]}
    if quote["speaker_id"]:
        speaker = billed[quote["speaker_id"]]
        printed |= {
            "speaker": speaker.speaker,
            "name": speaker.name,
            "job_title": speaker.job_title,
            "organisation": speaker.organisation,
            "organisation_slug": speaker.organisation_slug,
        }
    return printed


class IncompletePictures(Invalid):
    """Pictures want a credit or an alternative text, and nothing else is wrong: the words may go out without them."""


def pictures(
    content: dict,
    shown: dict[str, ReleasedPicture],
    *,
    at: datetime,
    settled: frozenset[str] = frozenset(),
    words_now: bool = False,
    opened_by: datetime | None = None,
) -> list[ReleasedPicture]:
    """The pictures as readers get them at `at` (UTC): files, a place for them, or a placeholder.

    `shown` has what readers see at present, by image: a picture being made anew stays as it is until it is ready.
    `settled` are the images of the revision readers have: nobody is asked about them again, and one that lost a
    credit stays as it is. `words_now`: what is incomplete is left out, and comes when it is complete. `opened_by`: one
    whose embargo ended later (UTC) does not join.
    Raises IncompletePictures, and Invalid for one that was refused or withdrawn, unless `words_now`.
    """
    captions = {item["image"]: item["caption"] for item in content["images"]}
    images = {str(pk): image for pk, image in Image.objects.with_files().in_bulk(captions).items()}
    captions = {
        key: caption for key, caption in captions.items() if key in images
    }  # one that never came is deleted
    gone, incomplete, rows = [], [], []
    for number, (key, caption) in enumerate(captions.items(), start=1):
        image = images[key]
        if key not in settled:
            gone += _gone(image, number)
            incomplete += _incomplete(image, number)
        if key not in shown and not _opened(image, opened_by):
            continue
        picture = as_picture(image, caption, at=at)
        if key in shown and _stays(image, picture, shown[key], settled=key in settled):
            rows.append(_again(shown[key]))
        elif picture:
            rows.append(_row(image, picture))
    if gone and not words_now:
        raise Invalid({"images": gone + incomplete})
    if incomplete and not words_now:
        raise IncompletePictures({"images": incomplete})
    return rows


def _opened(image: Image, by: datetime | None) -> bool:
    """`by` None: whenever it opens is early enough."""
    opens = rights.opens_at(image)
    return by is None or opens is None or opens <= by


def incomplete_pictures(content: dict) -> list[str]:
    """A sentence for each picture of a revision that has arrived and wants a text, before anybody asks for it."""
    keys = [item["image"] for item in content["images"]]
    images = {str(pk): image for pk, image in Image.objects.with_files().in_bulk(keys).items()}
    return [
        line
        for number, key in enumerate(keys, start=1)
        if key in images
        for line in _incomplete(images[key], number)
    ]


def _stays(image: Image, picture: Picture | None, row: ReleasedPicture, *, settled: bool) -> bool:
    """Whether readers keep the files they have: new ones are being made, or it lost a text it must have."""
    if picture is not None:
        return picture.place == "reserved" and row.place == "shown"
    return settled and image.root().has_bytes() and bool(_missing(image))


def _row(image: Image, picture: Picture) -> ReleasedPicture:
    copied = asdict(picture)
    copied["sources"] = [asdict(source) for source in picture.sources]
    copied["people"] = list(picture.people)
    folder = image.root().public_name if picture.place == "shown" else ""
    edition = image.edition + (image.same_as.edition if image.same_as_id else 0)
    return ReleasedPicture(**{**copied, "image": image.pk}, folder=folder, edition=edition)


def _again(row: ReleasedPicture) -> ReleasedPicture:
    """The same picture as a new, unsaved row."""
    fields = [field.name for field in row._meta.concrete_fields if field.name not in ("id", "post", "order")]
    return ReleasedPicture(**{name: getattr(row, name) for name in fields})


def _gone(image: Image, number: int) -> list[str]:
    source = image.root()
    if source.state not in (ImageState.REFUSED, ImageState.WITHDRAWN):
        return []
    return [f"Picture {number} was {source.get_state_display()}: take it off the post or replace it."]


def _incomplete(image: Image, number: int) -> list[str]:
    """What to say of a picture that has arrived without a text it must have."""
    missing = _missing(image)
    if image.root().state == ImageState.AWAITED or not missing:
        return []
    return [f"Picture {number} needs {' and '.join(missing)} before readers may see it."]


def _missing(image: Image) -> list[str]:
    names = {"credit": "a credit", "alt_text": "an alternative text"}
    return [name for field, name in names.items() if not text_of(image, field)]
