"""Looking a query up: SQLite's FTS5 and PostgreSQL's full text behind one function."""

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from django.db import connection

from coverage.record.document import Kind
from coverage.record.models import EventHead
from coverage.record.query import Query, Term

# A word in the title weighs as five in the text. The CROSS JOIN has SQLite begin with the index. PostgreSQL ranks by
# the query and by its words as they are: what was begun counts more if it is the word itself.
SQLITE = """
SELECT record_document.id, record_document.kind, record_document.head_id, record_document.position,
  bm25(record_words, 0, 0, 5, 1) AS badness
FROM record_words CROSS JOIN record_document ON record_document.id = record_words.rowid
WHERE record_words MATCH %s AND record_document.head_id IN ({heads})
ORDER BY record_words.rowid DESC LIMIT %s
"""
POSTGRESQL = """
SELECT id, kind, head_id, position,
  -ts_rank('{{0, 0, 0.2, 1}}', lexemes, CAST(%s AS tsquery), 1)
  -ts_rank('{{0, 0, 0.2, 1}}', lexemes, CAST(%s AS tsquery), 1) AS badness
FROM record_document
WHERE lexemes @@ CAST(%s AS tsquery) AND kind = ANY(%s) AND head_id IN ({heads})
ORDER BY id DESC LIMIT %s
"""


class Hit(NamedTuple):
    """A document that holds the query, and its event's head; `badness` is less the better it fits."""

    document: int
    kind: str
    head: int
    position: int
    badness: float


def look_up(query: Query, kinds: Sequence[Kind], *, most: int, head: EventHead | None = None) -> list[Hit]:
    """Documents of listed events (of `head` alone, if given) that hold the query: best first, then newest.

    At most `most` are looked at, those released last: a word that stands everywhere takes no longer than that. If
    words that only begin like the last one fill them, those that hold the word itself are looked at first.
    Nothing wanted, nothing found. One query, two in that case.
    """
    if not query.wanted:
        return []
    hits = _asked(query, kinds, most, head)
    if len(hits) == most and query.wanted[-1].is_begun:
        itself = _asked(replace(query, wanted=_as_they_are(query)), kinds, most, head)
        hits = list({hit.document: hit for hit in [*itself, *hits]}.values())[:most]
    return sorted(hits, key=lambda hit: (round(hit.badness, 6), -hit.position, -hit.document))


def _asked(query: Query, kinds: Sequence[Kind], most: int, head: EventHead | None) -> list[Hit]:
    """Those released first last come first."""
    with connection.cursor() as cursor:
        cursor.execute(*statement(query, kinds, most=most, head=head))
        return [Hit(*row) for row in cursor.fetchall()]


def _as_they_are(query: Query) -> tuple[Term, ...]:
    return tuple(replace(term, is_begun=False) for term in query.wanted)


def statement(
    query: Query, kinds: Sequence[Kind], *, most: int, head: EventHead | None = None
) -> tuple[str, list]:
    """The SQL of this database, and its parameters."""
    listed = EventHead.objects.listed().order_by()
    heads, which = (listed.filter(pk=head.pk) if head else listed).values("pk").query.sql_with_params()
    if connection.vendor == "postgresql":
        wanted, itself = _ts_wanted(query.wanted), _ts_wanted(_as_they_are(query))
        given = [wanted, itself, _tsquery(query), [str(kind) for kind in kinds]]
        return POSTGRESQL.format(heads=heads), [*given, *which, most]
    return SQLITE.format(heads=heads), [_fts5(query, kinds, head), *which, most]


def _fts5(query: Query, kinds: Sequence[Kind], head: EventHead | None) -> str:
    """Kind and event are words of the index, too: what is not of them is passed over in it."""
    where = [f"kind : ({' OR '.join(f'"{kind}"' for kind in kinds)})"]
    where += [f'head_id : "{head.pk}"'] if head else []
    held = " AND ".join(map(_fts5_term, query.wanted))
    held = f"({held}) NOT ({' OR '.join(map(_fts5_term, query.unwanted))})" if query.unwanted else held
    return " AND ".join([*where, f"{{title_words text_words}} : ({held})"])


def _fts5_term(term: Term) -> str:
    """Folded words have no quotation mark. What is begun counts more if it is the word itself."""
    phrase = f'"{" ".join(term.words)}"'
    return f"({phrase} OR {phrase} *)" if term.is_begun else phrase


def _tsquery(query: Query) -> str:
    return " & ".join([_ts_wanted(query.wanted), *(f"!{_ts_term(term)}" for term in query.unwanted)])


def _ts_wanted(terms: Sequence[Term]) -> str:
    return " & ".join(map(_ts_term, terms))


def _ts_term(term: Term) -> str:
    return f"({' <-> '.join(f"'{word}'" for word in term.words)}{':*' if term.is_begun else ''})"


def forget_deleted() -> None:
    """Has the index drop what it holds of documents that are gone: SQLite's keeps their words until it merges."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("INSERT INTO record_words (record_words) VALUES ('optimize')")
