"""What is refused: folders that are not whole, hostile ones, and what is here already. Nothing is changed then."""

import hashlib
import json
import os
from pathlib import Path

import pytest
from django.core.management import CommandError

from coverage.erasing import posts, speakers
from coverage.interchange.archive import manifest
from coverage.models import Event, Organisation, Post, Speaker
from coverage.record.addresses import digest_of
from coverage.record.models import ErasedAddress, EventHead, MovedAddress
from media import storage
from media.models import Image
from newsroom.editorial.states import PostState
from tests.coverage.interchange.rebuilding.conftest import bring_in, forget_everything


@pytest.fixture
def folder(full, chief, export) -> Path:
    """The exported summit, in a newsroom that has forgotten it."""
    folder = export()
    forget_everything()
    return folder


def sign(folder: Path) -> None:
    """Forges the manifest for what lies there now."""
    names = [one.relative_to(folder).as_posix() for one in folder.rglob("*") if one.is_file()]
    digests = {n: hashlib.sha256((folder / n).read_bytes()).hexdigest() for n in names if n != manifest.NAME}
    (folder / manifest.NAME).write_text(manifest.text_of(digests))


def change(folder: Path, changed) -> None:
    """Lets `changed` alter the data, and signs it."""
    data = json.loads((folder / "event.json").read_text())
    changed(data)
    (folder / "event.json").write_text(json.dumps(data))
    sign(folder)


def first_picture(data: dict) -> dict:
    return next(one for post in data["posts"] for one in post["pictures"])


def check_nothing_here() -> None:
    assert not Event.objects.exists()
    assert not EventHead.objects.exists()
    assert not Post.objects.exists()
    assert not Image.objects.exists()
    assert storage.folders_in(storage.renditions()) == []
    assert storage.folders_in(storage.originals()) == []


def add_file(folder: Path) -> None:
    (folder / "more.html").write_text("more")


def take_file(folder: Path) -> None:
    (folder / "posts.csv").unlink()


def change_file(folder: Path) -> None:
    (folder / "index.html").write_text("other words")


def link_file(folder: Path) -> None:
    (folder / "index.html").unlink()
    (folder / "index.html").symlink_to("/etc/hostname")
    sign(folder)


def link_folder(folder: Path) -> None:
    (folder / "speakers").rename(folder.parent / "elsewhere")
    (folder / "speakers").symlink_to(folder.parent / "elsewhere")


def leave_a_pipe(folder: Path) -> None:
    (folder / "index.html").unlink()
    os.mkfifo(folder / "index.html")


@pytest.mark.parametrize("spoil", [add_file, take_file, change_file, link_file, link_folder, leave_a_pipe])
def test_a_folder_that_is_not_whole_is_refused(folder, spoil):
    spoil(folder)

    with pytest.raises(CommandError, match="is not as it was exported"):
        bring_in(folder)
    check_nothing_here()


def leave_nothing(data):
    data.clear()


def give_markup_for_a_slug(data):
    data["posts"][0]["keynote"] = "<script>"


def lead_out(data):
    first_picture(data)["sources"][0]["file"] = "pictures/../../../etc/passwd"


def name_a_file_that_is_not_there(data):
    first_picture(data)["sources"][0]["file"] = f"pictures/{'0' * 32}/jpeg-320.jpg"


def say_a_time_that_is_none(data):
    data["posts"][0]["released_at"] = "yesterday"


def have_one_id_twice(data):
    data["posts"][1]["id"] = data["posts"][0]["id"]


def name_somebody_unknown(data):
    data["posts"][0]["quotes"] = [{"speaker": "nobody", "attribution": "", "text": "No.", "verbatim": True}]


def have_a_picture_without_credit(data):
    first_picture(data)["credit"] = ""


def lead_to_another_site(data):
    data["redirects"].append(
        {"from": "/events/old/", "to": "//evil.example/", "at": "2026-01-01T00:00:00+00:00"}
    )


def be_of_another_schema(data):
    data["schema"] = 99


HOSTILE = [
    *(
        leave_nothing,
        give_markup_for_a_slug,
        lead_out,
        name_a_file_that_is_not_there,
        say_a_time_that_is_none,
    ),
    *(have_one_id_twice, name_somebody_unknown, have_a_picture_without_credit, lead_to_another_site),
    be_of_another_schema,
]


@pytest.mark.parametrize("spoil", HOSTILE)
def test_data_that_no_export_has_is_refused(folder, spoil):
    change(folder, spoil)

    with pytest.raises(CommandError, match="is not as it was exported"):
        bring_in(folder)
    check_nothing_here()


def say_too_much(data):
    data["posts"][0]["headline"] = "x" * 300


def name_no_zone(data):
    data["event"]["time_zone"] = "Mars/Olympus"


def link_a_script(data):
    first_picture(data)["licence"] = "javascript:alert(1)"


@pytest.mark.parametrize("spoil", [say_too_much, name_no_zone, link_a_script])
def test_values_that_no_column_holds_are_refused_and_files_removed(folder, spoil):
    change(folder, spoil)

    with pytest.raises(CommandError, match="Nothing was brought in"):
        bring_in(folder)
    check_nothing_here()


