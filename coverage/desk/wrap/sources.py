"""What became of a wrap's sources, as the desk reads it: old and new words side by side."""

from dataclasses import dataclass

from coverage.desk.differences import ADDED, REMOVED, Run, words
from coverage.desk.wrap.writing import in_words
from coverage.models import Event, Wrap, WrapParagraph
from coverage.publishing.wrap_sources import Difference, Source, news_of, said_of


@dataclass(frozen=True)
class Beside:
    """A paragraph's words as they were copied and as its post has them now, each as runs; `now` empty: it has none.

    `ours`: what stands in the wrap, if somebody changed it.
    """

    number: int
    then: list[Run]
    now: list[Run]
    ours: str


@dataclass(frozen=True)
class News:
    """A source somebody has to look at, and what may be pressed about it."""

    source: Source
    sides: list[Beside]

    @property
    def title(self) -> str:
        return str(self.source.post)

    @property
    def may_keep(self) -> bool:
        return not any(one.words_removed for one in self.source.paragraphs)


def told(wrap: Wrap) -> list[News]:
    """In the order of the page."""
    return [News(source, [_beside(one) for one in source.differences]) for source in news_of(wrap)]


def says(event: Event) -> str:
    """“2 sources were corrected since.”; empty for an event without a wrap, or without news. Up to four queries."""
    wrap = Wrap.objects.filter(event=event).first()
    return said_of(news_of(wrap)) if wrap else ""


def _beside(difference: Difference) -> Beside:
    paragraph = difference.paragraph
    then, now, ours = in_words(paragraph.copied), in_words(difference.new), in_words(_standing(paragraph))
    runs = words(then, now)
    return Beside(
        number=paragraph.order + 1,
        then=[run for run in runs if run.kind != ADDED],
        now=[run for run in runs if run.kind != REMOVED] if difference.new else [],
        ours="" if ours == then else ours,
    )


def _standing(paragraph: WrapParagraph) -> dict:
    names = ("heading", "body", "quote", "image")
    return {name: getattr(paragraph, name) for name in names}
