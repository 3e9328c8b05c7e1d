"""What `manage.py check` refuses besides Django's own."""

from collections.abc import Sequence
from pathlib import Path

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, register
from django.core.files.storage import FileSystemStorage, storages
from django.utils.module_loading import import_string


@register("files")
def files_lie_outside_the_code(
    app_configs: Sequence[AppConfig] | None = None, **kwargs
) -> list[CheckMessage]:
    """An error for each folder of files inside a package or around the code: `media/` is a package of ours."""
    return [
        Error(
            f"{setting} is {folder}, among the code.",
            hint="Choose a folder outside every package: below DATA_DIR.",
            id="newsroom.E001",
        )
        for setting, folder in file_folders().items()
        if is_among_the_code(Path(folder).resolve())
    ]


def file_folders() -> dict[str, str | Path]:
    """Where files are written, by the setting that says so; storages without a folder are left out."""
    folders = {"MEDIA_ROOT": settings.MEDIA_ROOT, "STATIC_ROOT": settings.STATIC_ROOT}
    for alias, storage in settings.STORAGES.items():
        location = storage.get("OPTIONS", {}).get("location")
        if location is not None and issubclass(import_string(storage["BACKEND"]), FileSystemStorage):
            folders[f"The location of STORAGES[{alias!r}]"] = location
    return {setting: folder for setting, folder in folders.items() if folder is not None}


def is_among_the_code(folder: Path) -> bool:
    """Inside a package, or a folder that holds the whole code."""
    inside = any((parent / "__init__.py").exists() for parent in (folder, *folder.parents))
    return inside or settings.BASE_DIR.is_relative_to(folder)


@register("files", deploy=True)
def buckets_can_be_used(app_configs: Sequence[AppConfig] | None = None, **kwargs) -> list[CheckMessage]:
    """An error for each bucket of pictures that does not answer, or that everybody may read. Asks the store."""
    buckets = [
        storage for storage in map(storages.create_storage, _pictures()) if hasattr(storage, "trouble")
    ]
    return [
        Error(
            f"The bucket {bucket.bucket_name} cannot hold pictures: {trouble}",
            hint="See PICTURES_S3_BUCKET in the README: two private buckets, and a key that may use them.",
            id="newsroom.E002",
        )
        for bucket in buckets
        if (trouble := bucket.trouble())
    ]


def _pictures() -> list[dict]:
    return [settings.STORAGES[alias] for alias in ("originals", "renditions")]
