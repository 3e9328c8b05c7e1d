"""Finds a Chromium for the journeys: the machine's own, or Playwright's."""

import os
import shutil
import sys
from pathlib import Path

# The shell has no windows of its own to draw: a page opens in a quarter of the time.
NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def executable() -> str | None:
    """The path of a Chromium, or None. CHROMIUM names one; else PATH, then what Playwright installed."""
    named = os.environ.get("CHROMIUM")
    if named:
        return named
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if found:
        return found
    folders = [
        Path(os.environ.get("PLAYWRIGHT_BROWSERS_PATH", Path.home() / ".cache/ms-playwright")),
        Path.home() / "Library/Caches/ms-playwright",
    ]
    for folder in folders:
        for pattern in ("chromium-*/chrome-linux*/chrome", "chromium-*/chrome-mac*/*.app/Contents/MacOS/*"):
            for path in sorted(folder.glob(pattern), reverse=True):
                return str(path)
    return None


if __name__ == "__main__":
    path = executable()
    print(f"Browser tests use {path}." if path else "No browser found.")
    sys.exit(0 if path else 1)
