"""The demo event as it stands in the record after it was loaded."""

import io
import threading

import pytest
from django.core.management import CommandError, call_command

from coverage.demo import content
from coverage.demo.load import load_event, load_people, unfinished
from coverage.models import Post
from coverage.record.models import (
    EventHead,
    ReleasedAppearance,
    ReleasedKeynote,
    ReleasedPost,
    ReleasedSpeaker,
)
from media.models import Image
from newsroom.editorial.audit import AuditRow
from newsroom.editorial.people import User
from newsroom.launcher import load_demo

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _password(settings):
    settings.NEWSROOM_DEMO_PASSWORD = "a password for the demo test"


def load() -> str:
    out = io.StringIO()
    call_command("demo", stdout=out)
    return out.getvalue()


def test_the_demo_stands_in_the_record_as_it_was_written_and_only_once():
    stopping = threading.Event()
    stopping.set()
    load_demo(stopping)  # Ctrl-C as the first picture is drawn: the next load goes on from there
    assert (unfinished(), EventHead.objects.count(), Image.objects.count()) == (True, 1, 0)

    said = load()

    head = EventHead.objects.get()
    rows = list(ReleasedPost.objects.oldest_first())
    assert (head.slug, head.state) == ("kubecon-eu-2024", "live")
    assert [row.headline for row in rows] == [post.headline for post in content.POSTS]
    assert ReleasedKeynote.objects.count() == len(content.KEYNOTES)
    assert ReleasedAppearance.objects.values("speaker").distinct().count() == 17
    assert ReleasedAppearance.objects.get(by_video=True).name == "Ibrahim Haddad"
    assert ReleasedKeynote.objects.exclude(sponsor="").get().sponsor == "Microsoft"
    assert sum(bool(row.corrections) for row in rows) == 1
    assert "Jeffrey Morgen" not in "".join(row.fragment for row in rows if not row.corrections)
    assert "sign in as reporter, photographer, editor, chief" in said
    assert "a password for the demo test" in said
    assert f"posts released: {len(content.POSTS)} of {len(content.POSTS)}" in said
    three = ReleasedSpeaker.objects.filter(
        post__desk_id__in=[p.pk for p in Post.objects.filter(state="published")]
    )
    assert {"timothee-lacroix", "paige-bailey", "jeffrey-morgan"} <= set(
        three.filter(post=three.filter(speaker="paige-bailey").last().post).values_list("speaker", flat=True)
    )

    before = (head.seq, Post.objects.count(), AuditRow.objects.count())
    again = load()

    assert again.startswith("KubeCon + CloudNativeCon Europe 2024 is there already, at http://")
    assert "posts released" not in again
    head.refresh_from_db()
    assert (head.seq, Post.objects.count(), AuditRow.objects.count()) == before


def test_the_demo_people_have_their_roles():
    load_event(load_people())

    groups = {user.username: user.groups.get().name for user in User.objects.all()}
    assert groups == {
        "reporter": "Reporter",
        "photographer": "Photographer",
        "editor": "Editor",
        "chief": "Chief editor",
    }
    assert list(User.objects.filter(is_superuser=True).values_list("username", flat=True)) == ["chief"]
    assert User.objects.get(username="reporter").assignments.get().may_publish is False


def test_there_is_no_demo_in_production(settings):
    settings.PRODUCTION = True

    with pytest.raises(CommandError, match="no demo in production"):
        call_command("demo", stdout=io.StringIO())

    assert not User.objects.exists()


def sign_ins() -> str:
    out = io.StringIO()
    call_command("demo", "--sign-ins", stdout=out)
    return out.getvalue()


def test_a_password_set_later_is_given_to_the_demo_people(settings):
    load_people()
    settings.NEWSROOM_DEMO_PASSWORD = "another password, set later"

    said = sign_ins()

    assert "sign in as reporter, photographer, editor, chief with the password another password" in said
    assert User.objects.get(username="editor").check_password("another password, set later")


def test_who_chose_a_password_of_her_own_keeps_it_and_it_is_said(settings):
    settings.NEWSROOM_DEMO_PASSWORD = ""
    editor = load_people()["editor"]
    editor.set_password("my very own password")
    editor.save()

    said = sign_ins()

    assert "sign in as reporter, photographer, chief with" in said
    assert "editor: with a password of their own" in said
    assert User.objects.get(username="editor").check_password("my very own password")
