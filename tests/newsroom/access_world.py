"""Two events and everybody who comes to them: whose things an address may name, and how each asks for it."""

import json
import re
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from django.contrib.contenttypes.models import ContentType
from django.db import connection, transaction
from django.http import HttpResponse
from django.test import Client
from knox.models import AuthToken

from coverage.desk import device_session
from coverage.models import Alert, Event, Typed
from coverage.models.alert import AlertKind
from coverage.publishing import devices, previews, wrapping
from coverage.publishing.publication import post_by_id
from media import resuming, storage
from media.models import Rendition
from newsroom.editorial.audit import AuditRow
from newsroom.editorial.people import User
from newsroom.editorial.roles import PHOTO_EDITOR
from tests import factories
from tests.coverage.desk.pages import client_of
from tests.coverage.desk.soft_key import SoftKey

FAR_AWAY = "203.0.113.9"  # no request comes from this machine
# Who asks, and as whom the table judges her. The first three are nobody, whatever they bring along.
ACTORS = {
    "anonymous": "nobody",
    "inactive": "nobody",
    "wrong door": "nobody",
    "phone": "reporter",
    "reporter": "reporter",
    "trusted": "trusted",
    "photo": "photo",
    "editor": "editor",
    "chief": "chief",
    "superuser": "superuser",
}
FORM = "application/x-www-form-urlencoded"
# What a page asks a passkey that is to be made.
ANY_QUESTION = {"publicKey": {"user": {"id": ""}, "challenge": ""}}
PARAMETER = re.compile(r"<(?:\w+:)?(\w+)>|\(\?P<(\w+)>[^)]*\)")


@dataclass
class Actor:
    """`person` is whose things are her own; of nobody's, the reporter's. `token` and `cookies` are what she sends."""

    person: User
    token: str = ""
    cookies: dict[str, str] = field(default_factory=dict)


@dataclass
class World:
    """`things`: by the key of a person and by whose they are to her (own, same, other)."""

    actors: dict[str, Actor]
    things: dict[tuple[int, str], dict[str, Any]]
    client: Client = field(
        default_factory=lambda: Client(raise_request_exception=False, REMOTE_ADDR=FAR_AWAY)
    )

    def parameters(self, actor: str, whose: str, kind: str) -> dict[str, Any]:
        """What stands in an address: of her own, of a colleague's at her event, of a stranger's at another.

        Of what is missing: her own, but for the thing of that kind.
        """
        person = self.actors[actor].person
        if whose != "missing":
            return named(self.things[person.pk, whose], kind)
        return named(self.things[person.pk, "own"], kind) | {name: NOWHERE[name] for name in MISSING[kind]}

    def ask(
        self, actor: str, method: str, address: str, body: dict[str, Any], kind: str, headers: dict[str, str]
    ) -> HttpResponse:
        """Asks as her, with what her door takes: a token at the API, a session at every page."""
        who, is_api = self.actors[actor], address.startswith("/api/")
        sends_token = is_api != (actor == "wrong door")
        self.client.cookies.clear()
        if sends_token and who.token:
            headers = {**headers, "Authorization": f"Token {who.token}"}
        elif not sends_token:
            self.client.cookies.load(who.cookies)
        if method == "GET":
            return self.client.get(address, headers=headers)
        kind = kind or ("application/json" if is_api else FORM)
        sent = json.dumps(body) if kind == "application/json" else urlencode(body) if kind == FORM else ""
        return self.client.generic(method, address, sent, kind, headers=headers)


NOWHERE: dict[str, Any] = {
    "event": "no-such-event",
    "event_id": 987654321,
    "keynote": "no-such-keynote",
    "keynote_id": 987654321,
    "appearance_id": 987654321,
    "speaker": "no-such-speaker",
    "speaker_id": 987654321,
    "organisation": "no-such-organisation",
    "post": "zzzzzzzzzz",
    "public_id": "zzzzzzzzzz",
    "post_id": uuid.UUID("0198f000-0000-7000-8000-000000000000"),
    "image_id": uuid.UUID("0198f000-0000-7000-8000-000000000001"),
    "folder": "nosuchfolder",
    "alert": 987654321,
    "pk": 987654321,
    "secret": "no-such-link",
    "object_id": 987654321,
}
# Which parts of an address name nothing when this is missing.
MISSING = {
    "event": ("event", "event_id", "object_id"),
    "keynote": ("keynote", "keynote_id", "object_id"),
    "appearance": ("appearance_id",),
    "speaker": ("speaker", "speaker_id", "object_id"),
    "organisation": ("organisation", "object_id"),
    "post": ("post", "public_id", "post_id", "object_id"),
    "published": ("post", "public_id", "post_id"),
    "image": ("image_id", "folder", "object_id"),
    "upload": ("image_id",),
    "report": ("pk", "object_id"),
    "typed": ("pk",),
    "user": ("object_id",),
    "key": ("pk",),
    "auditrow": ("object_id",),
    "link": ("secret",),
    "preview": ("secret",),
    "": (),
}


