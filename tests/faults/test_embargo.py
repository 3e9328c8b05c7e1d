"""Before its time nothing of what is prepared is anywhere a reader could look, and no answer is other than before."""

import asyncio
import json
import time

import pytest

from coverage.models import Appearance, Keynote, Organisation, Speaker
from coverage.publishing import programme
from coverage.record.bell import CHANNEL
from newsroom import launcher
from tests import factories
from tests.coverage.live.asking import in_a_loop
from tests.faults import caching_nginx, embargoed, public, raw_http
from tests.faults.live import until
from tests.processes import start

pytestmark = [pytest.mark.processes, pytest.mark.xdist_group("live faults")]

NO_FOLDER = "0" * 32
STEPS = "from tests.faults.embargoed import take_steps; take_steps()"


@pytest.fixture(scope="module")
def web(start_web):
    return start_web(PAGE_FILES="1")


@pytest.fixture(scope="module")
def nginx(web):
    """The port of a shared cache in front of it."""
    with caching_nginx.in_front_of(web.port) as port:
        yield port


@pytest.fixture
def monitor(own_redis):
    with own_redis.monitored() as heard:
        yield heard


@pytest.fixture
def desk(event, own_redis, web):
    """The process that prepares; what it writes to its log is asked for in the end."""
    with start(STEPS, REDIS_URL=own_redis.url, DATA_DIR=str(web.folder)) as process:
        yield process
        process.kill()


@pytest.fixture
def worker(event, own_redis, web):
    """The one that releases what is due, with its log."""
    command = next(child.command for child in launcher.children() if child.name == "worker for publishing")
    with web.beside(command) as log:
        yield log


@pytest.fixture
def summit(event):
    """What readers know: a keynote, who appears in it, and a post."""
    acme = Organisation.objects.create(slug="acme", name="Acme")
    vera = Speaker.objects.create(slug="vera", name="Vera K.", organisation=acme)
    Appearance.objects.create(
        keynote=Keynote.objects.create(event=event, slug="opening", title="Opening"), speaker=vera
    )
    programme.release_programme(event)
    post = factories.make_published(event, speakers=[vera])
    factories.make_published_wrap([post], by=factories.make_chief())
    return post


def values(summit, folder: str) -> dict[str, list[str]]:
    """What stands in addresses: what there is, and what is not there yet."""
    return {
        "event": [summit.event.slug],
        "post": [summit.public_id, "never0was0"],
        "public_id": [summit.public_id],
        "post_id": [embargoed.POST],
        "image_id": [embargoed.IMAGE],
        "keynote": ["opening", embargoed.SLUGS["keynote"]],
        "speaker": ["vera", embargoed.SLUGS["speaker"]],
        "organisation": ["acme", embargoed.SLUGS["organisation"], embargoed.SPONSOR],
        "folder": [folder, NO_FOLDER],
        "spec": ["jpeg-640", "avif-640"],
        "ext": ["jpg", "avif"],
    }


def test_what_is_embargoed_is_nowhere_before_its_time(
    web, nginx, desk, worker, own_redis, monitor, event, summit
):
    streamed, page = bytearray(), f"nginx /events/{event.slug}/"

    async def scene() -> tuple[dict, ...]:
        listening = asyncio.create_task(listen(web.port, event.slug, streamed))
        picture = await step(desk, "upload")
        asked = public.addresses(values(summit, picture["folder"]))
        before = await public.answers(web.port, asked)
        await step(desk, "prepare", event.slug)
        await several_looks()
        after = await public.answers(web.port, asked)
        others = await public.answers(web.port, public.other_addresses())
        others |= await cached(nginx, asked)
        kept = {"stream": bytes(streamed), "Redis": own_redis.everything(), "commands": bytes(monitor)}
        kept |= {"log": web.log().encode(), "worker's log": worker.read_bytes(), **web.page_files()}
        await step(desk, "let_go")
        await until(lambda: all(word in streamed for word in (b"Canary headline", b"Canary Bank")))
        listening.cancel()
        later = await public.answers(web.port, asked)
        while not telling(later, picture) >= shown(
            event.slug, picture
        ):  # the page is a quarter of a second later
            later = await public.answers(web.port, asked)
        while page not in telling(by_nginx := await cached(nginx, asked), picture):  # what it keeps gets old
            await asyncio.sleep(0.2)
        return picture, before, after, others | kept, later | by_nginx

    picture, before, after, elsewhere, later = in_a_loop(scene())
    desk.stdin.close()

    assert [path for path in before if before[path] != after[path]] == []
    assert before[rendition(picture["folder"])] == before[rendition(NO_FOLDER)]
    assert telling(after | elsewhere | {"the desk's log": desk.stderr.read().encode()}, picture) == set()
    assert CHANNEL.encode() in monitor
    # The same search finds it everywhere once its time has come.
    assert telling(later | {"stream": bytes(streamed)}, picture) >= {
        "stream",
        page,
        *shown(event.slug, picture),
    }


def rendition(folder: str) -> str:
    return f"/pictures/{folder}/jpeg-640.jpg"


def telling(said: dict[str, bytes], picture: dict) -> set[str]:
    """The places that have a word, a name of a file or a pixel of it; a search tells what was searched for."""
    needles = [embargoed.CANARY, embargoed.POST, embargoed.POST.replace("-", ""), picture["folder"]]
    echoes = "q=canary"
    return {
        place
        for place, text in said.items()
        if not place.endswith(echoes) and any(needle.encode() in text.lower() for needle in needles)
    }


def shown(slug: str, picture: dict) -> set[str]:
    """Where readers are to find it later."""
    of_event = ("", "keynotes/opening/", "keynotes/canary-keynote/", "feed.atom", "feed.json", "live.json")
    return {
        rendition(picture["folder"]),
        "/sitemap.xml",
        "/search/?q=words",
        f"/events/{slug}/updates.json",
        *(f"/events/{slug}/{path}" for path in of_event),
        *("/speakers/canary-guest/", "/organisations/canary-employer/", "/organisations/canary-sponsor/"),
    }


async def cached(nginx: int, paths: list[str]) -> dict[str, bytes]:
    """What a shared cache answers, under names of its own."""
    found = await public.answers(nginx, paths)
    return {f"nginx {path}": text for path, text in found.items()}


async def step(desk, *order):
    def tell():
        desk.stdin.write(json.dumps(order) + "\n")
        desk.stdin.flush()
        line = desk.stdout.readline()
        assert line, desk.stderr.read()
        return json.loads(line)

    return await asyncio.to_thread(tell)


async def listen(port: int, slug: str, heard: bytearray) -> None:
    """Keeps every byte of a stream, its head included."""
    async with raw_http.ask(port, f"/events/{slug}/stream") as answer:
        heard += answer.head
        async for piece in answer.pieces():
            heard += piece


async def several_looks() -> None:
    """Until each process has looked at the record, and for what is due, at least twice: that is every second."""
    since = time.monotonic()
    await until(lambda: time.monotonic() > since + 2.5)
