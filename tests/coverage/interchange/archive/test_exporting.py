"""What an export holds, and what it never does."""

import csv
import io
import json
import re
import subprocess
import xml.etree.ElementTree as ET
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import jsonschema
import pytest
from django.core.files.storage import storages

from coverage.front import people
from coverage.interchange.archive import contents
from coverage.interchange.archive.errors import NotExported
from coverage.interchange.archive.exporting import export_event
from coverage.models import Keynote, Speaker
from coverage.publishing import filing, programme, publication
from coverage.record.models import EventHead, ReleasedPicture
from tests.coverage.front.summit import released
from tests.coverage.interchange.archive.conftest import contents_of, quietly

SITE = "http://127.0.0.1:8000"


class Links(HTMLParser):
    """The addresses a page has, but for its canonical one, and what a page in a folder may not have."""

    def __init__(self, path: Path):
        super().__init__()
        self.found, self.alive, self.ids = [], [], set()
        self.feed(path.read_text())

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        self.ids.add(given.get("id"))
        if given.get("rel") != "canonical":
            self.found += [given[name] for name in ("href", "src", "poster") if given.get(name)]
            self.found += [one.split()[0] for one in given.get("srcset", "").split(",") if one]
        self.alive += [name for name in given if name.startswith("on") or name == "style"]
        if tag in ("form", "button", "iframe") or (
            tag == "script" and given.get("type") != "application/ld+json"
        ):
            self.alive.append(tag)


def pages(folder: Path) -> dict[str, Links]:
    return {path.relative_to(folder).as_posix(): Links(path) for path in folder.rglob("*.html")}


def dead_links(folder: Path) -> list[tuple[str, str]]:
    """Relative links that lead to no file, or to no place in it."""
    found, dead = pages(folder), []
    for name, page in found.items():
        for href in page.found:
            parts = urlsplit(href)
            if parts.scheme:
                continue
            file = (folder / name).parent / unquote(parts.path) if parts.path else folder / name
            there = found.get(file.resolve().relative_to(folder.resolve()).as_posix())
            if not file.is_file() or (parts.fragment and parts.fragment not in there.ids):
                dead.append((name, href))
    return dead


def bytes_of(alias: str, name: str) -> bytes:
    with storages[alias].open(name) as file:
        return file.read()


def bodies(folder: Path, name: str) -> list[str]:
    return re.findall(r'<div class="body" dir="auto"><p>(.*?)</p>', (folder / name).read_text())


def test_every_page_has_its_file(exported, full):
    folder = exported()

    posts = {f"posts/{full[name].public_id}/index.html" for name in full if name != "picture"}
    assert pages(folder).keys() == {
        "index.html",
        "oldest.html",
        "print.html",
        "corrections/index.html",
        "keynotes/opening/index.html",
        "keynotes/paid/index.html",
        "speakers/vera-k/index.html",
        "organisations/acme/index.html",
        *posts,
    }
    assert len(posts) == 5


def test_every_link_leads_to_a_file_and_what_is_not_exported_to_the_public_page(exported, full):
    folder = exported()

    absolute = {href for page in pages(folder).values() for href in page.found if urlsplit(href).scheme}
    assert dead_links(folder) == []
    reports = {
        f"{SITE}/events/summit/posts/{post.public_id}/report/"
        for name, post in full.items()
        if name not in ("picture", "withdrawn")
    }
    assert absolute == {f"{SITE}/", "https://example.org/?a=1&b=2", *reports}


def test_pages_need_no_script_and_no_server(exported, full):
    assert {name: page.alive for name, page in pages(exported()).items() if page.alive} == {}


def test_canonical_addresses_are_the_public_ones(exported, full):
    folder = exported()

    post = full["bare"].public_id
    wanted = {
        "index.html": "/events/summit/",
        "print.html": "/events/summit/",
        f"posts/{post}/index.html": f"/events/summit/posts/{post}/",
        "speakers/vera-k/index.html": "/speakers/vera-k/",
    }
    for name, path in wanted.items():
        assert f'<link rel="canonical" href="{SITE}{path}">' in (folder / name).read_text()


