"""A post that went through every door and every verb is erased, and not one of its words is anywhere."""

import io
import json

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from coverage.backup import log
from coverage.erasing import files, posts
from coverage.following.models import Follower, Notice
from coverage.following.notices import note
from coverage.live import files as pages
from coverage.models import ErrorReport, Event, Post, PostImage, PreviewLink, Typed, WrapParagraph
from coverage.models.alert import AlertKind
from coverage.publishing import (
    alerts,
    amending,
    articles,
    error_reports,
    filing,
    images,
    previews,
    publication,
    review,
    wrapping,
)
from coverage.publishing.publication import post_by_id
from coverage.record.models import EventHead, Release
from media import storage
from media.models import Image
from newsroom.editorial.audit import AuditRow
from newsroom.editorial.erasures import Erasure
from newsroom.editorial.errors import Invalid
from newsroom.editorial.people import User
from newsroom.editorial.states import PostState
from tests import factories
from tests.coverage.api.conftest import Program
from tests.coverage.desk.pages import client_of, open_form
from tests.coverage.erasing.canary import WORD, places
from tests.coverage.erasing.doors import DOORS, SAID, body_of_api, by_api, keep_typed
from tests.coverage.error_reports.test_pages import send as send_report

pytestmark = pytest.mark.django_db


def live_through(post: Post, editor: User, chief: User, client: Client) -> Post:
    """All a newsroom does with a post: each verb that takes words is given the word. It stands published again."""
    if post.state == PostState.DRAFT:
        review.submit(post, by=chief)
    review.send_back(post_by_id(post.pk), by=editor, note=f"Say {WORD} less often.")
    withdrawn = factories.make_image()
    shown = [{"image": row.image, "caption": row.caption} for row in PostImage.objects.filter(post=post)]
    added = [*shown, {"image": withdrawn}]
    filing.update_post(post_by_id(post.pk), by=editor, key_event=True, images=added)
    follow(post.event)
    publication.publish(post_by_id(post.pk), by=editor)
    note(at=timezone.now())
    images.withdraw_image(withdrawn, by=editor, reason="It was not ours.")
    send_report(client, post_by_id(post.pk), text=f"{WORD} is misspelt here.", email=f"{WORD}@example.org")
    error_reports.handle(ErrorReport.objects.get(), by=editor, note=f"{WORD} is right.")
    publish_wrap(post, editor)
    filing.update_post(post_by_id(post.pk), by=editor, body=f"<p>{SAID}, word for word.</p>")
    publication.correct(post_by_id(post.pk), by=editor, note=f"It was {WORD}, not {WORD}s.")
    alerts.raise_about(post_by_id(post.pk), f"{post.pk}", AlertKind.GLASS, "Not read", text=f"{WORD} wrote")
    desk = client_of(editor)
    fields = open_form(desk, post_by_id(post.pk)) | {"headline": f"Typed {WORD}"}
    keep_typed(desk, reverse("admin:coverage_post_change", args=[post.pk]), fields)
    publication.withdraw(post_by_id(post.pk), by=editor, reason=f"{WORD} was wrong.", note=f"Ask {WORD}.")
    return publication.reinstate(post_by_id(post.pk), by=chief, reason=f"{WORD} was right.")


def follow(event: Event) -> None:
    head = EventHead.objects.get(desk_id=event.pk)
    Follower.objects.create(head=head, endpoint="https://push.example/1", since=timezone.now())
    note(at=timezone.now())


def publish_wrap(post: Post, editor: User) -> None:
    wrap = wrapping.make_draft(post.event, [post.pk], by=editor)
    rows = [
        wrapping.Written(one.pk, one.heading, f"{one.body}<p>{WORD}.</p>") for one in wrap.paragraphs.all()
    ]
    words = {"headline": "The day", "standfirst": "", "byline": ""}
    articles.publish(wrapping.save(wrap, by=editor, **words, paragraphs=rows), by=editor)


def address_of(post: Post) -> str:
    return f"/events/{post.event.slug}/posts/{post.public_id}/"


@pytest.mark.parametrize("door", DOORS)
def test_nothing_of_a_post_is_left_whichever_door_it_came_through(
    door, event, reporter, editor, chief, client, erase
):
    post = live_through(post_by_id(DOORS[door](event, reporter)), editor, chief, client)
    addresses = [source["url"] for row in post_row(post).picture_rows.all() for source in row.sources]
    before = EventHead.objects.get(desk_id=event.pk)
    planted = {place.partition(".")[0] for place in places()}

    out = erase("post", post.public_id)

    assert places() == []
    assert {"coverage_typed", "coverage_revision", "editorial_auditrow", "record_release"} <= planted
    gone = client.get(address_of(post))
    assert (gone.status_code, "This post was erased." in gone.text) == (410, True)
    assert {client.get(address).status_code for address in addresses} <= {410}
    assert bool(addresses) == (door != "desk")
    head = EventHead.objects.get(desk_id=event.pk)
    assert head.seq > before.seq
    assert head.epoch != before.epoch
    wrap = client.get("/events/summit/wrap/")
    assert (wrap.status_code, "This post was erased." in wrap.text) == (200, True)
    assert not WrapParagraph.objects.exists()
    assert [(one.digest, one.amends) for one in Notice.objects.order_by("pk")][-1] == ("", True)
    assert "headline of the day" in out
    row = AuditRow.objects.get(verb="erase")
    assert (row.person_name, row.thing_id, row.note) == ("carla", str(post.pk), "A court ordered it.")


