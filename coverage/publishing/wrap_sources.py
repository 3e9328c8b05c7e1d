"""The posts a wrap is written from, beside what was copied of them: what was corrected, changed or taken back since.

Compared with the record, so that nobody has to remember to raise a flag whichever way a post changes.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from coverage.models import Post, Wrap, WrapParagraph
from coverage.models.wrap import ParagraphKind
from coverage.record.models import ReleasedPost


@dataclass(frozen=True)
class Difference:
    """A paragraph of a post that says something else now. `new` None: there is nothing in its place any more."""

    paragraph: WrapParagraph
    new: dict | None


@dataclass(frozen=True)
class Source:
    """A post of a wrap. `notes` are its corrections since, as the record keeps them, the first first."""

    post: Post
    row: ReleasedPost
    paragraphs: list[WrapParagraph]
    differences: list[Difference]
    notes: list[dict]

    @property
    def is_withdrawn(self) -> bool:
        return self.row.withdrawn_at is not None

    @property
    def is_corrected(self) -> bool:
        removed = any(paragraph.words_removed for paragraph in self.paragraphs)
        return not self.is_withdrawn and (removed or bool(self.notes))

    @property
    def is_changed(self) -> bool:
        """It says something else, though nobody called that a correction."""
        return not self.is_withdrawn and not self.is_corrected and bool(self.differences)

    @property
    def is_news(self) -> bool:
        return self.is_withdrawn or self.is_corrected or self.is_changed


def copies_of(row: ReleasedPost) -> list[tuple[str, dict]]:
    """What readers have of a post as paragraphs: kind and words; text, quotes as billed, pictures by reference."""
    found: list[tuple[str, dict]] = []
    if row.headline or row.body:
        found.append((ParagraphKind.TEXT, {"heading": row.headline, "body": row.body}))
    found += [(ParagraphKind.QUOTE, {"quote": quote}) for quote in row.quotes]
    pictures = row.picture_rows.all()
    return found + [(ParagraphKind.PICTURE, {"image": str(one.image)}) for one in pictures]


def columns_of(copied: dict) -> dict:
    """What a paragraph's own columns hold when those words are taken as they are."""
    return {"heading": "", "body": "", "quote": None, "image": None, **copied}


def sources_of(wrap: Wrap) -> list[Source]:
    """The posts of a wrap in the order in which they first stand in it. Three queries."""
    paragraphs = list(wrap.paragraphs.exclude(post=None).select_related("post__event"))
    by_post: dict[Post, list[WrapParagraph]] = {}
    for paragraph in paragraphs:
        by_post.setdefault(paragraph.post, []).append(paragraph)
    rows = released_rows(post.pk for post in by_post)
    return [_source(post, rows[post.pk], its) for post, its in by_post.items()]


def released_rows(keys: Iterable) -> dict:
    """The record's rows of posts, by the posts' keys, with their pictures. Two queries."""
    rows = ReleasedPost.objects.filter(desk_id__in=list(keys)).select_related("head")
    return {row.desk_id: row for row in rows.prefetch_related("picture_rows")}


def news_of(wrap: Wrap) -> list[Source]:
    """Those of its sources somebody has to look at."""
    return [source for source in sources_of(wrap) if source.is_news]


def said_of(sources: list[Source]) -> str:
    """“2 sources were corrected since, 1 was withdrawn.”; empty if nothing happened."""
    counts = [
        (sum(source.is_corrected for source in sources), "corrected"),
        (sum(source.is_changed for source in sources), "changed"),
        (sum(source.is_withdrawn for source in sources), "withdrawn"),
    ]
    said = [f"{count} {'was' if count == 1 else 'were'} {word}" for count, word in counts if count]
    if not said:
        return ""
    noun = "source" if said[0].startswith("1 ") else "sources"
    count, _, rest = said[0].partition(" ")
    return ", ".join([f"{count} {noun} {rest} since", *said[1:]]) + "."


def _source(post: Post, row: ReleasedPost, paragraphs: list[WrapParagraph]) -> Source:
    seen = min(paragraph.corrections_seen for paragraph in paragraphs)
    differences = [] if row.withdrawn_at else list(_differences(paragraphs, row))
    return Source(post, row, paragraphs, differences, row.corrections[seen:])


def _differences(paragraphs: list[WrapParagraph], row: ReleasedPost) -> Iterable[Difference]:
    present = copies_of(row)
    for paragraph in paragraphs:
        new = _in_its_place(paragraph, present)
        if new != paragraph.copied:
            yield Difference(paragraph, new)


def _in_its_place(paragraph: WrapParagraph, present: list[tuple[str, dict]]) -> dict | None:
    """What its post says now where it said what was copied; a quote that was reworded is known by its speaker."""
    same_kind = [words for kind, words in present if kind == paragraph.kind]
    if paragraph.copied in same_kind:
        return paragraph.copied
    if paragraph.kind == ParagraphKind.TEXT:
        return same_kind[0] if same_kind else None
    if paragraph.kind == ParagraphKind.PICTURE:
        return None
    alike = [words for words in same_kind if _who(words["quote"]) == _who(paragraph.copied["quote"])]
    return alike[0] if len(alike) == 1 else (same_kind[0] if len(same_kind) == 1 else None)


def _who(quote: dict) -> str:
    return quote.get("speaker") or quote["attribution"]
