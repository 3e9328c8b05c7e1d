"""Loads the demo event through the verbs an editor uses; what is there already is left as it is."""

import datetime
import io
import os
import secrets
import uuid
from collections.abc import Callable, Iterable
from pathlib import Path

from django.conf import settings
from django.contrib.auth.models import Group
from django.core.files.base import ContentFile
from django.db import transaction

from coverage.demo import content
from coverage.demo.people import DEMO_DOMAIN, PEOPLE, is_demo_person
from coverage.demo.pictures import PICTURES, DemoPicture
from coverage.demo.shapes import Keynote as DemoKeynote
from coverage.demo.shapes import Post as DemoPost
from coverage.models import Appearance, Assignment, Event, Keynote, Organisation, Post, Speaker
from coverage.publishing import filing, programme, publication, review
from coverage.publishing.head import head_of
from media import ingest
from media.models import Image, ImageState
from newsroom.editorial import roles
from newsroom.editorial.people import User
from newsroom.editorial.states import EventState, PostState

NAMESPACE = uuid.UUID("0c9f7a53-3a43-5f0e-8a55-51c1b9f10c20")
# How long after the first release the demo's correction comes.
CORRECTED_AFTER = datetime.timedelta(minutes=4)
Progress = Callable[[list, str], Iterable]


def demo_password() -> str:
    """NEWSROOM_DEMO_PASSWORD, else the one generated at first use and kept in DATA_DIR."""
    if settings.NEWSROOM_DEMO_PASSWORD:
        return settings.NEWSROOM_DEMO_PASSWORD
    path = settings.DATA_DIR / "demo-password"
    if not path.exists():
        with open(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600), "w") as file:
            file.write("-".join(secrets.token_hex(2) for _ in range(4)))
    return path.read_text().strip()


def unfinished() -> bool:
    """Whether a load was begun and did not come to its end."""
    return _mark().exists()


def _mark() -> Path:
    return settings.DATA_DIR / "demo-loading"


def is_loaded() -> bool:
    """Whether nothing of the demo is missing: every post of it was released, whatever became of it."""
    ids = [uuid.uuid5(NAMESPACE, post.key) for post in content.POSTS]
    released = Post.objects.filter(pk__in=ids).exclude(first_released_at=None)
    return not unfinished() and released.count() == len(ids)


def load(progress: Progress) -> Event:
    """The demo people, event, pictures and posts; each step is its own transaction and safe to repeat.

    What `progress` raises stops it between two steps; the next load goes on from there.
    """
    _mark().touch()
    people = load_people()
    event = load_event(people)
    images = {
        picture.key: load_picture(picture, people["photographer"])
        for picture in progress(list(PICTURES), "pictures drawn")
    }
    position = 0
    for post in progress(list(content.POSTS), "posts released"):
        position = load_post(event, post, people, images, after=position)
    _mark().unlink(missing_ok=True)
    return event


@transaction.atomic
def load_people() -> dict[str, User]:
    """The four demo people with the demo password; the chief administers. Somebody else's account is left alone."""
    people = {}
    for name, (group, byline) in PEOPLE.items():
        person, made = User.objects.get_or_create(
            username=name,
            defaults={
                "byline": byline,
                "email": f"{name}@{DEMO_DOMAIN}",
                "is_staff": True,
                "is_superuser": group == roles.CHIEF,
                "credit": f"{byline}/Newsroom",
            },
        )
        if is_demo_person(person):
            if made or not person.check_password(demo_password()):
                person.set_password(demo_password())
                person.save()
            person.groups.add(Group.objects.get(name=group))
        people[name] = person
    return people


@transaction.atomic
def load_event(people: dict[str, User]) -> Event:
    """The event with its run of show, announced and live."""
    data = content.EVENT
    midnight = datetime.datetime.combine(data.starts_on, datetime.time())
    event, _ = Event.objects.get_or_create(
        slug=data.slug,
        defaults={
            name: getattr(data, name)
            for name in (
                *("title", "standfirst", "summary", "venue", "city", "country", "time_zone"),
                *("organiser", "default_credit", "language"),
            )
        },
    )
    if event.starts_at is None:
        event.starts_at = midnight.replace(tzinfo=event.zone)
        event.ends_at = datetime.datetime.combine(data.ends_on, datetime.time(18), tzinfo=event.zone)
        event.save()
    for name in ("reporter", "photographer"):
        Assignment.objects.get_or_create(event=event, person=people[name])
    organisations = {
        o.slug: Organisation.objects.get_or_create(slug=o.slug, defaults={"name": o.name, "url": o.url})[0]
        for o in content.ORGANISATIONS
    }
    for s in content.SPEAKERS:
        Speaker.objects.get_or_create(
            slug=s.slug,
            defaults={
                "name": s.name,
                "job_title": s.job_title,
                "organisation": organisations.get(s.organisation),
            },
        )
    for order, keynote in enumerate(content.KEYNOTES, start=1):
        load_keynote(event, keynote, order, organisations)
    opening = at(event, content.KEYNOTES[0].starts_at)
    if head_of(event).state == EventState.DRAFT:
        programme.announce(event, by=people["editor"], at=opening - datetime.timedelta(days=1))
        programme.open_event(event, by=people["editor"], at=opening)
    return event


