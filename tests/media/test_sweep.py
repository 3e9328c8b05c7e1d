import os
from datetime import timedelta
from pathlib import Path

import pytest
from celery import current_app
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.utils import timezone

from media import ingest, making, renditions, specs, storage, sweep, tasks
from media.models import Image, RetiredFiles
from tests.media import drawing
from tests.media.conftest import stored

pytestmark = pytest.mark.django_db


def age(*, seconds: float = 30) -> None:
    """Every image was last touched so long ago."""
    Image.objects.update(updated_at=timezone.now() - timedelta(seconds=seconds))


def age_files(name: str, *, hours: float) -> None:
    then = (timezone.now() - timedelta(hours=hours)).timestamp()
    for path in Path(storages[name].location).rglob("*"):
        os.utime(path, (then, then))


def test_forgotten_image_is_hinted_again(receive):
    image = receive()
    assert sweep.hint_unfinished() == []

    age()

    assert sweep.hint_unfinished() == [image.pk]


def test_image_somebody_works_at_is_left_alone(receive):
    image = receive()
    making.claim(image.pk)
    age()
    assert sweep.hint_unfinished() == []

    Image.objects.update(claimed_at=timezone.now() - timedelta(seconds=30))

    assert sweep.hint_unfinished() == [image.pk]


def test_only_what_can_still_be_made_is_hinted(receive, make):
    make(drawing.jpeg(seed=1))
    receive(drawing.jpeg(seed=1))  # a copy
    failed = receive(drawing.jpeg(seed=2))
    failed.renditions.filter(spec="avif-320").update(state="failed", error="It could not be made.")
    failed.renditions.exclude(spec="avif-320").update(state="ready", file="a/b.jpg", width=1, height=1)
    age()
    assert sweep.hint_unfinished() == []

    failed.renditions.filter(spec="jpeg-320").update(state="waiting")

    assert sweep.hint_unfinished() == [failed.pk]


def test_killed_after_the_last_file_becomes_ready(receive):
    image = receive()
    job = making.claim(image.pk)
    making.make_all(job)
    Image.objects.update(claimed_at=timezone.now() - timedelta(seconds=30))
    age()

    assert sweep.hint_unfinished() == [image.pk]
    renditions.make_renditions(image.pk)

    assert Image.objects.get().state == "ready"


def test_newsroom_is_told_again_until_it_was_told(own_queues, make):
    image = make()
    with current_app.connection_for_read() as connection:
        queue = connection.SimpleQueue("publish")
        age()

        sweep.tell_again()
        sweep.tell_again()

        assert queue.get(timeout=5).payload[0] == [str(image.pk)]
        with pytest.raises(queue.Empty):
            queue.get_nowait()


@pytest.mark.parametrize("lost", ["one file", "the folder"])
def test_lost_files_are_made_again_under_their_names(lost, make):
    image, other = make(drawing.jpeg(seed=1)), make(drawing.jpeg(seed=2))
    before = stored("renditions")
    if lost == "the folder":
        storage.remove_folder(storage.renditions(), image.public_name)
    else:
        storages["renditions"].delete(image.renditions.first().file)

    assert sweep.repair_lost() == [image.pk]
    renditions.make_renditions(image.pk)

    assert stored("renditions") == before
    assert Image.objects.get(pk=image.pk).state == "ready"
    assert Image.objects.get(pk=other.pk).version == other.version
    assert sweep.repair_lost() == []


def test_replaced_files_go_when_their_time_is_up(make):
    image = make()
    old = {name for name in stored("renditions") if name.startswith(image.public_name)}
    renditions.remake(image)
    age_files("renditions", hours=50)
    sweep.sweep()
    assert stored("renditions") == old

    renditions.make_renditions(image.pk)
    sweep.sweep()
    assert old < stored("renditions")
    RetiredFiles.objects.update(delete_after=timezone.now() - timedelta(seconds=1))
    sweep.sweep()

    assert stored("renditions") == {row.file for row in image.renditions.all()}
    assert not RetiredFiles.objects.exists()


def _never(folder: str) -> bool:
    return False


def _always(folder: str) -> bool:
    return True


@pytest.mark.parametrize(
    ("name", "stay"), [("_always", True), ("_never", False), ("", False)], ids=["shown", "not shown", "unset"]
)
def test_replaced_files_stay_while_readers_are_shown_them(name, stay, settings, make):
    settings.MEDIA_FOLDER_IN_USE = f"{__name__}.{name}" if name else ""
    image = make()
    old = {name for name in stored("renditions") if name.startswith(image.public_name)}
    renditions.remake(image)
    renditions.make_renditions(image.pk)
    RetiredFiles.objects.update(delete_after=timezone.now() - timedelta(seconds=1))

    sweep.sweep()

    assert old <= stored("renditions") if stay else old.isdisjoint(stored("renditions"))
    assert RetiredFiles.objects.exists() == stay


