"""What the phone's app opens with: a page, a list of it, a worker. All of it the same for everybody."""

import io
import json
import re

import pytest
from django.contrib.staticfiles import finders
from django.test import Client

from coverage.field import app

ADDRESSES = {
    "/field/app/": "text/html; charset=utf-8",
    "/field/manifest.webmanifest": "application/manifest+json",
    "/field/worker.js": "text/javascript; charset=utf-8",
}


@pytest.mark.parametrize(("address", "kind"), ADDRESSES.items())
def test_it_is_the_same_for_everybody(address, kind, client, reporter):
    before = client.get(address)
    client.force_login(reporter, backend="django.contrib.auth.backends.ModelBackend")
    after = client.get(address)

    assert (before.status_code, before["Content-Type"]) == (200, kind)
    assert before["Cache-Control"] == "public, max-age=0"
    assert not before.cookies
    assert after.content == before.content


def test_nothing_is_inline_in_its_page(client, db):
    response = client.get("/field/app/")
    page = response.content.decode()

    assert "'self'" in response["Content-Security-Policy"]
    assert "unsafe" not in response["Content-Security-Policy"]
    assert re.findall(r"<script(?![^>]* src=)|<style| style=| on[a-z]+=", page) == []


def test_the_worker_keeps_every_module_the_app_imports(client, db):
    listed = json.loads(re.search(r"^const SHELL = (.*);$", client.get("/field/worker.js").text, re.M)[1])
    names = {name for name in (re.fullmatch(r".*/js/field/(\w+)\.js", path) for path in listed) if name}

    imported, waiting = set(), ["app"]
    while waiting:
        imported.add(name := waiting.pop())
        with open(finders.find(f"js/field/{name}.js")) as script:
            found = re.findall(r"""from ["']\./(\w+)\.js["']""", script.read())
        waiting += set(found) - imported
    assert {match[1] for match in names} == imported
    assert listed[:2] == ["/field/app/", "/field/manifest.webmanifest"]


def test_the_build_changes_with_what_it_opens_with(monkeypatch, db):
    def build() -> str:
        return re.match(r'const BUILD = "(\w+)"', app.worker_text())[1]

    before = build()

    assert build() == before
    monkeypatch.setattr(app, "STYLES", ("field/field.css",))
    assert build() != before


def test_every_icon_is_there(client, db):
    icons = client.get("/field/manifest.webmanifest").json()["icons"]

    assert [icon["sizes"] for icon in icons] == ["any", "192x192", "512x512"]
    assert all(finders.find(icon["src"].removeprefix("/static/")) for icon in icons)


def test_the_form_offers_the_app_and_says_why_not(client, reporter):
    client.force_login(reporter, backend="django.contrib.auth.backends.ModelBackend")
    page = client.get("/field/").content.decode()

    assert '<p id="to-app" hidden>' in page
    assert 'id="no-app" hidden>Filing without a network needs HTTPS' in page


def test_the_gallery_of_a_phone_may_share_with_it(client, db):
    target = client.get("/field/manifest.webmanifest").json()["share_target"]

    assert (target["action"], target["method"]) == ("/field/share/", "POST")
    assert '"/field/share/"' in client.get("/field/worker.js").text


def test_what_is_shared_before_the_app_is_ready_is_said_to_be_lost(client, db):
    strict = Client(enforce_csrf_checks=True)
    answer = strict.post("/field/share/", {"photographs": io.BytesIO(b"x")})

    assert (answer.status_code, answer["Location"]) == (303, "/field/app/?shared=lost")
    assert strict.get("/field/share/").status_code == 405
