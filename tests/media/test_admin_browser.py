"""The pictures' page and list in a browser: setting the focal point, taking a suggestion, dropping files."""

import base64
import uuid

import pytest
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from playwright.sync_api import expect

from media import ingest, renditions
from media.models import Image
from newsroom.editorial.people import User
from newsroom.editorial.sessions import SessionStore
from tests.media import drawing
from tests.media.conftest import person

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("journeys")]

# Drops files, by name, on the first element of a selector, as a file manager does.
DROP = """([selector, files]) => {
  const carried = new DataTransfer();
  for (const [name, bytes] of files)
    carried.items.add(new File([Uint8Array.from(atob(bytes), (c) => c.charCodeAt(0))], name));
  const target = document.querySelector(selector);
  for (const type of ["dragover", "drop"])
    target.dispatchEvent(new DragEvent(type, { bubbles: true, cancelable: true, dataTransfer: carried }));
}"""


def session_of(user: User) -> str:
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    return session.session_key


@pytest.fixture
def desk(browser, live_server):
    """The editor's browser; what its console complains of fails the test."""
    context = browser.new_context(base_url=live_server.url, viewport={"width": 1280, "height": 900})
    key = session_of(person("edith", "Editor"))
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": key, "url": live_server.url}])
    page, problems = context.new_page(), []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("console", lambda said: problems.append(said.text) if "Policy" in said.text else None)
    yield page
    context.close()
    assert problems == []


def drop(page, selector: str, *drops: dict[str, bytes]) -> None:
    """Files by their names; several drops follow one another at once."""
    encoded = [[(name, base64.b64encode(data).decode()) for name, data in files.items()] for files in drops]
    page.evaluate(f"drops => drops.forEach({DROP})", [[selector, files] for files in encoded])


def awaited(caption: str) -> Image:
    return ingest.expect(image_id=uuid.uuid4(), by=None, caption=caption, credit="Future").image


def test_a_click_sets_the_focal_point_and_the_crops_follow_at_once(desk, make):
    image = make(drawing.jpeg(1400, 700))
    desk.goto(f"/admin/media/image/{image.pk}/change/")
    square = desk.locator(".focal-crops img[data-shape='1/1']")
    expect(square).to_have_css("object-position", "50% 50%")
    box = desk.locator(".focal-picture").bounding_box()
    assert (
        box == desk.locator(".picture-preview").bounding_box()
    )  # the point is counted on the picture itself

    desk.mouse.click(box["x"] + box["width"] * 0.375, box["y"] + box["height"] * 0.6)

    assert float(desk.locator("#id_focal_x").input_value()) == pytest.approx(37.5, abs=0.5)
    assert float(desk.locator("#id_focal_y").input_value()) == pytest.approx(60, abs=0.5)
    # A square of a 2:1 picture has half its width: around 37.5 % it lies a quarter of the room from the left.
    across = square.evaluate("image => Number.parseFloat(getComputedStyle(image).objectPosition)")
    assert across == pytest.approx(25, abs=1)
    before = float(desk.locator("#id_focal_x").input_value())
    desk.locator(".focal-picture").press("ArrowLeft")
    desk.locator(".focal-picture").press("Shift+ArrowDown")
    assert float(desk.locator("#id_focal_x").input_value()) == pytest.approx(before - 1)
    desk.locator("input[name=_save]").click()
    desk.wait_for_url("**/admin/media/image/")
    after = Image.objects.get()
    assert (after.focal_x, after.focal_y) == (
        pytest.approx(before / 100 - 0.01),
        pytest.approx(0.7, abs=0.005),
    )
    assert after.state == "received"


def test_use_this_fills_the_field_and_sends_nothing(desk, make):
    image = make(drawing.jpeg(700, 450))
    Image.objects.update(found={"credit": {"text": "Grace/AFP", "from": "XMP"}})
    desk.goto(f"/admin/media/image/{image.pk}/change/")

    desk.get_by_role("button", name="Use this").click()

    expect(desk.locator("#id_credit")).to_have_value("Grace/AFP")
    expect(desk.locator(".suggestion")).to_be_hidden()
    assert Image.objects.get().credit == "Ada/Newsroom"


