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
    """What the `{% picture %}` tag prints. `width` and `height` are those of the largest source."""

    image: str
    credit: str
    alt: str
    caption: str
    width: int
    height: int
    sources: tuple[Source, ...]

    def of_format(self, format: str) -> list[Source]:
        """Its sources of one format (`avif`, `jpeg`), narrowest first."""
        return sorted((s for s in self.sources if s.format == format), key=lambda s: s.width)

    def fallback(self) -> Source:
        """The JPEG for a browser that reads no srcset: the one nearest to 960 pixels wide."""
        return min(self.of_format("jpeg"), key=lambda s: abs(s.width - 960))
