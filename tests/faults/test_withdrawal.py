"""Five seconds after a withdrawal no public byte has the words of the post or its pictures' addresses."""

import json
import time
from types import SimpleNamespace

import pytest
from django.core.files.storage import storages

from coverage.models import Appearance, Keynote, Organisation, Post, Speaker
from coverage.publishing import card_drawing, filing, programme, publication
from coverage.record.models import ShareCard
from newsroom import environment
from newsroom.editorial.people import User
from tests import factories
from tests.coverage.live.asking import in_a_loop
from tests.faults import caching_nginx, public, raw_http
from tests.faults.live import head_of, until
from tests.media import drawing

pytestmark = [pytest.mark.processes, pytest.mark.xdist_group("live faults")]

GONE = 5.0  # seconds
CANARY = b"canary"
DOORS = ("direct", "nginx")


@pytest.fixture(scope="module")
def web(start_web):
    return start_web(PAGE_FILES="1")


@pytest.fixture(scope="module")
def nginx(web):
    """The port of a shared cache in front of it."""
    with caching_nginx.in_front_of(web.port) as port:
        yield port


@pytest.fixture
def chief(event, settings, own_redis, web) -> User:
    """Who works in this process, with the web process's pictures and its bus."""
    settings.REDIS_URL = own_redis.url
    folders = environment.picture_storages(web.folder, bucket="", originals_bucket="", endpoint="", region="")
    settings.STORAGES = {**settings.STORAGES, **folders}
    storages._storages = {}
    return User.objects.get(username="chief")


@pytest.fixture
def story(event, chief) -> SimpleNamespace:
    """A post that stands everywhere a post can, corrected once, among others; `picture` is its image."""
    acme = Organisation.objects.create(slug="acme", name="Acme")
    vera = Speaker.objects.create(slug="vera", name="Vera K.", organisation=acme)
    opening = Keynote.objects.create(event=event, slug="opening", title="Opening", sponsor=acme)
    Appearance.objects.create(keynote=opening, speaker=vera)
    programme.release_programme(event)
    factories.make_published(event, speakers=[vera], keynote=opening)
    picture = factories.make_real_image(
        drawing.jpeg(), credit="Canary Lens", alt_text="A canary.", caption="Canary picture."
    )
    post = publication.publish(
        filing.create_post(
            event, by=chief, headline="Canary headline", body="<p>Canary body.</p>", byline="Canary Byline",
            keynote=opening, speakers=[vera], key_event=True,
            quotes=[{"speaker": vera, "text": "Canary words."}],
            images=[{"image": picture, "caption": "Canary caption."}],
        ),
        by=chief,
    )  # fmt: skip
    publication.correct(publication.post_by_id(post.pk), by=chief, note="It was another canary.")
    other = factories.make_published(event, speakers=[vera], keynote=opening)
    factories.make_published_wrap([post, other], by=chief)
    card_drawing.draw_waiting()
    card = ShareCard.objects.get(post__desk_id=post.pk)
    return SimpleNamespace(post=Post.objects.get(pk=post.pk), picture=picture, card=card)


def asked(story) -> list[str]:
    """Every public address."""
    values = {
        "event": [story.post.event.slug],
        "post": [story.post.public_id],
        "public_id": [story.post.public_id],
        "post_id": [str(story.post.pk)],
        "image_id": [str(story.picture.pk)],
        "keynote": ["opening"],
        "speaker": ["vera"],
        "organisation": ["acme"],
        "folder": [story.picture.public_name, story.card.folder],
        "spec": ["jpeg-640", "avif-640", "card"],
        "ext": ["jpg", "avif", "png"],
    }
    return public.addresses(values)


