"""A newsroom in which every text is hostile: whatever a person, a phone or a program may type or name."""

import uuid
from dataclasses import dataclass
from urllib.parse import quote

from django.test import Client
from knox.models import AuthToken

from coverage.models import Event, Keynote, Organisation, Post
from coverage.publishing import (
    articles,
    devices,
    error_reports,
    filing,
    glass,
    programme,
    publication,
    review,
    running_order,
    wrapping,
)
from media.models import Image
from newsroom.editorial.people import User
from tests import factories
from tests.coverage.field.phone import Phone, first_slot, photograph
from tests.hostile import ALL, LINES, NAME, PAYLOADS
from tests.media.drawing import phone_jpeg

SHORT = NAME[:100]
MORE = ALL[:1900], ALL[1900:]  # of what takes two thousand characters


@dataclass
class World:
    """`post`, `keynote`, `organisation` and `image` have everything in every field; `gone` was withdrawn; `link` signs
    the reporter in."""

    chief: User
    reporter: User
    event: Event
    keynote: Keynote
    organisation: Organisation
    post: Post
    gone: Post
    draft: Post
    image: Image
    link: str


def make_world() -> World:
    chief = factories.make_chief(username="chief", is_superuser=True, **_person())
    reporter = factories.make_person(username=NAME, **_person())
    event = _event(chief, reporter)
    organisation = Organisation.objects.create(
        slug="house", name=NAME, url='https://e.example/"onclick="fired()'
    )
    keynote = _keynote(event, NAME, organisation, summary=ALL, slug="main")
    for text in LINES:
        _keynote(event, text, factories.make_organisation(text), summary=text)
    programme.release_programme(event)
    running_order.start_keynote(keynote, by=chief)
    image = _image(reporter, NAME, caption=ALL)
    for number, text in enumerate(LINES):
        _upload(reporter, text, number)
    sent = [_sent_by_a_program(reporter, event, text) for text in LINES]
    for one in sent:
        publication.publish(one, by=chief)
    post = _post(event, reporter, keynote, image, by=chief)
    _wrap(event, [*sent[:3], post], by=chief)
    gone = publication.withdraw(sent[-1], by=chief, reason=ALL, note=ALL)
    draft = review.send_back(_typed_on_a_phone(reporter), by=chief, note=ALL)
    for text in MORE:
        report = factories.make_error_report(post, text=text, email='"><svg>"@e.example')
    error_reports.handle(report, by=chief, note=NAME)
    programme.change_event_state("pause", event, by=chief, note=NAME)
    link = devices.make_link(reporter, event, by=chief)
    return World(chief, reporter, event, keynote, organisation, post, gone, draft, image, link)


def _person() -> dict[str, str]:
    return {"first_name": NAME, "last_name": NAME, "byline": SHORT, "credit": SHORT}


def _event(chief: User, reporter: User) -> Event:
    """The one that everything is in, and one of each text beside it on the front page."""
    for text in LINES:
        places = {"venue": text, "city": text[:100], "country": text[-100:]}
        factories.make_event(state="planned", title=text, standfirst=text, organiser=text, **places)
    event = factories.make_event(
        slug="summit",
        title=NAME,
        standfirst=ALL,
        summary=ALL,
        venue=NAME,
        city=SHORT,
        country=SHORT,
        organiser=NAME,
        default_credit=SHORT,
    )
    for person in (chief, reporter):
        factories.assign(person, event, may_publish=True)
    return event


def _keynote(event: Event, text: str, house: Organisation, **fields) -> Keynote:
    """With a speaker of that name who was billed under it too, sponsored by a house of that name."""
    speaker = factories.make_speaker(text, job_title=text, organisation=house)
    billed = {"name": text, "job_title": text, "organisation_name": text}
    keynote = factories.make_keynote(
        event, title=text, room=text[:100], sponsor=house, release=False, speakers=[speaker], **fields
    )
    keynote.appearances.update(**billed)
    return keynote