def test_files_dropped_on_a_row_fill_it_and_the_awaited_rows_below_in_order(desk, receive):
    """Rows stand the newest first."""
    below, row, above = awaited("Below"), awaited("Row"), awaited("Above")
    files = {"one.jpg": drawing.jpeg(700, 450), "two.pdf": drawing.PDF, "three.jpg": drawing.jpeg(640, 480)}
    desk.goto("/admin/media/image/")

    drop(desk, "#result_list tbody tr:nth-child(2) td", files)

    rows = desk.locator("#result_list tbody tr")
    expect(rows.nth(1).locator(".fill-says")).to_have_text("one.jpg is here.")
    expect(rows.nth(1).locator("img.picture-thumbnail")).to_have_count(1)
    expect(rows.nth(1).locator(".field-state")).to_have_text("received")
    expect(rows.nth(2).locator(".fill-says")).to_contain_text("No awaited picture was left for three.jpg.")
    expect(rows.nth(0).locator(".fill-says")).to_have_count(0)
    states = {image.pk: image.state for image in Image.objects.all()}
    assert states == {above.pk: "awaited", row.pk: "received", below.pk: "awaited"}


def test_a_second_drop_waits_for_the_first_and_overwrites_nothing(desk):
    awaited("Row")
    desk.goto("/admin/media/image/")

    one, two = {"one.jpg": drawing.jpeg(700, 450)}, {"two.jpg": drawing.jpeg(640, 480)}
    drop(desk, "#result_list tbody td", one, two)

    expect(desk.locator(".fill-says")).to_have_text("This picture has a file by now; not sent: two.jpg.")
    assert Image.objects.get().width == 700


def test_signed_out_meanwhile_a_drop_says_so_and_keeps_the_row(desk):
    awaited("Row")
    desk.goto("/admin/media/image/")
    desk.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)

    drop(desk, "#result_list tbody td", {"one.jpg": drawing.jpeg(700, 450)})

    expect(desk.locator(".fill-says")).to_contain_text("Reload the page and send it again.")
    expect(desk.locator("[data-fill]")).to_be_visible()
    assert Image.objects.get().state == "awaited"


def test_a_refused_file_says_why_in_its_row_and_another_may_be_chosen(desk):
    awaited("Row")
    desk.goto("/admin/media/image/")
    drop(desk, "#result_list tbody td", {"two.pdf": drawing.PDF})
    says = desk.locator(".fill-says")
    expect(says).to_contain_text("two.pdf: This is a PDF document")

    with desk.expect_file_chooser() as chooser:
        desk.get_by_role("link", name="Send its file").press("Enter")
    chooser.value.set_files({"name": "a.jpg", "mimeType": "image/jpeg", "buffer": drawing.jpeg(700, 450)})

    expect(says).to_have_text("a.jpg is here.")
    assert Image.objects.get().state == "received"


def test_a_file_a_worker_refuses_later_is_told_in_its_row(desk):
    image = awaited("Row")
    desk.goto("/admin/media/image/")
    desk.clock.install()
    drop(desk, "#result_list tbody td", {"half.jpg": drawing.jpeg(900, 600)[:-9000]})
    says = desk.locator(".fill-says")
    expect(says).to_have_text("half.jpg is here.")

    renditions.make_renditions(image.pk)
    desk.clock.run_for(3_000)

    refusal = Image.objects.get().refusal
    expect(says).to_have_text(f"half.jpg: {refusal}")
    expect(desk.locator(".field-state")).to_have_text("refused")
    expect(desk.locator(".picture-awaited")).to_have_text("no file yet")
    drop(desk, "#result_list tbody td", {"whole.jpg": drawing.jpeg(700, 450)})
    expect(says).to_have_text("whole.jpg is here.")


def test_a_file_that_is_ready_says_so_and_what_it_looks_like(desk, likeness):
    like = likeness(0x0F0F_0F0F_0F0F_0F0F, alt_text="The hall")
    image = awaited("Row")
    desk.goto("/admin/media/image/")
    desk.clock.install()
    drop(desk, "#result_list tbody tr:first-child td", {"one.jpg": drawing.jpeg(700, 450)})
    expect(desk.locator(".fill-says")).to_have_text("one.jpg is here.")

    renditions.make_renditions(image.pk)
    Image.objects.filter(pk=image.pk).update(likeness=like.likeness)
    desk.clock.run_for(3_000)

    row = desk.locator("#result_list tbody tr").first
    expect(row.locator(".field-state")).to_have_text("ready")
    expect(row.locator(".field-looks_like a")).to_have_text("The hall")


def test_a_file_dropped_beside_the_rows_does_nothing(desk):
    awaited("Row")
    desk.goto("/admin/media/image/")

    expect(desk.locator(".fill-hint")).to_be_visible()
    drop(desk, "#content h1", {"one.jpg": drawing.jpeg(700, 450)})

    expect(desk.locator(".fill-says")).to_have_count(0)
    assert Image.objects.get().state == "awaited"