def test_both_orders_hold_every_post_page_by_page(exported, event, release, chief, monkeypatch):
    monkeypatch.setattr(contents, "A_PAGE", 3)
    posts = [release(event, f"<p>{minute}</p>", minute=minute) for minute in range(1, 9)]
    publication.pin(publication.post_by_id(posts[6].pk), by=chief)
    publication.pin(publication.post_by_id(posts[1].pk), by=chief)

    folder = exported()

    newest = [bodies(folder, name) for name in ("index.html", "newest-2.html", "newest-3.html")]
    oldest = [bodies(folder, name) for name in ("oldest.html", "oldest-2.html", "oldest-3.html")]
    assert newest == [["7", "2", "8", "6", "5"], ["4", "3", "2"], ["1"]]
    assert oldest == [["7", "2", "1", "3", "4"], ["5", "6", "7"], ["8"]]
    assert dead_links(folder) == []


def test_pages_of_one_order_lead_on_and_back(exported, event, release, monkeypatch):
    monkeypatch.setattr(contents, "A_PAGE", 3)
    for minute in range(1, 9):
        release(event, f"<p>{minute}</p>", minute=minute)

    folder = exported()

    def ways(name: str) -> list[tuple[str, str]]:
        return re.findall(r'class="way"><a rel="(\w+)" href="([^"]+)"', (folder / name).read_text())

    assert ways("index.html") == [("next", "newest-2.html")]
    assert ways("newest-2.html") == [("prev", "index.html"), ("next", "newest-3.html")]
    assert ways("newest-3.html") == [("prev", "newest-2.html")]
    assert ways("oldest-2.html") == [("prev", "oldest.html"), ("next", "oldest-3.html")]


def test_a_post_leads_to_its_place_on_the_page_that_holds_it(exported, event, release, monkeypatch):
    monkeypatch.setattr(contents, "A_PAGE", 3)
    first = release(event, minute=0, headline="The doors open", key_event=True)
    for minute in range(1, 9):
        release(event, minute=minute)

    folder = exported()

    post = (folder / f"posts/{first.public_id}/index.html").read_text()
    assert f'href="../../newest-3.html#post-{first.public_id}"' in post
    assert (
        f'href="newest-3.html#post-{first.public_id}">The doors open' in (folder / "index.html").read_text()
    )


def test_pages_of_a_speaker_are_numbered(exported, event, release, monkeypatch):
    monkeypatch.setattr(people, "PAGE", 3)
    for minute in range(7):
        release(event, f"<p>{minute}</p>", minute=minute, speakers=[Speaker.objects.get(slug="vera-k")])

    folder = exported()

    names = [f"speakers/vera-k/{name}.html" for name in ("index", "page-2", "page-3")]
    assert [bodies(folder, name) for name in names] == [["6", "5", "4"], ["3", "2", "1"], ["0"]]
    assert dead_links(folder) == []


def test_a_withdrawn_post_s_page_says_why_and_none_of_its_words(exported, full):
    page = (exported() / f"posts/{full['withdrawn'].public_id}/index.html").read_text()

    assert "This post was withdrawn" in page
    assert "It was elsewhere." in page


def test_what_readers_may_not_see_is_in_no_file(exported, canaries):
    found = contents_of(exported())

    assert [name for name, content in found.items() if b"canary" in content or "canary" in name] == []
    assert b"Words without their picture." in found["event.json"]
    assert b"Wrong at first" not in b"".join(found.values())


def test_pictures_are_copied_as_they_were_released_and_no_original(exported, full):
    folder = exported()

    row = ReleasedPicture.objects.get(place="shown")
    names = {source["url"].removeprefix("/pictures/") for source in row.sources}
    copied = {path.relative_to(folder / "pictures").as_posix() for path in folder.glob("pictures/*/*")}
    assert copied == names
    for name in names:
        assert (folder / "pictures" / name).read_bytes() == bytes_of("renditions", name)
    assert bytes_of("originals", full["picture"].original) not in contents_of(folder).values()


def test_a_picture_of_a_withdrawn_post_is_not_copied(exported, event, full, chief):
    publication.withdraw(publication.post_by_id(full["everything"].pk), by=chief, reason="Not ours.")

    folder = exported()

    assert not (folder / "pictures").exists()
    assert dead_links(folder) == []


def test_a_picture_whose_file_is_lost_is_named_and_nothing_written(exported, full, tmp_path):
    name = ReleasedPicture.objects.get(place="shown").sources[0]["url"].removeprefix("/pictures/")
    storages["renditions"].delete(name)

    with pytest.raises(NotExported, match=f"{name} is not in the storage"):
        exported()
    assert list(tmp_path.iterdir()) == []


