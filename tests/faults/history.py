"""What clients saw, written down by them as it happens: JSON lines, by which alone the newsroom is judged.

`did` says what kind of line it is; `at` is this machine's clock, seconds since 1970. A line with `asked` and none with
`answered` after it is something nobody knows the end of.
"""

import json
import time
from pathlib import Path
from typing import Any

Line = dict[str, Any]


class History:
    def __init__(self, file: Path):
        self.file = file
        self.open = open(file, "a", buffering=1)  # noqa: SIM115 - as long as the run

    def note(self, did: str, **what: Any) -> None:
        self.open.write(json.dumps({"at": round(time.time(), 4), "did": did, **what}) + "\n")

    def lines(self) -> list[Line]:
        self.open.flush()
        return [json.loads(line) for line in self.file.read_text().splitlines()]

    def close(self) -> None:
        self.open.close()


def of(history: list[Line], *kinds: str) -> list[Line]:
    return [line for line in history if line["did"] in kinds]
