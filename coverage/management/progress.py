"""Progress of a long command: a line that counts up on a terminal, plain lines otherwise."""

from collections.abc import Iterable, Iterator
from typing import TextIO


def counted[T](items: Iterable[T], total: int, what: str, out: TextIO) -> Iterator[T]:
    """Yields the items and says how many of `total` are done: in place on a terminal, else every tenth part."""
    terminal = out.isatty()
    step = max(1, total // 10)
    for number, item in enumerate(items, start=1):
        yield item
        if terminal:
            out.write(f"\r{what}: {number} of {total}")
            out.flush()
        elif number % step == 0 or number == total:
            out.write(f"{what}: {number} of {total}\n")
    if terminal and total:
        out.write("\n")
