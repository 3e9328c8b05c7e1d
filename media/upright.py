"""A picture decoded once, upright and in sRGB, from which every rendition is scaled or cut.

Two engines fill it: libvips (`media.vips`) in Celery's children, Pillow (`media.pixels`) everywhere else.
"""

from typing import Any

from PIL import Image

from media.geometry import Box, height_at, largest_cut


class Unreadable(Exception):
    """The file is no picture that can be decoded whole. The message is for the person who sent it."""


class Upright:
    """Levels of one picture, in the engine's own type; smaller ones are made from the next larger and kept.

    `width` and `height` are the original's pixels, upright; the largest kept level may be smaller.
    """

    def __init__(self, largest: Any, width: int, height: int):
        self.width, self.height = width, height
        self._levels = {largest.width: largest}
        self._images: dict[int, Image.Image] = {}

    def at(self, width: int) -> Image.Image:
        """The picture `width` pixels wide (or as wide as it is, if that is less). Do not change it."""
        width = min(width, max(self._levels))
        if width not in self._images:
            self._images[width] = self.as_image(self._level(width))
        return self._images[width]

    def cut(self, shape: tuple[int, int], focus: tuple[float, float], width: int) -> Image.Image:
        """The largest cut of a shape around a focal point, at most `width` pixels wide, never enlarged."""
        largest = self._levels[max(self._levels)]
        across = min(width, int(largest_cut((largest.width, largest.height), shape, focus).width) or 1)
        level = min(
            (one for one in self._levels.values() if self._is_enough(one, shape, across)),
            key=lambda one: one.width,
        )
        box = largest_cut((level.width, level.height), shape, focus)
        return self.as_image(self.scaled(level, (across, height_at(across, shape)), box))

    # What an engine does

    def scaled(self, level: Any, size: tuple[int, int], box: Box | None = None) -> Any:
        """A level (or a part of it) at this size in pixels."""
        raise NotImplementedError

    def as_image(self, level: Any) -> Image.Image:
        raise NotImplementedError

    def _level(self, width: int) -> Any:
        if width not in self._levels:
            larger = self._levels[min(w for w in self._levels if w > width)]
            size = (width, height_at(width, (self.width, self.height)))
            self._levels[width] = self.scaled(larger, size)
        return self._levels[width]

    @staticmethod
    def _is_enough(level: Any, shape: tuple[int, int], across: int) -> bool:
        return int(largest_cut((level.width, level.height), shape, (0.5, 0.5)).width) >= across
