"""People are erased: who worked here, and who was on a stage. What was written and said stays."""

import datetime

import pytest
import time_machine
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.core.management import CommandError
from django.urls import reverse
from django.utils import timezone
from knox.models import AuthToken

from coverage.erasing import people, speakers
from coverage.erasing.marks import UNNAMED
from coverage.models import Assignment, Event, JoinLink, Keynote, Post, PreviewLink, Speaker, Typed
from coverage.publishing import (
    articles,
    covering,
    devices,
    filing,
    names,
    pictures,
    previews,
    publication,
    review,
    wrapping,
)
from coverage.publishing import speakers as speaker_verbs
from coverage.publishing.publication import post_by_id
from coverage.record.models import EventHead, Release, ReleasedPost
from media import renditions
from media.models import Image
from media.sweep import delete_retired
from newsroom.editorial.audit import AuditRow
from newsroom.editorial.people import User
from tests import factories
from tests.coverage.api.conftest import Program
from tests.coverage.desk.pages import change_url, client_of, open_form
from tests.coverage.erasing.canary import WORD, places
from tests.media import drawing

pytestmark = pytest.mark.django_db
FIRST, LAST = "Vera", WORD.title()


@pytest.fixture
def vera(event) -> User:
    names = {"username": WORD, "first_name": FIRST, "last_name": LAST, "email": f"vera@{WORD}.example"}
    person = factories.make_editor(**names, byline=f"{FIRST} {LAST}", credit=f"{FIRST} {LAST}/Newsroom")
    factories.assign(person, event)
    return person


@pytest.fixture
def keynote(event) -> Keynote:
    return factories.make_keynote(event, title="Opening")


def work(vera: User, event: Event, keynote: Keynote, editor: User) -> Post:
    """All that leaves a person's name behind."""
    image = factories.make_real_image(drawing.jpeg(), credit=vera.credit)
    Image.objects.update(uploaded_by=vera, people=[f"{FIRST} {LAST}", "Rosa Lind"])
    body = f"<p>{FIRST} {LAST} was in the hall.</p>"
    post = factories.make_published(event, by=vera, headline="Seen", body=body, images=[{"image": image}])
    filing.update_post(post_by_id(post.pk), by=vera, body="<p>The hall was full.</p>")
    publication.correct(post_by_id(post.pk), by=vera, note=f"Seen by {FIRST} {LAST} and others.")
    wrap = wrapping.make_draft(event, [post.pk], by=vera)
    rows = [wrapping.Written(one.pk, one.heading, one.body) for one in wrap.paragraphs.all()]
    words = {"headline": "The day", "standfirst": "", "byline": vera.byline}
    articles.publish(wrapping.save(wrap, by=vera, **words, paragraphs=rows), by=vera)
    claimed = factories.make_post(event, by=vera, headline="Claimed")
    review.submit(claimed, by=vera)
    review.claim(post_by_id(claimed.pk), by=vera)
    covering.assign_cover(keynote, "writer", vera, by=editor, seen=None)
    give_event_to(vera, event, editor)
    devices.make_link(vera, event, by=vera)
    previews.make_link(post_by_id(claimed.pk), by=vera)
    Program(vera)
    client_of(vera).get("/admin/")
    EmailAddress.objects.create(user=vera, email=vera.email)
    Authenticator.objects.create(user=vera, type="totp", data={})
    Typed.objects.create(person=vera, page="/admin/coverage/post/add/", data=[], at=post.created_at)
    return post


def give_event_to(vera: User, event: Event, editor: User) -> None:
    """In the event's form, whose audit calls rows by their titles: she goes, and comes again."""
    desk = client_of(editor)
    for changed in (
        {"assignments-0-DELETE": "on"},
        {"assignments-TOTAL_FORMS": "1", "assignments-0-person": vera.pk},
    ):
        answer = desk.post(change_url(event), open_form(desk, event) | changed)
        assert answer.status_code == 302, answer.content
    assert Assignment.objects.filter(person=vera).exists()


