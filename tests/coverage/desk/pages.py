"""Reads a page of the desk as a browser without script does, and sends its form back."""

import re
import time
from html.parser import HTMLParser

from allauth.account.internal.flows.login import (
    _AUTHENTICATION_METHODS_USER_SESSION_KEY,
    AUTHENTICATION_METHODS_SESSION_KEY,
)
from allauth.account.internal.userkit import user_id_to_str
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from newsroom.editorial.people import User

PHOTOGRAPH = b"\xff\xd8\xff a photograph"  # the bytes of each file of the fixture `image`
BACKEND = "django.contrib.auth.backends.ModelBackend"
INLINE = re.compile(r"<[^>]+\s(on[a-z]+|style)\s*=", re.IGNORECASE)
BARE_SCRIPT = re.compile(r"<script(?![^>]*\b(src|nonce|type=\"application/json\"))", re.IGNORECASE)
BARE_STYLE = re.compile(r"<style(?![^>]*nonce)", re.IGNORECASE)


class _Fields(HTMLParser):
    """Collects what the first form with the given id (any, if None) would send."""

    def __init__(self, form_id: str | None):
        super().__init__()
        self.form_id, self.inside, self.done = form_id, False, False
        self.values: dict[str, str] = {}
        self.select = self.textarea = ""

    def handle_starttag(self, tag: str, attributes: list) -> None:
        given = dict(attributes)
        if tag == "form" and not self.done and self.form_id in (None, given.get("id")):
            self.inside = True
        if not self.inside or not (given.get("name") or tag == "option"):
            return
        if tag == "input":
            self._input(given)
        elif tag == "select":
            self.select = given["name"]
        elif tag == "option" and self.select and "selected" in given:
            self.values[self.select] = given.get("value", "")
        elif tag == "textarea":
            self.textarea = given["name"]
            self.values[self.textarea] = ""

    def _input(self, given: dict) -> None:
        kind = given.get("type", "text")
        if kind == "checkbox" and "checked" in given:
            self.values[given["name"]] = given.get("value", "on")
        elif kind not in ("checkbox", "submit", "button"):
            self.values[given["name"]] = given.get("value", "")

    def handle_data(self, data: str) -> None:
        if self.textarea:
            self.values[self.textarea] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            # HTML drops a line break right after the opening tag.
            if self.textarea:
                self.values[self.textarea] = re.sub(r"^\r?\n", "", self.values[self.textarea])
            self.textarea = ""
        elif tag == "select":
            self.select = ""
        elif tag == "form" and self.inside:
            self.inside, self.done = False, True


def fields_of(response: HttpResponse, form_id: str | None = None) -> dict[str, str]:
    """What the form of this page would send if its main button were pressed now, without the button."""
    parser = _Fields(form_id)
    parser.feed(response.content.decode())
    return {name: value for name, value in parser.values.items() if "__prefix__" not in name}


def client_of(person: User | None, *, proved: float = 0) -> Client:
    """Her browser, who typed her password `proved` seconds ago."""
    client = Client()
    if person is not None:
        client.force_login(person, backend=BACKEND)
        note_proof(client, person, ago=proved)
    return client


def note_proof(client: Client, person: User, *, ago: float = 0) -> None:
    """As if she had typed her password in this browser so many seconds ago."""
    session = client.session
    session[AUTHENTICATION_METHODS_SESSION_KEY] = [{"method": "password", "at": time.time() - ago}]
    session[_AUTHENTICATION_METHODS_USER_SESSION_KEY] = user_id_to_str(person)
    session.save()


def open_form(client: Client, thing) -> dict[str, str]:
    """The fields of a thing's change form as they stand."""
    meta = thing._meta
    response = client.get(change_url(thing))
    assert response.status_code == 200, response.status_code
    return fields_of(response, f"{meta.model_name}_form")


def change_url(thing) -> str:
    return reverse(f"admin:{thing._meta.app_label}_{thing._meta.model_name}_change", args=[thing.pk])


def new_form(client: Client, model: str, query: str = "") -> tuple[str, dict[str, str]]:
    """Address and fields of an empty form; `model` like `coverage_post`."""
    address = reverse(f"admin:{model}_add") + query
    return address, fields_of(client.get(address), f"{model.rpartition('_')[2]}_form")


def verb_url(post, name: str) -> str:
    return reverse("admin:coverage_post_verb", args=[post.pk, name])


def said(response: HttpResponse) -> str:
    """All messages of a page that was followed to its end."""
    return " ".join(str(message) for message in response.context["messages"])


def assert_strict(response: HttpResponse) -> None:
    """That a page says a strict policy and keeps it: nothing inline, nothing from elsewhere."""
    policy = response["Content-Security-Policy"]
    text = response.content.decode()
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy
    assert not INLINE.findall(text)
    assert not BARE_SCRIPT.findall(text)
    assert not BARE_STYLE.findall(text)
    assert not re.findall(r'(?:src|href)="(?:https?:)?//(?!127\.0\.0\.1)', text)
