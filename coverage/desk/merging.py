"""Three versions of one field: what it was, theirs, mine; and which of them stands after a merge."""

from typing import Any

SAME, THEIRS, MINE, BOTH = "same", "theirs", "mine", "both"
UNKNOWN = object()  # what a field was before is not known: neither side is taken unasked


def outcome(base: Any, theirs: Any, mine: Any) -> str:
    """Who changed it: nobody or both alike (`same`), one side, or both, each in another way."""
    if theirs == mine:
        return SAME
    if base is not UNKNOWN and mine == base:
        return THEIRS
    if base is not UNKNOWN and theirs == base:
        return MINE
    return BOTH
