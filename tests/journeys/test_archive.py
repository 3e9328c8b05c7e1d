"""The demo event taken out of a running newsroom into a folder, and read there; and printed from its public page."""

import json
import re
import subprocess

import pytest

from tests.coverage.interchange.archive.walking import offline_reader, walk

pytestmark = pytest.mark.journey
EVENT = "kubecon-eu-2024"


def test_the_demo_event_is_read_from_a_folder_without_the_newsroom(browser, newsroom, tmp_path):
    folder = tmp_path / EVENT

    said = newsroom.command("export_event", EVENT, str(folder))
    checked = newsroom.command("verify_export", str(folder))
    subprocess.run(["sha256sum", "--check", "--quiet", "MANIFEST.sha256"], cwd=folder, check=True)
    with offline_reader(browser) as page:
        seen = walk(page, folder / "index.html", 3)
        page.goto((folder / "index.html").as_uri())
        headlines = page.locator("#posts article h3").all_inner_texts()

    data = json.loads((folder / "event.json").read_text())
    assert f"Open {folder}/index.html." in said
    assert checked.endswith("files, all as they were exported.\n")
    assert page.problems == []
    assert {f"posts/{post['id']}/index.html" for post in data["posts"]} <= seen
    assert {one["file"] for one in data["programme"] + data["speakers"]} <= seen
    told = [post["headline"] for post in data["posts"] if post["headline"]]
    assert sorted(headlines) == sorted(told)


def test_the_public_print_edition_becomes_a_pdf(reader):
    reader.goto(f"/events/{EVENT}/print/")
    reader.wait_for_function("[...document.images].every(image => image.complete && image.naturalWidth > 0)")
    posts = reader.eval_on_selector_all("article", "all => all.map(one => +one.dataset.position)")

    pdf = reader.pdf(prefer_css_page_size=True)

    assert posts == sorted(posts)
    assert len(posts) >= 52
    assert pdf.startswith(b"%PDF-")
    assert len(re.findall(rb"/Type\s*/Page\b", pdf)) > 5
    assert reader.problems == []
