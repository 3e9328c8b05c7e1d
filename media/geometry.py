"""Where to cut a picture: arithmetic in pixels, without a picture."""

from typing import NamedTuple


class Box(NamedTuple):
    """A rectangle in pixels, from the upper left corner. Parts of a pixel are kept."""

    left: float
    top: float
    width: float
    height: float


def largest_cut(size: tuple[int, int], shape: tuple[int, int], focus: tuple[float, float]) -> Box:
    """The largest rectangle of a shape (16, 9) inside `size`, its middle as near to the focal point as can be.

    `focus` in parts of width and height, from the upper left corner.
    """
    width, height = size
    across = min(width, height * shape[0] / shape[1])
    down = across * shape[1] / shape[0]
    return Box(_inside(focus[0], across, width), _inside(focus[1], down, height), across, down)


def height_at(width: int, original: tuple[int, int]) -> int:
    """The height that keeps the original's proportions, at least one pixel."""
    return max(1, round(original[1] * width / original[0]))


def _inside(focus: float, length: float, whole: int) -> float:
    return min(max(focus * whole - length / 2, 0), whole - length)