def load_keynote(event: Event, data: DemoKeynote, order: int, organisations: dict[str, Organisation]) -> None:
    keynote, made = Keynote.objects.get_or_create(
        event=event,
        slug=data.slug,
        defaults={
            "title": data.title,
            "format": data.format,
            "room": data.room,
            "summary": data.summary,
            "sponsor": organisations[data.sponsor] if data.sponsor else None,
            "starts_at": at(event, data.starts_at),
            "ends_at": at(event, data.ends_at),
            "order": order,
        },
    )
    if not made:
        return
    for place, appearance in enumerate(data.appearances):
        organisation = organisations.get(appearance.organisation)
        Appearance.objects.create(
            keynote=keynote,
            speaker=Speaker.objects.get(slug=appearance.speaker),
            role=appearance.role,
            name=appearance.name_as_billed,
            job_title=appearance.job_title,
            organisation=organisation,
            by_video=appearance.by_video,
            order=place,
        )


def load_picture(data: DemoPicture, by: User) -> Image:
    """Draws a picture and takes it in as an upload would be; the worker makes its renditions."""
    image_id = uuid.uuid5(NAMESPACE, data.key)
    known = Image.objects.filter(pk=image_id).exclude(state=ImageState.AWAITED).first()
    if known:
        return known
    buffer = io.BytesIO()
    data.draw().save(buffer, "JPEG", quality=88)
    file = ContentFile(buffer.getvalue(), name=f"{data.key}.jpg")
    return ingest.receive(
        file, image_id=image_id, by=by, alt_text=data.alt, credit=data.credit, caption=data.caption
    )


@transaction.atomic
def load_post(
    event: Event, data: DemoPost, people: dict[str, User], images: dict[str, Image], *, after: int
) -> int:
    """Files, publishes and corrects one post; answers its position. Without a time it stands right after `after`."""
    post_id = uuid.uuid5(NAMESPACE, data.key)
    moment = at(event, data.time) if data.time else None
    post = Post.objects.filter(pk=post_id).first()
    if post is None:
        filing.create_post(
            event,
            by=people[data.author],
            post_id=post_id,
            kind=data.kind,
            headline=data.headline,
            body=data.body,
            keynote=Keynote.objects.get(event=event, slug=data.keynote) if data.keynote else None,
            key_event=data.key_event,
            happened_at=moment,
            time_unknown=moment is None,
            position=None if moment else after + 1,
            speakers=[Speaker.objects.get(slug=slug) for slug in data.speakers],
            quotes=[
                {
                    "speaker": Speaker.objects.get(slug=quote.speaker) if quote.speaker else None,
                    "attribution": quote.attribution,
                    "text": quote.text,
                    "verbatim": quote.verbatim,
                    "checked": True,
                }
                for quote in data.quotes
            ],
            images=[{"image": images[key], "caption": caption} for key, caption in data.pictures],
        )
    post = publication.post_by_id(post_id)
    if post.state == PostState.DRAFT:
        review.submit(post, by=post.author)
    if post.state == PostState.SUBMITTED:
        released_at = moment or datetime.datetime.fromtimestamp(after // 1_000_000, tz=datetime.UTC)
        publication.publish(post, by=people["editor"], at=released_at)
        if data.correction:
            filing.update_post(post, by=people["editor"], body=data.correction.body)
            publication.correct(
                post, by=people["editor"], note=data.correction.note, at=released_at + CORRECTED_AFTER
            )
    return post.position or after


def at(event: Event, clock: str) -> datetime.datetime:
    """A local time of the keynotes' day."""
    return datetime.datetime.combine(
        content.KEYNOTE_DAY, datetime.time.fromisoformat(clock), tzinfo=event.zone
    )
