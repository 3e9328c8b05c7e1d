"""One spelling in another's place: words only, and never inside a tag."""

import pytest

from coverage.publishing.spelling import Respelling

MORGAN = Respelling("Jeffery Morgan", "Jeffrey Morgan")
AND_CO = Respelling("A & B", "C < D")


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("Jeffery Morgan speaks.", "Jeffrey Morgan speaks."),
        ("(Jeffery  Morgan’s)", "(Jeffrey Morgan’s)"),
        ("Jeffery\nMorgan", "Jeffrey Morgan"),
        ("jeffery morgan", "jeffery morgan"),
        ("Jeffery Morgans and xJeffery Morgan", "Jeffery Morgans and xJeffery Morgan"),
        ("Jeffery Morganà", "Jeffery Morganà"),
    ],
)
def test_whole_words_of_the_same_case_are_replaced(text, after):
    assert MORGAN.in_text(text) == after
    assert MORGAN.is_in(text) == (text != after)


@pytest.mark.parametrize(
    ("markup", "after"),
    [
        (
            '<p><a href="https://a.example/Jeffery Morgan?a>b">Jeffery Morgan</a></p>',
            '<p><a href="https://a.example/Jeffery Morgan?a>b">Jeffrey Morgan</a></p>',
        ),
        ("<p>Jeffery&nbsp;Morgan</p>", "<p>Jeffrey Morgan</p>"),
        ("<p>Jeffery <strong>Morgan</strong></p>", "<p>Jeffery <strong>Morgan</strong></p>"),
        ("<p>A &lt;Jeffery Morgan&gt; B</p>", "<p>A &lt;Jeffrey Morgan&gt; B</p>"),
    ],
)
def test_words_between_tags_are_replaced_and_nothing_else(markup, after):
    assert MORGAN.in_html(markup) == after
    assert MORGAN.is_in_html(markup) == (markup != after)


def test_signs_of_html_are_compared_and_written_as_html_writes_them():
    assert AND_CO.in_html("<p>A &amp; B</p>") == "<p>C &lt; D</p>"
    assert Respelling("amp", "x").in_html("<p>A &amp; B, an amp</p>") == "<p>A &amp; B, an x</p>"
    assert Respelling("p", "x").in_html("<p>p</p>") == "<p>x</p>"


def test_a_preview_marks_what_goes_and_what_comes_and_is_safe():
    markup = '<p>Nothing.</p><p>Hear <a href="/x">Jeffery Morgan</a> &lt;b&gt;</p>'

    assert MORGAN.marked_html(markup) == "Hear <del>Jeffery Morgan</del> <ins>Jeffrey Morgan</ins> &lt;b&gt;"
    assert MORGAN.marked("<b>\x02 Jeffery Morgan") == (
        "&lt;b&gt; <del>Jeffery Morgan</del> <ins>Jeffrey Morgan</ins>"
    )
