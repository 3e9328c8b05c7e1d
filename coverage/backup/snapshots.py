"""What a backup takes of a database."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path


@dataclass
class Snapshot:
    """A database as it stood at one moment. Within `reading` this thread's connection sees it; `dump` makes a file."""

    reading: Callable[[], AbstractContextManager]
    dump: Callable[[], Path]
