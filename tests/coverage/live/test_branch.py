"""The live branch answers what Django would, byte for byte and header for header, and leaves the rest to it."""

import asyncio
import gzip
import json
import threading

import pytest
from prometheus_client import REGISTRY

from coverage.erasing import pictures, posts, speakers
from coverage.live import hub, looking
from coverage.live.answers import has_it, wants_gzip
from coverage.models import Speaker
from coverage.publishing import amending, filing, images, programme, publication
from coverage.record.models import EventHead
from media.models import Image
from tests import factories
from tests.coverage.live.asking import do, served, until
from tests.media import drawing

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.any_database]

PAGE = "/events/summit/"
LIVE = f"{PAGE}live.json"
UPDATES = f"{PAGE}updates.json"
KNOWN = [PAGE, LIVE, UPDATES, f"{UPDATES}?after=2", f"{UPDATES}?after=1&utm=x"]
# Of the connection, or of the choice between plain and gzip that Django does not offer.
OWN = {"content-length", "vary", "date"}


def asked(path: str, **given):
    return served(lambda server: server.ask(path, **given))


def without_own(headers: dict[str, str]) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items() if name.lower() not in OWN}


@pytest.mark.parametrize("path", KNOWN)
def test_an_answer_is_djangos_own(client, event, release, path):
    release(event, "<p>Words & “signs”</p>", minute=1, key_event=True)

    said, django = asked(path), client.get(path)

    assert (said.status, said.body) == (django.status_code, django.content)
    assert without_own(said.headers) == without_own(dict(django.headers))
    assert said.headers["content-length"] == str(len(django.content))
    assert said.headers["vary"] == "Accept-Encoding"


@pytest.mark.parametrize("path", KNOWN)
def test_packed_it_is_the_same_under_a_weak_tag(event, release, path):
    release(event, minute=1)

    plain, packed = asked(path), asked(path, accept_encoding="br, gzip")

    assert gzip.decompress(packed.body) == plain.body
    assert packed.headers["content-encoding"] == "gzip"
    assert packed.headers["etag"] == f"W/{plain.headers['etag']}"
    assert packed.headers["content-length"] == str(len(packed.body))


@pytest.mark.parametrize("path", KNOWN)
def test_head_has_the_headers_and_no_body(event, release, path):
    release(event, minute=1)

    get, head = asked(path), asked(path, method="HEAD")

    assert (head.status, head.headers, head.body) == (200, get.headers, b"")


@pytest.mark.parametrize("given", ["{}", "W/{}", '"older", W/{}', "*"])
@pytest.mark.parametrize("path", [PAGE, LIVE, UPDATES])
def test_who_has_it_gets_a_304_as_from_django(client, event, path, given):
    tag = asked(path).headers["etag"]

    said = asked(path, if_none_match=given.format(tag))
    django = client.get(path, headers={"if-none-match": given.format(tag)})

    assert (said.status, said.body, django.status_code) == (304, b"", 304)
    assert without_own(said.headers) == without_own(dict(django.headers))
    assert asked(path, if_none_match='"older"').status == 200


@pytest.mark.parametrize(
    ("path", "given"),
    [
        ("/", {}),
        ("/events/", {}),
        ("/events/nothing/", {}),
        ("/events/nothing/stream", {}),
        ("/events/secret/live.json", {}),
        (f"{PAGE}?order=oldest", {}),
        (f"{PAGE}posts/abc/", {}),
        (PAGE, {"method": "POST"}),
        (PAGE, {"host": "evil.example"}),
        (PAGE, {"host": ""}),
        (PAGE, {"if_match": '"x"'}),
        (f"{UPDATES}?after=x", {}),
        (f"{UPDATES}?after=", {}),
        (f"{UPDATES}?after=99999", {}),
        (f"{UPDATES}?epoch=zzzzzz", {}),
    ],
)
def test_what_it_does_not_know_is_left_to_django(event, make_event, path, given):
    make_event(slug="secret")

    said = asked(path, **given)

    assert said.left
    assert said.status == 0


def test_an_event_taken_from_the_public_is_left_to_django(event):
    async def scene(server):
        known = await server.ask(LIVE)
        await do(EventHead.objects.update, state="draft")
        await server.hub.look()
        await until(lambda: "summit" not in server.hub.channels)
        return known, await server.ask(LIVE), await server.ask(PAGE)

    known, live, page = served(scene)

    assert not known.left
    assert live.left
    assert page.left


def test_polls_reach_no_database(event, release, monkeypatch):
    release(event, minute=1)

    async def scene(server):
        for path in KNOWN:
            await server.ask(path)
        for name in ("first_look", "since", "heads", "older", "first_page"):
            monkeypatch.setattr(looking, name, no_database)
        return [(await server.ask(path)).status for path in KNOWN for _ in range(3)]

    assert set(served(scene)) == {200}


def no_database(*arguments):
    raise AssertionError("a poll asked the database")