def test_orphans_go_after_an_hour(make):
    image = make()
    kept = stored("renditions") | stored("originals")
    storage.write(storage.renditions(), "nobodys/jpeg-320.jpg", b"x")
    storage.write(storage.renditions(), f"{image.public_name}/jpeg-320.jpg", b"x")
    storage.write(storage.originals(), "nobodys/sum.jpg", b"x")
    storage.stage(storage.originals(), [b"x"])
    Path(storages["renditions"].path("empty")).mkdir()

    sweep.delete_orphans()
    assert len(stored("renditions") | stored("originals")) == len(kept) + 3
    age_files("renditions", hours=2)
    age_files("originals", hours=2)
    tasks.sweep_pictures()

    assert stored("renditions") | stored("originals") == kept
    assert "empty" not in storage.folders_in(storage.renditions())


def stray_files(image: Image) -> set[str]:
    """Leaves behind, in the folders of an image, what its rows do not name; without the names of the storages."""
    renditions_left = {
        f"{image.public_name}/jpeg-320.jpg.0a1b2c3d.part",
        f"{image.public_name}/webp-320.webp",
    }
    for name in renditions_left:
        storage.write(storage.renditions(), name, b"x")
    storage.write(storage.originals(), f"{image.pk}/before.jpg", b"x")
    return {*renditions_left, f"{image.pk}/before.jpg"}


def all_stored() -> set[str]:
    return stored("renditions") | stored("originals")


def age_all_files(*, hours: float) -> None:
    age_files("renditions", hours=hours)
    age_files("originals", hours=hours)


def test_strays_in_the_folders_of_an_image_go_after_an_hour(make):
    images = [make(drawing.jpeg(280, 180, seed=seed)) for seed in (1, 2)]
    kept = all_stored()
    strays = stray_files(images[1])
    age(seconds=7200)

    age_all_files(hours=0.9)
    sweep.sweep()
    assert all_stored() == kept | strays
    age_all_files(hours=1.1)
    sweep.sweep()

    assert all_stored() == kept


def test_nothing_is_deleted_beside_an_image_that_changed_within_the_hour(make):
    image = make(drawing.jpeg(280, 180))
    before = all_stored() | stray_files(image)
    age_all_files(hours=2)
    age(seconds=3500)

    sweep.sweep()

    assert all_stored() == before


def test_strays_of_many_images_are_found_in_several_rounds(make, monkeypatch):
    monkeypatch.setattr(sweep, "LOOKED_INTO", 1)
    images = [make(drawing.jpeg(280, 180, seed=seed)) for seed in (1, 2)]
    kept = all_stored()
    for image in images:
        stray_files(image)
    age(seconds=7200)
    age_all_files(hours=2)

    for _ in range(64):  # by chance: one of the two is passed over with a probability of 2 ** -63
        sweep.delete_strays()

    assert all_stored() == kept


@pytest.mark.parametrize("is_replaced", [True, False])
def test_the_file_before_is_no_stray_while_the_new_one_is_unproven(is_replaced, make):
    image = make(drawing.jpeg(280, 180))
    if is_replaced:
        ingest.replace(image, ContentFile(drawing.jpeg(270, 170, seed=2), "b.jpg"), by=None)
    else:
        renditions.remake(image)
    before = all_stored()
    age_all_files(hours=2)
    age(seconds=7200)

    sweep.sweep()

    assert all_stored() == before
    assert len(stored("originals")) == (2 if is_replaced else 1)


def test_an_image_without_renditions_keeps_its_original(make):
    image = make(drawing.jpeg(280, 180))
    renditions.withdraw_files(image)
    storage.remove_folder(storage.renditions(), image.public_name)
    storage.write(storage.renditions(), "at-the-root.txt", b"not ours")
    age_all_files(hours=2)
    age(seconds=7200)

    sweep.sweep()

    assert all_stored() == {image.original, "at-the-root.txt"}


def test_refused_images_keep_no_file(receive):
    image = receive(drawing.jpeg()[:30_000])
    renditions.make_renditions(image.pk)  # the commit, and with it the deletion, never came
    age_files("originals", hours=2)

    sweep.sweep()

    assert stored("originals") == set()


def test_files_of_an_older_recipe_are_made_again_under_a_new_name(make):
    image, other = make(drawing.jpeg(700, 450, seed=1)), make(drawing.jpeg(700, 450, seed=2))
    image.renditions.update(recipe=specs.RECIPE - 1)

    assert sweep.remake_outdated() == [image.pk]
    renditions.make_renditions(image.pk)

    made = Image.objects.get(pk=image.pk)
    assert (made.state, made.public_name != image.public_name) == ("ready", True)
    assert {row.recipe for row in made.renditions.all()} == {specs.RECIPE}
    assert Image.objects.get(pk=other.pk).public_name == other.public_name
    assert sweep.remake_outdated() == []
