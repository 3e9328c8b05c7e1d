"""Epochs: numbers mean nothing any more after a database was restored, so every open page has to begin anew.

What readers have seen is remembered beside the database, in DATA_DIR. A database that is behind it came from a backup.
"""

import json
import logging
import os
from collections.abc import Iterable
from pathlib import Path

from django.conf import settings
from django.db import transaction

from coverage.record.bell import ring_after_commit
from coverage.record.models import EventHead, new_epoch

log = logging.getLogger(__name__)


@transaction.atomic
def start_anew(keys: Iterable[int]) -> list[EventHead]:
    """Gives these heads another epoch; open pages load themselves again within a second. Answers the heads."""
    heads = list(EventHead.objects.select_for_update().filter(pk__in=list(keys)).order_by("desk_id"))
    for head in heads:
        head.epoch = new_epoch()
        head.save(update_fields=["epoch"])
        ring_after_commit(head)
    return heads


class Heights:
    """The number each event has reached, kept in a file. `look` is for one thread of a process; files of several
    processes of one DATA_DIR hold the same."""

    def __init__(self, path: Path | None = None):
        self.path = path or settings.DATA_DIR / "record-heights.json"
        self.known = self._read()

    def look(self) -> list[EventHead]:
        """Starts anew what is behind its height, and remembers what is reached. Answers the heads started anew."""
        now = {
            str(pk): [epoch, seq] for pk, epoch, seq in EventHead.objects.values_list("pk", "epoch", "seq")
        }
        behind = [key for key, (epoch, seq) in now.items() if self._is_behind(key, epoch, seq)]
        started = start_anew(map(int, behind)) if behind else []
        for head in started:
            log.warning("“%s” is behind what readers have seen: its record begins a new epoch", head)
            now[str(head.pk)] = [head.epoch, head.seq]
        if now != self.known:
            self._write(now)
        return started

    def _is_behind(self, key: str, epoch: str, seq: int) -> bool:
        return key in self.known and self.known[key][0] == epoch and seq < self.known[key][1]

    def _read(self) -> dict[str, list]:
        try:
            return dict(json.loads(self.path.read_text()))
        except (OSError, ValueError):  # none yet, or cut short by a crash: it is made again
            return {}

    def _write(self, now: dict[str, list]) -> None:
        beside = self.path.with_suffix(f".{os.getpid()}.new")
        beside.write_text(json.dumps(now))
        beside.replace(self.path)
        self.known = now
