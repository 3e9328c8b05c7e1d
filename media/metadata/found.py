"""What was found."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Found:
    """One photograph's metadata; a field nobody filled is empty. `blocks` says which block filled the others.

    `taken_at` is ISO 8601 to the second, or a date alone; it has an offset only if the camera wrote one.
    `digital_source_type` is the full address of the IPTC term. `people` stand in the file's order.
    """

    creator: str = ""
    credit: str = ""
    copyright_notice: str = ""
    source: str = ""
    headline: str = ""
    caption: str = ""
    alt_text: str = ""
    usage_terms: str = ""
    web_statement: str = ""
    licensor_url: str = ""
    taken_at: str = ""
    digital_source_type: str = ""
    keywords: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    event: str = ""
    blocks: Mapping[str, str] = field(default_factory=dict)

    def as_json(self) -> dict[str, dict]:
        """The filled fields: `{"credit": {"text": "Ada", "from": "XMP"}}`, and `texts` for the two lists."""
        return {name: self._as_json(name) for name in self.blocks}

    def _as_json(self, name: str) -> dict:
        value = getattr(self, name)
        said = {"text": value} if isinstance(value, str) else {"texts": list(value)}
        return {**said, "from": self.blocks[name]}
