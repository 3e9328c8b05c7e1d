"""A reporter's phone without JavaScript: it reads the forms of a page and sends them as a browser would."""

import io
from html.parser import HTMLParser

from django.http import HttpResponse
from django.test import Client
from PIL import Image

from newsroom.editorial.people import User
from tests.coverage.desk.pages import note_proof


class _Forms(HTMLParser):
    def __init__(self):
        super().__init__()
        self.forms: list[dict] = []
        self.area: str | None = None
        self.select: str | None = None

    def handle_starttag(self, tag, attrs):
        at = dict(attrs)
        if tag == "form":
            self.forms.append({"action": at.get("action", ""), "fields": {}, "buttons": []})
        if not self.forms:
            return
        fields = self.forms[-1]["fields"]
        match tag:
            case "input" if at.get("type") in ("checkbox", "radio"):
                if "checked" in at:
                    fields.setdefault(at["name"], []).append(at.get("value", "on"))
            case "input" if at.get("type") != "file":
                fields.setdefault(at["name"], []).append(at.get("value", ""))
            case "textarea" if "name" in at:
                self.area = at["name"]
                fields[self.area] = [""]
            case "select":
                self.select = at["name"]
                fields[self.select] = []
            case "option" if self.select and ("selected" in at or not fields[self.select]):
                fields[self.select] = [at["value"]]
            case "button" if "value" in at:
                self.forms[-1]["buttons"].append(at["value"])

    def handle_endtag(self, tag):
        if tag == "textarea":
            self.area = None
        if tag == "select":
            self.select = None

    def handle_data(self, data):
        if self.area:
            self.forms[-1]["fields"][self.area][0] += data


def form_in(response: HttpResponse, *, button: str = "") -> dict:
    """The first form of a page that has such a button: `action`, `fields` {name: [values]}, `buttons`."""
    reader = _Forms()
    reader.feed(response.content.decode())
    found = [form for form in reader.forms if form["fields"] and (not button or button in form["buttons"])]
    return next(form for form in found if not button or button in form["buttons"])


def fields_of(response: HttpResponse, *, button: str) -> dict:
    """What the form with that button would send: a textarea's first line break is not part of its value."""
    fields = form_in(response, button=button)["fields"]
    return {
        name: [value.removeprefix("\r\n").removeprefix("\n") for value in values]
        for name, values in fields.items()
    }


class Phone:
    """Signed in as `person`, or as nobody."""

    def __init__(self, person: User | None = None, **options):
        self.client = Client(**options)
        if person:
            self.client.force_login(person)
            note_proof(self.client, person)

    def open(self, address: str = "/field/") -> HttpResponse:
        return self.client.get(address)

    def fill(self, response: HttpResponse, button: str = "send", **typed) -> dict:
        """The form as rendered, with what was typed over it and the button pressed."""
        return {**fields_of(response, button=button), **typed, "action": button}

    def send(self, fields: dict, address: str = "/field/", **options) -> HttpResponse:
        return self.client.post(address, fields, **options)


def first_slot(fields: dict) -> str:
    """The UUID of the first photograph's slot."""
    return fields["photo"][0]


def photograph(colour: str = "navy") -> io.BytesIO:
    """A small JPEG as a phone would send it."""
    file = io.BytesIO()
    Image.new("RGB", (640, 400), colour).save(file, "JPEG")
    file.seek(0)
    file.name = "IMG_0001.jpg"
    return file


def not_a_photograph() -> io.BytesIO:
    file = io.BytesIO(b"%PDF-1.7 these are minutes")
    file.name = "minutes.jpg"
    return file
