"""Progress of a long command: a line that counts up on a terminal, plain lines otherwise."""

from collections.abc import Iterable, Iterator
from functools import partial
from typing import TextIO

from django.core.management.base import OutputWrapper


def counted[T](items: Iterable[T], total: int, what: str, out: TextIO) -> Iterator[T]:
    """Yields the items and says how many of `total` are done: in place on a terminal, else every tenth part."""
    # A command's own wrapper would end every write with a line of its own.
    write = partial(out.write, ending="") if isinstance(out, OutputWrapper) else out.write
    terminal = out.isatty()
    step = max(1, total // 10)
    for number, item in enumerate(items, start=1):
        yield item
        if terminal:
            write(f"\r{what}: {number} of {total}")
            out.flush()
        elif number % step == 0 or number == total:
            write(f"{what}: {number} of {total}\n")
    if terminal and total:
        write("\n")
