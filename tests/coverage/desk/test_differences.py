"""Words that went and words that came."""

from hypothesis import given
from hypothesis import strategies as st

from coverage.desk.differences import ADDED, REMOVED, SAME, Line, Run, compare, words
from coverage.desk.typeset import lines_of


def _lines(*texts: str) -> list[Line]:
    return [Line(text) for text in texts]


def test_words_are_marked_one_by_one():
    runs = words("A trolley rolls past the third row.", "A trolley rolls past the fourth row, slowly.")

    assert runs == [
        Run(SAME, "A trolley rolls past the "),
        Run(REMOVED, "third"),
        Run(ADDED, "fourth"),
        Run(SAME, " row"),
        Run(ADDED, ", slowly"),
        Run(SAME, "."),
    ]


def test_two_words_in_a_row_are_one_change():
    assert words("a b c", "x y c") == [Run(REMOVED, "a b"), Run(ADDED, "x y"), Run(SAME, " c")]


def test_a_paragraph_put_before_leaves_the_others_beside_each_other():
    rows = compare(
        _lines("One two three four", "The end"), _lines("Quite new", "One two three five", "The end")
    )

    assert rows == [
        [Run(ADDED, "Quite new")],
        [Run(SAME, "One two three "), Run(REMOVED, "four"), Run(ADDED, "five")],
        [Run(SAME, "The end")],
    ]


def test_paragraphs_with_little_in_common_are_two():
    rows = compare(_lines("The doors open at nine"), _lines("Coffee has arrived"))

    assert rows == [[Run(REMOVED, "The doors open at nine")], [Run(ADDED, "Coffee has arrived")]]


def test_two_things_called_alike_are_two_and_one_renamed_is_one():
    old, new = [Line("Vera K.", "1"), Line("A stage (credit: A)", "p")], [Line("Vera L.", "2")]

    rows = compare(old, [*new, Line("A stage (credit: B)", "p")])

    assert rows[0] == [Run(REMOVED, "Vera K.")]
    assert rows[1] == [Run(ADDED, "Vera L.")]
    assert [run.kind for run in rows[2]] == [SAME, REMOVED, ADDED, SAME]


@given(st.text(alphabet="ab c.\n", max_size=40), st.text(alphabet="ab c.\n", max_size=40))
def test_no_word_is_lost(old, new):
    runs = words(old, new)

    assert "".join(run.text for run in runs if run.kind != ADDED) == old
    assert "".join(run.text for run in runs if run.kind != REMOVED) == new


def test_formatting_is_text_so_that_a_change_of_it_is_seen():
    markup = (
        "<p>It is <strong>big</strong>, <em>very</em>.<br>See <a href='https://a.example/'>here</a></p>"
        "<ul><li>One</li><li>Two &lt;3</li></ul><blockquote><p>Said</p></blockquote>"
    )

    assert lines_of(markup) == [
        "It is *big*, _very_.\nSee here [https://a.example/]",
        "• One",
        "• Two <3",
        "> Said",
    ]


def test_text_without_a_paragraph_is_a_line():
    assert lines_of("just words") == ["just words"]