def post_row(post: Post):
    return EventHead.objects.get(desk_id=post.event_id).posts.get(desk_id=post.pk)


def test_stopped_at_any_step_nothing_is_erased_and_the_next_run_erases_all(
    event, reporter, editor, chief, client, erase, monkeypatch
):
    post = live_through(post_by_id(by_api(event, reporter)), editor, chief, client)
    planted = places()

    def stop(act) -> None:
        raise RuntimeError("the power went")

    for number in range(len(posts.STEPS) + 1):
        with monkeypatch.context() as patched:
            patched.setattr(posts, "STEPS", (*posts.STEPS[:number], stop, *posts.STEPS[number:]))
            with pytest.raises(RuntimeError):
                erase("post", post.pk)
        assert places() == planted
        assert not Erasure.objects.exists()

    erase("post", post.pk)

    assert places() == []


@pytest.mark.parametrize("kind", ["originals", "renditions", "card"])
def test_files_whose_storage_does_not_answer_go_with_the_next_look(
    kind, event, reporter, editor, chief, client, erase, monkeypatch
):
    post = live_through(post_by_id(by_api(event, reporter)), editor, chief, client)

    def silent(name: str) -> None:
        raise storage.Unavailable("no answer")

    with monkeypatch.context() as patched:
        patched.setitem(files.REMOVE, kind, silent)
        with pytest.raises(CommandError, match="does not answer"):
            erase("post", post.pk)
        assert files.sweep() == 0
        assert Erasure.objects.get(kind="post").left[0][0] == kind

    assert "was erased already" in erase("post", post.pk)
    assert Erasure.objects.get(kind="post").left == []
    assert places() == []
    assert AuditRow.objects.filter(verb="erase").count() == 1


def test_an_erased_post_is_neither_filed_again_nor_brought_back(event, reporter, chief, erase):
    key = by_api(event, reporter)
    image = Image.objects.get().pk
    post = publication.publish(post_by_id(key), by=chief)

    erase("post", post.pk)

    again = Program(reporter).put(f"posts/{key}/", body_of_api(event, image))
    assert again.status_code in (403, 409)
    with pytest.raises(Invalid, match="empty"):
        publication.reinstate(post_by_id(key), by=chief, reason="It was right.")
    assert places() == []


def test_nobody_previews_an_erased_post(event, reporter, erase):
    post = post_by_id(factories.make_post(event, by=reporter).pk)
    previews.make_link(post, by=reporter)

    erase("post", post.pk)

    assert not PreviewLink.objects.exists()


def test_a_draft_is_erased_without_a_number(event, reporter, erase):
    key = by_api(event, reporter)
    seq = EventHead.objects.get(desk_id=event.pk).seq

    erase("post", key)

    assert places() == []
    assert EventHead.objects.get(desk_id=event.pk).seq == seq
    assert Program(reporter).put(f"posts/{key}/", body_of_api(event, key)).status_code in (403, 409)
    assert places() == []


def test_other_posts_and_the_pictures_they_hold_stay(event, reporter, chief, client, erase):
    key = by_api(event, reporter)
    image = Image.objects.get()
    other = factories.make_published(event, headline="Another", images=[{"image": image}])
    words = Release.objects.get(public_id=other.public_id, op="publish").html
    publication.publish(post_by_id(key), by=chief)

    out = erase("post", key)

    assert "another post holds it" in out
    assert Image.objects.get(alt_text=image.alt_text).state == "ready"
    assert Release.objects.get(public_id=other.public_id, op="publish").html == words
    address = post_row(other).picture_rows.get().sources[0]["url"]
    assert client.get(address).status_code == 200


AUDIENCE = "a member of the audience"


@pytest.mark.parametrize(
    ("typed", "left"),
    [
        ([AUDIENCE, "It was published by mistake."], [AUDIENCE, "It was published by mistake."]),
        (["An hour with the founders"], ["An hour with the founders"]),
        (["As they said: We shall begin with the doors."], ["As they said: [erased]."]),
        (["Short", "<p>The doors of the hall are open.</p><p>Come in.</p>"], None),
    ],
    ids=["anybody's words", "its keynote's title", "a quote of it", "a copy"],
)
def test_what_is_typed_elsewhere_loses_what_was_its_own(event, editor, chief, erase, typed, left):
    keynote = factories.make_keynote(event, title="An hour with the founders")
    quote = {"speaker": None, "attribution": AUDIENCE, "text": "We shall begin with the doors"}
    body = "<p>The doors of the hall are open.</p><p>Come in.</p>"
    post = factories.make_published(event, by=editor, body=body, quotes=[quote], keynote=keynote)
    image = factories.make_image(alt_text="The hall")
    pictured = factories.make_published(event, by=editor, body="", images=[{"image": image}], keynote=keynote)
    publication.withdraw(post_by_id(post.pk), by=editor, reason="It was published by mistake.")
    data = [["field", value] for value in typed]
    Typed.objects.create(person=chief, page="/admin/coverage/post/add/?form=1", data=data, at=timezone.now())

    for one in (post, pictured):
        erase("post", one.pk)

    kept = [[value for _, value in row.data] for row in Typed.objects.all()]
    assert kept == ([left] if left else [])


