"""What the withdrawal drill asks and takes for an answer, against a server of the test's own."""

import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from coverage.desk import drill
from coverage.models import Event, Post
from coverage.publishing.head import head_of
from coverage.record.models import ReleasedPost
from media.models import Image
from newsroom.editorial.errors import WrongState
from tests import factories

MARKS = ("post-abc", "/posts/abc/")


class Site(ThreadingHTTPServer):
    """Answers each path with the status and words in `pages`, and 404 elsewhere."""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Answer)
        self.pages: dict[str, tuple[int, str]] = {}


class Answer(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        status, words = self.server.pages.get(self.path, (404, ""))
        self.send_response(status)
        self.end_headers()
        self.wfile.write(words.encode())

    def log_message(self, *arguments) -> None:
        """Nothing on the terminal of the tests."""


@pytest.fixture
def site(settings):
    server = Site()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    settings.PUBLIC_URL = f"http://127.0.0.1:{server.server_port}"
    yield server
    server.shutdown()
    server.server_close()


def place(path: str, *, expected: bool = True) -> drill.Place:
    return drill.Place(path, path, expected)


@pytest.mark.parametrize(
    ("path", "answer", "shows", "gone"),
    [
        ("/page/", (200, '<article id="post-abc">'), True, False),
        ("/page/", (200, "nothing"), False, True),
        ("/page/", (410, "/posts/abc/"), False, True),
        ("/page/", (404, ""), False, True),
        ("/page/", (503, ""), False, False),
        ("/pictures/x/jpeg-960.jpg", (200, "bytes"), True, False),
        ("/pictures/x/jpeg-960.jpg", (410, ""), False, True),
    ],
)
def test_an_answer_shows_the_post_or_is_without_it(path, answer, shows, gone, site):
    site.pages[path] = answer

    assert (drill.shows(place(path), MARKS), drill.is_gone(place(path), MARKS)) == (shows, gone)


def test_what_does_not_answer_is_not_gone(settings):
    with Site() as nobody:
        settings.PUBLIC_URL = f"http://127.0.0.1:{nobody.server_port}"

    assert not drill.is_gone(place("/page/"), MARKS)


def test_only_places_that_have_it_are_measured(site):
    site.pages["/here/"] = (200, "/posts/abc/")
    places = [place("/here/"), place("/elsewhere/", expected=False), place("/late/")]

    seen = drill.seen_at(places, MARKS, seconds=0.2)

    assert seen == [place("/here/")]


def test_seconds_count_from_the_withdrawal_and_what_stays_has_none(site):
    site.pages |= {"/stays/": (200, "post-abc"), "/goes/": (200, "post-abc")}
    since = time.monotonic()
    threading.Timer(0.2, lambda: site.pages.pop("/goes/")).start()

    gone = drill.time_until_gone([place("/stays/"), place("/goes/")], MARKS, since=since, seconds=1)

    assert gone[0].seconds is None
    assert 0.2 <= gone[1].seconds < 1


def test_without_a_newsroom_it_refuses_and_makes_nothing(settings, db):
    with Site() as nobody:
        settings.PUBLIC_URL = f"http://127.0.0.1:{nobody.server_port}"

    with pytest.raises(CommandError, match=f"Nothing answers at {settings.PUBLIC_URL}: start the newsroom"):
        call_command("drill_withdrawal", stdout=StringIO())

    assert not Event.objects.exists()


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"event": "nowhere"}, "There is no event nowhere."),
        ({"by": "rosa"}, "rosa is no editor here."),
        ({"event": "summit"}, "This event is in earnest: a drill needs a rehearsal."),
    ],
)
def test_it_refuses_with_a_sentence(options, sentence, site, people, event):
    site.pages["/livez"] = (200, "alive")

    with pytest.raises(CommandError) as refused:
        call_command("drill_withdrawal", stdout=StringIO(), **options)

    assert str(refused.value) == sentence
    assert not Post.objects.exists()


def test_a_refused_fixture_leaves_no_draft(people):
    event = factories.make_event(state="draft", rehearsal=True)

    with pytest.raises(WrongState):
        drill.publish_fixture(event, by=people["editor"])

    assert not Post.objects.exists()


def test_it_knows_every_address_a_reader_has(people):
    event = drill.rehearsal(people["editor"])

    fixture = drill.publish_fixture(event, by=people["editor"])

    paths = {one.path.partition("?")[0] for one in drill.places_of(fixture.post) if one.expected}
    start = "/events/withdrawal-drill/"
    public = fixture.post.public_id
    card = ReleasedPost.objects.get(desk_id=fixture.post.pk).card["url"]  # until its picture is made
    assert paths == {
        start,
        f"/embed{start}",
        "/oembed/",
        card,
        *(
            start + name
            for name in ("live.json", "updates.json", "feed.atom", "feed.json", "print/", "keynotes/drill/")
        ),
        f"{start}posts/{public}/",
        f"{start}posts/{public}/report/",
        f"/api/v1/posts/{public}/",
    }


def test_a_rehearsal_that_a_killed_drill_left_is_cleared_first(people):
    drill.publish_fixture(drill.rehearsal(people["editor"]), by=people["editor"])

    event = drill.rehearsal(people["editor"])

    assert not Post.objects.exists()
    assert head_of(event).unlisted
    assert Image.objects.get().pk == drill.IMAGE
