"""What is kept of an event in memory stays small, whoever comes back from where."""

import tracemalloc

from coverage.live.channel import Channel
from coverage.live.looking import RING
from coverage.live.wire import Entry, Head

ENTRY = b"x" * 2000
HEAD = Head(1, "summit", "abc123", RING, "stamp", True, 2)


def ring() -> list[Entry]:
    return [Entry(seq, ENTRY, 0.0, True) for seq in range(1, RING + 1)]


def test_readers_who_come_back_from_everywhere_fill_no_memory():
    channel = Channel(HEAD, ring())
    tracemalloc.start()

    for after in range(RING):
        assert channel.frames(after).count(ENTRY) == RING - after
    kept, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert kept < 2 * RING * len(ENTRY)


def test_the_messages_after_a_number_are_made_once_for_who_stands_close_behind():
    channel = Channel(HEAD, ring())

    assert channel.frames(RING - 3) is channel.frames(RING - 3)
