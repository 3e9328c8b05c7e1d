"""`DATA_DIR/newsroom.env`: variables of the environment that `manage.py setup` keeps, and every start reads.

Lines as other programs read them, too (`EnvironmentFile=` of systemd, `env_file:` of compose). What the environment
itself says wins. There is a password in it, so it is readable by its owner alone.
"""

import os
import re
import tempfile
from collections.abc import Mapping
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured
from dotenv import dotenv_values

NAME = "newsroom.env"
HEAD = "# Written by manage.py setup, and read at each start. What the environment itself says wins.\n"
_PLAIN = re.compile(r"[\w.,:/@%+=-]*", re.ASCII)
_LINE = re.compile(r"\s*(?:export\s+)?(\w+)\s*=")


def take(data_dir: Path) -> frozenset[str]:
    """Adds what is kept to the environment, where that says nothing; answers which names. Raises if it is not
    readable."""
    said = {name: value for name, value in values(data_dir).items() if not os.environ.get(name)}
    os.environ.update(said)
    return frozenset(said)


def values(data_dir: Path) -> dict[str, str]:
    """What the file says; nothing where there is none."""
    path = data_dir / NAME
    if not path.exists():
        return {}
    try:
        found = dotenv_values(path, interpolate=False, encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ImproperlyConfigured(f"{path} cannot be read: {error}.") from error
    return {name: value for name, value in found.items() if value is not None}


def keep(data_dir: Path, changes: Mapping[str, str]) -> None:
    """Sets these, each in its line, and leaves every other line as it is. Nobody reads half a file. `""` takes out."""
    path, left = data_dir / NAME, dict(changes)
    lines = path.read_text("utf-8").splitlines() if path.exists() else [HEAD.rstrip()]
    written = []
    for line in lines:
        found = _LINE.match(line)
        if found and found[1] in changes:
            value = left.pop(found[1], "")  # a name that stands twice: its first line counts now
            written += [_line(found[1], value)] * bool(value)
        else:
            written.append(line)
    written += [_line(name, value) for name, value in left.items() if value]
    with tempfile.NamedTemporaryFile("w", encoding="utf-8", dir=data_dir, delete=False) as draft:
        draft.write("\n".join(written) + "\n")  # a temporary file is mode 0600
        draft.flush()
        os.fsync(draft.fileno())
    os.replace(draft.name, path)


def _line(name: str, value: str) -> str:
    if "\n" in value or "\r" in value:
        raise ValueError(f"{name} is one line.")
    if _PLAIN.fullmatch(value):
        return f"{name}={value}"
    if "'" not in value and "\\" not in value:
        return f"{name}='{value}'"  # in double quotes compose would look for variables
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'{name}="{escaped}"'
