from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
from django.core.files.storage import storages
from django.db import connection
from django.utils import timezone
from imagekit.registry import generator_registry as registry
from PIL import Image as Pillow

from media import looks, making, renditions, specs, storage, tasks, texts, vips
from media.models import Image, Rendition, RetiredFiles
from media.showing import as_picture
from newsroom.editorial.audit import AuditRow
from newsroom.editorial.errors import NotAllowed
from tests.media import drawing
from tests.media.conftest import stored
from tests.media.test_pixels import assert_upright

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]


def opened(path: str | Path) -> Pillow.Image:
    return Pillow.open(BytesIO(Path(path).read_bytes()))


def served(image: Image) -> dict[str, str]:
    """The paths of an image's files by spec."""
    return {row.spec: storages["renditions"].path(row.file) for row in image.renditions.all()}


def test_every_rendition_gets_a_file_and_a_row(make):
    image = make(drawing.jpeg(2400, 1500))

    assert image.state == "ready"
    rows = {row.spec: row for row in image.renditions.all()}
    assert set(rows) == set(specs.SPECS)
    for name, row in rows.items():
        width = specs.SPECS[name].width
        path = Path(storages["renditions"].path(row.file))
        across, down = specs.SHAPES.get(name, (8, 5))
        assert (row.state, row.width, row.height) == ("ready", width, width * down // across)
        assert (row.size, row.attempts, row.error, row.recipe) == (path.stat().st_size, 1, "", specs.RECIPE)
        assert row.milliseconds >= 0
        assert row.file == f"{image.public_name}/{name}.{'jpg' if row.format == 'jpeg' else 'avif'}"
        assert opened(path).size == (row.width, row.height)
    assert stored("renditions") == {row.file for row in rows.values()}


def test_first_jpeg_can_be_shown_before_the_others_are_made(receive):
    image = receive(drawing.phone_jpeg(6, 2000, 1200), alt_text="A", credit="B")
    job = making.claim(image.pk)

    making._make_first(job, making._original(job))

    picture = as_picture(Image.objects.get(pk=image.pk))
    assert (picture.place, [one.spec for one in picture.sources]) == ("shown", ["jpeg-960"])
    assert_upright(opened(storages["renditions"].path(f"{job.image.public_name}/jpeg-960.jpg")))
    making.make_all(job)
    assert {row.spec for row in job.image.renditions.filter(state="ready")} == set(specs.plan(2000))


@pytest.mark.parametrize("engine", ["pillow", "libvips"])
def test_heic_becomes_renditions_and_is_remembered_by_its_looks(engine, make, monkeypatch):
    monkeypatch.setattr(vips, "_allowed", engine == "libvips")

    image = make(drawing.heic("turned"))

    assert (image.state, image.format, image.width, image.height) == ("ready", "HEIF", 700, 450)
    assert_upright(opened(served(image)["jpeg-640"]))
    assert len(image.thumbhash) > 20
    assert looks.distance(image.likeness, looks.likeness_of(drawing.scene(320, 206))) <= looks.NEAR


def test_what_the_file_says_is_kept_as_a_suggestion(make):
    exif = drawing.camera_exif(1)
    exif[0x013B] = "Ada Byron"

    image = make(drawing.jpeg(700, 450, exif=exif))

    assert image.found["creator"] == {"text": "Ada Byron", "from": "EXIF"}
    assert image.creator == ""


def test_files_replaced_by_a_refused_original_are_deleted_in_their_time(make):
    image = make()
    renditions.remake(image)
    image.refresh_from_db()

    renditions.refuse(image, "The file is cut off.")

    assert RetiredFiles.objects.get().delete_after <= timezone.now()


def test_public_name_cannot_be_guessed(make):
    one, two = make(drawing.jpeg(seed=1)), make(drawing.jpeg(seed=2))

    assert one.public_name != two.public_name
    assert len(one.public_name) == 32
    assert one.public_name == one.public_name.lower()


@pytest.mark.parametrize("orientation", [1, 6, 8])
def test_served_bytes_are_upright_and_say_nothing_of_the_phone(orientation, make, exiftool):
    image = make(drawing.phone_jpeg(orientation), credit='Ada & "Co" <x>', alt_text="A stage, é")

    for name, path in served(image).items():
        if name not in specs.SHAPES:
            assert_upright(opened(path))
        data = Path(path).read_bytes()
        assert drawing.SERIAL.encode() not in data
        assert b"taken at home" not in data
        said = exiftool(path)
        for word in (
            "GPS",
            "Serial",
            "Make",
            "Phone",
            "Orientation",
            "MakerNote",
            "Preview",
            "Thumbnail",
            "ICC",
        ):
            assert word not in said, said
        for line in ('Creator : Ada & "Co" <x>', 'Credit : Ada & "Co" <x>', 'Rights : Ada & "Co" <x>',
                     "Alt Text Accessibility : A stage, é"):  # fmt: skip
            assert line in " ".join(said.split())


def test_profile_is_converted_and_gone(make):
    image = make(drawing.jpeg(700, 450, icc_profile=drawing.swapped_profile()))

    for name, path in served(image).items():
        picture = opened(path)
        assert "icc_profile" not in picture.info
        red, _, blue = picture.convert("RGB").getpixel((10, 10))
        assert name in specs.SHAPES or blue > 180 > red


def test_tail_of_a_polyglot_stays_behind(make):
    image = make(drawing.jpeg(700, 450) + b"<script>alert(1)</script>PK\x03\x04" + b"tail" * 100)

    assert image.state == "ready"
    for path in served(image).values():
        assert b"<script" not in Path(path).read_bytes()
        assert b"tailtail" not in Path(path).read_bytes()


def test_narrow_picture_is_made_at_its_own_width(make):
    image = make(drawing.jpeg(100, 80))

    assert {(row.spec, row.width, row.height) for row in image.renditions.all()} == {
        ("jpeg-320", 100, 80),
        ("avif-320", 100, 80),
        ("crop-16x9", 100, 56),
        ("crop-4x3", 100, 75),
        ("crop-1x1", 80, 80),
    }


def test_without_credit_the_pixels_are_made_and_nobody_gets_them(make):
    image = make(credit="")

    assert image.state == "ready"
    assert "xmp" not in opened(served(image)["jpeg-960"]).info
    assert as_picture(image) is None


@pytest.mark.parametrize(
    ("credit", "alt_text"), [("", "A stage"), ("Ada", ""), ("  ", "A stage"), ("Ada", " ")]
)
def test_no_credit_or_alt_text_no_picture(credit, alt_text, make):
    image = make()
    image.credit, image.alt_text = credit, alt_text

    assert as_picture(image) is None


def test_picture_is_what_readers_get(make):
    image = make(drawing.jpeg(1400, 900), caption="Doors open")

    picture = as_picture(image)

    assert (picture.image, picture.credit, picture.alt) == (str(image.pk), "Ada/Newsroom", "A stage")
    assert (picture.caption, picture.width, picture.height) == ("Doors open", 1280, 823)
    assert [s.spec for s in picture.of_format("avif")] == ["avif-320", "avif-640", "avif-960", "avif-1280"]
    assert picture.fallback().url == f"/pictures/{image.public_name}/jpeg-960.jpg"
    assert as_picture(image, "At nine").caption == "At nine"


def test_picture_costs_no_query_when_loaded_with_files(make, receive, django_assert_num_queries):
    make(drawing.jpeg(700, 450))
    receive(drawing.jpeg(700, 450))

    with django_assert_num_queries(3):
        assert all(as_picture(image) for image in Image.objects.with_files())


def test_received_image_has_a_place_and_no_files_yet(receive):
    picture = as_picture(receive(alt_text="A", credit="B"))

    assert (picture.place, picture.sources, picture.width, picture.height) == ("reserved", (), 1400, 900)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (drawing.jpeg()[:30_000], "cut off"),
        (drawing.png_header(800, 600, b"no pixels here"), "damaged"),
        (drawing.png_header(9_000, 9_000), "cut off"),
    ],
)
def test_file_that_lies_is_refused_and_leaves_no_file(data, words, receive):
    image = receive(data, alt_text="A", credit="B")
    copy = receive(data)

    tasks.make_renditions(str(image.pk))

    image.refresh_from_db()
    copy.refresh_from_db()
    assert words in image.refusal
    assert (image.state, image.original, image.public_name) == ("refused", "", "")
    assert (copy.state, copy.refusal, copy.same_as) == ("refused", image.refusal, None)
    assert not Rendition.objects.exists()
    assert AuditRow.objects.filter(verb="refuse", thing_id=str(image.pk)).count() == 1


