"""What `manage.py check` refuses besides Django's own."""

from collections.abc import Sequence
from pathlib import Path

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register
from django.core.files.storage import FileSystemStorage, storages
from django.db import DatabaseError, connection
from django.utils.module_loading import import_string

from coverage.record.wall import has_own_role
from newsroom import security_txt


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


@register("wall", deploy=True)
def readers_have_a_role_of_their_own(
    app_configs: Sequence[AppConfig] | None = None, **kwargs
) -> list[CheckMessage]:
    """On PostgreSQL, a warning if readers' side connects as the desk, or as a role that may more than it should."""
    if connection.vendor != "postgresql":
        return []
    if not has_own_role():
        said = "Readers’ pages connect to the database as a role that may read the desk’s tables."
        hint = (
            "Set DATABASE_PUBLIC_URL to the same database under another role, and run manage.py public_role."
        )
        return [Warning(said, hint=hint, id="newsroom.W001")]
    return [
        Warning(
            f"The role of DATABASE_PUBLIC_URL is not as it should be: {trouble}",
            hint="Run manage.py public_role; what remains then, an administrator of the database must take from it.",
            id="newsroom.W002",
        )
        for trouble in _role_troubles()
    ]


def _role_troubles() -> list[str]:
    from newsroom import public_role  # after Django's apps are there

    try:
        return public_role.troubles()
    except DatabaseError as error:
        return [f"the database says “{str(error).strip()}”."]


@register("security", deploy=True)
def somebody_can_be_told(app_configs: Sequence[AppConfig] | None = None, **kwargs) -> list[CheckMessage]:
    """A warning if who finds a weakness learns of nobody to tell."""
    trouble = security_txt.trouble()
    if not trouble:
        return []
    return [
        Warning(
            f"{security_txt.PATH} {trouble}, and is not served.",
            hint="Set SECURITY_CONTACT and SECURITY_TXT_EXPIRES, a day within a year, and look again before it.",
            id="newsroom.W003",
        )
    ]
