"""Files and folders that a restore puts in the place of others, which stay beside them until somebody removes them."""

import shutil
from pathlib import Path


class Place:
    """`target`: where the newsroom has it; `staged`: what will be there; `kept`: what was. On one file system."""

    def __init__(self, target: Path, stamp: str):
        self.target = target
        self.staged = target.with_name(f"{target.name}.restored-{stamp}")
        self.kept = target.with_name(f"{target.name}.before-{stamp}")
        self.is_placed = self.is_kept = False

    def __str__(self) -> str:
        return str(self.kept)

    def swap(self) -> None:
        """What was there is kept; if nothing is staged, nothing is there afterwards."""
        if self.target.exists():
            self.target.rename(self.kept)
            self.is_kept = True
        if self.staged.exists():
            self.staged.rename(self.target)
            self.is_placed = True

    def swap_back(self) -> None:
        if self.is_placed:
            self.target.rename(self.staged)
        if self.is_kept:
            self.kept.rename(self.target)

    def clear(self) -> None:
        _remove(self.staged)

    def forget(self) -> None:
        _remove(self.kept)


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
