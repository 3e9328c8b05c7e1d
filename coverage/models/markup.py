"""The one sanitiser: what HTML a post may hold, cleaned once when it is saved."""

import html
import re

import nh3

TAGS = {"p", "br", "strong", "em", "a", "ul", "ol", "li", "blockquote"}
_SPACE = re.compile(r"\s+")
_BLOCK_END = re.compile(r"</(p|li|blockquote)>|<br ?/?>")


def clean_html(text: str) -> str:
    """The text with every tag, attribute and address scheme dropped that a post may not hold."""
    return nh3.clean(
        text,
        tags=TAGS,
        attributes={"a": {"href"}},
        url_schemes={"http", "https", "mailto"},
        link_rel="noopener nofollow",
        strip_comments=True,
    ).strip()


def plain_text(markup: str) -> str:
    """The words of an HTML text on one line, entities resolved."""
    spaced = _BLOCK_END.sub(" ", markup)
    return _SPACE.sub(" ", html.unescape(nh3.clean(spaced, tags=set()))).strip()


def paragraphs(text: str) -> str:
    """Typed plain text as HTML: a blank line ends a paragraph, a line end is a break."""
    blocks = re.split(r"\n\s*\n", text.replace("\r\n", "\n").strip())
    return "".join(
        f"<p>{html.escape(block.strip()).replace(chr(10), '<br>')}</p>" for block in blocks if block.strip()
    )
