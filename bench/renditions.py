"""What a photograph's renditions cost, against the least they can cost and against two libraries.

    .venv/bin/python -m bench.renditions PHOTO [PHOTO ...] [--rounds 5]

CPU seconds (user and system) of all threads of one process, set as a worker's child is: the median of rounds in which
the ways take turns. LB, the least, is one full decode by the faster of two libraries, and the bare encodes of the same
pixels with the same settings; the other columns are ratios to it. "Whole" is the task as a worker does it: the early
960 pixel JPEG, the database and the disk included. "First" is the early JPEG, to its own scaled decode and bare
encode. Bytes of all JPEGs, of the crops and of all AVIFs; ssimulacra2 of the 960s to the whole picture scaled once;
the peak of a process that makes one photograph's files and no more. Noise is no photograph.
"""

import argparse
import os
import resource
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

MEASURES = ("LB s", "ours", "whole", "imagekit", "Willow", "first", "JPEG KB", "crops KB", "AVIF KB")
WORTH = ("s2 JPEG", "s2 AVIF", "peak MB")
Ways = dict[str, tuple[Callable[[], object], Callable[[], object]]]


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("photos", nargs="+", type=Path, metavar="PHOTO")
    options.add_argument("--rounds", type=int, default=5)
    options.add_argument("--peak", action="store_true", help="make the files once and print the peak memory")
    chosen = options.parse_args()
    if chosen.rounds < 1:
        options.error("--rounds must be 1 or more")
    with tempfile.TemporaryDirectory(prefix="nr-bench-") as folder:
        # A process inherits the peak of the one that started it: these come first.
        peaks = [] if chosen.peak else [peak_of(photo) for photo in chosen.photos]
        set_up(Path(folder))
        if chosen.peak:
            print(peak_here(chosen.photos[0]))
        else:
            report(chosen.photos, peaks, chosen.rounds)


def set_up(folder: Path) -> None:
    os.environ.update(
        DJANGO_SETTINGS_MODULE="newsroom.settings", DATA_DIR=str(folder / "data"), SECRET_KEY="bench only"
    )
    for name in ("DATABASE_URL", "REDIS_URL", "NEWSROOM_ENV", "PUBLIC_URL"):
        os.environ.pop(name, None)
    import django

    django.setup()
    from media import vips, worker

    worker.keep_freed_memory()  # all of a worker's setting but its limit, which the scoring needs more than
    vips.allow()


def peak_of(photo: Path) -> float:
    command = [sys.executable, "-m", "bench.renditions", "--peak", str(photo)]
    return float(subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout)


def peak_here(photo: Path) -> float:
    """The peak memory of this process once it has made a photograph's files, in MB."""
    from bench import ways

    ways.ours(ways.Photo(photo.read_bytes()))
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / (1024 * 1024 if sys.platform == "darwin" else 1024)


def report(photos: list[Path], peaks: list[float], rounds: int) -> None:
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    print(f"{rounds} rounds, median CPU seconds, ratios to LB")
    print(f"{'photograph':<16}" + "".join(f"{name:>10}" for name in MEASURES + WORTH))
    for path, peak in zip(photos, peaks, strict=True):
        print(f"{path.name:<16}" + "".join(f"{cell:>10}" for cell in row(path, peak, rounds)), flush=True)


def row(path: Path, peak: float, rounds: int) -> list[str]:
    from bench import ways

    photo = ways.Photo(path.read_bytes())
    spent = measure(ways_of(photo), rounds)
    least = min(spent["vips decode"], spent["Pillow decode"]) + spent["encodes"]
    ratios = [spent[name] / least for name in ("ours", "whole", "imagekit", "Willow")]
    first = f"{spent['first'] / spent['first LB']:.2f}" if "first" in spent else "-"
    made = ways.ours(photo)
    sizes = [sum(len(file) for name, file in made.items() if name.startswith(kind)) / 1024
             for kind in ("jpeg", "crop", "avif")]  # fmt: skip
    scores = [f"{score(photo, made[name]):.1f}" if name in made else "-" for name in ("jpeg-960", "avif-960")]
    figures = [f"{least:.3f}", *(f"{ratio:.2f}" for ratio in ratios), first]
    return [*figures, *(f"{size:.0f}" for size in sizes), *scores, f"{peak:.0f}"]


def ways_of(photo) -> Ways:
    """Each way with what must be done before, uncounted."""
    from bench import ways
    from media import specs

    image_id = ways.receive(photo)
    plain = {
        "vips decode": ways.decode_by_vips,
        "Pillow decode": ways.decode_by_pillow,
        "encodes": ways.encode,
        "ours": ways.ours,
        "imagekit": ways.imagekit,
        "Willow": ways.willow,
    }
    if photo.format == "JPEG" and specs.FIRST in photo.pixels:
        plain |= {"first": ways.first, "first LB": ways.first_at_least}
    every: Ways = {name: (lambda: None, lambda way=way: way(photo)) for name, way in plain.items()}
    whole = (lambda: ways.unmake(image_id), lambda: ways.make(image_id))
    return every | {"whole": whole}


def measure(every: Ways, rounds: int) -> dict[str, float]:
    """The median CPU seconds of each way; a first round is not counted."""
    spent: dict[str, list[float]] = {name: [] for name in every}
    for number in range(rounds + 1):
        for name, (before, way) in every.items():
            before()
            started = cpu()
            way()
            if number:
                spent[name].append(cpu() - started)
    return {name: statistics.median(times) for name, times in spent.items()}


def cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def score(photo, file: bytes) -> float:
    """ssimulacra2 against the whole picture scaled once by Lanczos: 70 is good, 90 cannot be told apart."""
    from PIL import Image
    from ssimulacra2 import compute_ssimulacra2_with_alpha

    from bench import ways
    from media.pixels import PillowUpright

    made = ways.opened(file).convert("RGB")
    whole = PillowUpright.decode(photo.data, photo.format, largest=sys.maxsize).at(sys.maxsize)
    with tempfile.TemporaryDirectory() as folder:
        whole.resize(made.size, Image.Resampling.LANCZOS).save(f"{folder}/whole.png")
        made.save(f"{folder}/made.png")
        return compute_ssimulacra2_with_alpha(f"{folder}/whole.png", f"{folder}/made.png")


if __name__ == "__main__":
    main()