def test_the_page_file_goes_at_once(event, chief, erase, settings, tmp_path):
    settings.DATA_DIR = tmp_path
    post = factories.make_published(event, by=chief)
    (tmp_path / "pages" / "summit").mkdir(parents=True)
    for name in pages.NAMES:
        (tmp_path / "pages" / "summit" / name).write_text("Some words.")

    erase("post", post.pk)

    assert not list((tmp_path / "pages" / "summit").glob("index*"))


def test_a_page_file_written_since_stays(event, settings, tmp_path):
    settings.DATA_DIR = tmp_path
    folder = tmp_path / "pages" / "summit"
    folder.mkdir(parents=True)
    (folder / "index.html").write_text("Other words.")
    head = EventHead.objects.get(desk_id=event.pk)
    (folder / "stamp.json").write_text(json.dumps({"epoch": head.epoch, "seq": head.seq, "started": 1}))

    files.remove(Erasure.objects.create(kind="post", thing_id="1", left=[["pages", "summit"]]))

    assert (folder / "index.html").exists()


def test_it_asks_first_and_says_what_will_go(event, chief, erase, monkeypatch, capsys):
    post = factories.make_published(event, by=chief, headline="Doors open")
    asked = []
    monkeypatch.setattr("builtins.input", lambda question: asked.append(question) or "no")

    with pytest.raises(CommandError, match="Nothing was erased"):
        erase("post", post.pk, yes=False)

    assert len(asked) == 1
    assert Post.objects.get(pk=post.pk).headline == "Doors open"
    assert not AuditRow.objects.filter(verb="erase").exists()


def test_only_a_chief_editor_has_something_erased_and_the_reason_does_not_repeat_it(
    event, chief, editor, erase
):
    post = factories.make_published(event, by=chief, headline="The doors of the hall are open")

    with pytest.raises(CommandError, match="Only a chief editor"):
        erase("post", post.pk, by="ed")
    with pytest.raises(CommandError, match="kept for good"):
        erase("post", post.pk, reason="“The doors of the hall are open” was wrong")
    with pytest.raises(CommandError, match="There is no post"):
        erase("post", "nothing")

    assert Post.objects.get(pk=post.pk).state == PostState.PUBLISHED


def test_a_replay_that_says_the_same_is_named(event, chief, erase):
    words = "<p>It was said in the hall, and by many.</p>"
    post = factories.make_published(event, by=chief, body=words)
    factories.make_published(factories.make_event(), by=chief, body=words)

    out = erase("post", post.pk)

    assert "still stand in other things" in out
    assert "post: body (1)" in out


def test_backups_that_hold_it_are_named(event, chief, erase, settings, tmp_path):
    settings.DATA_DIR = tmp_path
    with time_machine.travel("2026-03-01T09:00:00Z", tick=False):
        post = factories.make_published(event, by=chief)
    for name, month in {"before.tar": 2, "holds.tar": 3, "gone.tar": 4}.items():
        at = f"2026-{month:02}-28T09:00:00+00:00"
        log.note({"file": str(tmp_path / name), "at": at, "bytes": 1, "encrypted": True, "keys": []})
    for name in ("before.tar", "holds.tar"):
        (tmp_path / name).touch()
    (tmp_path / "secret-key.before-restore-20260328T090000Z").touch()

    out = erase("post", post.pk)

    assert f"28 March 2026, 09:00 UTC, encrypted, still holds it: rm {tmp_path}/holds.tar" in out
    assert "before.tar" not in out
    assert "1 more backups of that time" in out
    assert f"{tmp_path}/secret-key.before-restore-20260328T090000Z" in out


def test_an_export_of_the_event_it_has_moved_from_is_named(event, chief, erase, tmp_path):
    factories.make_event(slug="forum")
    post = factories.make_published(event, by=chief)
    call_command("export_event", "summit", str(tmp_path / "copy"), stdout=io.StringIO())
    amending.move(post_by_id(post.pk), by=chief, event="forum")

    assert str(tmp_path / "copy") in erase("post", post.pk)


def test_an_export_that_may_hold_it_is_named(event, chief, erase, tmp_path):
    post = factories.make_published(event, by=chief)
    call_command("export_event", "summit", str(tmp_path / "copy"), stdout=io.StringIO())

    assert str(tmp_path / "copy") in erase("post", post.pk)
