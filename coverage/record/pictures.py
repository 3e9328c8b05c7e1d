"""What the record says of a picture's files. `media` asks by the name in settings.MEDIA_FOLDER_IN_USE."""

from coverage.record.models import ReleasedPicture


def is_folder_shown(folder: str) -> bool:
    """Whether a released post lists files of this folder."""
    return ReleasedPicture.objects.filter(folder=folder).exists()