@pytest.mark.django_db(transaction=True)
def test_refused_files_are_gone_after_the_commit(receive):
    image = receive(drawing.jpeg()[:30_000])

    renditions.make_renditions(image.pk)

    assert stored("originals") == set()
    assert stored("renditions") == set()


@pytest.mark.django_db(transaction=True)
def test_pixels_are_made_outside_any_transaction(receive):
    seen = []

    class Watching(specs.SPECS["jpeg-320"]):
        def generate(self):
            seen.append(connection.in_atomic_block)
            return super().generate()

    registry._generators["media:jpeg-320"] = Watching
    try:
        renditions.make_renditions(receive().pk)
    finally:
        registry._generators["media:jpeg-320"] = specs.SPECS["jpeg-320"]

    assert seen == [False]


def test_png_turned_by_exif_behind_its_pixels_is_measured_again(make):
    data = drawing.phone_jpeg(6, 700, 450, "PNG")
    start = data.index(b"eXIf") - 4
    end = start + 12 + int.from_bytes(data[start : start + 4])
    data, chunk = data[:start] + data[end:], data[start:end]
    data = data[:-12] + chunk + data[-12:]  # before IEND

    image = make(data)

    assert (image.width, image.height) == (700, 450)
    assert {row.spec for row in image.renditions.all()} == {
        "jpeg-320",
        "avif-320",
        "jpeg-640",
        "avif-640",
        *specs.SHAPES,
    }
    assert image.state == "ready"


