"""Rows for tests, made the way the product makes them: through the verbs where there is one."""

import datetime
import itertools
import uuid

from django.contrib.auth.models import Group
from django.core.files.base import ContentFile

from coverage.models import (
    Appearance,
    Assignment,
    ErrorReport,
    Event,
    Keynote,
    Organisation,
    Post,
    Speaker,
    Wrap,
)
from coverage.publishing import articles, error_reports, filing, programme, publication, wrapping
from media import ingest, renditions
from media.models import Image, ImageState, Rendition, RenditionState
from newsroom.editorial import roles
from newsroom.editorial.people import User

numbers = itertools.count(1)
PASSWORD = "correct horse battery staple"


def make_person(role: str = roles.REPORTER, **fields) -> User:
    number = next(numbers)
    person = User(username=fields.pop("username", f"person{number}"), is_staff=True, **fields)
    person.set_password(PASSWORD)
    person.save()
    person.groups.add(Group.objects.get_or_create(name=role)[0])
    return person


def make_editor(**fields) -> User:
    return make_person(roles.EDITOR, **fields)


def make_chief(**fields) -> User:
    return make_person(roles.CHIEF, **fields)


def make_event(*, state: str = "live", **fields) -> Event:
    """An event brought to a public state by its verbs: draft, planned, live, paused or ended."""
    number = next(numbers)
    values = {"slug": f"event-{number}", "title": f"Event {number}", "time_zone": "Europe/Paris", **fields}
    event = Event.objects.create(**values)
    for verb in {
        "planned": ["announce"],
        "live": ["announce", "open"],
        "paused": ["announce", "open", "pause"],
    }.get(state, ["announce", "open", "end"] if state == "ended" else []):
        programme.change_event_state(verb, event, by=None)
    return event


def assign(person: User, event: Event, *, may_publish: bool = False) -> Assignment:
    return Assignment.objects.create(person=person, event=event, may_publish=may_publish)


def make_organisation(name: str | None = None) -> Organisation:
    number = next(numbers)
    return Organisation.objects.create(slug=f"organisation-{number}", name=name or f"Organisation {number}")


def make_speaker(name: str | None = None, **fields) -> Speaker:
    number = next(numbers)
    return Speaker.objects.create(slug=f"speaker-{number}", name=name or f"Speaker {number}", **fields)


def make_keynote(event: Event, *, speakers=(), release: bool = True, **fields) -> Keynote:
    number = next(numbers)
    values = {"slug": f"keynote-{number}", "title": f"Keynote {number}", "order": number, **fields}
    keynote = Keynote.objects.create(event=event, **values)
    for order, speaker in enumerate(speakers):
        Appearance.objects.create(keynote=keynote, speaker=speaker, order=order)
    if release:
        programme.release_programme(event)
    return keynote


def make_appearance(keynote: Keynote, *, speaker: Speaker | None = None, **fields) -> Appearance:
    appearance = Appearance.objects.create(keynote=keynote, speaker=speaker or make_speaker(), **fields)
    programme.release_programme(keynote.event)
    return appearance


def make_post(event: Event, *, by: User | None = None, body: str = "<p>Some words.</p>", **fields) -> Post:
    """A draft by an editor, if nobody else is named."""
    return filing.create_post(event, by=by or make_editor(), body=body, **fields)


def make_published(
    event: Event, *, by: User | None = None, at: datetime.datetime | None = None, **fields
) -> Post:
    post = make_post(event, by=by, **fields)
    return publication.publish(publication.post_by_id(post.pk), by=None, at=at)


def make_published_wrap(posts, *, by: User, headline: str = "The day") -> Wrap:
    """Of these posts of one event, as they were copied."""
    wrap = wrapping.make_draft(posts[0].event, [post.pk for post in posts], by=by)
    rows = [wrapping.Written(one.pk, one.heading, one.body) for one in wrap.paragraphs.all()]
    words = {"headline": headline, "standfirst": "", "byline": ""}
    return articles.publish(wrapping.save(wrap, by=by, **words, paragraphs=rows), by=by)


def make_error_report(
    post: Post, *, text: str = "The name is misspelt.", email: str = "", at: datetime.datetime | None = None
) -> ErrorReport:
    """A reader's, from a form and a line to the network of its own."""
    number = next(numbers)
    public_id = Post.objects.get(pk=post.pk).public_id
    return error_reports.receive(
        public_id, text=text, email=email, address=f"line {number}", form=str(number), at=at
    )


def make_real_image(data: bytes, **texts) -> Image:
    """An image with its files, made here and now; it has credit and alternative text unless they are given empty."""
    given = {"credit": "Ada Byron/Newsroom", "alt_text": "A stage.", **texts}
    image = ingest.receive(ContentFile(data, "a.jpg"), image_id=uuid.uuid4(), by=None, **given)
    renditions.make_renditions(image.pk)
    image.refresh_from_db()
    return image


def make_image(
    *, ready: bool = True, credit: str = "Ada Byron/Newsroom", alt_text: str = "A stage.", **fields
) -> Image:
    """An image row with the renditions' rows, without files: for what reads rows only."""
    values = {"width": 1600, "height": 1000, "sha256": uuid.uuid4().hex * 2, "public_name": uuid.uuid4().hex}
    state = {"state": ImageState.READY if ready else ImageState.AWAITED}
    image = Image.objects.create(
        credit=credit, alt_text=alt_text, **{**state, **(values if ready else {}), **fields}
    )
    if ready:
        for format, width in (("jpeg", 960), ("jpeg", 320), ("avif", 960)):
            Rendition.objects.create(
                image=image,
                spec=f"{format}-{width}",
                format=format,
                state=RenditionState.READY,
                file=f"{image.public_name}/{format}-{width}.{format.replace('jpeg', 'jpg')}",
                width=width,
                height=width * 10 // 16,
            )
    return image
