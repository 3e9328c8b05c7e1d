"""The ways to a photograph's renditions that `bench.renditions` compares: all with our ladder and our settings."""

import io
import logging
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from uuid import UUID, uuid4

from django.core.files.base import ContentFile
from imagekit import ImageSpec
from imagekit.processors import ResizeToFill, ResizeToFit, Transpose
from PIL import Image

from media import ingest, looks, metadata, models, renditions, sniff, specs, vips
from media.decoding import decode
from media.labels import Labels

LABELS = Labels(
    "Ada Byron", "Ada Byron/Newsroom", "2026 Ada Byron", "", "", "A stage with nine people on it."
)
FIRST = specs.SPECS[specs.FIRST]


@dataclass
class Photo:
    """An original's bytes, and what it becomes."""

    data: bytes

    @cached_property
    def format(self) -> str:
        return sniff.TAKEN[sniff.kind_of(self.data[: sniff.ENOUGH])]

    @cached_property
    def pixels(self) -> dict[str, Image.Image]:
        """What the encoders get, by spec."""
        upright = decode(self.data, self.format, largest=max(specs.WIDTHS))
        return {name: spec.shared(upright) for name, spec in _specs_of(upright).items()}


def _specs_of(upright) -> dict[str, specs.RenditionSpec]:
    names = specs.plan(upright.width)
    return {name: specs.spec_for(name, source=upright, labels=LABELS) for name in names}


# Ours


def ours(photo: Photo) -> dict[str, bytes]:
    """The files by spec, and what the task notes of the picture; without the early JPEG, rows and disk."""
    upright = decode(photo.data, photo.format, largest=max(specs.WIDTHS))
    smallest = upright.at(min(specs.WIDTHS))
    looks.thumbhash_of(smallest), looks.likeness_of(smallest), metadata.read(photo.data, photo.format)
    return {name: spec.generate().getvalue() for name, spec in _specs_of(upright).items()}


def first(photo: Photo) -> None:
    """The JPEG a post can show soonest."""
    upright = decode(photo.data, photo.format, largest=FIRST.width, headroom=1)
    specs.spec_for(specs.FIRST, source=upright, labels=LABELS).generate()


def receive(photo: Photo) -> UUID:
    """A row of the newsroom with this original. Nobody listens to its hints."""
    logging.getLogger("media.hints").setLevel(logging.ERROR)
    texts = {"alt_text": LABELS.alt_text, "credit": LABELS.credit}
    return ingest.receive(ContentFile(photo.data, "photo"), image_id=uuid4(), by=None, **texts).pk


def make(image_id: UUID) -> None:
    """The task as a worker does it."""
    renditions.make_renditions(image_id)
    if not models.Image.objects.filter(pk=image_id, state=models.ImageState.READY).exists():
        raise RuntimeError("The renditions could not be made.")


def unmake(image_id: UUID) -> None:
    """As it was before the task."""
    renditions.remake(models.Image.objects.get(pk=image_id))


# The least


def decode_by_vips(photo: Photo) -> None:
    keep: list = []
    vips._LOADERS[photo.format](photo.data, keep).copy_memory()


def decode_by_pillow(photo: Photo) -> None:
    opened(photo.data)


def encode(photo: Photo) -> None:
    """The bare encodes, of pixels that lie ready."""
    for name, image in photo.pixels.items():
        image.save(io.BytesIO(), specs.SPECS[name].format, **specs.SPECS[name].options)


def first_at_least(photo: Photo) -> None:
    """A decode at the scale that ours takes, and the bare encode."""
    with Image.open(io.BytesIO(photo.data)) as image:
        ready = photo.pixels[specs.FIRST]
        lies = (image.width > image.height) != (ready.width > ready.height)
        image.draft(None, ready.size[::-1] if lies else ready.size)
        image.load()
    ready.save(io.BytesIO(), FIRST.format, **FIRST.options)


# The libraries


def imagekit(photo: Photo) -> None:
    """As its documentation has it: a spec each, turned and scaled from the whole picture."""
    for name in photo.pixels:
        spec = specs.SPECS[name]
        if name in specs.SHAPES:
            across, down = specs.SHAPES[name]
            scale = ResizeToFill(spec.width, spec.width * down // across, upscale=False)
        else:
            scale = ResizeToFit(spec.width, upscale=False)
        options = {"processors": [Transpose(), scale], "format": spec.format, "options": spec.options}
        type("Spec", (ImageSpec,), options)(source=io.BytesIO(photo.data)).generate()


def willow(photo: Photo) -> None:
    """As Wagtail does: opened, turned, cropped, resized and saved, a file at a time.

    Willow cannot set AVIF's speed, and takes ten times the work: that file alone is saved by Pillow, with ours.
    """
    from willow.image import Image as Willow  # only here: requirements-bench.txt has it

    for name in photo.pixels:
        spec = specs.SPECS[name]
        image = _fitted(Willow.open(io.BytesIO(photo.data)).auto_orient(), spec.width, specs.SHAPES.get(name))
        if spec.format == "AVIF":
            image.get_pillow_image().save(io.BytesIO(), "AVIF", **spec.options)
        else:
            image.save_as_jpeg(io.BytesIO(), **spec.options)


def _fitted(image: Any, width: int, shape: tuple[int, int] | None) -> Any:
    if shape is not None:
        across, down = image.get_size()
        cut = min(across, down * shape[0] // shape[1])
        image = image.crop((0, 0, cut, cut * shape[1] // shape[0]))
    across, down = image.get_size()
    width = min(width, across)
    return image.resize((width, max(1, down * width // across)))


def opened(file: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(file))
    image.load()
    return image
