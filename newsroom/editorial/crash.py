"""Moments at which a test may end a process at once, as a power cut does; without one they cost a comparison.

CRASH_AT names a folder of the test's. The first process that gets to a point a file there is named for removes the
file and ends. Settings refuse the variable in production (`newsroom.environment.crash_folder`).
"""

import os
from pathlib import Path

POINTS = {
    "release.prepared": "rendered, and no row of the record written",
    "release.half": "some of its rows written",
    "release.entered": "every row written, and the transaction not committed",
    "release.committed": "committed, and nobody told",
    "withdrawal.half": "some of what was released taken back, and nothing committed",
    "due.found": "its time has come, and nothing begun",
    "projection.built": "a finished page in memory, and no file of it",
    "projection.drafted": "its file written beside the one before",
    "projection.half": "one of its two files in place",
    "filing.saved": "a filing's rows written, and nothing committed",
    "filing.committed": "a filing committed, and not answered",
    "verb.committed": "an editor's verb committed, and not answered",
    "chunk.written": "a chunk on disk, and its offset not counted",
    "chunk.kept": "the last chunk's picture kept, and the upload not done",
    "ingest.staged": "an original kept aside",
    "ingest.placed": "an original in its place, and no row of it",
    "ingest.committed": "a picture committed, and no worker told",
    "picture.kept": "a picture's row written, and its receipt empty",
    "picture.committed": "a picture committed, and not answered",
    "rendition.claimed": "a picture claimed, and nothing decoded",
    "file.drafted": "a rendition or a card written under another name",
    "rendition.written": "a rendition in its place, and no row of it",
    "rendition.landed": "a rendition and its row, and others missing",
    "renditions.committed": "renditions ready, and the newsroom not told",
}
STATUS = 137  # as of a process killed by SIGKILL
_folder = os.environ.get("CRASH_AT", "")


def crash_at(point: str) -> None:
    """Ends the process here if a test asked for it. Nothing is flushed, rolled back or closed."""
    if _folder and _is_asked_for(point):
        os._exit(STATUS)


def _is_asked_for(point: str) -> bool:
    try:
        (Path(_folder) / point).unlink()  # of several processes one removes it
    except FileNotFoundError:
        return False
    return True