def test_the_data_keep_to_their_schema(exported, full):
    folder = exported()

    schema = json.loads((folder / "event.schema.json").read_text())
    data = json.loads((folder / "event.json").read_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.Draft202012Validator(schema).validate(data)
    assert data["schema"] == 2


def test_the_data_have_what_readers_had(exported, full, event):
    folder = exported()

    data = json.loads((folder / "event.json").read_text())
    head = EventHead.objects.get(slug="summit")
    first = data["posts"][0]
    assert [post["id"] for post in data["posts"]] == [
        full[name].public_id for name in ("everything", "bare", "pinned", "corrected")
    ]
    assert first["text"] == "Words there & elsewhere. One Vera K.: Yes. =a guest: no"
    assert [quote["text"] for quote in first["quotes"]] == ["Yes.", "no"]
    assert (first["pictures"][0]["credit"], first["sponsor"]) == ("Ada Byron/Newsroom", "Acme")
    assert all((folder / source["file"]).is_file() for source in first["pictures"][0]["sources"])
    assert [one["note"] for one in data["posts"][3]["corrections"]] == ["We were wrong."]
    assert [(one["id"], one["reason"]) for one in data["withdrawn"]] == [
        (full["withdrawn"].public_id, "It was elsewhere.")
    ]
    assert [keynote["slug"] for keynote in data["programme"]] == ["opening", "paid"]
    assert [(one["slug"], one["billed"][0]["job_title"]) for one in data["speakers"]] == [
        ("vera-k", "Engineer")
    ]
    assert data["entries"] == [entry.as_entry() for entry in head.entries.order_by("seq")]
    assert (data["seq"], data["epoch"]) == (head.seq, head.epoch)


def test_the_table_has_a_row_a_post_and_executes_nothing(exported, full, release, event):
    release(event, "<p>x</p>", headline="=HYPERLINK(1)", minute=9)

    text = (exported() / "posts.csv").read_bytes().decode("utf-8-sig")

    rows = list(csv.DictReader(io.StringIO(text)))
    assert [row["id"] for row in rows][:2] == [full["everything"].public_id, full["bare"].public_id]
    assert rows[0]["time"] == "2026-03-20T09:01:00+01:00"
    assert (rows[0]["credits"], rows[0]["quoted"]) == ("Ada Byron/Newsroom", "Vera K.; =a guest")
    assert rows[-1]["headline"] == "'=HYPERLINK(1)"


def test_the_feeds_have_every_post(exported, event, release, chief, monkeypatch):
    monkeypatch.setattr(contents, "AT_ONCE", 20)
    posts = [release(event, f"<p>{minute}</p>", minute=minute) for minute in range(65)]
    publication.withdraw(publication.post_by_id(posts[0].pk), by=chief, reason="Not so.")

    folder = exported()

    atom = ET.parse(folder / "feed.atom").getroot()
    feed = json.loads((folder / "feed.json").read_text())
    assert len(atom.findall("{http://www.w3.org/2005/Atom}entry")) == 64
    assert len(atom.findall("{http://purl.org/atompub/tombstones/1.0}deleted-entry")) == 1
    assert [item["url"].split("/")[-2] for item in feed["items"]] == [
        post.public_id for post in reversed(posts[1:])
    ]


def test_feeds_say_what_the_public_ones_say(exported, client, full):
    folder = exported()

    assert (folder / "feed.atom").read_bytes() == client.get("/events/summit/feed.atom").content
    assert json.loads((folder / "feed.json").read_text()) == client.get("/events/summit/feed.json").json()


def test_twice_without_a_change_it_is_the_same_to_the_byte(exported, full):
    assert contents_of(exported("one")) == contents_of(exported("two"))


def test_the_manifest_covers_every_file_as_sha256sum_reads_it(exported, full):
    folder = exported()

    checked = subprocess.run(
        ["sha256sum", "-c", "MANIFEST.sha256"], cwd=folder, capture_output=True, text=True, check=True
    )
    names = {line.removesuffix(": OK") for line in checked.stdout.splitlines()}
    assert names == contents_of(folder).keys() - {"MANIFEST.sha256"}


def test_an_event_without_posts_can_be_exported(exported, event):
    folder = exported()

    assert "Nothing has been posted yet." in (folder / "index.html").read_text()
    assert dead_links(folder) == []


def test_an_ended_event_is_read_from_its_beginning(exported, event, release):
    for minute in (1, 2):
        release(event, f"<p>{minute}</p>", minute=minute)
    programme.change_event_state("end", event, by=None)

    folder = exported()

    assert json.loads((folder / "event.json").read_text())["event"]["state"] == "ended"
    assert (bodies(folder, "index.html"), bodies(folder, "newest.html")) == (["1", "2"], ["2", "1"])
    assert "newest.html          the same, newest first" in (folder / "README.txt").read_text()
    assert dead_links(folder) == []


@pytest.mark.parametrize("slug", ["nowhere", "draft"])
def test_an_event_that_is_not_public_is_refused_like_one_that_never_was(make_event, tmp_path, slug):
    make_event("draft")

    with pytest.raises(NotExported, match=f"There is no announced event “{slug}”"):
        export_event(slug, tmp_path / "out", quietly)
    assert list(tmp_path.iterdir()) == []


def test_a_rehearsal_can_be_exported(exported, event, release):
    EventHead.objects.update(unlisted=True)
    release(event, "<p>Rehearsed.</p>", minute=1, speakers=[Speaker.objects.get(slug="vera-k")])

    folder = exported()

    assert bodies(folder, "speakers/vera-k/index.html") == ["Rehearsed."]
    assert dead_links(folder) == []


def test_an_event_in_french_is_exported_in_french(make_event, release, tmp_path):
    french = make_event("sommet", language="fr")
    programme.announce(french, by=None)
    release(french, minute=1)

    folder = export_event("sommet", tmp_path / "out", quietly).folder

    assert '<html lang="fr"' in (folder / "index.html").read_text()


def test_links_in_a_post_s_words_to_another_lead_to_its_file(exported, event, release):
    first = release(event, minute=1)
    address = f"{SITE}/events/summit/posts/{first.public_id}/"
    second = release(event, f'<p>As <a href="{address}">we said</a>.</p>', minute=2)

    page = (exported() / f"posts/{second.public_id}/index.html").read_text()

    assert f'<a href="../{first.public_id}/index.html"' in page


@pytest.mark.parametrize("path", ["missing.pdf", "/x", "../../x", "css", "../posts/x.html"])
def test_a_link_to_a_file_that_is_none_of_ours_holds_up_no_export(exported, event, release, path):
    address = f"{SITE}/static/{path}"
    post = release(event, f'<p>As in <a href="{address}">this</a>.</p>', minute=1)

    page = (exported() / f"posts/{post.public_id}/index.html").read_text()

    assert f'href="{address}"' in page


@pytest.mark.parametrize("count", [1, 3])
def test_query_count_is_constant(event, release, tmp_path, django_assert_num_queries, count):
    for minute in range(count):
        release(event, minute=minute, keynote=Keynote.objects.get(slug="opening"))

    with django_assert_num_queries(75):
        export_event("summit", tmp_path / "out", quietly)


def test_of_many_posts_few_are_read_at_once(event, release, monkeypatch, django_assert_num_queries):
    monkeypatch.setattr(contents, "AT_ONCE", 2)
    for minute in range(5):
        release(event, minute=minute)
    posts = contents.with_all(contents.standing(EventHead.objects.get(slug="summit")))

    with django_assert_num_queries(1 + 3 * 2):
        sizes = [len(chunk) for chunk in contents.in_chunks(posts)]

    assert sizes == [2, 2, 1]


def test_a_pending_change_and_its_note_stay_at_the_desk(exported, event, release, chief):
    post = release(event, "<p>As released.</p>", minute=1)
    filing.update_post(publication.post_by_id(post.pk), by=chief, body="<p>Still being written.</p>")

    found = b"".join(contents_of(exported()).values())

    assert b"As released." in found
    assert b"Still being written." not in found
    assert released(post).body == "<p>As released.</p>"


def test_without_this_version_s_style_sheets_it_says_what_to_do(event, settings, tmp_path):
    manifest = {"BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": manifest}
    settings.STATIC_ROOT = tmp_path / "static"

    with pytest.raises(NotExported, match="start the newsroom once"):
        export_event("summit", tmp_path / "out", quietly)


def test_style_sheets_and_what_they_name_are_copied(exported, event, settings, tmp_path):
    """As they lie in the folder of collected files, under their own names."""
    settings.STATIC_ROOT = tmp_path / "static"
    (tmp_path / "static/css").mkdir(parents=True)
    (tmp_path / "static/fonts").mkdir()
    css = "@font-face { src: url('../fonts/a.woff2?#x') } a { background: url(data:image/png;base64,AA) }"
    (tmp_path / "static/css/site.css").write_text(css)
    (tmp_path / "static/fonts/a.woff2").write_bytes(b"a font")

    folder = exported()

    names = {name for name in contents_of(folder) if name.startswith("static/")}
    assert names == {
        "static/css/site.css",
        "static/css/print.css",
        "static/favicon.svg",
        "static/fonts/a.woff2",
    }
    assert (folder / "static/fonts/a.woff2").read_bytes() == b"a font"
