"""What was found, in its own words, marked; nothing that was written becomes markup."""

import pytest

from coverage.front.excerpts import LONGEST, excerpt, marked
from coverage.record.query import understood

pytestmark = pytest.mark.any_database


@pytest.mark.parametrize(
    ("typed", "text", "shown"),
    [
        ("francois", "Dit François.", "Dit <mark>François</mark>."),
        ("ete", "L’e\u0301te\u0301 !", "L’<mark>e\u0301te\u0301</mark> !"),
        ("turb", "Turbines.", "<mark>Turbines</mark>."),
        ("turb wind", "Turbines, windy.", "Turbines, <mark>windy</mark>."),
        ('"wind farm"', "Wind: a farm, a wind-farm.", "Wind: a farm, a <mark>wind-farm</mark>."),
        ('"wind farm" farms', "wind farm farms", "<mark>wind farm</mark> <mark>farms</mark>"),
        ('"a b" "b c"', "a b c d", "<mark>a b</mark><mark> c</mark> d"),
        ("rain -wind", "rain, wind", "<mark>rain</mark>, wind"),
        ("京", "東京タワー", "東<mark>京</mark>タワー"),
        ("r&d", "R&D <b>", "<mark>R&amp;D</mark> &lt;b&gt;"),
        (
            "script",
            "<script>alert(1)</script>",
            "&lt;<mark>script</mark>&gt;alert(1)&lt;/<mark>script</mark>&gt;",
        ),
        ("mark", "{}<mark>%s</mark>", "{}&lt;<mark>mark</mark>&gt;%s&lt;/<mark>mark</mark>&gt;"),
        ("lt amp", "a < b & c", "a &lt; b &amp; c"),
        ("", "a < b", "a &lt; b"),
    ],
)
def test_words_are_marked_as_they_were_written(typed, text, shown):
    assert marked(text, understood(typed)) == shown


def test_an_excerpt_is_where_most_of_the_query_stands():
    text = f"wind {'and so on ' * 100}the wind drove a turbine {'and so on ' * 100}"

    shown = excerpt([text], understood("wind turbine"))

    assert "the <mark>wind</mark> drove a <mark>turbine</mark> and so" in shown
    assert shown.count("<mark>") == 2


def test_an_excerpt_begins_and_ends_between_words():
    text = f"{'before it ' * 50}wind {'after it ' * 50}"

    plain = excerpt([text], understood("wind")).replace("<mark>", "").replace("</mark>", "")

    first, *between, last = plain.split(" ")
    assert (first, last) in {("…", "after…"), ("…", "it…")}
    assert set(between) == {"before", "it", "wind", "after"}
    assert len(plain) <= LONGEST + 3


def test_a_short_text_is_shown_whole():
    assert excerpt(["Then the wind."], understood("wind")) == "Then the <mark>wind</mark>."
    assert excerpt(["the wind."], understood("wind"), goes_on=True) == "… the <mark>wind</mark>."


def test_the_first_text_that_has_a_word_is_shown_and_else_the_first():
    texts = ["A stage.", "A caption with wind.", "Wind, again."]

    assert excerpt(texts, understood("wind"), goes_on=True) == "A caption with <mark>wind</mark>."
    assert excerpt(texts, understood("rain"), goes_on=True) == "… A stage."
    assert excerpt([], understood("rain")) == ""


def test_a_text_without_spaces_is_cut_all_the_same():
    shown = excerpt(["東" * 300 + "京" + "東" * 300], understood("京"))

    assert shown.startswith("… <mark>京</mark>東")
    assert shown.endswith("東…")
    assert len(shown) == LONGEST + len("… <mark></mark>…")
