import re
import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from media import ingest, renditions
from media.models import Image, Rendition
from newsroom.editorial.audit import AuditRow
from tests.coverage.desk.pages import fields_of
from tests.media import drawing

pytestmark = pytest.mark.django_db

LIST, ADD = "/admin/media/image/", "/admin/media/image/add/"


def sign_in(client, person):
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def desk(client, editor):
    editor.credit = "Edith/Newsroom"
    editor.save()
    return sign_in(client, editor)


def page_of(image: Image) -> str:
    return reverse("admin:media_image_change", args=[image.pk])


def token_in(response) -> str:
    return re.search(r'name="token" value="([0-9a-f-]{36})"', response.text)[1]


def send(client, *pictures: bytes, token: str | None = None, **fields):
    files = [SimpleUploadedFile(f"{n}.jpg", data) for n, data in enumerate(pictures)]
    texts = {"alt_text": "", "credit": "", "caption": "", **fields}
    return client.post(ADD, {"token": token or str(uuid.uuid4()), "file": files, **texts}, follow=True)


def describe(client, image: Image, **fields):
    """Sends the form as it stands, with these fields changed."""
    standing = fields_of(client.get(page_of(image)), "image_form")
    return client.post(page_of(image), {**standing, **fields}, follow=True)


def test_one_picture_is_sent_and_opened(desk):
    assert 'value="Edith/Newsroom"' in desk.get(ADD).text

    response = send(desk, drawing.jpeg(700, 450), alt_text="A stage", credit="Ada", caption="Doors")

    image = Image.objects.get()
    assert response.redirect_chain == [(page_of(image), 302)]
    assert (image.state, image.alt_text, image.credit, image.caption) == (
        "received",
        "A stage",
        "Ada",
        "Doors",
    )
    assert image.uploaded_by.username == "edith"
    assert "being made" in response.text


def test_several_pictures_are_sent_at_once_and_each_stands_for_itself(desk):
    response = send(desk, drawing.jpeg(seed=1), drawing.SVG, drawing.jpeg(seed=2), b"")

    assert response.redirect_chain == [(LIST, 302)]
    assert Image.objects.count() == 2
    assert "3.jpg: The file is empty." in response.text
    assert {image.credit for image in Image.objects.all()} == {""}, "an emptied credit stays empty"
    assert "1.jpg: SVG drawings are not taken" in response.text


def test_refused_picture_says_why_on_the_form(desk, leaves_nothing):
    response = send(desk, drawing.HEIC, alt_text="A stage")

    assert response.status_code == 200
    assert "The file is damaged" in response.text
    assert "A stage" in response.text


def test_form_without_a_file_asks_for_one(desk, leaves_nothing):
    assert "This field is required." in send(desk).text
    assert "The file is empty. Choose it again" in send(desk, b"").text


def test_double_click_makes_one_picture(desk):
    token = token_in(desk.get(LIST))
    send(desk, drawing.jpeg(), token=token)

    response = send(desk, drawing.jpeg(), token=token)

    image = Image.objects.get()
    assert "This picture is already there" in response.text
    assert f'href="{page_of(image)}"' in response.text


def test_same_bytes_sent_later_are_linked_not_copied(desk, make):
    image = make()

    response = send(desk, drawing.jpeg())

    assert Image.objects.get() == image
    assert response.redirect_chain == [(page_of(image), 302)]
    assert "This picture is already there" in response.text


def test_list_shows_what_is_missing(desk, make):
    make(drawing.jpeg(700, 450, seed=1), alt_text="Complete")
    make(drawing.jpeg(700, 450, seed=2), credit="", alt_text="No credit")
    ingest.expect(image_id=uuid.uuid4(), by=None, alt_text="No file", credit="Ada")

    def shown(query: str) -> set[str]:
        return set(re.findall(r">(Complete|No credit|No file)</a>", desk.get(f"{LIST}?{query}").text))

    assert shown("") == {"Complete", "No credit", "No file"}
    assert shown("missing=credit") == {"No credit"}
    assert shown("missing=file") == {"No file"}
    assert shown("missing=alt") == set()
    assert shown("missing=any") == {"No credit", "No file"}
    assert shown("missing=nonsense") == shown("")


