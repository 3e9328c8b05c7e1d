"""The app's modules in a real browser, without a server: what they keep, prepare and send next."""

import base64
import io
import re
from pathlib import Path

import pytest
from django.conf import settings
from PIL import Image, ImageDraw
from thumbhash import rgba_to_thumb_hash

SITE = "https://phone.example"  # a secure context, answered from the disk
STATIC = Path(settings.BASE_DIR, "static")
GPS_IFD, EXIF_IFD, ORIENTATION, TAKEN, OFFSET = 0x8825, 0x8769, 0x0112, 0x9003, 0x9011
pytestmark = pytest.mark.xdist_group("browser")


def _answer(route) -> None:
    path = route.request.url.removeprefix(SITE)
    if path == "/":
        route.fulfill(body="<!doctype html><title>Phone</title>", content_type="text/html")
    else:
        route.fulfill(body=(STATIC / "js" / "field" / path[1:]).read_text(), content_type="text/javascript")


@pytest.fixture
def phone(browser):
    """A page that can import the modules: `run("uuid7", "m => m.uuid7()")`."""
    context = browser.new_context()
    page = context.new_page()
    page.route("**/*", _answer)
    page.goto(SITE)
    page.run = lambda module, code, given=None: page.evaluate(
        f"async (given) => ({code})(await import('/{module}.js'), given)", given
    )
    yield page
    context.close()


