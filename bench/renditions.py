"""What the renditions of a photograph cost, against the least they can cost and against two libraries.

    .venv/bin/python -m bench.renditions PHOTO [PHOTO ...] [--rounds 5]

CPU seconds (user and system) of one process on one core, median of rounds in which the ways take turns. The least (LB)
is one full decode, by the faster of two libraries, and the bare encodes of the same outputs with the same settings.
Willow writes AVIF at a speed of its own: it takes none. Noise is not a photograph; `make bench PHOTOS="a.jpg b.heic"`.
"""

import argparse
import io
import os
import resource
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("photos", nargs="+", type=Path, metavar="PHOTO")
    options.add_argument("--rounds", type=int, default=5)
    options.add_argument(
        "--peak", action="store_true", help="make the renditions once and print the peak memory"
    )
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="nr-bench-") as folder:
        set_up(folder)
        if chosen.peak:
            print_peak(chosen.photos[0].read_bytes())
            return
        print(f"{chosen.rounds} rounds, CPU seconds, ratios to LB")
        print(f"{'photograph':<16} {'LB':>6} {'ours':>6} {'ratio':>6} {'imagekit':>9} {'Willow':>7}"
              f" {'first':>6} {'peak MB':>8} {'JPEG KB':>8} {'AVIF KB':>8} {'s2 JPEG':>8} {'s2 AVIF':>8}")  # fmt: skip
        for photo in chosen.photos:
            print(row_of(photo, chosen.rounds), flush=True)


def set_up(folder: str) -> None:
    os.environ.update(
        DJANGO_SETTINGS_MODULE="newsroom.settings", DATA_DIR=f"{folder}/data", SECRET_KEY="bench only"
    )
    for name in ("DATABASE_URL", "REDIS_URL", "NEWSROOM_ENV", "PUBLIC_URL"):
        os.environ.pop(name, None)
    import django

    django.setup()
    from media import vips

    vips.allow()  # nothing forks from here: other processes are started anew


def row_of(photo: Path, rounds: int) -> str:
    from media import sniff

    data = photo.read_bytes()
    format = sniff.TAKEN[sniff.kind_of(data[: sniff.ENOUGH])]
    made = ours(data, format)
    pixels = {name: opened(file) for name, file in made.items()}
    ways: dict[str, Callable[[], object]] = {
        "vips decode": lambda: full_decode_by_vips(data, format),
        "Pillow decode": lambda: full_decode_by_pillow(data),
        "encodes": lambda: encode_all(pixels),
        "ours": lambda: ours(data, format),
        "imagekit": lambda: imagekit(data, list(made)),
        "Willow": lambda: willow(data, list(made)),
        "first": lambda: first(data, format),
        "first LB": lambda: first_at_least(data, pixels["jpeg-960"]) if "jpeg-960" in pixels else None,
    }
    spent = measure(ways, rounds)
    least = min(spent["vips decode"], spent["Pillow decode"]) + spent["encodes"]
    ratios = {name: spent[name] / least for name in ("ours", "imagekit", "Willow")}
    sizes = {f: sum(len(b) for n, b in made.items() if n.startswith(f)) / 1024 for f in ("jpeg-", "avif-")}
    scores = [score(data, made[name]) for name in ("jpeg-960", "avif-960") if name in made]
    first_ratio = spent["first"] / spent["first LB"] if format == "JPEG" else float("nan")
    return (
        f"{photo.name:<16} {least:6.2f} {spent['ours']:6.2f} {ratios['ours']:6.2f} {ratios['imagekit']:9.2f}"
        f" {ratios['Willow']:7.2f} {first_ratio:6.2f} {peak_of(photo):8.0f} {sizes['jpeg-']:8.0f}"
        f" {sizes['avif-']:8.0f} {''.join(f' {s:8.1f}' for s in scores).lstrip()}"
    )


def measure(ways: dict[str, Callable[[], object]], rounds: int) -> dict[str, float]:
    """The median CPU seconds of each way; a first round is not counted."""
    spent: dict[str, list[float]] = {name: [] for name in ways}
    for number in range(rounds + 1):
        for name, work in ways.items():
            before = cpu()
            work()
            if number:
                spent[name].append(cpu() - before)
    return {name: statistics.median(times) for name, times in spent.items()}


def cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


# The ways


def ours(data: bytes, format: str) -> dict[str, bytes]:
    """The files by spec, as a worker makes them without the early one."""
    from media import looks, metadata, specs
    from media.decoding import decode

    upright = decode(data, format, largest=max(specs.WIDTHS))
    smallest = upright.at(min(specs.WIDTHS))
    looks.thumbhash_of(smallest), looks.likeness_of(smallest), metadata.read(data, format)
    return {name: specs.spec_for(name, source=upright, labels=labels()).generate().getvalue()
            for name in specs.plan(upright.width)}  # fmt: skip