def test_list_says_beside_each_picture_what_it_looks_like(desk, likeness):
    likeness(0x0F0F_0F0F_0F0F_0F0F, alt_text="First")
    likeness(0x0F0F_0F0F_0F0F_0F0E, alt_text="Second")
    likeness(0x00FF_FF00_00FF_FF00, alt_text="Another")

    page = desk.get(LIST).text

    said = re.findall(r'class="field-looks_like">(?:<a[^>]*>)?([^<]+)', page)
    assert said == ["–", "First", "Second"]


@pytest.mark.parametrize("count", [1, 3])
def test_what_looks_alike_costs_the_list_the_same(count, desk, likeness, django_assert_num_queries):
    for _ in range(count + 1):
        likeness(0x0F0F_0F0F_0F0F_0F0F)

    with django_assert_num_queries(17):
        desk.get(LIST)


@pytest.mark.parametrize("count", [1, 3])
def test_list_costs_the_same_for_one_and_for_three(count, desk, receive, django_assert_num_queries):
    for seed in range(count):
        receive(drawing.jpeg(700, 450, seed=seed))
    receive(drawing.jpeg(700, 450, seed=0))

    with django_assert_num_queries(14):
        desk.get(LIST)


def test_changed_credit_makes_new_files_and_is_noted(desk, make):
    image = make(drawing.jpeg(700, 450))
    old = image.public_name

    describe(desk, image, credit="Grace")
    renditions.make_renditions(image.pk)

    image = Image.objects.get()
    assert (image.credit, image.state) == ("Grace", "ready")
    assert image.public_name != old
    row = AuditRow.objects.get(verb="describe")
    assert (row.person_name, row.before, row.after) == (
        "edith",
        {"credit": "Ada/Newsroom"},
        {"credit": "Grace"},
    )


def test_saving_does_not_undo_what_a_worker_did_meanwhile(desk, receive):
    image = receive(drawing.jpeg(700, 450), alt_text="A stage", credit="Ada")
    desk.get(page_of(image))
    renditions.make_renditions(image.pk)

    describe(desk, image, caption="At nine")

    image = Image.objects.get()
    assert (image.state, image.caption) == ("ready", "At nine")


def test_awaited_picture_is_filled_on_its_page(desk):
    image = ingest.expect(image_id=uuid.uuid4(), by=None, credit="Future").image
    assert 'name="file"' in desk.get(page_of(image)).text

    refused = describe(desk, image, file=SimpleUploadedFile("a.jpg", drawing.PDF))
    assert "This is a PDF document" in refused.text
    describe(desk, image, file=SimpleUploadedFile("a.jpg", drawing.jpeg(700, 450)), alt_text="A stage")

    image = Image.objects.get()
    assert (image.state, image.credit, image.alt_text) == ("received", "Future", "A stage")
    assert "Replace the file" in desk.get(page_of(image)).text


def test_withdrawn_bytes_are_refused_on_the_awaited_picture(desk, make):
    renditions.withdraw_files(make(drawing.jpeg(700, 450)), "the family asked for it")
    image = ingest.expect(image_id=uuid.uuid4(), by=None).image

    response = describe(desk, image, file=SimpleUploadedFile("a.jpg", drawing.jpeg(700, 450)))

    assert "the family asked for it" in response.text
    assert Image.objects.get(pk=image.pk).state == "awaited"


def test_renditions_and_what_failed_are_shown_and_tried_again(desk, receive):
    image = receive(drawing.jpeg(700, 450))
    Rendition.objects.filter(spec="avif-320").update(state="failed", attempts=3, error="The disk is full.")
    text = desk.get(page_of(image)).text
    again = reverse("admin:media_image_try_again", args=[image.pk])
    assert "The disk is full." in text
    assert f'formaction="{again}"' in text

    assert desk.get(again).status_code == 405
    response = desk.post(again, follow=True)

    assert "1 renditions will be made again" in response.text
    row = Rendition.objects.get(spec="avif-320")
    assert (row.state, row.attempts, row.error) == ("waiting", 0, "")


@pytest.mark.parametrize(
    ("query", "width"), [("?width=320", 320), ("?width=400", 640), ("", 640), ("?width=x", 640)]
)
def test_preview_is_private_and_the_smallest_sufficient(query, width, desk, make):
    image = make(drawing.jpeg(700, 450))

    response = desk.get(reverse("admin:media_image_preview", args=[image.pk]) + query)

    row = image.renditions.get(spec=f"jpeg-{width}")
    assert len(response.getvalue()) == row.size
    assert response["Content-Type"] == "image/jpeg"
    assert response["Cache-Control"] == "private, no-store"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"