# Of whose things an address is asked for. Of what belongs to an event, there is hers and another.
WHOSE_OF = {
    "": ("own",),
    **dict.fromkeys(
        ("event", "keynote", "appearance", "speaker", "organisation", "link", "preview"), ("own", "other")
    ),
    **dict.fromkeys(
        ("post", "published", "image", "upload", "typed", "user", "key"), ("own", "same", "other")
    ),
    **dict.fromkeys(("report", "auditrow"), ("own",)),
}


def named(things: dict[str, Any], kind: str) -> dict[str, Any]:
    """The parts of addresses that name these things; `object_id` and `pk` are those of the kind."""
    event, keynote, speaker = things["event"], things["keynote"], things["speaker"]
    post, image = things.get("published" if kind == "published" else "post"), things["image"]
    key, released = getattr(things.get(kind), "pk", ""), things["released"]
    return {
        "event": event.slug,
        "event_id": event.pk,
        "keynote": keynote.slug,
        "keynote_id": keynote.pk,
        "appearance_id": things["appearance"].pk,
        "speaker": speaker.slug,
        "speaker_id": speaker.pk,
        "organisation": things["organisation"].slug,
        "post_id": post.pk,
        "post": released,
        "public_id": released,
        "image_id": things["upload"] if kind == "upload" else image.pk,
        "folder": things["folder"],
        "spec": "jpeg-320",
        "ext": "jpg",
        "alert": things["alert"].pk,
        "secret": things["preview" if kind == "preview" else "link"],
        "object_id": key,
        "pk": key,
        "content_type_id": ContentType.objects.get_for_model(post).pk,
        "app_label": "coverage",
        "uidb64": "Mg",
        "token": "cut-off",
        "rest": "a/link/that/was/cut",
        "url": "no/such/page/",
    }


def make_world() -> World:
    """One event readers have, where everybody works, and one that is a draft, with a stranger's things in it."""
    here = factories.make_event(slug="summit", title="The Summit")
    elsewhere = factories.make_event(slug="secret", title="Secret Summit", state="draft")
    editor, chief = factories.make_editor(username="ed"), factories.make_chief(username="carla")
    people = {
        "reporter": factories.make_person(username="rosa"),
        "trusted": factories.make_person(username="tara"),
        "photo": factories.make_person(PHOTO_EDITOR, username="pia"),
        "editor": editor,
        "chief": chief,
        "superuser": User.objects.create_superuser("root", "root@example.org", factories.PASSWORD),
    }
    colleague, stranger = (factories.make_person(username=name) for name in ("cora", "sten"))
    for name, person in [*people.items(), ("colleague", colleague)]:
        if name not in ("editor", "chief", "superuser"):
            factories.assign(person, here, may_publish=name == "trusted")
    factories.assign(stranger, elsewhere)
    public = _stage(here, editor)
    hidden = _stage(elsewhere, editor, held=True)
    theirs = {"same": public | _works_of(colleague, here), "other": hidden | _works_of(stranger, elsewhere)}
    wrapping.make_draft(here, [theirs["same"]["published"].pk], by=editor)
    things = {}
    for person in people.values():
        things[person.pk, "own"] = public | _works_of(person, here)
        things |= {(person.pk, whose): of for whose, of in theirs.items()}
    return World(_actors(people, here), things)


def _stage(event: Event, editor: User, *, held: bool = False) -> dict[str, Any]:
    """What belongs to an event and to nobody in it."""
    guest, house = factories.make_speaker(), factories.make_organisation()
    keynote = factories.make_keynote(event, speakers=[guest], sponsor=house, held=held)
    alert = Alert.objects.create(
        key=event.slug, kind=AlertKind.RELEASE, event=event, title="Late", path="/admin/"
    )
    return {
        "event": event,
        "keynote": keynote,
        "appearance": keynote.appearances.get(),
        "speaker": guest,
        "organisation": house,
        "alert": alert,
        "auditrow": AuditRow.objects.latest("pk"),
        "link": devices.make_link(editor, event, by=editor),
    }