def test_identities_sort_as_they_were_made_whatever_the_clock_does(phone):
    made = phone.run(
        "uuid7",
        "({ uuid7 }) => [...Array.from({ length: 5000 }, () => uuid7(1e12)), uuid7(9e11), uuid7(1e12 + 9e5)]",
    )

    assert all(
        re.fullmatch(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", one)
        for one in made
    )
    assert made == sorted(set(made))
    assert int(made[0].replace("-", "")[:12], 16) == 10**12


def test_a_lost_connection_to_the_database_is_opened_again(phone):
    kept = phone.run(
        "database",
        """async (m) => {
            await m.put("told", "one", "a");
            const transaction = IDBDatabase.prototype.transaction;
            let lost = 1;
            IDBDatabase.prototype.transaction = function (...given) {
                if (lost-- > 0) throw new DOMException("Connection to Indexed Database server lost", "UnknownError");
                return transaction.apply(this, given);
            };
            await m.put("told", "two", "b");
            return [await m.get("told", "a"), await m.get("told", "b")];
        }""",
    )

    assert kept == ["one", "two"]


def test_what_does_not_fit_is_refused_before_it_is_taken(phone):
    said = phone.run(
        "database",
        """async (m) => {
            navigator.storage.estimate = async () => ({ quota: 100e6, usage: 70e6 });
            await m.checkRoom(5e6);
            return m.checkRoom(20e6).catch((error) => error.constructor.name + ": " + error.message);
        }""",
    )

    assert said.startswith("StorageShort: This phone is short of storage: 8 MB are left for the newsroom.")


def photograph(width: int = 4000, height: int = 3000) -> bytes:
    """On its side, with a place and a moment; crimson at its top once it is upright."""
    image = Image.new("RGB", (width, height), "steelblue")
    ImageDraw.Draw(image).rectangle((0, 0, width // 4, height), fill="crimson")
    exif = Image.Exif()
    exif[ORIENTATION] = 6
    exif.get_ifd(GPS_IFD)[1] = "N"
    exif.get_ifd(GPS_IFD)[2] = (48.0, 49.0, 0.0)
    exif.get_ifd(EXIF_IFD)[TAKEN] = "2024:03:20 09:15:00"
    exif.get_ifd(EXIF_IFD)[OFFSET] = "+01:00"
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", exif=exif)
    return buffer.getvalue()


TAKE = """async (m, { bytes, type }) => {
    const taken = await m.take(new File([new Uint8Array(bytes)], "IMG_1.jpg", { type, lastModified: 0 }));
    const { get } = await import("/database.js");
    const row = await get("photographs", taken.id);
    return { ...taken, kept: [...new Uint8Array(row.bytes)], keptHash: row.sha256 };
}"""


def test_a_photograph_is_turned_scaled_and_loses_its_place(phone):
    taken = phone.run("photos", TAKE, {"bytes": list(photograph()), "type": "image/jpeg"})

    assert (taken["width"], taken["height"]) == (1920, 2560)
    assert taken["capturedAt"] == "2024-03-20T08:15:00.000Z"
    assert taken["sha256"] == taken["keptHash"]
    assert taken["size"] == len(taken["kept"])
    with Image.open(io.BytesIO(bytes(taken["kept"]))) as image:
        assert (image.format, image.size, dict(image.getexif())) == ("JPEG", (1920, 2560), {})
        red, _, blue = image.convert("RGB").getpixel((960, 100))
        assert red > 180 > 100 > blue


def test_a_small_one_is_not_enlarged(phone):
    taken = phone.run("photos", TAKE, {"bytes": list(photograph(400, 300)), "type": "image/jpeg"})

    assert (taken["width"], taken["height"]) == (300, 400)


def test_what_the_browser_cannot_decode_goes_as_it_is(phone):
    heif = b"\0\0\0\x18ftypheic" + bytes(200)

    taken = phone.run("photos", TAKE, {"bytes": list(heif), "type": "image/heic"})

    assert bytes(taken["kept"]) == heif
    assert (taken["thumbhash"], taken["capturedAt"]) == ("", "")


def test_its_blur_is_what_the_newsroom_measures(phone):
    """Of the same pixels, but for the last bit that two ways of scaling may differ by."""
    taken = phone.run("photos", TAKE, {"bytes": list(photograph(400, 300)), "type": "image/jpeg"})

    small = Image.open(io.BytesIO(bytes(taken["kept"]))).convert("RGBA").resize((30, 40))
    theirs = bytes(rgba_to_thumb_hash(30, 40, small.tobytes()))
    ours = base64.b64decode(taken["thumbhash"])
    assert len(ours) == len(theirs)
    halves = [[nibble for byte in hashed for nibble in (byte & 15, byte >> 4)] for hashed in (ours, theirs)]
    near = sum(abs(one - other) <= 1 for one, other in zip(*halves, strict=True))
    assert near >= len(halves[0]) - 2


def row(number: int, step: str = "text", *photographs: dict, **more) -> dict:
    return {
        "id": f"{number}",
        "step": step,
        "photographs": photographs,
        "refused": None,
        "notBefore": 0,
        "failures": 0,
        **more,
    }


HERE, RECEIVED, KEPT = {"state": "here"}, {"state": "received", "lookAt": 50}, {"state": "kept"}


@pytest.mark.parametrize(
    ("rows", "first"),
    [
        ([row(1, "text"), row(2, "text")], "1"),
        ([row(1, "pictures", HERE), row(2, "text")], "2"),
        ([row(1, "text", refused={}), row(2, "text")], "2"),
        ([row(1, "pictures", {**HERE, "refused": {}}), row(2, "pictures", HERE)], "2"),
        ([row(1, "text", notBefore=200), row(2, "publish")], None),
        ([row(1, "text", notBefore=200, failures=4), row(2, "publish")], "2"),
        ([row(1, "pictures", KEPT, RECEIVED)], "1"),
        ([row(1, "pictures", {**RECEIVED, "lookAt": 500}), row(2, "done", KEPT)], None),
        ([row(1, "text"), row(2, "withdraw")], "2"),
        ([row(1, "text", notBefore=200), row(2, "withdraw")], "2"),
        ([row(1, "pictures", {**HERE, "refused": {"ofWords": True}})], "1"),
        ([row(1, "done", {**KEPT, "original": HERE})], None),
    ],
    ids=[
        "older",
        "text first",
        "refused waits",
        "refused picture waits",
        "later",
        "not for ever",
        "asked after",
        "nothing",
        "withdrawn before all",
        "withdrawn while others wait",
        "a picture whose words were refused",
        "originals wait",
    ],
)
def test_what_goes_next(phone, rows, first):
    found = phone.run("outbox", "(m, rows) => m.next(rows, 100)?.filing.id ?? null", rows)

    assert found == first


def test_typed_text_becomes_paragraphs_and_no_markup(phone):
    html = phone.run("words", "(m, text) => m.htmlOf(text)", "One & <b>two</b>\nthree\r\n\r\n\n  four ")

    assert html == "<p>One &amp; &lt;b&gt;two&lt;/b&gt;<br>three</p><p>four</p>"


def test_originals_go_last_and_when_they_may(phone):
    rows = [row(1, "done", {**KEPT, "original": HERE}), row(2, "pictures", HERE)]
    original, picture = phone.run(
        "outbox",
        """async (m, [last, first]) => {
            const { sendOriginalsNow } = await import("/uploads.js");
            sendOriginalsNow();
            return [m.next([last], 100), m.next([last, first], 100)].map((one) => [one.filing.id, one.act.name]);
        }""",
        rows,
    )

    assert (original, picture) == (["1", "sendOriginal"], ["2", "sendPicture"])


@pytest.mark.parametrize(
    ("html", "text", "is_formatted"),
    [
        ("<p>One &amp; two<br>three</p><p>four</p>", "One & two\nthree\n\nfour", False),
        ("<p>A <strong>bold</strong> word</p>", "A bold word", True),
        ("<ul><li>one</li><li>two</li></ul>", "one\n\ntwo", True),
        ("", "", False),
    ],
    ids=["plain", "bold", "a list", "nothing"],
)
def test_what_the_desk_wrote_becomes_text_and_says_what_that_loses(phone, html, text, is_formatted):
    read = phone.run("words", "(m, html) => [m.textOf(html), m.isFormatted(html)]", html)

    assert read == [text, is_formatted]


def test_of_a_post_from_the_desk_only_what_she_changed_is_sent(phone):
    fields = {"text": "A bold word", "headline": "Doors", "keynote": "k", "key_event": False, "quote": None}
    before = {"fields": fields, "photographs": [], "moreQuotes": [{"text": "x"}]}
    filing = {
        **{"id": "1", "event": "kubecon", "version": 3, "press": "correct", "before": before},
        **{
            "photographs": [],
            "moreQuotes": before["moreQuotes"],
            "fields": {**fields, "headline": "Doors open"},
        },
    }

    assert phone.run("words", "(m, filing) => m.bodyOf(filing)", filing) == {
        "event": "kubecon",
        "version": 3,
        "headline": "Doors open",
    }


FILE = """async (m, texts) => {
    const { put } = await import("/database.js");
    await put("told", { token: "t", person: { id: 7, name: "Ada" } }, "session");
    for (const [n, text] of texts.entries()) {
        const fields = { text, headline: "", keynote: "", key_event: false, quote: null };
        await m.file({ id: `00000000-0000-7000-8000-00000000000${n}`, person: 7, event: "kubecon", fields,
            photographs: [], press: "send", filedAt: "2024-03-20T08:15:00Z" });
    }
    await m.flush();
    await m.flush(); // what could not be sent is not overtaken by the next try
    return m.filings();
}"""


SEND_AGAIN = "async (m, id) => { await m.sendAgain(id); await m.flush(); return m.filings(); }"


@pytest.fixture
def answers(phone):
    """By what stands in a body: how the newsroom answers it. `asked` has what it was sent, in order."""
    by_word: dict[str, tuple[int, dict]] = {}
    asked = []

    def answer(route) -> None:
        body = route.request.post_data_json
        asked.append(body)
        status, said = next(
            (one for word, one in by_word.items() if word in body["body"]), (201, {"version": 1})
        )
        route.fulfill(status=status, json=said)

    phone.route("**/api/v1/**", answer)
    by_word["asked"] = asked
    yield by_word
    by_word.clear()


@pytest.mark.parametrize("status", [400, 403, 404, 409])
def test_what_is_refused_stays_with_its_reason_and_the_next_goes(phone, answers, status):
    asked = answers.pop("asked")
    answers["first"] = (status, {"code": "no", "detail": "Not like this.", "errors": {"body": ["Too long."]}})

    first, second = phone.run("outbox", FILE, ["first", "second"])

    assert (first["step"], first["refused"]["status"], first["refused"]["detail"]) == (
        "text",
        status,
        "Not like this.",
    )
    assert first["refused"]["errors"] == {"body": ["Too long."]}
    assert (second["step"], second["refused"]) == ("done", None)
    assert [body["body"] for body in asked] == ["<p>first</p>", "<p>second</p>"]
    del answers["first"]  # what was not allowed is: a guest's invitation was prolonged
    again = phone.run(
        "outbox",
        "async (m, id) => { await m.sendAgain(id); await m.flush(); return m.filings(); }",
        first["id"],
    )
    assert [(row["step"], row["refused"]) for row in again] == [("done", None), ("done", None)]
    assert asked[2:] == [asked[0]]


@pytest.mark.parametrize("status", [401, 429, 500, 503])
def test_when_the_newsroom_cannot_take_it_nothing_overtakes(phone, answers, status):
    asked = answers.pop("asked")
    answers["first"] = (status, {"detail": "Later."})

    rows = phone.run("outbox", FILE, ["first", "second"])

    assert [(row["step"], row["refused"]) for row in rows] == [("text", None), ("text", None)]
    assert {body["body"] for body in asked} == {"<p>first</p>"}


def test_what_is_on_this_phone_no_more_cannot_be_mended_in_silence(phone):
    assert phone.run("outbox", "(m) => m.mend('gone', { fields: {} })") is False


def test_what_is_being_withdrawn_is_not_mended(phone):
    said, step = phone.run(
        "outbox",
        """async (m, row) => {
            const { put } = await import("/database.js");
            await put("filings", row);
            const said = await m.mend(row.id, { fields: { text: "better" } }).catch(({ message }) => message);
            return [said, (await m.filings())[0].step];
        }""",
        row(1, "withdraw", edits=0),
    )

    assert said.startswith("This post is being withdrawn.")
    assert step == "withdraw"


def test_a_refused_photograph_is_sent_from_its_beginning_when_she_says_so(phone):
    refused = {**HERE, "id": "p", "offset": 4096, "tries": 3, "refused": {"status": 400}}
    unworded = {**KEPT, "id": "q", "refused": {"ofWords": True}}
    now, due = phone.run(
        "outbox",
        """async (m, row) => {
            const { put } = await import("/database.js");
            await put("filings", row);
            await m.tryAgain(row);
            const rows = await m.filings();
            return [rows[0], m.next(rows)?.photograph.id ?? null];
        }""",
        row(1, "done", refused, unworded),
    )

    assert now["step"] == "pictures"
    assert now["photographs"] == [
        {**HERE, "id": "p", "offset": None, "tries": 0, "refused": None},
        unworded,
    ]
    assert due == "p"


def test_what_she_changed_while_a_publish_was_refused_goes_next(phone, answers):
    answers.pop("asked")
    row = phone.run(
        "outbox",
        """async (m) => {
            const { put } = await import("/database.js");
            await put("told", { token: "t", person: { id: 7, name: "Ada" } }, "session");
            const fields = { text: "old", headline: "", keynote: "", key_event: false, quote: null };
            const base = { person: 7, event: "kubecon", photographs: [], filedAt: "2024-03-20T08:15:00Z" };
            const real = window.fetch;
            window.fetch = async (address, settings) => {
                if (!address.endsWith("/publish/")) return real(address, settings);
                window.fetch = real;
                m.mend("one", { press: "send", fields: { ...fields, text: "new" } });
                await new Promise((done) => setTimeout(done, 200));
                return Response.json({ code: "no", detail: "Not yet." }, { status: 409 });
            };
            await put("filings", { id: "one", step: "publish", press: "publish", version: 1, edits: 0, refused: null,
                failures: 0, notBefore: 0, fields, ...base });
            await m.flush();
            return (await m.filings())[0];
        }""",
    )

    assert row["fields"]["text"] == "new"
    assert (row["step"], row.get("unpublished")) == ("done", None)


def test_a_phone_that_is_full_still_sends(phone, answers):
    asked = answers.pop("asked")
    full = """async (m, texts) => {
        const put = IDBObjectStore.prototype.put;
        IDBObjectStore.prototype.put = function (value, key) {
            if (key === "sending") throw new DOMException("full", "QuotaExceededError");
            return put.call(this, value, key);
        };
        return (FILE)(m, texts);
    }"""

    [row] = phone.run("outbox", full.replace("FILE", FILE), ["first"])

    assert row["step"] == "done"
    assert [body["body"] for body in asked] == ["<p>first</p>"]


def test_a_repeat_is_the_same_body(phone, answers):
    asked = answers.pop("asked")
    answers["first"] = (500, {})
    phone.run("outbox", FILE, ["first"])
    answers.clear()

    phone.run(
        "outbox",
        "async (m) => { const { change } = await import('/database.js');"
        "const [row] = await m.filings(); await change('filings', row.id, (one) => ({ ...one, notBefore: 0 }));"
        "await m.flush(); }",
    )

    assert len(asked) >= 2
    assert all(body == asked[0] for body in asked)
    assert (asked[0]["version"], asked[0]["submit"]) == (0, True)


def test_a_day_without_a_network_arrives_whole_and_in_order(phone, answers):
    asked = answers.pop("asked")
    rows = phone.run(
        "outbox",
        """async (m) => {
            const { put } = await import("/database.js"), { uuid7 } = await import("/uuid7.js");
            const real = window.fetch, begun = Date.UTC(2024, 2, 20), hour = 3600_000;
            window.fetch = () => Promise.reject(new TypeError("no network"));
            await put("told", { token: "t", person: { id: 7, name: "Ada" } }, "session");
            for (let n = 0; n < 24; n += 1) {
                const fields = { text: `hour ${n}`, headline: "", keynote: "", key_event: false, quote: null };
                const at = begun + n * hour;
                await m.file({ id: uuid7(at), person: 7, event: "kubecon", fields, photographs: [], press: "send",
                    filedAt: new Date(at).toISOString() });
            }
            await m.flush();
            window.fetch = real;
            await m.flush();
            return m.filings();
        }""",
    )

    assert {row["step"] for row in rows} == {"done"}
    assert [body["body"] for body in asked] == [f"<p>hour {n}</p>" for n in range(24)]
    assert [body["happened_at"] for body in asked] == [f"2024-03-20T{n:02}:00:00.000Z" for n in range(24)]


STALE = {"code": "stale", "detail": "Somebody was faster."}


@pytest.mark.parametrize(("at_desk", "is_refused"), [("<p>first</p>", False), ("<p>theirs</p>", True)])
def test_a_newer_version_of_her_own_words_is_gone_on_from(phone, answers, at_desk, is_refused):
    asked = answers.pop("asked")
    current = {"version": 5, "state": "draft", "headline": "", "body": at_desk, "keynote": None}
    current |= {"key_event": False, "quotes": [], "images": []}
    changed = """async (m, texts) => {
        const { get } = await import("/database.js");
        await (FILE)(m, texts);
        const [row] = await m.filings();
        await m.mend(row.id, { press: "send", fields: { ...row.fields, text: "second" } });
        await m.flush();
        return m.filings();
    }"""

    def answer(route) -> None:
        body = route.request.post_data_json
        asked.append(body)
        is_stale = body["body"] == "<p>second</p>" and body["version"] != 5
        said = {**STALE, "current": current} if is_stale else {**current, **body, "version": 6}
        route.fulfill(status=409 if is_stale else 200, json=said)

    phone.route("**/api/v1/**", answer)
    [row] = phone.run("outbox", changed.replace("FILE", FILE), ["first"])

    assert bool(row["refused"]) == is_refused
    assert [body["version"] for body in asked] == ([0, 6] if is_refused else [0, 6, 5])


def test_what_somebody_else_filed_here_goes_anew_in_her_name(phone):
    asked = []

    def answer(route) -> None:
        asked.append((route.request.method, route.request.url.removeprefix(f"{SITE}/api/v1/")))
        route.fulfill(status=404 if route.request.method == "GET" else 201, json={"version": 1})

    phone.route("**/api/v1/**", answer)
    rows, keys = phone.run(
        "outbox",
        """async (m) => {
            const { all, put } = await import("/database.js");
            const fields = { text: "his", headline: "", keynote: "", key_event: false, quote: null };
            const photographs = [{ id: "p1", state: "here", alt_text: "Doors", caption: "", credit: "" }];
            for (const id of ["p1", "p1/original"]) await put("photographs", { id, bytes: new ArrayBuffer(1) });
            await m.file({ id: "one", person: 8, by: "Ben", event: "kubecon", fields, photographs, press: "send" });
            await m.takeOver((await m.filings())[0], { id: 7, name: "Ada" });
            await put("told", { token: "t", person: { id: 7, name: "Ada" } }, "session");
            await m.flush();
            return [await m.filings(), (await all("photographs")).map(({ id }) => id)];
        }""",
    )

    [row] = rows
    [photograph] = row["photographs"]
    assert (row["person"], row["by"], row["step"]) == (7, "Ada", "pictures")
    assert row["id"] != "one"
    assert photograph["id"] != "p1"
    assert sorted(keys) == [photograph["id"], f"{photograph['id']}/original"]
    assert [address for method, address in asked if method == "PUT"] == [
        f"posts/{row['id']}/",
        f"images/{photograph['id']}/",
    ]


def test_what_breaks_over_one_filing_does_not_hold_up_the_others(phone, answers):
    asked = answers.pop("asked")
    rows = phone.run(
        "outbox",
        """async (m) => {
            const { put } = await import("/database.js");
            await put("told", { token: "t", person: { id: 7, name: "Ada" } }, "session");
            const fields = { text: "fine", headline: "", keynote: "", key_event: false, quote: null };
            const base = { person: 7, event: "kubecon", photographs: [], press: "send" };
            const broken = { step: "text", version: 0, edits: 0, refused: null, failures: 3, notBefore: 0 };
            await put("filings", { ...base, ...broken, id: "1", fields: null });
            await m.file({ id: "2", ...base, fields });
            await m.flush();
            return m.filings();
        }""",
    )

    assert [row["step"] for row in rows] == ["text", "done"]
    assert [body["body"] for body in asked] == ["<p>fine</p>"]


def test_who_was_known_by_a_name_is_known_by_her_number(phone):
    rows = phone.run(
        "told",
        """async (m) => {
            const { all, put } = await import("/database.js");
            window.fetch = async () => Response.json({ person: { id: 7, name: "Ada" }, events: [], keynotes: [] });
            await put("told", { token: "t", person: "Ada" }, "session");
            for (const [id, person] of [["1", "Ada"], ["2", "Ben"], ["3", 8]]) await put("filings", { id, person });
            await m.look();
            return all("filings");
        }""",
    )

    assert [row["person"] for row in rows] == [7, "Ben", 8]


def test_originals_make_room_on_a_phone_that_is_full(phone):
    dropped, kept, row = phone.run(
        "outbox",
        """async (m) => {
            const { all, put } = await import("/database.js");
            await put("photographs", { id: "p", bytes: new ArrayBuffer(1) });
            await put("photographs", { id: "p/original", bytes: new ArrayBuffer(9) });
            const original = { state: "here" }, photographs = [{ id: "p", original }];
            await put("filings", { id: "1", step: "pictures", photographs });
            const dropped = await m.dropOriginals();
            return [dropped, (await all("photographs")).map(({ id }) => id), (await m.filings())[0]];
        }""",
    )

    assert (dropped, kept) == (1, ["p"])
    assert row["photographs"][0]["original"]["state"] == "dropped"


@pytest.mark.parametrize(
    ("given", "page"),
    [
        (
            "https://news.example/field/join/abcdefghijklmnopqrstuvwx/",
            "/field/join/abcdefghijklmnopqrstuvwx/",
        ),
        (" abcdefghijklmnopqrstu-_x ", "/field/join/abcdefghijklmnopqrstu-_x/"),
        ("https://news.example/field/", None),
        ("javascript:alert(1)", None),
    ],
    ids=["a link", "its end", "another page", "a script"],
)
def test_a_pasted_link_leads_to_its_page_on_this_newsroom(phone, given, page):
    phone.route("**/x", lambda route: route.fulfill(body=""))

    assert phone.run("sign_in", "(m, given) => m.joinPage(given)", given) == page
