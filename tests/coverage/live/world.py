"""Every kind of page a reader may meet, and every state it may be in, for tests that look at all of them."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from coverage.models import Appearance, Event, Keynote, Post, Speaker
from coverage.publishing import articles, filing, programme, publication, running_order, wrapping
from newsroom.editorial.people import User
from tests.coverage.front.summit import STARTS
from tests.factories import make_image, make_real_image
from tests.media.drawing import phone_jpeg

if TYPE_CHECKING:
    from tests.coverage.live.conftest import Reader

SUMMARY = "The doors opened at nine.\nNext year it is Vienna."
BODY = (
    "<p>Words with <a href='https://example.org/'>a link</a> and <strong>weight</strong>.</p>"
    "<ul><li>One</li><li>Two</li></ul><blockquote><p>Said elsewhere.</p></blockquote>"
)
VIDEO = '<p><a href="https://youtu.be/dQw4w9WgXcQ">The keynote</a></p>'


@dataclass
class World:
    """What a newsroom has released: an event with one of everything, and others in each state."""

    chief: User
    release: Callable[..., Post]
    summit: Event
    posts: dict[str, Post] = field(default_factory=dict)

    def address(self, name: str) -> str:
        return f"/events/summit/posts/{self.posts[name].public_id}/"


@pytest.fixture
def world(event, make_event, release, chief) -> World:
    made = World(chief, release, event)
    describe(made)
    make_event("coming", title="The Coming", standfirst="It has not begun.")
    make_event("paused", title="The Pause", starts_at=STARTS - timedelta(days=1), summary=SUMMARY)
    make_event("over", title="The Past", starts_at=STARTS - timedelta(days=400))
    make_event("quiet", title="The Quiet")
    for slug, verbs in {
        "coming": ["announce"],
        "paused": ["announce", "open", "pause"],
        "over": ["announce", "open", "end"],
        "quiet": ["announce", "open"],
    }.items():
        one = Event.objects.get(slug=slug)
        keynote = Keynote.objects.create(
            event=one, slug="first", title="First", order=1, starts_at=one.starts_at
        )
        Appearance.objects.create(keynote=keynote, speaker=Speaker.objects.get(slug="vera-k"), role="host")
        for verb in verbs:
            programme.change_event_state(verb, one, by=chief, note="Back at nine." if verb == "pause" else "")
    release(Event.objects.get(slug="over"), "<p>It is over.</p>", minute=-400 * 24 * 60)
    release(Event.objects.get(slug="paused"), "<p>Coffee.</p>", minute=-24 * 60)
    fill(made)
    wrap_up(made)
    return made


def describe(world: World) -> None:
    event = world.summit
    Event.objects.filter(pk=event.pk).update(
        standfirst="What is said, by whom, as it is said.",
        summary=SUMMARY,
        venue="The Hall",
        country="France",
        organiser="Acme",
        ends_at=STARTS + timedelta(days=2),
    )
    event.refresh_from_db()
    Keynote.objects.filter(slug="opening").update(format="opening", summary="How it begins.")
    running_order.start_keynote(
        Keynote.objects.get(slug="opening"), by=world.chief, at=STARTS + timedelta(minutes=5)
    )
    called_off = Keynote.objects.create(
        event=event, slug="off", title="Never held", order=3, starts_at=STARTS + timedelta(hours=1)
    )
    Keynote.objects.create(event=event, slug="coffee", title="Coffee", format="break", order=4)
    Appearance.objects.create(
        keynote=called_off, speaker=Speaker.objects.get(slug="vera-k"), role="moderator"
    )
    programme.release_programme(event)
    running_order.cancel_keynote(called_off, by=world.chief)


def fill(world: World) -> None:
    """One post of each kind, on two days."""
    vera, event = Speaker.objects.get(slug="vera-k"), world.summit
    release, posts = world.release, world.posts
    posts["full"] = release(
        event,
        BODY,
        headline="Everything in one post",
        minute=1,
        key_event=True,
        keynote=Keynote.objects.get(slug="paid"),
        quotes=[
            {"speaker": vera, "text": "Yes.", "verbatim": True},
            {"attribution": "a guest", "text": "no"},
        ],
    )
    picture = make_real_image(phone_jpeg(1, 640, 400), alt_text="A full hall.", caption="The hall at nine.")
    posts["picture"] = release(event, "<p>One.</p>", minute=2, images=[{"image": picture}], speakers=[vera])
    posts["gallery"] = release(
        event, minute=3, images=[{"image": picture}, {"image": make_image(ready=False)}, {"image": picture}]
    )
    posts["video"] = release(event, VIDEO, minute=4)
    posts["card"] = release(event, '<p><a href="https://example.org/">A page</a></p>', minute=5)
    posts["late"] = release(event, "<p>Filed late.</p>", headline="Late", minute=26 * 60)
    posts["plain"] = release(event, "<p>Nothing but a line of words.</p>", minute=26 * 60 + 1)
    posts["pinned"] = release(event, "<p>How to follow.</p>", headline="Follow us", minute=6)
    posts["corrected"] = release(event, "<p>It was 12,000.</p>", headline="How many", minute=7)
    posts["gone"] = release(event, "<p>It was not so.</p>", headline="Never", minute=8)
    correct(world, "corrected", "<p>It was 12,400.</p>")
    publication.pin(by_id(posts["pinned"]), by=world.chief)
    publication.withdraw(by_id(posts["gone"]), by=world.chief, reason="It did not happen.")


def wrap_up(world: World) -> None:
    """The article made of most posts, with one of its sources corrected since it was published."""
    names = ("full", "picture", "gallery", "late", "corrected")
    wrap = wrapping.make_draft(world.summit, [world.posts[name].pk for name in names], by=world.chief)
    rows = [wrapping.Written(one.pk, one.heading, one.body) for one in wrap.paragraphs.all()]
    words = {"headline": "The day", "standfirst": "What it was.", "byline": "Ada Chief"}
    wrap = wrapping.save(wrap, by=world.chief, **words, paragraphs=rows)
    articles.publish(wrap, by=world.chief)
    correct(world, "corrected", "<p>It was 12,500.</p>")


def by_id(post: Post) -> Post:
    return publication.post_by_id(post.pk)


def correct(world: World, name: str, body: str) -> None:
    filing.update_post(by_id(world.posts[name]), by=world.chief, body=body)
    publication.correct(by_id(world.posts[name]), by=world.chief, note="We had the number wrong.")


# Pages, by what they are

PAGES: dict[str, str] = {
    "home": "/",
    "event": "/events/summit/",
    "event, oldest first": "/events/summit/?order=oldest",
    "event, planned": "/events/coming/",
    "event, paused": "/events/paused/",
    "event, ended": "/events/over/",
    "event, empty": "/events/quiet/",
    "post": "full",
    "post with a picture": "picture",
    "post with a video": "video",
    "post, corrected": "corrected",
    "post, withdrawn": "gone",
    "error report": "full/report/",
    "error report, sent": "full/report/sent/",
    "keynote": "/events/summit/keynotes/paid/",
    "keynote, on now": "/events/summit/keynotes/opening/",
    "keynote, cancelled": "/events/summit/keynotes/off/",
    "speaker": "/speakers/vera-k/",
    "organisation": "/organisations/acme/",
    "corrections": "/corrections/",
    "search, unasked": "/search/",
    "search, found": "/search/?q=post",
    "search, in one event": "/search/?q=post&event=summit",
    "embed": "/embed/events/summit/",
    "wrap": "/events/summit/wrap/",
    "edition for print": "/events/summit/print/",
    "search, not found": "/search/?q=nowhere",
    "no such page": "/nothing/here/",
}


def open_page(reader: "Reader", world: World, name: str) -> None:
    """PAGES has a path, or a post and what follows its address."""
    post, _, rest = PAGES[name].partition("/")
    reader.visit(world.address(post) + rest if post else PAGES[name])


# States of an open event page, by what happened on it


def with_settings(reader: "Reader", world: World) -> None:
    reader.page.get_by_text("Settings").click()


def with_folds(reader: "Reader", world: World) -> None:
    reader.page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")


def with_held_posts(reader: "Reader", world: World) -> None:
    reader.page.evaluate("scrollTo(0, 1200)")
    correct(world, "plain", "<p>Nothing but a line of better words.</p>")
    world.release(world.summit, "<p>News.</p>", minute=27 * 60)
    reader.ask()
    reader.page.locator("#new-posts").wait_for()


def with_news(reader: "Reader", world: World) -> None:
    world.release(world.summit, "<p>News.</p>", headline="Just in", minute=27 * 60)
    reader.ask()
    reader.page.get_by_text("News.").wait_for()


def with_a_post_withdrawn(reader: "Reader", world: World) -> None:
    publication.withdraw(by_id(world.posts["late"]), by=world.chief, reason="A hoax.")
    reader.ask()
    reader.page.get_by_text("A hoax.").first.wait_for()


def without_connection(reader: "Reader", world: World) -> None:
    reader.page.context.set_offline(True)
    reader.page.locator("#connection").wait_for()


def with_catching_up(reader: "Reader", world: World) -> None:
    reader.visit("/corrections/")
    world.release(world.summit, "<p>News.</p>", minute=27 * 60)
    reader.open()
    reader.page.locator("#catch-up").wait_for()


STATES: dict[str, Callable[["Reader", World], None]] = {
    "settings open": with_settings,
    "all folds open": with_folds,
    "posts held": with_held_posts,
    "a post has come": with_news,
    "a post was withdrawn": with_a_post_withdrawn,
    "connection lost": without_connection,
    "led on": with_catching_up,
}