def test_many_who_come_at_once_cost_one_look_and_one_page(event, release, monkeypatch):
    release(event, minute=1)
    looks, pages = counted(monkeypatch, "first_look"), counted(monkeypatch, "first_page")

    async def scene(server):
        return await asyncio.gather(*(server.ask(PAGE) for _ in range(50)))

    said = served(scene)

    assert len({one.body for one in said}) == 1
    assert (len(looks), len(pages)) == (1, 1)


def counted(monkeypatch, name: str) -> list:
    calls, original = [], getattr(looking, name)
    monkeypatch.setattr(looking, name, lambda *given: calls.append(given) or original(*given))
    return calls


def test_a_ring_brings_the_page_and_live_json_up_to_date(event, release, chief):
    post = release(event, "<p>First words.</p>", minute=1)

    async def scene(server):
        await server.ask(PAGE)
        await do(correct, post, chief)
        ring(server, event)
        await until(lambda: b"Second words" in server.hub.channels["summit"].live.body)
        channel = server.hub.channels["summit"]
        await until(lambda: channel.is_page_of(channel.head))
        return await server.ask(PAGE), await server.ask(LIVE)

    page, live = served(scene)

    assert b"Second words." in page.body
    assert b"First words." not in page.body
    assert json.loads(live.body)["entries"][-1]["op"] == "correct"


def correct(post, chief) -> None:
    filing.update_post(publication.post_by_id(post.pk), by=chief, body="<p>Second words.</p>")
    publication.correct(publication.post_by_id(post.pk), by=chief, note="Other words.")


def ring(server, event, ahead: int = 1) -> None:
    """As the bell does, for a number the hub does not have yet."""
    head = server.hub.channels["summit"].head
    server.hub.heard(head.key, head.epoch, head.seq + ahead)


def test_a_burst_builds_the_page_at_once_and_once_more(event, release, monkeypatch):
    release(event, minute=1)
    pages = counted(monkeypatch, "first_page")

    async def scene(server):
        await server.ask(PAGE)
        channel = server.hub.channels["summit"]
        await until(lambda: not server.hub._building)
        pages.clear()
        for minute in range(2, 12):
            await do(release, event, minute=minute)
            ring(server, event)
        await until(lambda: channel.is_page_of(channel.head) and not server.hub._looking)
        return channel.head.seq, len(pages), await server.ask(PAGE)

    seq, built, page = served(scene)

    assert f'data-seq="{seq}"'.encode() in page.body
    assert built < 10


def test_without_a_ring_the_look_heals_and_counts_it(event, release):
    before = REGISTRY.get_sample_value("newsroom_heals_total")

    async def scene(server):
        await server.ask(LIVE)
        await do(release, event, "<p>Unrung.</p>")
        await server.hub.look()
        await until(lambda: b"Unrung." in server.hub.channels["summit"].live.body)

    served(scene)

    assert REGISTRY.get_sample_value("newsroom_heals_total") == before + 1


def test_a_look_that_fails_leaves_what_is_known_and_is_told_once(event, monkeypatch, caplog):
    async def scene(server):
        await server.ask(LIVE)
        monkeypatch.setattr(looking, "heads", fail)
        for _ in range(3):
            with server.hub._told_once():
                await server.hub.look()
        return await server.ask(LIVE)

    assert served(scene).status == 200
    assert sum("cannot be looked at" in line for line in caplog.messages) == 1


def test_of_all_numbers_only_whole_chunks_are_kept(event, release):
    release(event, minute=1)

    async def scene(server):
        for after in range(3):
            assert (await server.ask(f"{UPDATES}?after={after}")).status == 200
        return list(server.hub.channels["summit"].chunks)

    assert served(scene) == [0]


def test_too_many_questions_at_once_are_left_to_django_and_hold_up_no_news(event, release, monkeypatch):
    """While the record is slow to say what readers ask, whoever is known is served, and hears what is new."""
    monkeypatch.setattr(hub, "WAITING", 2)
    answered, first_look = threading.Event(), looking.first_look

    def slowly(slug):
        answered.wait(10)
        return first_look(slug)

    async def scene(server):
        await server.ask(LIVE)
        monkeypatch.setattr(looking, "first_look", slowly)
        waiting = [asyncio.create_task(server.ask(f"/events/n{number}/live.json")) for number in range(2)]
        await until(lambda: len(server.hub._loading) == 2)
        refused = await server.ask("/events/n2/live.json")
        post = await do(release, event, "<p>News.</p>", minute=2)
        ring(server, event)
        await until(lambda: b"News." in server.hub.channels["summit"].live.body)
        news = await server.ask(LIVE)
        answered.set()
        await asyncio.gather(*waiting)
        after = await server.ask("/events/n2/live.json")
        return post, refused, news, after, server.hub._asked

    post, refused, news, after, asked_now = served(scene)

    assert refused.left
    assert post.public_id.encode() in news.body
    assert after.left
    assert asked_now == 0


