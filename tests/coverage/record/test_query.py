"""What was typed into the search, understood."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coverage.record.query import MOST_TERMS, Query, Term, understood

pytestmark = pytest.mark.any_database


def wanted(*terms: Term) -> Query:
    return Query(terms, ())


@pytest.mark.parametrize(
    ("typed", "query"),
    [
        ("wind turbine", wanted(Term(("wind",)), Term(("turbine",), is_begun=True))),
        ('"wind turbine"', wanted(Term(("wind", "turbine")))),
        ("“wind turbine” «à la»", wanted(Term(("wind", "turbine")), Term(("a", "la")))),
        ('"wind turb', wanted(Term(("wind", "turb")))),
        ("R&D", wanted(Term(("r", "d")))),
        ("re-open", wanted(Term(("re", "open"), is_begun=True))),
        ("a", wanted(Term(("a",)))),
        ("東京", wanted(Term(("東", "京")))),
        (
            'wind -turbine -"hall two"',
            Query(
                (Term(("wind",), is_begun=True),),
                (Term(("turbine",)), Term(("hall", "two"))),
            ),
        ),
        ("-wind", Query((), (Term(("wind",)),))),
        ("wind - turbine", wanted(Term(("wind",)), Term(("turbine",), is_begun=True))),
        ('wind "turbine"', wanted(Term(("wind",)), Term(("turbine",)))),
        ('"" -- - " \' * ( ) : ^ NEAR', wanted(Term(("near",)))),
        ("\x00%_\\", Query()),
        ("", Query()),
    ],
)
def test_what_is_typed_is_understood(typed, query):
    assert understood(typed) == query


def test_a_long_query_counts_by_its_beginning():
    assert understood(" ".join(["ab"] * 2500)).wanted == (Term(("ab",)),) * (MOST_TERMS - 1) + (
        Term(("ab",), is_begun=True),
    )


@given(st.text())
def test_nothing_typed_is_an_error(typed):
    query = understood(typed)

    assert [term for term in (*query.wanted, *query.unwanted) if not term.words] == []
