import pytest

from media.wording import clean_file_name, clean_text, clean_texts
from newsroom.editorial.errors import Invalid


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\ada\\DSC_1.JPG", "DSC_1.JPG"),
        ("a\x00b\x1f.jpg", "ab.jpg"),
        ("gpj\u202e.exe", "gpj.exe"),
        ("cafe\u0301.jpg", "caf\u00e9.jpg"),
        ("x" * 5000 + ".jpg", "x" * 255),
        ("  ", ""),
        ("..", ".."),
    ],
)
def test_file_name_is_text_not_a_path(name, shown):
    assert clean_file_name(name) == shown


def test_text_keeps_lines_and_emoji_and_loses_what_hides():
    family = "\U0001f469\u200d\U0001f4bb"

    assert clean_text(f"  a\x00b\r\nc\u202ed {family}\u2066 ") == f"ab\ncd {family}"


def test_none_is_left_out_and_too_long_says_so():
    assert clean_texts(alt_text=None, credit=" Ada ") == {"credit": "Ada"}
    with pytest.raises(Invalid) as caught:
        clean_texts(credit="x" * 201, alt_text="y" * 501, caption="z" * 2000)
    assert caught.value.errors == {
        "credit": ["The credit has 201 characters; at most 200 fit. Shorten it."],
        "alt_text": ["The alternative text has 501 characters; at most 500 fit. Shorten it."],
    }