@pytest.mark.parametrize("text", ["not JSON", "[]", '{"schema": NaN}', "[" * 100_000, '{"a": "\\u0000"}'])
def test_what_is_no_json_of_ours_is_refused(folder, text):
    (folder / "event.json").write_text(text)
    sign(folder)

    with pytest.raises(CommandError):
        bring_in(folder)
    check_nothing_here()


def test_a_picture_that_is_none_is_refused(folder):
    [file] = folder.glob("pictures/*/jpeg-320.jpg")
    file.write_text("<script>alert(1)</script>")
    sign(folder)

    with pytest.raises(CommandError, match="is no JPEG picture"):
        bring_in(folder)
    check_nothing_here()


def test_markup_goes_through_the_sanitiser(folder, client):
    change(
        folder, lambda data: data["posts"][0].update(body="<p onclick='x()'>Hi<script>alert(1)</script></p>")
    )

    said = bring_in(folder)

    post = Post.objects.get(body__contains="Hi")
    assert post.body == "<p>Hi</p>"
    assert f"HTML that a post may not hold was taken out: post {post.public_id}." in said
    page = client.get(f"/events/summit/posts/{post.public_id}/").text
    assert "onclick" not in page
    assert "alert(1)" not in page


def test_html_of_entries_is_made_here_and_never_taken(folder, client):
    def spoil(data):
        for entry in data["entries"]:
            entry["html"] = entry["html"] and "<script>alert(1)</script>"

    change(folder, spoil)
    bring_in(folder)

    assert "alert(1)" not in json.dumps(client.get("/events/summit/live.json").json())


def make_event_of_that_name():
    Event.objects.create(slug="summit", title="Another summit")


def make_another_vera():
    Speaker.objects.create(slug="vera-k", name="Vera Komarova")


def make_another_acme():
    Organisation.objects.create(slug="acme", name="Acme Bakery")


def lead_its_address_away():
    MovedAddress.objects.create(old="/events/summit/", new="/events/forum/")


CLASHES = {
    make_event_of_that_name: "There is an event “summit” here",
    make_another_vera: "/speakers/vera-k/ is “Vera Komarova” here and “Vera K.” in the folder",
    make_another_acme: "/organisations/acme/ is “Acme Bakery” here and “Acme” in the folder",
    lead_its_address_away: "/events/summit/ leads to /events/forum/ here",
}


@pytest.mark.parametrize("make", CLASHES)
def test_what_is_here_already_is_not_replaced(folder, make):
    make()

    with pytest.raises(CommandError, match=CLASHES[make]):
        bring_in(folder)
    assert not Post.objects.exists()
    assert storage.folders_in(storage.renditions()) == []


def test_a_speaker_who_was_erased_is_not_brought_back(full, chief, export, settings, tmp_path):
    folder, settings.DATA_DIR = export(), tmp_path
    speakers.erase(Speaker.objects.get(slug="vera-k"), by=chief, reason="She asked us to.")
    forget_everything()

    with pytest.raises(
        CommandError, match=r"Erased here, and not brought back: /speakers/vera-k/\. The folder"
    ):
        bring_in(folder)
    assert not Speaker.objects.exists()
    check_nothing_here()


def test_a_redirect_from_where_somebody_erased_stood_is_not_brought_back(folder):
    moved = {"from": "/speakers/v-k/", "to": "/speakers/vera-k/", "at": "2026-01-01T00:00:00+00:00"}
    change(folder, lambda data: data["redirects"].append(moved))
    ErasedAddress.objects.create(digest=digest_of("/speakers/v-k/"))

    with pytest.raises(CommandError, match=r"Erased here, and not brought back: /speakers/v-k/\. The folder"):
        bring_in(folder)
    check_nothing_here()


def test_a_post_that_was_erased_is_not_brought_back(full, chief, export, settings, tmp_path):
    folder, settings.DATA_DIR = export(), tmp_path
    post = Post.objects.filter(state=PostState.PUBLISHED).first()
    posts.erase(post, by=chief, reason="A court ordered it.")
    Event.objects.update(slug="renamed")
    EventHead.objects.update(slug="renamed")

    with pytest.raises(CommandError, match=f"Posts stand here already, in another event: .*{post.public_id}"):
        bring_in(folder)


def test_a_post_that_stands_in_another_event_is_not_replaced(folder):
    bring_in(folder)
    Event.objects.update(slug="renamed")
    EventHead.objects.update(slug="renamed")
    before = Post.objects.count()

    with pytest.raises(CommandError, match="Posts stand here already, in another event"):
        bring_in(folder)
    assert Post.objects.count() == before


def test_the_same_person_is_known_by_another_name_of_hers(folder):
    speaker = Speaker.objects.create(slug="vera-k", name="Vera Komarova")
    speaker.aliases.create(name="vera k.")

    bring_in(folder)

    assert Speaker.objects.get(slug="vera-k").name == "Vera Komarova"
    assert speaker.appearances.get().name == "Vera K."


def test_somebody_must_be_an_editor(folder):
    with pytest.raises(CommandError, match="nobody is no editor here"):
        bring_in(folder, by="nobody")
    check_nothing_here()
