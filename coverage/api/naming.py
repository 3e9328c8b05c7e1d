"""The rows that a filing names by slug and UUID, found within its author's reach."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from coverage.models import Event, Keynote, Speaker
from coverage.publishing import guests
from coverage.publishing.reach import events_known_to, images_for, speakers_named
from media import ingest
from media.models import Image
from newsroom.editorial.errors import Invalid
from newsroom.editorial.people import User

COPIED = ("kind", "headline", "body", "happened_at", "key_event", "byline", "embargo_until")


def event_named(data: dict, by: User) -> Event:
    """The event a new post is filed to. Raises Invalid if there is none that she could know of,
    and NotAllowed if her invitation to it has lapsed."""
    slug = data.get("event")
    if not slug:
        raise Invalid({"event": ["A new post needs the slug of its event."]})
    event = events_known_to(by).filter(slug=slug).first()
    if event is None:
        guests.check_event(by, Event.objects.filter(slug=slug).first())
        raise Invalid({"event": [f"You cover no event named “{slug}”."]})
    return event


def fields_named(data: dict, *, by: User, event: Event) -> dict[str, Any]:
    """What `create_post` and `update_post` take, of the fields that `data` names and no others.

    Effects: an image not seen before is made, awaited and the person's own. Raises Invalid for everything that is
    out of reach at once, and NotAllowed if she may send no pictures.
    """
    finders: dict[str, Callable[[Any], Any]] = {
        "keynote": lambda slug: _keynote(slug, event),
        "speakers": lambda slugs: _speakers(slugs, by),
        "quotes": lambda quotes: _quotes(quotes, by),
        "images": lambda images: _images(images, by),
    }
    fields = {name: data[name] for name in COPIED if name in data}
    errors: dict[str, list[str]] = {}
    for name, find in finders.items():
        if name in data:
            try:
                fields[name] = find(data[name])
            except Invalid as refused:
                errors |= {name: [s for sentences in refused.errors.values() for s in sentences]}
    if errors:
        raise Invalid(errors)
    return fields


def _keynote(slug: str | None, event: Event) -> Keynote | None:
    if slug is None:
        return None
    keynote = event.keynotes.filter(slug=slug).first()
    if keynote is None:
        raise Invalid({"keynote": [f"This event has no keynote “{slug}”."]})
    return keynote


def _speakers(slugs: list[str], by: User) -> list[Speaker]:
    """In the order named."""
    found = speakers_named(by, slugs)
    unknown = [slug for slug in dict.fromkeys(slugs) if slug not in found]
    if unknown:
        raise Invalid({"speakers": [f"There is no speaker “{slug}”." for slug in unknown]})
    return [found[slug] for slug in slugs]


def _quotes(quotes: list[dict], by: User) -> list[dict]:
    slugs = [quote["speaker"] for quote in quotes if quote["speaker"]]
    found = dict(zip(slugs, _speakers(slugs, by), strict=True))
    return [quote | {"speaker": found.get(quote["speaker"])} for quote in quotes]


def _images(items: list[dict], by: User) -> list[dict]:
    """Each with its Image: one in reach, or a new one, awaited."""
    wanted = [item["image"] for item in items]
    found: dict[UUID, Image] = images_for(by).in_bulk(wanted)
    taken = Image.objects.filter(pk__in=set(wanted) - found.keys()).values_list("pk", flat=True)
    if taken:
        raise Invalid({"images": [f"The image {pk} is somebody else's: send your own." for pk in taken]})
    for pk in wanted:
        if pk not in found:
            found[pk] = ingest.expect(image_id=pk, by=by).image
    return [{"image": found[item["image"]], "caption": item["caption"]} for item in items]