def _works_of(person: User, event: Event) -> dict[str, Any]:
    """A draft with a picture, the same filed and out if the event is public, and what she typed into the draft."""
    image = factories.make_image(uploaded_by=person)
    row = {"image": image, "caption": ""}
    credential = json.loads(SoftKey().create(ANY_QUESTION))
    post = factories.make_post(event, by=person, headline="Words", images=[row])
    page = f"/admin/coverage/post/{post.pk}/change/?form={uuid.uuid4()}"
    works = {
        "user": person,
        "key": Authenticator.objects.create(
            user=person, type=Authenticator.Type.WEBAUTHN, data={"name": "Key", "credential": credential}
        ),
        "image": image,
        "folder": image.public_name,
        "post": post,
        "published": post,
        "released": post.pk.hex[:10],
        "upload": _begun(person),
        "preview": previews.make_link(post_by_id(post.pk), by=person),
        "typed": Typed.objects.create(
            person=person, page=page, data=[["headline", "More"]], at=post.created_at
        ),
    }
    if event.slug == "summit":
        published = factories.make_published(event, by=person, images=[row])
        works |= {"published": published, "released": published.public_id}
        works["report"] = factories.make_error_report(published)
    return works


def _begun(person: User) -> uuid.UUID:
    """Under which uploads of hers were begun: a picture's and its original's."""
    image_id = uuid.uuid4()
    for is_original in (False, True):
        resuming.begin(image_id, by=person, length=9, sha256="0" * 64, name="", is_original=is_original)
    return image_id


def _actors(people: dict[str, User], event: Event) -> dict[str, Actor]:
    reporter, editor = people["reporter"], people["editor"]
    gone = factories.make_person(username="ines")
    factories.assign(gone, event)
    left = _signed_in(gone)
    User.objects.filter(pk=gone.pk).update(is_active=False)
    signed_in = {name: _signed_in(person) for name, person in people.items()}
    return {
        "anonymous": Actor(reporter),
        "inactive": Actor(reporter, left.token, left.cookies),
        "wrong door": Actor(reporter, signed_in["editor"].token, signed_in["editor"].cookies),
        "phone": _phone_of(reporter, event, editor),
        **signed_in,
    }


def _signed_in(person: User) -> Actor:
    """With a second factor."""
    TOTP.activate(person, "SECRET")
    RecoveryCodes.activate(person)
    return Actor(person, AuthToken.objects.create(person)[1], _cookies(client_of(person)))


def _phone_of(person: User, event: Event, editor: User) -> Actor:
    """Signed in by a link: a session for the field alone, and a token."""
    client, link = Client(), devices.make_link(person, event, by=editor)
    made = devices.sign_in(link, form="one", name="Phone", address=FAR_AWAY)
    client.force_login(person, backend=device_session.BACKEND)
    session = client.session
    session[device_session.KEY] = made.token.pk
    session.save()
    return Actor(person, made.secret, _cookies(client))


def _cookies(client: Client) -> dict[str, str]:
    return {name: morsel.value for name, morsel in client.cookies.items()}


def put_files(jpeg: bytes) -> None:
    """The files of every picture, in the storage of the moment."""
    for name in Rendition.objects.values_list("file", flat=True):
        path = Path(storage.renditions().path(name))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(jpeg)


@contextmanager
def undone() -> Iterator[list[str]]:
    """Undoes what happens inside it; gives the statements that changed rows and were not undone inside it."""
    changed: list[str] = []
    before: dict[str, int] = {}  # how many there were at each savepoint

    def note(execute, sql, params, many, context):
        answer = execute(sql, params, many, context)
        if sql.startswith("SAVEPOINT"):
            before[sql.split()[-1]] = len(changed)
        elif sql.startswith("ROLLBACK TO SAVEPOINT"):
            del changed[before[sql.split()[-1]] :]
        # An INSERT that returns its key has counted nothing yet.
        elif sql.startswith("INSERT") or (
            sql.startswith(("UPDATE", "DELETE")) and context["cursor"].rowcount
        ):
            changed.append(sql)
        return answer

    with transaction.atomic(), connection.execute_wrapper(note):
        yield changed
        transaction.set_rollback(True)
