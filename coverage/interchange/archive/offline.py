"""A reader's page made to work from a folder: links lead to files, and what needs a script or a server is left out."""

from html import escape
from html.parser import HTMLParser

from coverage.interchange.archive.addresses import Addresses

# With all they hold. A module script does not even load from a file, and the page was made to work without.
LEFT_OUT = {
    "script",
    "form",
    "button",
    "input",
    "select",
    "textarea",
    "iframe",
    "object",
    "embed",
    "dialog",
    "template",
}
VOID = {"input", "embed", "link"}
LINKS = ("href", "src", "poster")
# `<link>`s that lead out of the folder, or would have a browser fetch what is not used.
TO_THE_PUBLIC_PAGE = {"canonical"}
NOT_FETCHED = {
    "preload",
    "modulepreload",
    "prefetch",
    "dns-prefetch",
    "preconnect",
    "manifest",
    "hub",
    "search",
}
DATA = "application/ld+json"
OEMBED = "application/json+oembed"  # asks a server how to show the page elsewhere

Attributes = list[tuple[str, str | None]]


class Offline(HTMLParser):
    """Rewrites the page at the path `page` for `file`, piece by piece."""

    def __init__(self, addresses: Addresses, *, page: str, file: str):
        super().__init__(convert_charrefs=False)
        self.addresses, self.page, self.file = addresses, page, file
        self._out: list[str] = []
        self._inside: list[str] = []  # elements that are left out, the outermost first

    def rewritten(self, piece: str) -> str:
        """What is finished with this piece of the page."""
        self.feed(piece)
        text = "".join(self._out)
        self._out.clear()
        return text

    def handle_starttag(self, tag: str, attrs: Attributes) -> None:
        if self._inside or _is_left_out(tag, attrs):
            if tag == (self._inside or [tag])[0] and tag not in VOID:
                self._inside.append(tag)
            return
        self._out.append(self._tag(tag, attrs, end=">"))

    def handle_startendtag(self, tag: str, attrs: Attributes) -> None:
        """As in a drawing: `<path/>`."""
        if not self._inside and not _is_left_out(tag, attrs):
            self._out.append(self._tag(tag, attrs, end="/>"))

    def handle_endtag(self, tag: str) -> None:
        if not self._inside:
            self._out.append(f"</{tag}>")
        elif tag == self._inside[0]:
            self._inside.pop()

    def handle_data(self, data: str) -> None:
        self._say(data)

    def handle_entityref(self, name: str) -> None:
        self._say(f"&{name};")

    def handle_charref(self, name: str) -> None:
        self._say(f"&#{name};")

    def handle_decl(self, decl: str) -> None:
        self._say(f"<!{decl}>")

    def _say(self, text: str) -> None:
        if not self._inside:
            self._out.append(text)

    def _tag(self, tag: str, attrs: Attributes, *, end: str) -> str:
        """As it was written, if no link of it changes."""
        changed = [(name, self._value(tag, name, value, attrs)) for name, value in attrs]
        if changed == attrs:
            return self.get_starttag_text()
        given = (name if value is None else f'{name}="{escape(value)}"' for name, value in changed)
        return f"<{' '.join([tag, *given])}{end}"

    def _value(self, tag: str, name: str, value: str | None, attrs: Attributes) -> str | None:
        if not value or (tag == "link" and _rel(attrs) & TO_THE_PUBLIC_PAGE):
            return value
        if name in LINKS:
            return self._link(value)
        if name == "srcset":
            return ", ".join(self._candidate(candidate) for candidate in value.split(", "))
        return value

    def _candidate(self, candidate: str) -> str:
        address, space, width = candidate.partition(" ")
        return f"{self._link(address)}{space}{width}"

    def _link(self, href: str) -> str:
        return self.addresses.link(href, page=self.page, file=self.file)


def _is_left_out(tag: str, attrs: Attributes) -> bool:
    if tag == "script":
        return dict(attrs).get("type") != DATA
    if tag == "link":
        return bool(_rel(attrs) & NOT_FETCHED) or dict(attrs).get("type") == OEMBED
    return tag in LEFT_OUT


def _rel(attrs: Attributes) -> set[str]:
    return set((dict(attrs).get("rel") or "").split())
