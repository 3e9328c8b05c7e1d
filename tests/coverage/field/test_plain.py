import pytest

from coverage.field import plain


@pytest.mark.parametrize(
    "text",
    ["One line.", "Two\nlines.", "One.\n\nTwo.", "a < b & “c” 'd' \"e\"", "A\n\nB\nC\n\nD", ""],
)
def test_text_of_returns_what_was_typed(text):
    body = plain.body_of(text)

    assert plain.text_of(body) == text
    assert plain.is_plain(body)


def test_is_plain_with_a_link():
    assert not plain.is_plain('<p>See <a href="https://example.org" rel="noopener nofollow">this</a>.</p>')


def test_same_words_ignores_line_endings():
    assert plain.same_words("a\r\nb\n", "a\nb")
    assert not plain.same_words("a b", "a\nb")
