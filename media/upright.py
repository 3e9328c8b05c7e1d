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
        cut = largest_cut((largest.width, largest.height), shape, focus)
        across = min(width, int(cut.width) or 1)
        size = (across, height_at(across, shape))
        if cut.width < largest.width or height_at(across, (self.width, self.height)) < size[1]:
            return self.as_image(self.scaled(largest, size, cut))
        # Cuts of the full width lie in one level: it is scaled once for all.
        level = self._level(across)
        top = round(largest_cut((level.width, level.height), shape, focus).top)
        return self.as_image(level, Box(0, min(top, level.height - size[1]), *size))

    # What an engine does

    def scaled(self, level: Any, size: tuple[int, int], box: Box | None = None) -> Any:
        """A level, or a part of it, at this size in pixels."""
        raise NotImplementedError

    def as_image(self, level: Any, box: Box | None = None) -> Image.Image:
        """A level, or the part of it in a box of whole pixels."""
        raise NotImplementedError

    def _level(self, width: int) -> Any:
        if width not in self._levels:
            larger = self._level(self._larger(width))
            size = (width, height_at(width, (self.width, self.height)))
            self._levels[width] = self.scaled(larger, size)
        return self._levels[width]

    def _larger(self, width: int) -> int:
        """What to make a level from: by halves, for what is far away would be scaled pixel by pixel."""
        nearest = min(w for w in self._levels if w > width)
        return 2 * width if nearest > 2 * width else nearest
