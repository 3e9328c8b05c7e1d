"""A worker is killed in the middle of a picture: the sweep finishes it, and nothing half-written is left."""

import resource
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest
from django.core.files.storage import storages
from django.db import transaction
from PIL import Image as Pillow

from media import making, renditions, specs, sweep
from media.models import Image, ImageState, RenditionState
from tests.faults.conftest import AT_ONCE, Worker, has_begun, pass_time, ready, send, state_of, stopped, tries
from tests.media import drawing
from tests.media.conftest import stored
from tests.processes import eventually

pytestmark = [pytest.mark.processes, pytest.mark.xdist_group("pictures worker")]

WIDTH, HEIGHT = 4000, 3000
ALL = set(specs.plan(WIDTH))
SPARE = 20 * 1024 * 1024  # bytes; the picture's pixels take 36 MB


@cache
def photograph(format: str = "JPEG") -> bytes:
    """With as much to encode as a photograph: about a second's work."""
    grain = Pillow.effect_noise((WIDTH // 4, HEIGHT // 4), 120).resize((WIDTH, HEIGHT)).convert("RGB")
    picture = Pillow.blend(drawing.scene(WIDTH, HEIGHT), grain, 0.2)
    return drawing.saved(picture, format, quality=85)


def is_let_go(image: Image) -> bool:
    return Image.objects.filter(pk=image.pk, claimed_at=None).exists()


def is_announced(image: Image) -> bool:
    return Image.objects.filter(pk=image.pk, state=ImageState.READY, announced=True).exists()


def has_draft(image: Image) -> bool:
    """Whether a file is being written at this moment."""
    return any(name.endswith(".part") for name in stored("renditions"))


def has_file_without_row(image: Image) -> bool:
    names = {name for name in stored("renditions") if not name.endswith(".part")}
    return len(names) > len(ready(image))


def original_of(image: Image) -> bytes:
    with storages["originals"].open(image.original) as file:
        return file.read()


def wait_for(condition: Callable[[], object], worker: Worker) -> None:
    assert eventually(condition, every=AT_ONCE), worker.log()


def wait_for_claim(time: int, image: Image, worker: Worker) -> None:
    """Until a worker has begun with it for so many times."""
    wait_for(lambda: time in tries(image).values(), worker)


def let_claim_run_out(worker: Worker) -> None:
    worker.wait_until_idle()  # the killed child's message came back, and found the claim held
    pass_time(seconds=30)
    worker.sweep()


def finish_later(image: Image, worker: Worker) -> None:
    """The claim of the dead worker runs out, and beat calls the sweep."""
    let_claim_run_out(worker)
    wait_for(lambda: is_announced(image), worker)


def assert_whole(image: Image, data: bytes) -> None:
    """Every file is there, and after two hours no other; the original is what was sent."""
    image.refresh_from_db()
    rows = list(image.renditions.all())
    files = {row.file for row in rows}
    assert {row.spec for row in rows} == ready(image) == ALL
    assert [name for name in stored("renditions") - files if not name.endswith(".part")] == []
    pass_time(hours=2)
    sweep.sweep()

    assert (stored("renditions"), stored("originals")) == (files, {image.original})
    assert original_of(image) == data
    for row in rows:
        with storages["renditions"].open(row.file) as file, Pillow.open(file) as picture:
            picture.load()
            assert (picture.size, file.size) == ((row.width, row.height), row.size)


@pytest.mark.parametrize(
    "is_there",
    [
        pytest.param(has_begun, id="before anything is decoded"),
        pytest.param(lambda image: len(ready(image)) >= 1, id="after the first file"),
        pytest.param(has_draft, id="while a file is being written"),
        pytest.param(lambda image: len(ready(image)) >= 7, id="in the middle"),
        pytest.param(lambda image: ready(image) == ALL, id="after the last file"),
    ],
)
def test_killed_child_leaves_no_picture_unfinished(is_there, worker):
    child = worker.child()
    image = send(photograph())

    # A file is written in a millisecond or two, thirteen times: who misses that moment every time kills at the end.
    wait_for(lambda: is_there(image) or is_announced(image), worker)
    worker.kill_child(child)
    made = ready(image)
    finish_later(image, worker)

    assert tries(image) == dict.fromkeys(ALL, 2) | dict.fromkeys(made, 1)
    assert_whole(image, photograph())


def test_killed_between_a_file_and_its_row(worker):
    child = worker.child()
    image = send(photograph())
    wait_for(lambda: len(ready(image)) >= 2, worker)  # of the first one the newsroom is told, by another row

    with transaction.atomic():
        Image.objects.select_for_update().get(pk=image.pk)  # no row lands meanwhile
        wait_for(lambda: has_file_without_row(image), worker)
        worker.kill_child(child)
    made = ready(image)
    finish_later(image, worker)

    assert made < ALL
    assert tries(image) == dict.fromkeys(ALL, 2) | dict.fromkeys(made, 1)
    assert_whole(image, photograph())


def test_killed_before_the_newsroom_hears_of_it(worker):
    child = worker.child()
    image = send(photograph())
    wait_for(lambda: ready(image), worker)

    with stopped(worker.broker):
        wait_for(lambda: state_of(image) == ImageState.READY, worker)
        worker.kill_child(child)
    assert not is_announced(image)
    finish_later(image, worker)

    assert set(tries(image).values()) == {1}
    assert_whole(image, photograph())


def test_killed_machine_leaves_no_picture_unfinished(worker):
    image = send(photograph())

    wait_for(lambda: ready(image), worker)
    worker.kill()
    made = ready(image)
    worker.start()
    finish_later(image, worker)

    assert tries(image) == dict.fromkeys(ALL, 2) | dict.fromkeys(made, 1)
    assert_whole(image, photograph())


def test_killed_three_times_it_is_given_up_until_somebody_says_try_again(worker):
    image = send(photograph())
    for time in range(1, making.TRIES + 1):
        wait_for_claim(time, image, worker)
        worker.kill_child(worker.child())
        let_claim_run_out(worker)
    failed = image.renditions.filter(
        state=RenditionState.FAILED, error="Its making was cut short three times."
    )
    wait_for(failed.exists, worker)
    assert sweep.hint_unfinished() == []

    renditions.try_again(image, by=None)
    wait_for(lambda: is_announced(image), worker)

    assert_whole(image, photograph())


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux lets a test limit another process")
def test_without_memory_it_says_so_and_keeps_the_original(worker):
    data, child = photograph("WEBP"), worker.child()
    limit_memory(child)
    image = send(data)
    for time in range(1, making.TRIES + 1):
        wait_for_claim(time, image, worker)
        wait_for(lambda: is_let_go(image), worker)
        let_claim_run_out(worker)

    said = image.renditions.filter(state=RenditionState.FAILED).values_list("error", flat=True)
    assert set(said) == {"The picture needs more memory than there is. Send a smaller one."}
    assert original_of(image) == data
    worker.kill_child(child)
    renditions.try_again(image, by=None)
    wait_for(lambda: is_announced(image), worker)
    assert_whole(image, data)


def limit_memory(process: int) -> None:
    """To little more than it has filled by now."""
    filled = Path(f"/proc/{process}/status").read_text().partition("VmData:")[2].split()[0]
    limit = int(filled) * 1024 + SPARE
    resource.prlimit(process, resource.RLIMIT_DATA, (limit, limit))