def test_making_again_does_nothing(make):
    image = make()
    before = {row.pk: row.updated_at for row in image.renditions.all()}

    renditions.make_renditions(image.pk)

    assert {row.pk: row.updated_at for row in image.renditions.all()} == before


def test_second_worker_leaves_a_claimed_image_alone(receive):
    image = receive()

    assert making.claim(image.pk) is not None
    assert making.claim(image.pk) is None


def test_claim_of_a_dead_worker_is_taken_over_and_its_files_kept(receive):
    image = receive()
    dead = making.claim(image.pk)
    upright = making._decode(dead, making._original(dead))
    making._make(dead, "jpeg-960", upright)
    Image.objects.filter(pk=image.pk).update(claimed_at=timezone.now() - timedelta(seconds=30))

    renditions.make_renditions(image.pk)

    image.refresh_from_db()
    assert image.state == "ready"
    assert image.renditions.get(spec="jpeg-960").attempts == 1
    assert image.renditions.get(spec="avif-960").attempts == 2
    with pytest.raises(making.Superseded):
        making._make(dead, "avif-960", upright)
    making.remove_stale(dead)
    assert stored("renditions") == {row.file for row in image.renditions.all()}


def test_files_of_a_superseded_worker_are_removed(receive):
    image = receive(alt_text="A", credit="B")
    job = making.claim(image.pk)
    upright = making._decode(job, making._original(job))
    renditions.withdraw_files(image, "a mistake")

    with pytest.raises(making.Superseded):
        making._make(job, "jpeg-960", upright)
    making.remove_stale(job)

    assert stored("renditions") == set()
    assert Image.objects.get().state == "withdrawn"


def test_picture_that_kills_its_worker_is_given_up_after_three_tries(receive):
    image = receive()
    for _ in range(3):
        assert making.claim(image.pk).missing
        Image.objects.update(claimed_at=None)

    renditions.make_renditions(image.pk)

    assert {(row.state, row.error) for row in image.renditions.all()} == {
        ("failed", "Its making was cut short three times.")
    }
    assert Image.objects.get().state == "received"


def test_lost_original_is_said_three_times_then_tried_again_on_demand(receive, editor):
    image = receive()
    original = storages["originals"].path(image.original)
    Path(original).rename(f"{original}.away")
    for _ in range(3):
        renditions.make_renditions(image.pk)
    assert {(row.state, row.attempts, row.error) for row in image.renditions.all()} == {
        ("failed", 3, "The original is missing from the storage. Send the picture again.")
    }

    Path(f"{original}.away").rename(original)
    renditions.make_renditions(image.pk)
    assert Image.objects.get().state == "received"  # failed for good until somebody says so
    assert renditions.try_again(image, by=editor) == 11
    renditions.make_renditions(image.pk)

    assert Image.objects.get().state == "ready"
    assert AuditRow.objects.filter(verb="try again", person_name="edith").count() == 1


