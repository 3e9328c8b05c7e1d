"""Choosing the posts of a wrap: what readers have, oldest first, by keynote; key events are chosen beforehand."""

from collections import defaultdict
from dataclasses import dataclass
from uuid import UUID

from coverage.models import Event, Wrap, WrapParagraph
from coverage.publishing.wrap_sources import lacking
from coverage.record.models import ReleasedPost
from coverage.record.titles import title_of


@dataclass(frozen=True)
class Choice:
    """A released post. `is_in`: the wrap has it already; `has_more`: but not all of it; `is_shown`: the filter lets it
    through."""

    row: ReleasedPost
    title: str
    is_chosen: bool
    is_in: bool
    has_more: bool
    is_shown: bool


def choices(event: Event, wrap: Wrap | None, *, chosen: set[str] | None, keynote: str = "") -> list[Choice]:
    """Every post of the event that readers have, oldest first. `chosen` None: its key events, if there is no wrap yet.

    Three queries; `keynote` is a slug, "" all of them, "-" those in none.
    """
    there: dict[UUID, list[WrapParagraph]] = defaultdict(list)
    for paragraph in wrap.paragraphs.exclude(post=None) if wrap else ():
        there[paragraph.post_id].append(paragraph)
    rows = ReleasedPost.objects.live().filter(head__desk_id=event.pk).oldest_first()
    found = []
    for row in rows.defer("fragment", "structured").prefetch_related("picture_rows"):
        picked = (row.key_event and wrap is None) if chosen is None else str(row.desk_id) in chosen
        shown = not keynote or row.keynote == ("" if keynote == "-" else keynote)
        hers = there.get(row.desk_id, [])
        more = bool(hers and lacking(hers, row))
        found.append(Choice(row, row.title or title_of(row), picked, bool(hers), more, shown))
    return found


def keynotes_of(found: list[Choice]) -> list[tuple[str, str]]:
    """Slug and title of the keynotes these posts are in, as they come; one of its own for those in none."""
    named = {one.row.keynote: one.row.keynote_title for one in found if one.row.keynote}
    outside = [("-", "In no keynote")] if any(not one.row.keynote for one in found) else []
    return [*named.items(), *outside]