def test_a_withdrawn_post_is_gone_from_every_public_byte(web, nginx, event, story, start_publisher):
    paths, doors = asked(story), (web.port, nginx)
    epoch, publisher = head_of(event.slug).epoch, start_publisher()

    async def scene() -> tuple[dict[str, bytes], ...]:
        before = await everything(doors, paths, event.slug, epoch)
        assert await is_kept(nginx, f"/events/{event.slug}/updates.json?after=0")
        await publisher.do("withdraw", str(story.post.pk))
        returned = time.monotonic()
        await until(lambda: time.monotonic() > returned + GONE)
        after = await everything(doors, paths, event.slug, epoch)
        return before, after, {f"file {name}": data for name, data in web.page_files().items()}

    before, after, files = in_a_loop(scene())

    assert telling(before, story) >= {
        "stream",
        *(f"{door} {path}" for door in DOORS for path in shown(story)),
    }
    assert telling(after | files, story) == set()
    assert files
    for door in DOORS:
        for taken_back in (address(story), rendition(story), card(story)):
            assert status(before[f"{door} {taken_back}"]) == 200
            assert status(after[f"{door} {taken_back}"]) == 410
        assert address(story).encode() in before[f"{door} /sitemap.xml"]
        assert address(story).encode() not in after[f"{door} /sitemap.xml"]
    assert b"It was wrong." in after["stream"]


def address(story) -> str:
    return f"/events/{story.post.event.slug}/posts/{story.post.public_id}/"


def rendition(story) -> str:
    return f"/pictures/{story.picture.public_name}/jpeg-640.jpg"


def card(story) -> str:
    """Its share card, which has its quote in pixels."""
    return f"/pictures/{story.card.folder}/card.png"


def shown(story) -> set[str]:
    """Where readers find it before."""
    of_event = (
        "",
        "?order=oldest",
        "keynotes/opening/",
        "feed.atom",
        "feed.json",
        "print/",
        "wrap/",
        "live.json",
        "updates.json",
    )
    site = (
        "/",
        "/corrections/",
        "/search/?q=words",
        "/speakers/vera/",
        "/organisations/acme/",
        "/api/v1/posts/",
        "/news-sitemap.xml",
    )
    slug = story.post.event.slug
    pages = {f"/embed/events/{slug}/", *(f"/events/{slug}/{path}" for path in of_event)}
    return {address(story), rendition(story), *site, *pages}


def status(said: bytes) -> int:
    return int(said.split()[1])


async def is_kept(port: int, path: str) -> bool:
    """Whether the shared cache answers by itself when it is asked again."""
    await raw_http.get(port, path)
    _, head, _ = await raw_http.get(port, path)
    return b"X-Cache: HIT" in head


async def everything(doors: tuple[int, int], paths: list[str], slug: str, epoch: str) -> dict[str, bytes]:
    """Each answer by each door, and a stream resumed from the very beginning by the first."""
    found = {}
    for door, port in zip(DOORS, doors, strict=True):
        found |= {f"{door} {path}": said for path, said in (await public.answers(port, paths)).items()}
    return found | {"stream": await stream_from_nought(doors[0], slug, epoch)}


async def stream_from_nought(port: int, slug: str, epoch: str) -> bytes:
    """All that a reader is given who resumes from before the first entry."""
    _, _, head = await raw_http.get(port, f"/events/{slug}/live.json")
    last, heard = f"id: {epoch}-{json.loads(head)['seq']}\n", b""
    async with raw_http.ask(port, f"/events/{slug}/stream", last_event_id=f"{epoch}-0") as answer:
        async for piece in answer.pieces():
            heard += piece
            if last.encode() in heard and heard.endswith(b"\n\n"):
                return heard
    raise AssertionError(heard)


def telling(said: dict[str, bytes], story) -> set[str]:
    """The places that have a word or a picture's address; a search repeats what was searched for."""
    folders = [story.picture.public_name.encode(), story.card.folder.encode()]
    return {
        place
        for place, text in said.items()
        if not place.endswith("q=canary")
        and (CANARY in text.lower() or any(folder in text for folder in folders))
    }