def test_nothing_says_who_she_was_and_what_she_wrote_stays(vera, event, keynote, editor, client, erase):
    post = work(vera, event, keynote, editor)
    assert len(places()) > 15
    epoch = EventHead.objects.get(desk_id=event.pk).epoch

    erase("person", WORD)
    make_files_anew()

    assert places() == []
    page = client.get(f"/events/summit/posts/{post.public_id}/")
    assert page.status_code == 200
    assert "The hall was full." in page.text
    assert UNNAMED in page.text
    assert EventHead.objects.get(desk_id=event.pk).epoch != epoch
    vera.refresh_from_db()
    assert (vera.username, vera.is_active, vera.has_usable_password()) == (f"erased-{vera.pk}", False, False)
    left = [
        AuthToken.objects.filter(user=vera),
        JoinLink.objects.all(),
        PreviewLink.objects.all(),
        Assignment.objects.filter(person=vera),
    ]
    left += [Post.objects.filter(claimed_by=vera), EmailAddress.objects.all(), Authenticator.objects.all()]
    assert not any(rows.exists() for rows in left)
    assert AuditRow.objects.filter(person_id=vera.pk, verb="publish").exists()
    assert AuditRow.objects.get(verb="erase").thing_title == vera.username


def make_files_anew() -> None:
    """What the workers do: new renditions, then the posts that show them; the old ones go after ten minutes."""
    image = Image.objects.get()
    renditions.make_renditions(image.pk)
    pictures.pictures_ready(image.pk)
    with time_machine.travel(timezone.now() + datetime.timedelta(hours=1), tick=False):
        delete_retired()


def test_a_person_whose_erasure_was_stopped_is_whole(vera, event, keynote, editor, erase, monkeypatch):
    work(vera, event, keynote, editor)
    planted = places()

    def stop(act) -> None:
        raise RuntimeError("the power went")

    for number in range(len(people.STEPS) + 1):
        with monkeypatch.context() as patched:
            patched.setattr(people, "STEPS", (*people.STEPS[:number], stop, *people.STEPS[number:]))
            with pytest.raises(RuntimeError):
                erase("person", WORD)
        assert places() == planted


def stage(event: Event, editor: User) -> tuple[Speaker, Post]:
    """A speaker who was misspelt, renamed and merged, billed, quoted and named in words."""
    other = Speaker.objects.create(slug=f"v-{WORD}", name=f"V. {LAST}")
    speaker = Speaker.objects.create(slug=f"vera-{WORD}", name=f"{FIRST} {LAST}", job_title=f"Head of {WORD}")
    keynote = factories.make_keynote(event, speakers=[speaker])
    second = factories.make_keynote(event, speakers=[other])
    quotes = [{"speaker": speaker, "attribution": "", "text": "We begin.", "verbatim": True, "checked": True}]
    words = {"headline": f"{FIRST} {LAST} begins", "body": f"<p>{FIRST} {LAST} came.</p>"}
    post = factories.make_published(
        event, by=editor, keynote=keynote, quotes=quotes, speakers=[speaker], **words
    )
    factories.make_published(event, by=editor, keynote=second, speakers=[other], body="<p>More.</p>")
    speaker_verbs.merge(speaker, other, by=editor)
    names.change_since(speaker, by=editor, name=f"{FIRST} Lind-{LAST}")
    return Speaker.objects.get(pk=speaker.pk), post


def test_nothing_says_who_was_on_stage_and_what_was_said_stays(event, editor, client, erase):
    speaker, post = stage(event, editor)
    addresses = [reverse("front:speaker", args=[slug]) for slug in (speaker.slug, f"v-{WORD}")]
    assert [client.get(address).status_code for address in addresses] == [200, 301]

    erase("person", speaker.slug)

    assert places() == []
    assert [client.get(address).status_code for address in addresses] == [410, 410]
    page = client.get(f"/events/summit/posts/{post.public_id}/").text
    assert "We begin." in page
    assert UNNAMED in page
    assert not Speaker.objects.exists()
    row = AuditRow.objects.get(verb="erase")
    assert (row.thing_type, row.thing_id, row.thing_title) == ("coverage.speaker", str(speaker.pk), UNNAMED)
    assert not Release.objects.filter(html__contains=f"/speakers/{speaker.slug}/").exists()
    assert ReleasedPost.objects.get(desk_id=post.pk).quotes[0]["attribution"] == UNNAMED