def test_file_that_cannot_be_written_does_not_hold_up_the_others(receive):
    image = receive()
    job = making.claim(image.pk)
    Path(storages["renditions"].path(specs.file_name(job.image.public_name, "avif-640"))).mkdir(parents=True)
    Image.objects.update(claimed_at=None)

    renditions.make_renditions(image.pk)

    rows = {row.spec: row for row in image.renditions.all()}
    assert {name for name, row in rows.items() if row.state != "ready"} == {"avif-640"}
    assert rows["avif-640"].error.startswith("It could not be made:")
    assert Image.objects.get().claimed_at is None


def test_changed_credit_makes_new_files_under_a_new_name(make, editor):
    image = make()
    old, old_files = image.public_name, stored("renditions")

    assert texts.describe(image, by=editor, credit="Grace/Newsroom")
    assert (image.state, image.public_name) == ("received", "")
    assert stored("renditions") == old_files
    renditions.make_renditions(image.pk)

    image = Image.objects.get()
    assert image.state == "ready"
    assert image.public_name not in ("", old)
    assert b"Grace/Newsroom" in opened(served(image)["jpeg-960"]).info["xmp"]
    assert old_files < stored("renditions")  # they serve until the record has the new names
    assert RetiredFiles.objects.get().public_name == old
    assert RetiredFiles.objects.get().delete_after > timezone.now() + timedelta(minutes=9)
    row = AuditRow.objects.get(verb="describe")
    assert (row.before, row.after) == ({"credit": "Ada/Newsroom"}, {"credit": "Grace/Newsroom"})


def test_credit_changed_while_a_worker_is_at_it_counts(receive, editor):
    image = receive(alt_text="A", credit="Ada")
    job = making.claim(image.pk)
    upright = making._decode(job, making._original(job))
    making._make(job, "jpeg-960", upright)

    texts.describe(image, by=editor, credit="Grace")
    with pytest.raises(making.Superseded):
        making._make(job, "avif-960", upright)
    renditions.make_renditions(image.pk)

    for path in served(Image.objects.get()).values():
        assert b"Grace" in Path(path).read_bytes()


def test_changed_caption_keeps_the_files(make, editor, django_capture_on_commit_callbacks):
    image = make()

    with django_capture_on_commit_callbacks() as callbacks:
        texts.describe(image, by=editor, caption="At nine")

    assert len(callbacks) == 1  # the newsroom is told
    assert Image.objects.get().public_name == image.public_name


def test_nothing_changed_does_nothing(make, editor):
    image = make()

    assert not texts.describe(image, by=editor, credit=" Ada/Newsroom ")
    assert Image.objects.get().state == "ready"


def test_describing_somebody_elses_picture_is_not_allowed(receive, reporter, photographer):
    image = receive(by=reporter)

    with pytest.raises(NotAllowed):
        texts.describe(image, by=photographer, credit="Mine")


def test_withdrawn_image_has_no_files_and_no_copies(
    make, receive, editor, django_capture_on_commit_callbacks
):
    image = make()
    copy = receive()
    texts.describe(image, by=editor, credit="Grace")
    renditions.make_renditions(image.pk)
    assert len({Path(name).parent for name in stored("renditions")}) == 2

    with django_capture_on_commit_callbacks(execute=True):
        renditions.withdraw_files(copy, "the family asked for it")

    assert stored("renditions") == set()
    assert {(i.state, i.refusal) for i in Image.objects.all()} == {("withdrawn", "the family asked for it")}
    assert all(as_picture(i) is None for i in Image.objects.all())
    assert not Rendition.objects.exists()
    assert not RetiredFiles.objects.exists()
    assert stored("originals") == {Image.objects.get(pk=image.pk).original}


def test_reinstated_image_gets_new_names(make):
    image = make()
    old = image.public_name
    renditions.withdraw_files(image, "a mistake")

    renditions.reinstate_files(image)
    renditions.make_renditions(image.pk)

    image = Image.objects.get()
    assert (image.state, image.refusal) == ("ready", "")
    assert image.public_name not in ("", old)


def test_deleted_row_takes_its_files_along(make, django_capture_on_commit_callbacks):
    image = make()

    with django_capture_on_commit_callbacks(execute=True):
        image.delete()

    assert stored("originals") == stored("renditions") == set()


def test_unknown_image_is_nothing_to_do():
    tasks.make_renditions("00000000-0000-4000-8000-000000000000")

    assert storage.folders_in(storage.renditions()) == []
