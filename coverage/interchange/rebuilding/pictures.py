"""The pictures of an export: files under the names they had, and the desk's rows beside them.

An export has no originals. The widest JPEG stands in for each, as a phone's scaled copy does until its original
comes: the desk can crop and label it anew, and give it the original.
"""

import hashlib
from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.utils import timezone

from coverage.interchange.rebuilding.reading import Export, File, files_of, folder_of
from media import rights, specs, storage
from media.models import Image, ImageState, Rendition, RenditionState

TEXTS = {
    "credit": "credit",
    "alt_text": "alt",
    "caption": "caption",
    "creator": "creator",
    "copyright_notice": "copyright_notice",
    "web_statement": "licence",
    "licensor_url": "licensor",
    "people": "people",
}


class Files:
    """Files put into the storages; `remove` takes back what this import put there."""

    def __init__(self):
        self.folders: list[str] = []
        self.originals: list[str] = []

    def put(self, export: Export, progress) -> None:
        """Writes what is not there: the folders of pictures no row of ours has, and a stand-in for each original.

        Raises Unavailable and OSError.
        """
        waiting = {folder_of(one): one for one in export.pictures() if one["sources"]}
        ours = Image.objects.filter(public_name__in=waiting).values_list("public_name", flat=True)
        for folder in set(ours):
            del waiting[folder]
        for folder, picture in progress(waiting.items(), len(waiting), "pictures"):
            self.folders.append(folder)
            files = files_of(export, picture)
            for file in files:
                storage.write(storage.renditions(), file.name, file.path.read_bytes())
            name = original_name(picture, files)
            self.originals.append(name)
            storage.write(storage.originals(), name, widest(files).path.read_bytes())

    def remove(self) -> None:
        """What another import of the same folder brought in meanwhile is that one's, and stays."""
        images = Image.objects.filter(public_name__in=self.folders)
        theirs = {name for names in images.values_list("public_name", "original") for name in names}
        for folder in set(self.folders) - theirs:
            storage.remove_folder(storage.renditions(), folder)
        for name in set(self.originals) - theirs:
            storage.remove(storage.originals(), name)


def widest(files: Iterable[File]) -> File:
    """Of the whole picture as JPEG, which every shown picture has."""
    return max(
        (one for one in files if one.format == "jpeg" and not one.spec.startswith("crop-")),
        key=lambda one: one.width,
    )


def original_name(picture: dict, files: list[File]) -> str:
    return f"{picture['image']}/{_digest(widest(files))}-imported.jpg"


def images_of(export: Export) -> dict[str, Image]:
    """The desk's images by their UUIDs, made where there are none."""
    roots: dict[str, Image] = {}  # by folder
    images: dict[str, Image] = {}
    for picture in export.pictures():
        key, folder = picture["image"], folder_of(picture)
        if key in images:
            continue
        image = Image.objects.filter(pk=UUID(key)).first()
        if image is None:
            image = _made(export, picture, roots.get(folder))
        images[key] = image
        if folder:
            roots.setdefault(folder, image.root())
    return images


def _made(export: Export, picture: dict, root: Image | None) -> Image:
    texts = {ours: picture[theirs] for ours, theirs in TEXTS.items()}
    image = Image(pk=UUID(picture["image"]), thumbhash=picture["thumbhash"], credit_from="person", **texts)
    if root is not None:
        image.same_as, image.state = root, root.state
        image.sha256, image.width, image.height = root.sha256, root.width, root.height
    elif picture["sources"]:
        _measure(image, picture, files_of(export, picture))
    else:
        _await(image, picture["place"], timezone.now())
    image.full_clean(exclude=["same_as"], validate_constraints=False)
    image.save(force_insert=True)
    if root is None and picture["sources"]:
        Rendition.objects.bulk_create(_renditions(image, files_of(export, picture)))
    return image


def _measure(image: Image, picture: dict, files: list[File]) -> None:
    one = widest(files)
    image.state, image.announced = ImageState.READY, True
    image.public_name = folder_of(picture)
    image.original, image.original_name = original_name(picture, files), "from an export"
    image.sha256, image.size = _digest(one), one.path.stat().st_size
    image.format, image.width, image.height = "JPEG", one.width, one.height


def _renditions(image: Image, files: list[File]) -> list[Rendition]:
    return [
        Rendition(
            image=image,
            spec=one.spec,
            format=one.format,
            state=RenditionState.READY,
            file=one.name,
            width=one.width,
            height=one.height,
            size=one.path.stat().st_size,
            recipe=specs.RECIPE,
        )
        for one in files
    ]


def _await(image: Image, place: str, now: datetime) -> None:
    """One without files: its place is kept as long as any other's; where the lease was over, it is."""
    if place == "expired":
        image.lease_until = now
    else:
        image.place_until = image.due_at = now + rights.PLACE_KEPT


def _digest(file: File) -> str:
    with file.path.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()
