"""An exported event brought into a newsroom: the desk's rows, and through `publishing.rebuilding` the record's.

What an export does not hold cannot be made again: who did what (the audit begins with the import), revisions and
wordings before the last, posts that were not released, what was said of them at the desk, originals of pictures.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import DataError, IntegrityError, transaction

from coverage.interchange.archive import data as told
from coverage.interchange.archive.checking import Progress
from coverage.interchange.rebuilding import comparing, pictures
from coverage.interchange.rebuilding.clashes import clashes
from coverage.interchange.rebuilding.errors import NotImported
from coverage.interchange.rebuilding.people import Known, People
from coverage.interchange.rebuilding.reading import Export, folder_of, read
from coverage.models import Appearance, Correction, Event, Keynote, Post, Revision, Wrap, WrapParagraph
from coverage.publishing import filing, life, rebuilding
from coverage.publishing.head import lock_heads
from coverage.record.models import EventHead, ReleasedPicture, ReleasedSpeaker
from media.models import Image
from newsroom.editorial.audit import write_audit
from newsroom.editorial.people import User
from newsroom.editorial.states import PostState

TEXTS = (
    *("slug", "title", "standfirst", "summary", "venue", "city", "country", "organiser"),
    *("time_zone", "language", "pause_note"),
)
TIMES = ("announced_at", "opened_at", "ended_at", "changed_at")
STAGED = ("slug", "title", "format", "room", "summary")
HOURS = ("starts_at", "ends_at", "actual_start", "actual_end")
POST = (
    *("keynote", "keynote_title", "sponsor", "kind", "headline", "body", "byline", "key_event", "pinned"),
    *("quotes", "corrections", "position", "seq"),
)


@dataclass
class Brought:
    """`known`: everything was here already, as in the folder. `cleaned`: whose HTML the sanitiser changed.

    `editions`: other editions the folder names that are not here, so that nothing leads to them.
    """

    event: Event
    known: bool
    posts: int = 0
    withdrawn: int = 0
    pictures: int = 0
    cleaned: tuple[str, ...] = ()
    editions: tuple[str, ...] = ()


def import_event(folder: Path, *, by: User, progress: Progress) -> Brought:
    """Brings an exported event in, all of it or nothing; a second time it changes nothing.

    Effects: the pictures' files under the names they had, removed again if it fails; then in one transaction the
    desk's rows, the record's, and an audit row that says who. Raises NotWhole, NotImported, NotExported, Invalid,
    Unavailable and OSError.
    """
    export = read(folder.expanduser().resolve(), progress)
    people = People.of(export)
    if event := _known(export):
        return Brought(event, known=True)
    _check(export, people)
    files = pictures.Files()
    try:
        files.put(export, progress)
        with transaction.atomic():
            _check(export, people)
            return _bring(export, people, by=by, progress=progress)
    except (ValidationError, IntegrityError, DataError) as refused:
        files.remove()
        said = " ".join(refused.messages) if isinstance(refused, ValidationError) else str(refused)
        raise NotImported(f"The folder holds what cannot be kept here: {said}") from refused
    except BaseException:
        files.remove()
        raise


def _known(export: Export) -> Event | None:
    """The event, if it is here as in the folder."""
    head = EventHead.objects.public().filter(slug=export.event["slug"]).first()
    if head is None or comparing.difference(export, head):
        return None
    return Event.objects.filter(pk=head.desk_id).first()


def _check(export: Export, people: People) -> None:
    if found := clashes(export, people):
        raise NotImported("\n".join(found))


def _bring(export: Export, people: People, *, by: User, progress: Progress) -> Brought:
    known, images, data = Known.of(people), pictures.images_of(export), export.data
    event = _event(export)
    head = rebuilding.bring_head(
        event,
        seq=data["seq"],
        state=export.event["state"],
        unlisted=export.event["unlisted"],
        times={name: _time(export.event[name]) for name in TIMES},
    )
    keynotes = {
        one["slug"]: _keynote(head, event, one, order, known) for order, one in enumerate(data["programme"])
    }
    for post in progress(data["posts"], len(data["posts"]), "posts"):
        _post(head, event, post, keynotes, known, images)
    for post in data["withdrawn"]:
        _withdrawn(head, event, post)
    if data.get("wrap"):
        _wrap(head, event, data["wrap"])
    cards = {one["slug"]: one["card"] for one in data["programme"]}
    rebuilding.finish_head(head, card=export.event["card"], keynote_cards=cards)
    rebuilding.bring_entries(head, map(_entry, data["entries"]))
    rebuilding.bring_addresses(
        head, map(_redirect, data["redirects"]), map(_gone_picture, data["gone_pictures"])
    )
    editions = _link_editions(export, event)
    if different := comparing.difference(export, head):
        raise NotImported(f"It would not be the same as in the folder: {different}.")
    write_audit("import", event, by=by, to_state=head.state, note=f"from an export: {export.mark}")
    return Brought(
        event,
        known=False,
        posts=len(data["posts"]),
        withdrawn=len(data["withdrawn"]),
        pictures=len(images),
        cleaned=tuple(export.cleaned),
        editions=tuple(editions),
    )


def _event(export: Export) -> Event:
    given = export.event
    hours = {name: _time(given[name]) for name in ("starts_at", "ends_at")}
    event = Event(rehearsal=given["unlisted"], **{name: given[name] for name in TEXTS}, **hours)
    event.full_clean()
    event.save()
    return event


def _keynote(head: EventHead, event: Event, given: dict, order: int, known: Known) -> Keynote:
    values = {name: given[name] for name in STAGED} | {name: _time(given[name]) for name in HOURS}
    sponsor = known.organisation(given["sponsor_slug"])
    cancelled = head.changed_at if given["is_cancelled"] else None
    keynote = Keynote(event=event, order=order, sponsor=sponsor, cancelled_at=cancelled, **values)
    keynote.full_clean()
    keynote.save()
    cast = [_appearance(keynote, one, place, known) for place, one in enumerate(given["appearances"])]
    printed = {name: given[name] for name in ("sponsor", "sponsor_slug", "is_cancelled")}
    rebuilding.bring_keynote(head, keynote, cast, values | printed)
    return keynote


def _appearance(keynote: Keynote, given: dict, order: int, known: Known) -> tuple[Appearance, dict]:
    row = Appearance(
        keynote=keynote,
        speaker=known.speakers[given["speaker"]],
        role=given["role"],
        order=order,
        by_video=given["by_video"],
        name=given["name"],
    )
    row.save()
    # What was billed, and nothing of who she is today: a new row fills in what is empty.
    row.job_title, row.organisation_name = given["job_title"], given["organisation"]
    row.organisation = known.organisation(given["organisation_slug"])
    row.full_clean()
    row.save()
    return row, {name: given[name] for name in told.APPEARANCE}


def _post(
    head: EventHead,
    event: Event,
    given: dict,
    keynotes: dict[str, Keynote],
    known: Known,
    images: dict[str, Image],
) -> None:
    happened = _time(given["happened_at"])
    post = filing.create_post(
        event,
        by=None,
        **{name: given[name] for name in ("kind", "headline", "body", "byline", "key_event", "position")},
        keynote=keynotes.get(given["keynote"]),
        happened_at=happened,
        time_unknown=happened is None,
        speakers=[known.speakers[one["speaker"]] for one in given["speakers"]],
        quotes=[_quote(one, known) for one in given["quotes"]],
        images=[{"image": images[one["image"]], "caption": one["caption"]} for one in given["pictures"]],
    )
    released = _time(given["released_at"])
    revision = _released(post, given, PostState.PUBLISHED, released, pinned=given["pinned"])
    Correction.objects.bulk_create(
        Correction(post=post, revision=revision, at=_time(one["at"]), note=one["note"], signed=one["signed"])
        for one in given["corrections"]
    )
    values = {name: given[name] for name in POST} | {
        "public_id": given["id"],
        "happened_at": happened,
        "released_at": released,
        "changed_at": _time(given["changed_at"]),
    }
    rows = [_picture(one, images[one["image"]]) for one in given["pictures"]]
    speakers = [_named(one) for one in given["speakers"]]
    rebuilding.bring_post(head, rebuilding.Given(post, values, given["card"], rows, speakers))


def _released(post: Post, given: dict, state: PostState, at: datetime, *, pinned: bool = False) -> Revision:
    revision = post.latest_revision()
    Post.objects.filter(pk=post.pk).update(
        state=state,
        public_id=given["id"],
        position=given["position"],
        first_released_at=at,
        released_revision=revision,
        pinned=pinned,
    )
    return revision


def _quote(given: dict, known: Known) -> dict:
    speaker = given.get("speaker")
    return {
        "speaker": known.speakers[speaker] if speaker else None,
        **{name: given[name] for name in ("attribution", "text", "verbatim")},
    }


def _named(given: dict) -> ReleasedSpeaker:
    return ReleasedSpeaker(**{name: given[name] for name in ("speaker", *told.BILLED)})


def _picture(given: dict, image: Image) -> ReleasedPicture:
    values = {name: given[name] for name in told.PICTURE if name != "image"}
    edition = image.edition + (image.same_as.edition if image.same_as_id else 0)
    values["sources"] = [
        {**{name: one[name] for name in ("spec", "format", "width", "height")}, "url": f"/{one['file']}"}
        for one in given["sources"]
    ]
    return rebuilding.picture_row(UUID(given["image"]), values, folder=folder_of(given), edition=edition)


def _withdrawn(head: EventHead, event: Event, given: dict) -> None:
    """Its words are in no export: the desk has an empty post, so that its address is given to nobody else."""
    post = filing.create_post(event, by=None, kind=given["kind"], position=given["position"])
    released = _time(given["released_at"])
    _released(post, given, PostState.WITHDRAWN, released)
    values = {name: given[name] for name in ("kind", "position", "seq", "reason")} | {
        "public_id": given["id"],
        "released_at": released,
        **{name: _time(given[name]) for name in ("changed_at", "withdrawn_at")},
    }
    rebuilding.bring_withdrawn(head, post, values)


def _wrap(head: EventHead, event: Event, given: dict) -> None:
    words = {name: given[name] for name in ("headline", "standfirst", "byline", "corrections")}
    state = "withdrawn" if given["withdrawn_at"] else "published"
    wrap = Wrap.objects.create(event=event, state=state, pending=bool(given["withdrawn_at"]), **words)
    standing = [one for one in given["paragraphs"] if one["kind"] != "gone"]
    posts = Post.objects.in_bulk({one["post"] for one in standing if one["post"]}, field_name="public_id")
    for order, one in enumerate(standing):
        said = _said(one)
        paragraph = WrapParagraph(wrap=wrap, order=order, post=posts.get(one["post"]), **said)
        paragraph.copied = paragraph.post and _copied(one)
        paragraph.corrections_seen = one["corrections_seen"]
        paragraph.save()
    times = {name: _time(given[name]) for name in ("published_at", "changed_at", "withdrawn_at")}
    values = {**words, **times, "number": given["number"], "reason": given["reason"]}
    rebuilding.bring_article(head, wrap, values, [_paragraph(one) for one in given["paragraphs"]])


def _said(given: dict) -> dict[str, Any]:
    return {name: given[name] for name in ("kind", "heading", "body", "quote")} | {
        "image": given["image"] and UUID(given["image"])
    }


def _copied(given: dict) -> dict[str, Any]:
    """What its post said: as far as the folder knows, what it says now."""
    match given["kind"]:
        case "quote":
            return {"quote": given["quote"]}
        case "picture":
            return {"image": given["image"]}
    return {"heading": given["heading"], "body": given["body"]}


def _paragraph(given: dict) -> dict[str, Any]:
    if given["kind"] == "gone":
        return {"kind": "text", "source": given["post"] or "", "gone": given["reason"]}
    return _said(given) | {"source": given["post"] or "", "corrections_seen": given["corrections_seen"]}


def _entry(given: dict) -> dict[str, Any]:
    texts = {name: given.get(name, "") for name in ("reason", "note", "part")}
    return {
        **{name: given[name] for name in ("seq", "op", "position")},
        "public_id": given["post"],
        "at": _time(given["at"]),
        **texts,
    }


def _redirect(given: dict) -> dict[str, Any]:
    return {"old": given["from"], "new": given["to"] or "", "at": _time(given["at"])}


def _gone_picture(given: dict) -> dict[str, Any]:
    image = given["image"] and UUID(given["image"])
    return {
        "folder": given["folder"],
        "image": image,
        "withdrawn": given["withdrawn"],
        "at": _time(given["at"]),
    }


def _link_editions(export: Export, event: Event) -> Iterable[str]:
    """Links the editions that are here; answers the slugs of those that are not."""
    before, after = (export.event[name] for name in ("previous_edition", "next_edition"))
    here = {
        one.slug: one
        for one in Event.objects.filter(slug__in=[one["slug"] for one in (before, after) if one])
    }
    if before and before["slug"] in here:
        event.previous_edition = here[before["slug"]]
        event.save(update_fields=["previous_edition"])
    following = after and here.get(after["slug"])
    if following and following.previous_edition_id is None:
        following.previous_edition = event
        following.save(update_fields=["previous_edition"])
    heads = lock_heads(filter(None, [event, following]))
    for one in filter(None, [event, following]):
        life.link_editions(one, heads[one.pk])
        heads[one.pk].save(update_fields=["previous_edition", "next_edition"])
    return [one["slug"] for one in (before, after) if one and one["slug"] not in here]


def _time(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
