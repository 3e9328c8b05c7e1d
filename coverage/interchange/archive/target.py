"""Whether an export may take the place of what stands in a folder."""

import json
from pathlib import Path

from coverage.interchange.archive import manifest
from coverage.interchange.archive.errors import NotExported

ABOUT = "export.json"


def check_target(target: Path, slug: str) -> None:
    """Raises NotExported unless there is nothing, an empty folder, or an export of the same event and nothing else."""
    if not target.name:
        raise NotExported(f"{target} cannot be replaced: name a folder of its own for the export.")
    if not target.exists():
        return
    if not target.is_dir():
        raise NotExported(f"{target} is a file: name a folder.")
    if not any(target.iterdir()):
        return
    event = _event_in(target)
    if event is None:
        raise NotExported(f"{target} holds other things than an export: name an empty folder, or a new one.")
    if event != slug:
        raise NotExported(f"{target} holds an export of “{event}”: name another folder, or remove it first.")
    if added := sorted(manifest.strangers(target, manifest.read(target))):
        raise NotExported(
            f"{target} holds files that are not of its export and would be lost, as {added[0]}: move them away."
        )


def _event_in(folder: Path) -> str | None:
    """The slug of the event that was exported there; None: it is no export."""
    try:
        about = json.loads((folder / ABOUT).read_text("utf-8"))
    except (OSError, ValueError):
        return None
    if not isinstance(about, dict) or not (folder / manifest.NAME).is_file():
        return None
    event = about.get("event")
    return event if isinstance(event, str) and "schema" in about else None
