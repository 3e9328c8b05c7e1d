"""The posts a wrap is written from, beside what was copied of them: what was corrected, changed or taken back since.

Compared with the record, so that nobody has to remember to raise a flag whichever way a post changes.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher

from coverage.models import Post, Wrap, WrapParagraph
from coverage.models.wrap import ParagraphKind
from coverage.record.models import ReleasedPost

MUCH_THE_SAME = 0.6  # of two quotes' words, as difflib measures it
Copy = tuple[str, dict]  # kind and words


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


def copies_of(row: ReleasedPost) -> list[Copy]:
    """What readers have of a post as paragraphs: kind and words; text, quotes as billed, pictures by reference."""
    found: list[Copy] = []
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
    rows = rows.defer("fragment", "structured").prefetch_related("picture_rows")
    return {row.desk_id: row for row in rows}


def lacking(paragraphs: list[WrapParagraph], row: ReleasedPost) -> list[Copy]:
    """What a post says that none of its paragraphs has: it was added since, or its paragraph was deleted."""
    places = _in_their_places(paragraphs, copies_of(row))
    return [
        (kind, words)
        for kind, words in copies_of(row)
        if not any(one.kind == kind and now == words for one, now in places.items())
    ]


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
    now = _in_their_places(paragraphs, copies_of(row))
    for paragraph in paragraphs:
        words = now.get(paragraph)
        is_settled = words is None and paragraph.kept_alone and not paragraph.words_removed
        if words != paragraph.copied and not is_settled:
            yield Difference(paragraph, words)


def _in_their_places(paragraphs: list[WrapParagraph], present: list[Copy]) -> dict[WrapParagraph, dict]:
    """What their post says now where it said what was copied: each part of it in one place at most.

    A quote that was reworded is known by its speaker, and by its words where the speaker has several. Nobody's words
    come in the place of another's, but where a name was corrected: one quote is left then, and reads much the same.
    """
    found, free = {}, list(present)

    def assign(paragraph: WrapParagraph, part: Copy) -> None:
        found[paragraph] = part[1]
        free.remove(part)

    for paragraph in paragraphs:
        if (paragraph.kind, paragraph.copied) in free:
            assign(paragraph, (paragraph.kind, paragraph.copied))
    left = [paragraph for paragraph in paragraphs if paragraph not in found]
    for paragraph, part in _by_likeness(left, free):
        if paragraph not in found and part in free:
            assign(paragraph, part)
    quotes = [one for one in left if one.kind == ParagraphKind.QUOTE and one not in found]
    others = [part for part in free if part[0] == ParagraphKind.QUOTE]
    if len(quotes) == len(others) == 1 and _likeness(quotes[0].copied, others[0][1]) >= MUCH_THE_SAME:
        assign(quotes[0], others[0])
    return found


def _by_likeness(paragraphs: list[WrapParagraph], parts: list[Copy]) -> list[tuple[WrapParagraph, Copy]]:
    """Texts with texts, quotes with their speaker's, the most alike first."""
    pairs = [
        (paragraph, (kind, words))
        for paragraph in paragraphs
        for kind, words in parts
        if kind == paragraph.kind and _may_follow(paragraph, words)
    ]
    return sorted(pairs, key=lambda pair: -_likeness(pair[0].copied, pair[1][1]))


def _may_follow(paragraph: WrapParagraph, words: dict) -> bool:
    if paragraph.kind == ParagraphKind.QUOTE:
        return _who(words["quote"]) == _who(paragraph.copied["quote"])
    return paragraph.kind == ParagraphKind.TEXT


def _likeness(then: dict, now: dict) -> float:
    """Of two quotes, between 0 and 1; a post has one text only."""
    if "quote" not in then:
        return 1
    return SequenceMatcher(None, then["quote"]["text"], now["quote"]["text"], autojunk=False).ratio()


def _who(quote: dict) -> str:
    return quote.get("speaker") or quote["attribution"]