def test_the_event_asked_for_last_is_kept_longest(event, make_event, monkeypatch):
    monkeypatch.setattr(hub, "MOST", 2)
    for slug in ("second", "third"):
        programme.announce(make_event(slug=slug), by=None)

    async def scene(server):
        for slug in ("summit", "second", "summit", "third"):
            await server.ask(f"/events/{slug}/live.json")
        return list(server.hub.channels)

    assert served(scene) == ["summit", "third"]


def test_a_page_of_an_event_that_is_let_go_meanwhile_is_left_to_django(event, monkeypatch):
    async def scene(server):
        channel = await server.hub.channel("summit")
        asking = asyncio.create_task(server.hub.page(channel))
        server.hub._forget("summit")
        return await asyncio.wait_for(asking, 5)

    assert served(scene) is None


def fail(*arguments):
    raise OSError("the disk is away")


def test_blanked_entries_go_from_the_ring_and_from_older_chunks(event, release, chief):
    post = release(event, "<p>Canary.</p>", minute=1)
    for minute in range(2, 6):
        release(event, minute=minute)

    async def scene(server):
        held = (await server.ask(UPDATES)).body
        await do(publication.withdraw, post, by=chief, reason="It was wrong.")
        ring(server, event)
        await until(lambda: b"It was wrong." in server.hub.channels["summit"].live.body)
        ring_bytes = b"".join(entry.data for entry in server.hub.channels["summit"].ring)
        return held, ring_bytes, (await server.ask(UPDATES)).body

    held, ring_bytes, chunk = served(scene)

    assert b"Canary." in held
    assert b"Canary." not in ring_bytes
    assert b"Canary." not in chunk


def remove_old(post, chief) -> None:
    filing.update_post(post, by=chief, body="<p>Other words.</p>")
    publication.correct(publication.post_by_id(post.pk), by=chief, note="It was wrong.", remove_old=True)


TAKES_BACK = {
    "withdraw": lambda post, chief: publication.withdraw(post, by=chief, reason="It was wrong."),
    "remove the old words": remove_old,
    "withdraw its picture": lambda post, chief: images.withdraw_image(
        Image.objects.get(), by=chief, reason="It was wrong."
    ),
    "erase": lambda post, chief: posts.erase(post, by=chief, reason="It was wrong."),
    "erase its picture": lambda post, chief: pictures.erase(
        Image.objects.get(), by=chief, reason="It was wrong."
    ),
    "erase its speaker": lambda post, chief: speakers.erase(
        Speaker.objects.get(), by=chief, reason="It was wrong."
    ),
}


@pytest.mark.parametrize("verb", TAKES_BACK)
def test_what_a_moved_post_said_goes_from_where_it_was(event, make_event, release, chief, verb):
    """Also where its entries there said nothing of the picture or the speaker: they are blanked as a whole."""
    programme.announce(make_event(slug="forum"), by=None)
    image = factories.make_real_image(drawing.jpeg(60, 40))
    post = release(event, "<p>Canary.</p>", minute=1)
    fields = {"images": [{"image": image}], "speakers": [Speaker.objects.get()]}
    filing.update_post(post, by=chief, **fields)
    publication.publish(publication.post_by_id(post.pk), by=chief)
    amending.move(publication.post_by_id(post.pk), by=chief, event="forum")

    async def scene(server):
        held = (await server.ask(UPDATES)).body
        channel = server.hub.channels["summit"]
        was = channel.head
        await do(lambda: TAKES_BACK[verb](publication.post_by_id(post.pk), chief))
        await server.hub.look()
        await until(lambda: channel.head.seq > was.seq)
        return held, b"".join(entry.data for entry in channel.ring), (await server.ask(UPDATES)).body

    held, ring_bytes, chunk = served(scene)

    assert held.count(b"Canary.") == 2
    assert b"Canary." not in ring_bytes
    assert b"Canary." not in chunk


@pytest.mark.parametrize(
    ("accepted", "wanted"),
    [
        ("gzip", True),
        ("gzip, deflate, br", True),
        ("br;q=1.0, GZIP;q=0.5", True),
        ("gzip;q=0", False),
        ("gzip;q=0.0, *", False),
        ("*", True),
        ("*;q=0", False),
        ("identity", False),
        ("", False),
    ],
)
def test_gzip_is_sent_to_who_takes_it(accepted, wanted):
    assert wants_gzip(accepted.encode()) is wanted


def test_a_reader_without_if_none_match_has_nothing():
    assert not has_it('"a"', None)
    assert not has_it('"a"', b'"b", "c"')


def test_a_paused_event_polls_slower_and_says_so_at_once(event):
    async def scene(server):
        await server.ask(LIVE)
        await do(programme.change_event_state, "pause", event, by=None)
        ring(server, event)
        await until(lambda: server.hub.channels["summit"].head.next_poll_s == 10)
        return await server.ask(LIVE)

    assert json.loads(served(scene).body)["next_poll_s"] == 10
