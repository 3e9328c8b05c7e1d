"""By stream, by polling and by loading the page again: the same entries, and the same page."""

import asyncio
import re

import pytest

from tests.coverage.live.asking import in_a_loop
from tests.faults import raw_http
from tests.faults.live import all_have, assert_exact, head_of
from tests.faults.readers import PAUSE, Reader, following
from tests.faults.web import Web

pytestmark = [pytest.mark.processes, pytest.mark.xdist_group("live faults")]

ENTRIES = 45  # all on the first page, and more than live.json has
ARTICLE = re.compile(r'<article [^>]*id="post-(\w+)".*?</article>', re.DOTALL)


@pytest.fixture(scope="module")
def web(start_web) -> Web:
    return start_web()


def test_stream_polling_and_reload_show_the_same(web, event, start_publisher):
    publisher, since = start_publisher(), head_of(event.slug).seq
    streaming, polling, rare = (Reader([web.port], event.slug) for _ in range(3))

    async def scene() -> str:
        await asyncio.gather(polling.open(), rare.open())
        async with following([streaming]):
            asking = asyncio.create_task(poll_until(polling, since + ENTRIES))
            for _ in range(ENTRIES):
                await publisher.do_something()
            await all_have([streaming], since + ENTRIES)
        await asking
        await rare.poll()
        return await reloaded(web, event.slug, since + ENTRIES)

    page = in_a_loop(scene())

    assert_exact([streaming, polling, rare], event.slug, since)
    assert streaming.applied[-1] == polling.applied[-1] == rare.applied[-1]
    articles = {found[1]: found[0] for found in ARTICLE.finditer(page)}
    assert articles == streaming.page
    assert list(articles) == newest_first(streaming)


async def poll_until(reader: Reader, seq: int) -> None:
    while reader.seq < seq:
        await reader.poll()
        await asyncio.sleep(PAUSE)


async def reloaded(web: Web, slug: str, seq: int) -> str:
    """The page, once it is that of a number."""
    async with asyncio.timeout(5):
        while f'data-seq="{seq}"' not in (page := await page_of(web, slug)):
            await asyncio.sleep(PAUSE)
    return page


async def page_of(web: Web, slug: str) -> str:
    _, _, body = await raw_http.get(web.port, f"/events/{slug}/")
    return body.decode()


def newest_first(reader: Reader) -> list[str]:
    """The posts on its page by their place, as the entries say it."""
    places = {entry["post"]: entry["position"] for entry in reader.applied if entry["post"]}
    return sorted(reader.page, key=lambda post: -places[post])
