"""A picture as readers get it: plain copied values, no database behind them."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Source:
    """One rendition: `url` below `/pictures/`, pixels upright."""

    spec: str
    format: str
    url: str
    width: int
    height: int


@dataclass(frozen=True)
class Picture:
    """What the `{% picture %}` tag prints. `width` and `height` are those of the largest source, upright.

    `place` is "shown", "reserved" (its files are being made; none yet) or "expired" (none any more).
    `people` from left to right; `licence` and `licensor` are addresses; `thumbhash` is base64; "" is unknown.
    """

    image: str
    credit: str
    alt: str
    caption: str
    width: int
    height: int
    sources: tuple[Source, ...]
    place: str = "shown"
    creator: str = ""
    copyright_notice: str = ""
    licence: str = ""
    licensor: str = ""
    people: tuple[str, ...] = ()
    thumbhash: str = ""

    def of_format(self, format: str) -> list[Source]:
        """The uncropped sources of one format (`avif`, `jpeg`), narrowest first."""
        whole = (s for s in self.sources if s.format == format and not s.spec.startswith("crop-"))
        return sorted(whole, key=lambda s: s.width)

    def fallback(self) -> Source:
        """The JPEG for a browser that reads no srcset: the one nearest to 960 pixels wide."""
        return min(self.of_format("jpeg"), key=lambda s: abs(s.width - 960))

    def crops(self) -> list[Source]:
        """The crops for share cards and search engines: 16:9, 4:3, 1:1, those that are made."""
        return [s for s in self.sources if s.spec.startswith("crop-")]
