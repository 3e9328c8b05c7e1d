"""Random filings on a line that breaks: each is at the desk once, as it was typed, and in its order.

`FILINGS` says how many (1,000: `make filings`), `FILINGS_SEED` which ones and which faults.
"""

import html
import os
import random
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.faults.fault_proxy import Fault, FaultProxy
from tests.faults.filings import Typed, kept_by, typed
from tests.journeys.phones import MODULES, Phone, newsroom_of_a_hall, phone_at
from tests.lines import running

pytestmark = [pytest.mark.journey, pytest.mark.processes, pytest.mark.xdist_group("filing")]

FILINGS = int(os.environ.get("FILINGS", "100"))
SEED = int(os.environ.get("FILINGS_SEED", "1"))
OF_ONE_PHONE = 100  # its list is drawn anew with each step of each
AT_ONCE = 20
KILLED = 0.4
RATES = dict.fromkeys(Fault, 0.04)

# As the sheet does it. Every few filings the phone finds its network again.
FILE = f"""async (filings) => {{
    const [outbox, photos, {{ uuid7 }}, {{ session }}] = await ({MODULES})("outbox", "photos", "uuid7", "newsroom");
    const {{ person }} = await session();
    for (const [n, {{ text, pictures }}] of filings.entries()) {{
        const photographs = [];
        for (const picture of pictures) {{
            const bytes = Uint8Array.from(atob(picture), (letter) => letter.charCodeAt(0));
            const taken = await photos.take(new File([bytes], "IMG_1.jpg", {{ type: "image/jpeg" }}));
            photographs.push({{ ...taken, alt_text: "The hall.", caption: "", credit: "Rosa Lind/Newsroom" }});
        }}
        const filedAt = new Date().toISOString();
        const fields = {{ text, headline: "", keynote: "", key_event: false, quote: null }};
        const around = {{ person: person.id, event: "hall", eventTitle: "KubeCon", filedAt, pressedAt: filedAt }};
        await outbox.file({{ id: uuid7(), ...around, fields, photographs, press: "send", wordsNow: false }});
        if (n % 5 === 0) dispatchEvent(new Event("online"));
    }}
}}"""
FOUND_AGAIN = f"""async () => {{
    const [outbox] = await ({MODULES})("outbox");
    dispatchEvent(new Event("online"));
    await outbox.flush();
    return (await outbox.filings()).every((row) => DONE);
}}"""
TEXTS_SENT = FOUND_AGAIN.replace("DONE", "['pictures', 'done'].includes(row.step)")
PICTURES_SENT = FOUND_AGAIN.replace("DONE", "row.photographs.every((one) => one.state !== 'here')")
ALL_SENT = FOUND_AGAIN.replace("DONE", "row.step === 'done'")


@pytest.fixture(scope="module")
def newsroom(tmp_path_factory):
    with newsroom_of_a_hall(tmp_path_factory.mktemp("hall")) as newsroom:
        yield newsroom


def test_what_was_filed_on_a_bad_line_is_there_once_as_it_was_typed(browser, newsroom):
    chance, rows, told = random.Random(SEED), [], {}
    asked = [typed(chance) for _ in range(FILINGS)]
    with running(FaultProxy(newsroom.address, SEED)) as line:
        for first in range(0, FILINGS, OF_ONE_PHONE):
            with phone_at(browser, line.address) as phone:
                phone.open()
                phone.sign_in("reporter")
                phone.is_installed()
                with faults_on(line):
                    told |= file_all(phone, asked[first : first + OF_ONE_PHONE], chance)
                phone.wait(ALL_SENT)
                rows += phone.rows()
                assert phone.page.problems == []
    kept = kept_by(newsroom)

    assert [(row["fields"]["text"], len(row["photographs"])) for row in rows] == [
        (one.text, len(one.pictures)) for one in asked
    ]
    assert [as_kept(post) for post in kept["posts"]] == [as_filed(row) for row in rows]
    made = {post["id"]: post["made_at"] for post in kept["posts"]}
    assert [one for one, when in told.items() if made[one] > when] == []
    photographs = [one for row in rows for one in row["photographs"]]
    assert kept["pictures"] == {one["id"]: one["sha256"] for one in photographs}
    assert line.done.total() > FILINGS // 10


@contextmanager
def faults_on(line: FaultProxy) -> Iterator[None]:
    """What they were is printed."""
    line.rates, before = RATES, len(line.log)
    try:
        yield
    finally:
        line.rates = {}
        print(f"seed {SEED}", *line.log[before:], sep="\n")


def file_all(phone: Phone, filed: list[Typed], chance: random.Random) -> dict[str, float]:
    """Some at once, faster than they are sent; now and then the app is killed over it.

    Gives what it had been told by then that the newsroom has, and when, in seconds of `time.time()`.
    """
    told = {}
    for first in range(0, len(filed), AT_ONCE):
        phone.page.evaluate(FILE, [vars(one) for one in filed[first : first + AT_ONCE]])
        if chance.random() < KILLED:
            now_told = [row["id"] for row in phone.rows() if row["step"] != "text"]
            told = dict.fromkeys(now_told, time.time()) | told
            problems = phone.page.problems
            phone.reopen()
            assert problems == []
        else:
            phone.wait(TEXTS_SENT)
    phone.wait(PICTURES_SENT)
    return told


def as_filed(row: dict) -> tuple:
    """A filing as the phone knows it: what was typed, and what the newsroom has answered."""
    photographs = [one["id"] for one in row["photographs"]]
    return row["id"], row["fields"]["text"], photographs, row["state"], row["version"], row["step"]


def as_kept(post: dict) -> tuple:
    """A post as the newsroom has it, in the same shape."""
    return post["id"], text_of(post["body"]), post["pictures"], post["state"], post["version"], "done"


def text_of(body: str) -> str:
    inside = body.removeprefix("<p>").removesuffix("</p>")
    return html.unescape(inside.replace("</p><p>", "\n\n").replace("<br>", "\n"))
