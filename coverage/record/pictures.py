"""What the record says of a picture's files, shown or gone.

`media` asks whether they are shown by the name in settings.MEDIA_FOLDER_IN_USE.
"""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from coverage.record.models import Place, ReleasedPicture, WithdrawnFolder


class Gone(TextChoices):
    """Why an address that showed a picture once shows none."""

    WITHDRAWN = "withdrawn", _("This picture was withdrawn")
    REPLACED = "replaced", _("This file was replaced: the page it stood on shows the present one")
    ENDED = "ended", _("The right to show this picture has ended")
    TAKEN_OFF = "taken off", _("This picture is no longer shown")


def is_folder_shown(folder: str) -> bool:
    """Whether a released post lists files of this folder."""
    return ReleasedPicture.objects.filter(folder=folder).exists()


def why_gone(folder: str) -> Gone | None:
    """What became of the picture whose files lay in this folder, as it stands now; None: it was never released."""
    row = WithdrawnFolder.objects.filter(folder=folder).first()
    if row is None:
        return None
    places = set(ReleasedPicture.objects.filter(image=row.image).values_list("place", flat=True))
    if places - {Place.EXPIRED}:
        return Gone.REPLACED
    if places:
        return Gone.ENDED
    return Gone.WITHDRAWN if row.withdrawn else Gone.TAKEN_OFF
