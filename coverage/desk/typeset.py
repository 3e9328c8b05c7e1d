"""A post's HTML as lines a person reads and compares: *bold*, _italics_, a link's address after its words."""

from html.parser import HTMLParser

_AROUND = {"strong": "*", "em": "_"}
_BLOCKS = {"p", "li", "blockquote", "ul", "ol"}


class _Reader(HTMLParser):
    def __init__(self):
        super().__init__()
        self.lines: list[str] = []
        self.text, self.before = "", ""
        self.lists: list[str] = []
        self.quotes, self.address = 0, ""

    def handle_starttag(self, tag: str, attributes: list) -> None:
        if tag in _BLOCKS:
            self._end_line()
        if tag in ("ul", "ol"):
            self.lists.append("• " if tag == "ul" else "– ")
        elif tag == "li":
            self.before = self.lists[-1] if self.lists else ""
        elif tag == "a":
            self.address = dict(attributes).get("href") or ""
        self.quotes += tag == "blockquote"
        self.text += _AROUND.get(tag, "\n" if tag == "br" else "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "a" and self.address:
            self.text += f" [{self.address}]"
        self.text += _AROUND.get(tag, "")
        if tag in _BLOCKS:
            self._end_line()
        if tag in ("ul", "ol") and self.lists:
            self.lists.pop()
        self.quotes -= tag == "blockquote" and self.quotes > 0

    def handle_data(self, data: str) -> None:
        self.text += data

    def _end_line(self) -> None:
        if self.text.strip():
            self.lines.append("> " * self.quotes + self.before + self.text.strip())
            self.before = ""
        self.text = ""


def lines_of(markup: str) -> list[str]:
    """One line for each paragraph and each item of a list."""
    reader = _Reader()
    reader.feed(markup)
    reader.close()
    reader._end_line()
    return reader.lines
