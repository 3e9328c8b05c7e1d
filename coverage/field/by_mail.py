"""Filing by e-mail: a letter of a known reporter becomes a draft of hers. Nothing here publishes.

Who sent it is what its From says. So the mail server in front of it must have checked that (SPF, DKIM, DMARC).
"""

import uuid
from dataclasses import dataclass, field

from django.core.files.base import ContentFile
from django.utils import timezone

from coverage.field import events
from coverage.field.letters import Letter
from coverage.field.plain import body_of
from coverage.models import Event, Post
from coverage.models.post import PostKind
from coverage.publishing import filing
from media import ingest
from media.models import Image
from newsroom.editorial.errors import EditorialError, Invalid, NotAllowed
from newsroom.editorial.people import User
from newsroom.editorial.receipts import once, request_key
from newsroom.editorial.roles import roles_of

LETTERS = uuid.UUID("6c4a5f1e-6f0b-5c3d-9a57-0f5f2f8f6b1a")  # names the UUIDs made of Message-IDs
MOST_PICTURES = 12
LONGEST_HEADLINE, LONGEST_TEXT = 200, 40_000  # characters


@dataclass
class Filed:
    """The draft, and a sentence for each picture that was not taken."""

    post: Post
    refused: list[str] = field(default_factory=list)


def reporter_at(address: str) -> User:
    """Whose address it is. Raises NotAllowed."""
    person = User.objects.filter(email__iexact=address, is_active=True).first() if address else None
    if person is None or not (roles_of(person) or person.is_superuser):
        raise NotAllowed(f"Nobody of this newsroom sends from {address}: ask the desk to add the address.")
    return person


def event_for(person: User, slug: str = "") -> Event:
    """The event named, else the nearest of hers. Raises NotAllowed."""
    hers = events.open_to(person)
    event = events.named(hers, slug) if slug else events.nearest(hers, at=timezone.now())
    if event is None:
        raise NotAllowed("You are not assigned to this event, or to none: ask the desk.")
    return event


def file_letter(letter: Letter, *, slug: str = "") -> Filed:
    """Makes a draft, once for each Message-ID; a repeat finds the first.

    Pictures are taken in before it, each for itself: one that is refused keeps neither the words nor the others away.
    Raises NotAllowed, Invalid for a letter with nothing in it, and Unavailable: then it may be sent again.
    """
    person = reporter_at(letter.sender)
    event, post_id = event_for(person, slug), uuid.uuid5(LETTERS, f"{person.pk} {letter.key}")
    if earlier := Post.objects.filter(pk=post_id).first():
        return Filed(earlier)
    if not (letter.subject or letter.text or letter.pictures):
        raise Invalid({"body": ["There is nothing in this e-mail: write a line, or attach a picture."]})
    if len(letter.text) > LONGEST_TEXT:
        raise Invalid({"body": [f"This e-mail is too long: at most {LONGEST_TEXT:,} characters are taken."]})
    images, refused = _take(letter, post_id, person)
    fields = {
        "kind": PostKind.PHOTO if images and not letter.text else PostKind.UPDATE,
        "headline": letter.subject[:LONGEST_HEADLINE],
        "body": body_of(letter.text),
        "images": [{"image": image, "caption": ""} for image in images],
    }

    def work() -> tuple[int, dict]:
        post = filing.create_post(event, by=person, post_id=post_id, **fields)
        return 201, {"post": str(post.pk)}

    once(person, request_key("e-mail", str(post_id)), work)
    return Filed(Post.objects.get(pk=post_id), refused)


def _take(letter: Letter, post_id: uuid.UUID, person: User) -> tuple[list[Image], list[str]]:
    """The pictures that were taken, each once, and sentences about the others. Raises Unavailable."""
    images: dict[uuid.UUID, Image] = {}
    refused = []
    for number, (name, data) in enumerate(letter.pictures, start=1):
        called = name or f"Picture {number}"
        if number > MOST_PICTURES:
            refused.append(f"{called}: only {MOST_PICTURES} pictures of one e-mail are taken.")
            continue
        image_id = uuid.uuid5(post_id, str(number))
        try:
            images[image_id] = ingest.receive(
                ContentFile(data, name or "picture"), image_id=image_id, by=person
            )
        except EditorialError as error:
            if error.retry_after:  # not the picture's fault
                raise
            refused.append(f"{called}: {error.message}")
    return list(images.values()), refused
