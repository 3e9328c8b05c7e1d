"""A passkey in a real browser: added at the desk, enough by itself, and the second factor after a password."""

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import PASSWORD, watch

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("journeys")]

CHIEF = """
from newsroom.editorial.people import User
User.objects.create_superuser({name!r}, password={password!r})
"""
# A phone that keeps passkeys and has a finger on it (WebAuthn, section 11).
PHONE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


class Person:
    """A chief editor of her own, in a browser on a phone that keeps passkeys."""

    def __init__(self, newsroom, name: str, page):
        newsroom.command("shell", "-v", "0", "-c", CHIEF.format(name=name, password=PASSWORD))
        self.name, self.page = name, watch(page)
        self.site = newsroom.address.replace("127.0.0.1", "localhost")
        self.browser = page.context.new_cdp_session(page)
        self.browser.send("WebAuthn.enable")
        self.phone = self.browser.send("WebAuthn.addVirtualAuthenticator", {"options": PHONE})[
            "authenticatorId"
        ]

    def put_finger_on(self, hers: bool) -> None:
        told = {"authenticatorId": self.phone, "isUserVerified": hers}
        self.browser.send("WebAuthn.setUserVerified", told)

    def open(self, path: str) -> None:
        self.page.goto(self.site + path)

    def is_at(self, path: str) -> None:
        expect(self.page).to_have_url(self.site + path)
        assert self.page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0

    def press(self, name: str) -> None:
        self.page.get_by_role("button", name=name).click()

    def sign_out(self) -> None:
        self.open("/accounts/2fa/")
        self.press("Sign out")

    def type_password(self) -> None:
        self.open("/admin/login/?next=/admin/tokens/")
        self.page.get_by_label("User name").fill(self.name)
        self.page.get_by_label("Password").fill(PASSWORD)
        self.page.keyboard.press("Enter")

    def add_passkey(self) -> None:
        self.open("/accounts/2fa/webauthn/add/")
        self.page.get_by_label("Name").fill("My phone")
        self.page.keyboard.press("Enter")
        self.is_at("/accounts/2fa/recovery-codes/")


@pytest.fixture
def person(request, browser, newsroom):
    context = browser.new_context(viewport={"width": 360, "height": 800}, color_scheme="dark")
    person = Person(newsroom, request.node.name[5:35], context.new_page())
    yield person
    context.close()
    assert person.page.problems == []


def test_passkey_alone_signs_in(person):
    person.type_password()
    person.is_at("/admin/tokens/")
    person.open("/accounts/2fa/")
    person.page.get_by_role("link", name="Add a passkey").click()
    person.put_finger_on(hers=False)
    person.page.get_by_label("Name").fill("My phone")
    person.press("Add it")
    expect(person.page.get_by_role("alert")).to_contain_text("No passkey was made: it was cancelled")

    person.put_finger_on(hers=True)
    person.press("Add it")
    person.is_at("/accounts/2fa/recovery-codes/")
    person.open("/accounts/2fa/")
    expect(person.page.locator("#passkeys li")).to_contain_text("My phone")
    person.sign_out()

    person.open("/admin/login/?next=/admin/tokens/")
    person.press("Sign in with a passkey")
    person.is_at("/admin/tokens/")


def test_passkey_after_the_password(person):
    person.type_password()
    person.is_at("/admin/tokens/")
    person.add_passkey()
    person.sign_out()

    person.type_password()
    person.is_at("/accounts/2fa/authenticate/")
    person.put_finger_on(hers=False)
    person.press("Use a passkey")
    expect(person.page.get_by_role("alert")).to_contain_text("No passkey answered")
    person.put_finger_on(hers=True)
    person.page.get_by_role("button", name="Use a passkey").focus()
    person.page.keyboard.press("Enter")
    person.is_at("/admin/tokens/")
