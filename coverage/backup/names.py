"""Which files a database names."""

from dataclasses import dataclass

from coverage.record.models import ReleasedPicture, ShareCard
from media.models import Image, Rendition, RenditionState, RetiredFiles


@dataclass
class Named:
    """`files` by storage, which have to be there; `folders` of renditions that hold what pages still show."""

    files: dict[str, set[str]]
    folders: set[str]

    def has(self, alias: str, name: str) -> bool:
        return name in self.files[alias] or (alias == "renditions" and name.split("/")[0] in self.folders)


def named() -> Named:
    """By the database as this thread sees it."""
    images = Image.objects.all()
    originals = {*images.exclude(original="").values_list("original", flat=True)}
    originals |= {
        kept["original"] for kept in images.exclude(previous=None).values_list("previous", flat=True)
    }
    ready = Rendition.objects.filter(state=RenditionState.READY)
    cards = ShareCard.objects.exclude(drawn_at=None).only("folder")
    renditions = {*ready.values_list("file", flat=True), *(card.file for card in cards)}
    shown = ReleasedPicture.objects.exclude(folder="").values_list("folder", flat=True)
    retired = RetiredFiles.objects.values_list("public_name", flat=True)
    return Named(files={"originals": originals, "renditions": renditions}, folders={*shown, *retired})
