"""One picture's page: its texts, rights and crops, what its file says, and another file in place of it."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from media import renditions
from media.models import Image
from tests.coverage.desk.pages import fields_of
from tests.media import drawing
from tests.media.test_admin import LIST, describe, page_of, sign_in

pytestmark = pytest.mark.django_db
LEASE = {"lease_from": "2026-03-09T08:00", "lease_until": "2026-03-10T08:00:30"}
LIKENESS = 0x0F0F_0F0F_0F0F_0F0F


@pytest.fixture
def desk(client, editor):
    return sign_in(client, editor)


def found_in(image: Image, **found) -> Image:
    Image.objects.filter(pk=image.pk).update(found=found)
    image.refresh_from_db()
    return image


def test_rights_people_and_times_are_written_on_the_page(desk, make):
    image = make(drawing.jpeg(700, 450))

    describe(
        desk,
        image,
        people="Ada Byron\n\n Grace Hopper ",
        basis="agency",
        creator="Ada",
        copyright_notice="© 2026 Ada",
        web_statement="https://example.org/licence",
        licensor_url="https://example.org/buy",
        digital_source_type="digitalCapture",
        embargo_until="2026-03-09T08:00",
        **LEASE,
    )

    image = Image.objects.get()
    assert image.people == ["Ada Byron", "Grace Hopper"]
    assert (image.basis, image.creator, image.copyright_notice) == ("agency", "Ada", "© 2026 Ada")
    assert image.web_statement == "https://example.org/licence"
    assert image.licensor_url == "https://example.org/buy"
    assert image.digital_source_type == "digitalCapture"
    assert f"{image.lease_from:%d %H:%M} {image.lease_until:%d %H:%M:%S}" == "09 08:00 10 08:00:30"
    assert image.embargo_until == image.lease_from
    standing = fields_of(desk.get(page_of(image)), "image_form")
    assert standing["people"] == "Ada Byron\nGrace Hopper"
    assert standing["lease_until"] == "2026-03-10T08:00:30"


def test_a_save_without_a_change_makes_no_new_files(desk, make):
    image = make(drawing.jpeg(700, 450))
    Image.objects.filter(pk=image.pk).update(focal_x=1 / 3, people=["Ada"])

    describe(desk, image)

    after = Image.objects.get()
    assert (after.focal_x, after.state, after.edition) == (1 / 3, "ready", image.edition)


def test_a_lease_that_ends_before_it_starts_is_refused_at_its_field(desk, make):
    image = make(drawing.jpeg(700, 450))

    page = describe(
        desk, image, lease_from="2026-03-10T08:00", lease_until="2026-03-09T08:00", caption="Typed"
    )

    assert page.context["adminform"].form.errors.keys() == {"lease_until"}
    assert "Typed" in page.text
    assert Image.objects.get().lease_until is None


@pytest.mark.parametrize(
    ("source", "words"), [("uploader", "own credit of who sent it"), ("event", "the event’s default")]
)
def test_a_filled_credit_is_said_to_be_filled_until_a_person_writes_one(source, words, desk, make):
    image = make(drawing.jpeg(700, 450))
    Image.objects.filter(pk=image.pk).update(credit_from=source)
    assert words in desk.get(page_of(image)).text

    page = describe(desk, image, credit="Grace Hopper")

    assert "Nobody wrote a credit" not in page.text
    assert "Nobody wrote a credit" not in desk.get(page_of(image)).text


def test_suggestions_stand_beside_their_fields_and_change_nothing_by_themselves(desk, make):
    image = found_in(
        make(drawing.jpeg(700, 450)),
        credit={"text": "Grace/<b>AFP</b>", "from": "XMP"},
        people={"texts": ["Ada", "Grace"], "from": "IPTC"},
        alt_text={"text": "A stage", "from": "XMP"},
    )

    text = describe(desk, image, caption="Doors").text
    page = desk.get(page_of(image)).text

    assert "The file says (XMP): <q>Grace/&lt;b&gt;AFP&lt;/b&gt;</q>" in page
    assert "The file says (IPTC): <q>Ada, Grace</q>" in page
    assert page.count("The file says") == 2, "what stands already is not suggested"
    assert "changed successfully" in text
    assert (Image.objects.get().credit, Image.objects.get().people) == ("Ada/Newsroom", [])


def test_what_no_field_takes_is_told_beside_the_file(desk, make):
    found_in(
        make(drawing.jpeg(700, 450)),
        usage_terms={"text": "Not for <b>sale</b>", "from": "XMP"},
        keywords={"texts": ["stage", "hall"], "from": "IPTC"},
    )

    page = desk.get(page_of(Image.objects.get())).text

    assert "Its usage terms (XMP): <q>Not for &lt;b&gt;sale&lt;/b&gt;</q>" in page
    assert "Its keywords (IPTC): <q>stage, hall</q>" in page


def test_use_this_takes_that_suggestion_alone_and_keeps_what_was_typed(desk, make):
    term = "http://cv.iptc.org/newscodes/digitalsourcetype/digitalCapture"
    image = found_in(
        make(drawing.jpeg(700, 450)),
        people={"texts": ["Ada", "Grace"], "from": "IPTC"},
        credit={"text": "AFP", "from": "XMP"},
        digital_source_type={"text": term, "from": "XMP"},
    )
    standing = fields_of(desk.get(page_of(image)), "image_form")

    answer = desk.post(page_of(image), {**standing, "caption": "Typed", "_use": "people"})
    standing |= {"_version": fields_of(desk.get(page_of(image)), "image_form")["_version"]}
    desk.post(page_of(image), {**standing, "caption": "Typed", "_use": "digital_source_type"})

    image = Image.objects.get()
    assert answer["Location"] == page_of(image)
    assert (image.people, image.caption, image.credit) == ([], "Typed", "Ada/Newsroom")
    assert image.digital_source_type == "digitalCapture"


def test_a_suggestion_from_nowhere_is_passed_over(desk, make):
    image = make(drawing.jpeg(700, 450))

    describe(desk, image, _use="uploaded_by")

    assert Image.objects.get().credit == "Ada/Newsroom"


def test_enter_presses_save_and_not_the_first_suggestion(desk, make):
    image = found_in(make(drawing.jpeg(700, 450)), credit={"text": "AFP", "from": "XMP"})

    form = desk.get(page_of(image)).text.split('id="image_form"')[1]

    assert re.search(r'type="submit"[^>]* name="(\w+)"', form)[1] == "_continue"


def test_near_duplicates_are_shown_with_links_within_reach(client, desk, editor, reporter, receive):
    image, like, other = (receive(drawing.jpeg(700, 450, seed=seed), by=editor) for seed in range(3))
    for one, likeness in ((image, LIKENESS), (like, LIKENESS ^ 0b11), (other, ~LIKENESS)):
        Image.objects.filter(pk=one.pk).update(likeness=likeness)
    Image.objects.filter(pk=image.pk).update(uploaded_by=reporter)

    page = desk.get(page_of(image))
    hers = sign_in(client, reporter).get(page_of(image))

    assert [one for one, _ in page.context["similar"]] == [like]
    assert f'href="{page_of(like)}"' in page.text
    assert f'href="{page_of(other)}"' not in page.text
    assert hers.context["similar"] == []


def test_a_moved_focal_point_makes_new_files_under_new_addresses(desk, make):
    image = make(drawing.jpeg(1400, 900))
    before = {row.spec: row.file for row in image.renditions.all()}
    assert fields_of(desk.get(page_of(image)), "image_form")["focal_x"] == "50.0"

    describe(desk, image, focal_x="12.5", focal_y="80")
    renditions.make_renditions(image.pk)

    image = Image.objects.get()
    assert (image.focal_x, image.focal_y, image.state) == (0.125, 0.8, "ready")
    after = {row.spec: row.file for row in image.renditions.all()}
    assert after.keys() == before.keys()
    assert not set(after.values()) & set(before.values())


@pytest.mark.parametrize("percent", ["-1", "100.1", "nan", "left", ""])
def test_a_focal_point_outside_the_picture_is_refused(percent, desk, make):
    image = make(drawing.jpeg(700, 450))

    page = describe(desk, image, focal_x=percent)

    assert page.context["adminform"].form.errors.keys() == {"focal_x"}
    assert Image.objects.get().focal_x == 0.5


def test_another_file_takes_the_place_and_keeps_the_texts(desk, make):
    image = make(drawing.jpeg(700, 450, seed=1), focal_x="0.2")
    old = image.sha256

    page = describe(
        desk, image, file=SimpleUploadedFile("b.jpg", drawing.jpeg(800, 600, seed=2)), caption="At nine"
    )

    image = Image.objects.get()
    assert "The file was replaced" in page.text
    assert (image.width, image.credit, image.caption, image.focal_x) == (800, "Ada/Newsroom", "At nine", 0.5)
    assert image.sha256 != old
    assert image.state == "received"


def test_bytes_that_were_withdrawn_do_not_replace_and_nothing_typed_is_lost(desk, make):
    data = drawing.jpeg(700, 450, seed=3)
    renditions.withdraw_files(make(data), "the family asked for it")
    image = make(drawing.jpeg(700, 450, seed=4))

    page = describe(desk, image, file=SimpleUploadedFile("b.jpg", data), caption="Typed")

    assert page.status_code == 400
    assert "the family asked for it" in page.context["adminform"].form.errors["file"][0]
    assert "Typed" in page.text
    after = Image.objects.get(pk=image.pk)
    assert (after.sha256, after.caption, after.state) == (image.sha256, "", "ready")


def test_a_copy_has_no_crops_of_its_own(desk, make, receive):
    make(drawing.jpeg(700, 450))
    copy = receive(drawing.jpeg(700, 450))

    form = fields_of(desk.get(page_of(copy)), "image_form")
    describe(desk, copy, caption="Copy")

    assert "focal_x" not in form
    assert Image.objects.get(pk=copy.pk).caption == "Copy"


def test_a_heic_file_stands_on_the_pages_once_a_jpeg_of_it_is_made(desk, receive):
    image = receive(drawing.heic("scene"), alt_text="A stage", credit="Ada/Newsroom")
    shown = f'src="/admin/media/image/{image.pk}/preview/'
    pages = (LIST, page_of(image), reverse("admin:media_image_withdraw", args=[image.pk]))
    before = [desk.get(page).text for page in pages]

    renditions.make_renditions(image.pk)

    after = [desk.get(page).text for page in pages]
    assert [shown in text for text in before] == [False, False, False]
    assert "no preview yet" in before[0]
    assert "as soon as a JPEG of it is made" in before[1]
    assert [shown in text for text in after] == [True, True, True]


def test_who_may_only_look_sees_words_and_no_form(client, editor, make):
    image = make(drawing.jpeg(700, 450), people=["Ada", "Grace"])
    renditions.withdraw_files(image, "the family asked for it")

    page = sign_in(client, editor).get(page_of(image))

    assert "Ada, Grace" in page.text
    assert "the family asked for it" in page.text
    assert "refused" not in page.text
    assert 'name="_save"' not in page.text
    assert 'name="_continue"' not in page.text
