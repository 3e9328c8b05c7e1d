"""Which backups were made, kept in DATA_DIR: what `doctor` looks at, and who has to know where old words still lie."""

import json
import os
from pathlib import Path
from typing import Any

from django.conf import settings


def path() -> Path:
    return settings.DATA_DIR / "backups.json"


def read() -> list[dict[str, Any]]:
    """`file`, `at` (UTC, ISO 8601; the moment it shows), `bytes`, `encrypted`, `keys`; the latest is the last."""
    try:
        return json.loads(path().read_text())
    except FileNotFoundError:
        return []


def note(entry: dict[str, Any]) -> None:
    """Only one backup is made at a time, so nobody else writes."""
    draft = path().with_suffix(".new")
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        json.dump([*read(), entry], file, indent=1)
    draft.replace(path())