def _image(by: User, text: str, caption: str) -> Image:
    return factories.make_image(
        uploaded_by=by,
        alt_text=text,
        credit=text,
        caption=caption,
        creator=text,
        copyright_notice=text,
        people=[text, *PAYLOADS],
        original_name=caption[:255],
        web_statement="https://e.example/" + quote(text),
    )


def _upload(by: User, name: str, number: int) -> None:
    """Through the API, under a file name that may have every sign in it (RFC 5987)."""
    token = AuthToken.objects.create(by)[1]
    head = (
        f"--b\r\nContent-Disposition: form-data; name=file; filename*=UTF-8''{quote(name, safe='')}\r\n"
        "Content-Type: image/jpeg\r\n\r\n"
    )
    answer = Client().put(
        f"/api/v1/images/{uuid.uuid4()}/",
        head.encode() + phone_jpeg(1, 64 + number, 40) + b"\r\n--b--\r\n",
        content_type="multipart/form-data; boundary=b",
        headers={"Authorization": f"Token {token}"},
    )
    assert answer.status_code == 201, answer.content


def _sent_by_a_program(by: User, event: Event, text: str) -> Post:
    image, post = _image(by, text, caption=text), uuid.uuid4()
    answer = Client().put(
        f"/api/v1/posts/{post}/",
        {
            "event": event.slug,
            "headline": text,
            "body": f"<p>Words</p>{text}",
            "images": [{"image": str(image.pk), "caption": text}],
            "quotes": [{"attribution": f"He {text}"[:200], "text": f"Said {text}", "verbatim": True}],
            "submit": True,
        },
        content_type="application/json",
        headers={"Authorization": f"Token {AuthToken.objects.create(by)[1]}"},
    )
    assert answer.status_code == 201, answer.content
    return publication.post_by_id(post)


def _post(event: Event, author: User, keynote: Keynote, image: Image, *, by: User) -> Post:
    """Out without a second reader, edited, corrected; then moved to a pending revision."""
    speaker = keynote.appearances.get().speaker
    fields = {
        "headline": NAME,
        "body": f"<p>{ALL}</p>{ALL}",
        "byline": SHORT,
        "key_event": True,
        "keynote": keynote,
        "speakers": [speaker],
        "images": [{"image": image, "caption": ALL}],
        "quotes": [{"speaker": speaker, "attribution": "", "text": ALL, "verbatim": True}],
    }
    post = filing.create_post(event, by=author, **fields)
    event.second_reader = True
    glass.break_glass(review.submit(post, by=author), by=by, reason=ALL)
    event.second_reader = False
    filing.update_post(publication.post_by_id(post.pk), by=by, body=f"<p>New</p>{ALL}")
    publication.correct(publication.post_by_id(post.pk), by=by, note=ALL)
    filing.update_post(publication.post_by_id(post.pk), by=author, body=f"<p>Newer</p>{ALL}")
    return publication.post_by_id(post.pk)


def _wrap(event: Event, posts: list[Post], *, by: User) -> None:
    wrap = wrapping.make_draft(event, [post.pk for post in posts], by=by)
    rows = [wrapping.Written(one.pk, NAME, ALL) for one in wrap.paragraphs.all()]
    words = {"headline": NAME, "standfirst": ALL, "byline": SHORT}
    articles.publish(wrapping.save(wrap, by=by, **words, paragraphs=rows), by=by, note="")


def _typed_on_a_phone(person: User) -> Post:
    """With a photograph, through the form of the field."""
    phone = Phone(person)
    form = phone.fill(phone.open(), headline=NAME, text=ALL)
    slot = first_slot(form)
    file = photograph()
    file.name = 'a"><img src=x onerror=fired()>.jpg'
    words = {
        f"{slot}-alt_text": NAME,
        f"{slot}-caption": MORE[0],
        f"{slot}-credit": SHORT,
        f"{slot}-file": file,
    }
    phone.send({**form, **words})
    return Post.objects.get(author=person, headline=NAME, state="submitted")