def labels():
    from media.labels import Labels

    return Labels(
        "Ada Byron", "Ada Byron/Newsroom", "2026 Ada Byron", "", "", "A stage with nine people on it."
    )


def full_decode_by_vips(data: bytes, format: str) -> None:
    from media import vips

    keep: list = []
    vips._LOADERS[format](data, keep).copy_memory()


def full_decode_by_pillow(data: bytes) -> None:
    opened(data)


def encode_all(pixels: dict) -> None:
    """The bare encodes, of pixels that lie ready."""
    from media import specs

    for name, image in pixels.items():
        spec = specs.SPECS[name]
        image.save(io.BytesIO(), spec.format, **spec.options)


def imagekit(data: bytes, names: list[str]) -> None:
    """As its documentation has it: a spec each, turned and scaled from the whole picture."""
    from imagekit import ImageSpec
    from imagekit.processors import ResizeToFill, ResizeToFit, Transpose

    from media import specs

    for name in names:
        ours = specs.SPECS[name]
        if name in specs.SHAPES:
            across, down = specs.SHAPES[name]
            scale = ResizeToFill(ours.width, ours.width * down // across, upscale=False)
        else:
            scale = ResizeToFit(ours.width, upscale=False)
        options = {"processors": [Transpose(), scale], "format": ours.format, "options": ours.options}
        type("Spec", (ImageSpec,), options)(source=io.BytesIO(data)).generate()


def willow(data: bytes, names: list[str]) -> None:
    """As Wagtail does: opened, turned, cropped, resized and saved, a file at a time."""
    from willow.image import Image as Willow

    from media import specs

    for name in names:
        spec = specs.SPECS[name]
        image = Willow.open(io.BytesIO(data)).auto_orient()
        width, height = image.get_size()
        if name in specs.SHAPES:
            across, down = specs.SHAPES[name]
            cut = min(width, height * across // down)
            image = image.crop((0, 0, cut, cut * down // across))
            width, height = cut, cut * down // across
        side = min(spec.width, width)
        image = image.resize((side, max(1, height * side // width)))
        if spec.format == "AVIF":
            image.save_as_avif(io.BytesIO(), quality=60)
        else:
            image.save_as_jpeg(io.BytesIO(), quality=spec.options["quality"], progressive=True, optimize=True)


def first(data: bytes, format: str) -> None:
    """The JPEG a post can show soonest."""
    from media import specs
    from media.decoding import decode

    if format == "JPEG":
        upright = decode(data, format, largest=960, headroom=1)
        specs.spec_for(specs.FIRST, source=upright, labels=labels()).generate()


def first_at_least(data: bytes, pixels) -> None:
    """A decode at the same scale, and the bare encode."""
    from PIL import Image

    from media import specs

    with Image.open(io.BytesIO(data)) as image:
        image.draft(None, (max(pixels.size),) * 2 if image.format == "JPEG" else pixels.size)
        image.load()
    pixels.save(io.BytesIO(), "JPEG", **specs.SPECS[specs.FIRST].options)


# What it is worth


def score(data: bytes, file: bytes) -> float:
    """ssimulacra2 against the whole picture scaled once: 70 is good, 90 cannot be told apart."""
    from PIL import Image
    from ssimulacra2 import compute_ssimulacra2_with_alpha

    from media.pixels import PillowUpright

    with tempfile.TemporaryDirectory() as folder:
        made = opened(file).convert("RGB")
        format = Image.open(io.BytesIO(data)).format
        whole = PillowUpright.decode(
            data, "JPEG" if format == "MPO" else format, largest=made.width, headroom=99
        )
        paths = Path(folder) / "whole.png", Path(folder) / "made.png"
        whole.at(made.width).save(paths[0])
        made.save(paths[1])
        return compute_ssimulacra2_with_alpha(str(paths[0]), str(paths[1]))


def opened(file: bytes):
    from PIL import Image

    image = Image.open(io.BytesIO(file))
    image.load()
    return image


def peak_of(photo: Path) -> float:
    """MB at the most, of a process that makes this photograph's renditions and nothing else."""
    command = [sys.executable, "-m", "bench.renditions", "--peak", str(photo)]
    return float(subprocess.run(command, capture_output=True, text=True, check=True).stdout)


def print_peak(data: bytes) -> None:
    from media import sniff

    ours(data, sniff.TAKEN[sniff.kind_of(data[: sniff.ENOUGH])])
    print(high_water())


def high_water() -> float:
    """MB this process held at the most. Not `ru_maxrss` where there is /proc: that one remembers the parent's."""
    status = Path("/proc/self/status")
    if status.exists():
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2  # macOS counts bytes


if __name__ == "__main__":
    main()