HERS = f"{FIRST} {LAST}"


def open_things(event: Event, by: User) -> dict:
    """What has a form at the desk, each with her name in a field."""
    image = factories.make_real_image(drawing.jpeg(60, 40), caption=f"{HERS} on stage")
    post = factories.make_published(event, by=by, headline=f"{HERS} begins")
    quote = {"speaker": None, "attribution": f"says {HERS}", "text": "We begin.", "verbatim": False}
    quoting = factories.make_published(event, by=by, body="<p>Heard.</p>", quotes=[quote])
    Event.objects.filter(pk=event.pk).update(standfirst=f"{HERS} opens")
    return {
        "post": post,
        "quote in a post": quoting,
        "event": event,
        "keynote": factories.make_keynote(event, title=f"{HERS} and friends"),
        "speaker": factories.make_speaker("Another", job_title=f"Assistant of {HERS}"),
        "picture": image,
    }


def test_no_form_that_was_open_brings_her_name_back(vera, event, editor, erase):
    things = open_things(event, editor)
    desk = client_of(factories.make_chief())
    forms = {name: open_form(desk, thing) for name, thing in things.items()}
    assert all(WORD in " ".join(fields.values()).casefold() for fields in forms.values())

    erase("person", WORD)
    answers = {name: desk.post(change_url(thing), forms[name]) for name, thing in things.items()}

    assert {name: answer.status_code for name, answer in answers.items()} == dict.fromkeys(things, 409)
    assert places() == []


def test_a_form_that_names_the_speaker_herself_is_not_saved(event, editor, erase):
    speaker, post = stage(event, editor)
    desk = client_of(editor)
    fields = open_form(desk, post)
    version = post_by_id(post.pk).version

    erase("person", speaker.slug)

    assert desk.post(change_url(post), fields).status_code != 302
    assert post_by_id(post.pk).version > version
    assert WORD not in post_by_id(post.pk).headline.casefold()


def test_an_address_that_spells_the_name_is_named(event, editor, erase):
    speaker = factories.make_speaker("Vera Rubin")
    factories.make_keynote(
        event, slug="an-hour-with-vera-rubin", title="An hour with Vera Rubin", speakers=[speaker]
    )
    factories.make_keynote(event, slug="vera-rubinstein")

    out = erase("person", speaker.slug)

    assert "keynote: an-hour-with-vera-rubin" in out
    assert "rubinstein" not in out
    assert Keynote.objects.get(slug="an-hour-with-vera-rubin").title == f"An hour with {UNNAMED}"


def test_a_speaker_whose_erasure_was_stopped_is_whole(event, editor, erase, monkeypatch):
    speaker, _ = stage(event, editor)
    planted = places()

    def stop(act) -> None:
        raise RuntimeError("the power went")

    for number in range(len(speakers.STEPS) + 1):
        with monkeypatch.context() as patched:
            patched.setattr(speakers, "STEPS", (*speakers.STEPS[:number], stop, *speakers.STEPS[number:]))
            with pytest.raises(RuntimeError):
                erase("person", speaker.slug)
        assert places() == planted

    erase("person", speaker.slug)

    assert places() == []


def test_nobody_erases_herself(chief, erase):
    with pytest.raises(CommandError, match="Have another chief editor"):
        erase("person", "carla")

    assert User.objects.get(pk=chief.pk).is_active


def test_a_namesake_of_one_word_is_left_alone(event, editor, erase):
    """A user name or a first name may be any word: it is no mark inside a text."""
    factories.make_person(username="hall", byline="Hall")
    post = factories.make_published(event, by=editor, body="<p>The hall is full. Hall 2, too.</p>")

    erase("person", "hall")

    assert Post.objects.get(pk=post.pk).body == "<p>The hall is full. Hall 2, too.</p>"


def test_a_name_that_two_have_is_asked_about(event, chief, erase):
    factories.make_person(username="ada")
    Speaker.objects.create(slug="ada", name="Ada Byron")

    with pytest.raises(CommandError, match="rename one"):
        erase("person", "ada")
