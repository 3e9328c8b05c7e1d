"""A desk that prepares what readers may not know yet, in a process of its own: one step for each line it reads.

Every word, name and file name of it has CANARY in it, but for the folder of the picture's files, which it tells.
"""

import datetime
import json
import sys
import uuid

CANARY = "canary"
POST = "5f0c2d6a-86c8-4f0b-9b0a-6d1f3a2b7c11"
IMAGE = "0e1b4c52-9a4e-4c55-8c0a-3e6d2f4a9b22"
SLUGS = {"keynote": "canary-keynote", "speaker": "canary-guest", "organisation": "canary-employer"}
SPONSOR = "canary-sponsor"


def upload() -> dict:
    """A picture, with its files."""
    from django.core.files.base import ContentFile

    from media import ingest, renditions
    from tests.media import drawing

    texts = {"credit": "Canary Lens/Canary Press", "alt_text": "The canary on stage.", "caption": "A canary."}
    file = ContentFile(drawing.jpeg(), "canary-original.jpg")
    image = ingest.receive(file, image_id=uuid.UUID(IMAGE), by=_chief(), **texts)
    renditions.make_renditions(image.pk)
    image.refresh_from_db()
    return {"folder": image.public_name, "files": [row.file for row in image.renditions.all()]}


def prepare(event: str) -> dict:
    """A held keynote with its guest, employer and sponsor; another guest of an announced one; a scheduled post; changes
    of the published wrap."""
    from coverage.models import Appearance, Event, Keynote, Organisation, Speaker
    from coverage.publishing import filing, programme, schedule, wrapping
    from media.models import Image

    event, later = Event.objects.get(slug=event), _later(hours=1)
    employer = Organisation.objects.create(slug=SLUGS["organisation"], name="Canary Works")
    sponsor = Organisation.objects.create(slug=SPONSOR, name="Canary Bank")
    guest = Speaker.objects.create(slug=SLUGS["speaker"], name="Carla Canary", organisation=employer)
    held = Keynote.objects.create(
        event=event, slug=SLUGS["keynote"], title="The canary sings", summary="Canary.", room="Canary Hall",
        sponsor=sponsor, held=True, announce_at=later, order=9,
    )  # fmt: skip
    Appearance.objects.create(
        keynote=held, speaker=guest, job_title="Chief Canary", held=True, announce_at=later
    )
    opening = event.keynotes.get(slug="opening")
    Appearance.objects.create(keynote=opening, speaker=guest, held=True, announce_at=later)
    programme.release_programme(event)
    post = filing.create_post(
        event, by=_chief(), post_id=uuid.UUID(POST), headline="Canary headline", body="<p>Canary body.</p>",
        byline="Canary Byline", quotes=[{"attribution": "A canary", "text": "Canary words."}], key_event=True,
        images=[{"image": Image.objects.get(pk=IMAGE), "caption": "Canary caption."}],
    )  # fmt: skip
    schedule.schedule(post, by=_chief(), publish_at=later)
    written = [wrapping.Written(None, "Canary heading", "<p>Canary paragraph.</p>")]
    words = {"headline": "Canary wrap", "standfirst": "Canary.", "byline": "Canary Byline"}
    wrapping.save(event.wrap, by=_chief(), **words, paragraphs=written)
    return {}


def let_go() -> dict:
    """Their time is now."""
    from coverage.models import Appearance, Keynote
    from coverage.publishing import publication, schedule

    soon = _later(seconds=1)
    Keynote.objects.filter(held=True).update(announce_at=soon)
    Appearance.objects.filter(held=True).update(announce_at=soon)
    schedule.schedule(publication.post_by_id(POST), by=_chief(), publish_at=soon)
    return {}


def _chief():
    from newsroom.editorial.people import User

    return User.objects.get(username="chief")


def _later(**much: float) -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC) + datetime.timedelta(**much)


def take_steps() -> None:
    """Each line is a step's name and its arguments, as JSON; each answer a line."""
    for line in sys.stdin:
        step, *arguments = json.loads(line)
        print(
            json.dumps({"upload": upload, "prepare": prepare, "let_go": let_go}[step](*arguments)), flush=True
        )
