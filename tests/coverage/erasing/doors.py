"""The ways a post comes in, each with the word in everything a person can type there."""

import json
import uuid

from django.test.client import BOUNDARY, MULTIPART_CONTENT, Client, encode_multipart
from django.urls import reverse

from coverage.models import Event, Post
from media import renditions
from newsroom.editorial.people import User
from tests import factories
from tests.coverage.api.conftest import Program
from tests.coverage.desk.pages import client_of, new_form
from tests.coverage.erasing.canary import WORD, photograph
from tests.coverage.field.phone import Phone, first_slot

HEADLINE = f"The {WORD} headline of the day"
SAID = f"What {WORD} said in the hall"


def body_of_api(event: Event, image: uuid.UUID) -> dict:
    return {
        "event": event.slug,
        "headline": HEADLINE,
        "body": f"<p>{SAID}.</p><p>And {WORD} again, at length.</p>",
        "byline": f"Rosa {WORD.title()}",
        "quotes": [{"speaker": None, "attribution": f"a {WORD} in the hall", "text": f"We are {WORD} now"}],
        "images": [{"image": str(image), "caption": f"A caption that says {WORD}"}],
    }


def by_api(event: Event, reporter: User) -> uuid.UUID:
    """From a program: a picture with every text, then the post, sent twice."""
    program, image, post = Program(reporter), uuid.uuid4(), uuid.uuid4()
    assert send_picture(program, image) == 201
    for _ in range(2):
        assert program.put(f"posts/{post}/", body_of_api(event, image)).status_code == 201
    return post


def send_picture(program: Program, image: uuid.UUID) -> int:
    """With every text; answers the status."""
    names = ("alt_text", "credit", "caption", "creator")
    fields = {
        "file": photograph(),
        "people": f"Vera {WORD.title()}",
        **{name: f"The {WORD} {name} of it" for name in names},
    }
    data = encode_multipart(BOUNDARY, fields)
    sent = {"data": data, "content_type": MULTIPART_CONTENT, "headers": program.headers}
    answer = program.client.put(f"/api/v1/images/{image}/", **sent)
    renditions.make_renditions(image)
    return answer.status_code


def by_field(event: Event, reporter: User) -> uuid.UUID:
    """From the page for a phone without JavaScript."""
    phone = Phone(reporter)
    form = phone.fill(
        phone.open(),
        text=f"{SAID}.\n\nAnd {WORD} again, at length.",
        headline=HEADLINE,
        quote_text=f"We are {WORD} now",
        quote_attribution=f"a {WORD} in the hall",
    )
    slot = first_slot(form)
    form |= {f"{slot}-{name}": f"The {WORD} {name} of it" for name in ("alt_text", "caption", "credit")}
    assert phone.send({**form, f"{slot}-file": photograph()}).status_code == 302
    renditions.make_renditions(slot)
    return uuid.UUID(form["post"][0])


def by_desk(event: Event, reporter: User) -> uuid.UUID:
    """From the admin's form, after its words were kept while they were typed."""
    client = client_of(factories.make_editor())
    address, fields = new_form(client, "coverage_post", f"?event={event.pk}")
    fields |= {"event": str(event.pk), "headline": HEADLINE, "body": f"<p>{SAID}.</p>"}
    keep_typed(client, address.partition("?")[0], fields)
    assert client.post(address, fields | {"_save": "Save"}).status_code == 302
    return Post.objects.get().pk


def keep_typed(client: Client, path: str, fields: dict) -> None:
    """What the script sends of a form that is being typed in."""
    page = {"page": f"{path}?form={fields['_form']}", "fields": list(fields.items())}
    answer = client.post(reverse("typed"), json.dumps(page), content_type="application/json")
    assert answer.status_code == 200, answer.content


DOORS = {"api": by_api, "field": by_field, "desk": by_desk}
