"""A reader has her browser tell her of key events, and stops it: the whole way, by Celery and a push service.

A browser's own push service needs the network, and one without a window shows no notification: there the test stands
in for it.
"""

import json
import re
from urllib.parse import parse_qsl
from urllib.request import Request, urlopen

import pytest
from playwright.sync_api import expect

from tests.journeys.programs import Desk
from tests.processes import eventually

pytestmark = [pytest.mark.journey, pytest.mark.processes, pytest.mark.xdist_group("launcher")]

EVENT = "kubecon-eu-2024"
PAGE = f"/events/{EVENT}/"
STAND_IN = """given => {
  const subscription = { endpoint: given.endpoint, toJSON: () => given };
  Object.defineProperty(Notification, "permission", { get: () => localStorage.getItem("asked") ?? "default" });
  Notification.requestPermission = async () => {
    localStorage.setItem("asked", "granted");
    return "granted";
  };
  PushManager.prototype.subscribe = async ({ applicationServerKey }) => {
    localStorage.setItem("key", applicationServerKey);
    return subscription;
  };
  PushManager.prototype.getSubscription = async () => (localStorage.getItem("key") ? subscription : null);
}"""
IN_WORKER = """endpoint => {
  self.shown = [];
  PushManager.prototype.getSubscription = async () => ({ endpoint });
  ServiceWorkerRegistration.prototype.showNotification = async (title, options) => shown.push({ title, ...options });
}"""
TAP = """async action => {
  const notification = { data: shown[0].data, close() {} };
  self.dispatchEvent(Object.assign(new ExtendableEvent("notificationclick"), { notification, action }));
}"""
OFFER = re.compile("Tell me of key events")
STOP = re.compile("Stop telling me")


@pytest.fixture
def told(service, newsroom, request):
    """A browser's subscription at the push service, and what it was told so far, by name of the test."""
    browser = service.browser(re.sub(r"\W+", "-", request.node.name))
    return browser, lambda: [message["title"] for message in service.told(browser)]


@pytest.fixture
def phone(reader, newsroom, told):
    browser, _ = told
    reader.add_init_script(f"({STAND_IN})({json.dumps(browser.subscription())})")
    reader.goto(PAGE)
    return reader


def follow(newsroom, browser) -> None:
    """As the page does."""
    body = json.dumps(browser.subscription()).encode()
    headers = {"Content-Type": "application/json"}
    with urlopen(Request(f"{newsroom.address}{PAGE}follow/", body, headers)) as answer:
        assert answer.status == 204


def deliver(phone, newsroom, endpoint: str, message: dict):
    """What the push service does at last: hands the browser the message. The worker, and what it showed."""
    [worker] = phone.context.service_workers
    worker.evaluate(IN_WORKER, endpoint)
    wire = phone.context.new_cdp_session(phone)
    seen = []
    wire.on("ServiceWorker.workerRegistrationUpdated", lambda update: seen.extend(update["registrations"]))
    wire.send("ServiceWorker.enable")
    eventually(lambda: phone.evaluate("1") and bool(seen))
    [registration] = {one["registrationId"] for one in seen if one["scopeURL"] == f"{newsroom.address}/"}
    wire.send(
        "ServiceWorker.deliverPushMessage",
        {"origin": newsroom.address, "registrationId": registration, "data": json.dumps(message)},
    )
    assert eventually(lambda: worker.evaluate("shown.length"))
    return worker, worker.evaluate("shown")[0]


def test_she_is_told_of_a_key_event_and_stops_it_by_one_tap(phone, newsroom, service, told):
    browser, titles = told
    desk = Desk(newsroom.address, EVENT)
    button = phone.locator("#follow button")
    expect(button).to_have_text(OFFER)

    button.click()
    expect(button).to_have_text(STOP)
    expect(phone.locator("#follow [role=status]")).to_contain_text("also when the page is closed")
    assert len(phone.evaluate("localStorage.getItem('key')")) == 87
    desk.publish("An ordinary moment.", headline="Nothing to be told")
    post = desk.publish("The doors are open.", headline="Doors open", key_event=True)

    assert eventually(lambda: titles() == ["Doors open"])
    [message] = service.told(browser)
    _, shown = deliver(phone, newsroom, browser.endpoint, message)
    assert (shown["title"], shown["tag"]) == ("Doors open", f"post-{post['public_id']}")
    assert shown["data"]["url"] == f"{newsroom.address}{PAGE}?at={post['public_id']}#post-{post['public_id']}"
    assert [one["title"] for one in shown["actions"]] == ["Stop telling me"]

    button.click()
    expect(button).to_have_text(OFFER)
    other = service.browser("who-stays")
    follow(newsroom, other)
    desk.publish("The doors are shut.", headline="Doors shut", key_event=True)
    assert eventually(lambda: [one["title"] for one in service.told(other)] == ["Doors shut"])
    assert titles() == ["Doors open"]
    assert phone.problems == []


def test_the_page_remembers_it_and_the_notification_stops_it_too(phone, newsroom, told):
    browser, titles = told
    phone.locator("#follow button").click()
    expect(phone.locator("#follow button")).to_have_text(STOP)
    phone.reload()
    expect(phone.locator("#follow button")).to_have_text(STOP)
    post = Desk(newsroom.address, EVENT).publish("Told.", headline="Told", key_event=True)
    assert eventually(lambda: titles() == ["Told"])
    leave = {"title": "Stop telling me", "url": f"{newsroom.address}{PAGE}follow/leave/"}
    message = {"title": "Told", "tag": post["public_id"], "url": newsroom.address, "leave": leave}
    worker, _ = deliver(phone, newsroom, browser.endpoint, message)

    with phone.context.expect_event("response", lambda answer: answer.url == leave["url"]) as answered:
        worker.evaluate(TAP, "leave")

    assert answered.value.status == 204
    phone.reload()
    expect(phone.locator("#follow button")).to_have_text(OFFER)


def test_a_browser_that_forbids_it_is_told_so(reader, newsroom, told):
    reader.goto(PAGE)
    reader.evaluate("Notification.requestPermission = async () => 'denied'")

    reader.locator("#follow button").click()

    expect(reader.locator("#follow [role=status]")).to_contain_text("does not allow it")
    expect(reader.locator("#follow button")).to_have_text(OFFER)
    expect(reader.locator("#follow button")).to_be_focused()


def test_what_the_server_refuses_is_said(phone, newsroom):
    phone.route(
        "**/follow/",
        lambda route: (
            route.fulfill(
                status=409, json={"detail": "This event is over: there is nothing to be told of any more."}
            )
            if route.request.method == "POST"
            else route.continue_()
        ),
    )

    phone.locator("#follow button").click()

    expect(phone.locator("#follow [role=status]")).to_have_text(
        "That did not work: This event is over: there is nothing to be told of any more."
    )


def test_the_hub_hears_of_every_change(newsroom, service):
    def told() -> int:
        forms = [dict(parse_qsl(one.body.decode())) for one in service.sent if one.path == "/hub"]
        return sum(form["hub.topic"] == f"{newsroom.address}{PAGE}feed.atom" for form in forms)

    assert eventually(lambda: told() > 0)
    before = told()
    Desk(newsroom.address, EVENT).publish("Something for the feeds.")

    assert eventually(lambda: told() > before)