def test_preview_of_a_received_picture_is_its_original(desk, receive):
    data = drawing.saved(drawing.scene(64, 48), "PNG")
    image, awaited = receive(data), ingest.expect(image_id=uuid.uuid4(), by=None).image

    response = desk.get(reverse("admin:media_image_preview", args=[image.pk]))

    assert (response.getvalue(), response["Content-Type"]) == (data, "image/png")
    assert desk.get(reverse("admin:media_image_preview", args=[awaited.pk])).status_code == 404


def test_stranger_sees_and_changes_nothing(client, django_user_model, receive):
    image = receive(drawing.jpeg(700, 450))
    stranger = django_user_model.objects.create_user("mallory", is_staff=True)
    preview = reverse("admin:media_image_preview", args=[image.pk])
    assert client.get(preview).status_code == 302

    sign_in(client, stranger)

    assert client.get(preview).status_code == 403
    assert client.post(reverse("admin:media_image_try_again", args=[image.pk])).status_code == 403
    assert client.get(LIST).status_code == client.get(ADD).status_code == 403


def test_somebody_elses_picture_is_out_of_reach(client, reporter, photographer, receive):
    theirs, hers = receive(drawing.jpeg(seed=1), by=photographer), receive(drawing.jpeg(seed=2), by=reporter)
    sign_in(client, reporter)

    assert client.get(page_of(theirs)).status_code == 302
    describe(client, theirs, credit="Mine")
    assert str(theirs.pk) not in client.get(LIST).text
    assert 'name="_save"' in client.get(page_of(hers)).text
    assert Image.objects.get(pk=theirs.pk).credit == "Grace/Newsroom"


def test_somebody_elses_picture_is_not_shown_nor_tried_again_by_its_uuid(
    client, reporter, photographer, receive
):
    theirs, hers = receive(drawing.jpeg(seed=1), by=photographer), receive(drawing.jpeg(seed=2), by=reporter)
    Rendition.objects.update(state="failed", error="The disk is full.")
    sign_in(client, reporter)

    def asked_for(image) -> tuple[int, int]:
        preview = client.get(reverse("admin:media_image_preview", args=[image.pk]))
        preview.getvalue()
        return preview.status_code, client.post(
            reverse("admin:media_image_try_again", args=[image.pk])
        ).status_code

    assert asked_for(theirs) == (404, 404)
    assert asked_for(hers) == (200, 302)
    assert not theirs.renditions.exclude(state="failed").exists()


def test_an_emptied_credit_is_refused_at_its_field_and_nothing_typed_is_lost(desk, make):
    image = make(drawing.jpeg(700, 450))

    page = describe(desk, image, credit="", caption="Doors open").text

    assert "A picture readers may see keeps its credit: write the right one." in page
    assert "Doors open" in page
    assert (Image.objects.get().credit, Image.objects.get().caption) == (image.credit, "")


def test_only_what_no_reader_saw_can_be_deleted(admin_client, make):
    awaited, ready = ingest.expect(image_id=uuid.uuid4(), by=None).image, make(drawing.jpeg(700, 450))

    assert admin_client.get(reverse("admin:media_image_delete", args=[ready.pk])).status_code == 403
    assert admin_client.get(reverse("admin:media_image_delete", args=[awaited.pk])).status_code == 200


def test_a_deleted_picture_leaves_who_did_it_in_the_audit(admin_client):
    awaited = ingest.expect(image_id=uuid.uuid4(), by=None, alt_text="A stage").image

    admin_client.post(reverse("admin:media_image_delete", args=[awaited.pk]), {"post": "yes"})

    row = AuditRow.objects.get(verb="delete")
    assert not Image.objects.exists()
    assert (row.person_name, row.thing_id, row.thing_title) == ("admin", str(awaited.pk), "A stage")
    assert row.from_state == "awaited"


@pytest.mark.parametrize("address", [LIST, ADD, "change"])
def test_pages_have_nothing_inline(address, desk, make):
    image = make(drawing.jpeg(700, 450))

    text = desk.get(page_of(image) if address == "change" else address).text

    assert not re.search(r"\s(style|on\w+)=", text)
    assert not re.search(
        r"<script(?![^>]*\bsrc=)[^>]*>(?!\s*<)", text.replace('type="application/json"', "src=")
    )
