"""Words as a search compares them, in many scripts, and where they stand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coverage.record.words import LONGEST, spots, words

pytestmark = pytest.mark.any_database


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("François MÜLLER", ["francois", "muller"]),
        ("Franc\u0327ois", ["francois"]),
        ("Łódź, Ørsted; Đorđe", ["lodz", "orsted", "dorde"]),
        ("İstanbul ısı", ["istanbul", "isi"]),
        ("Straße œuvre", ["strasse", "oeuvre"]),
        ("R&D don't 3.5-inch", ["r", "d", "don", "t", "3", "5", "inch"]),
        ("snake_case", ["snake", "case"]),
        ("ﬁne Ｗｉｄｅ km² ½", ["fine", "wide", "km2", "1", "2"]),
        ("co\u00adoperate", ["cooperate"]),
        ("Αθήνα ΑΘΗΝΑ", ["αθηνα", "αθηνα"]),
        ("Ёлка", ["елка"]),
        ("שָׁלוֹם مَرْحَبًا", ["שלום", "مرحبا"]),
        ("हिन्दी में", ["हिन्दी", "में"]),
        ("한국어", ["한국어"]),
        ("東京タワー", ["東", "京", "タ", "ワ", "ー"]),
        ("\x00 \ud800 … 🎉 '\"*", []),
        ("", []),
    ],
)
def test_words_are_folded(text, folded):
    assert words(text) == folded


def test_two_spellings_of_voiced_kana_are_different_words():
    assert words("か") != words("が")


def test_a_spot_is_where_its_word_stands_as_written():
    text = "« L’été, franc\u0327ais ½ »"

    assert [text[start:end] for _, start, end in spots(text)] == ["L", "été", "franc\u0327ais", "½", "½"]


def test_a_word_without_end_counts_by_its_beginning():
    assert words("a" * 3000) == ["a" * LONGEST]


@given(st.text())
def test_folded_words_have_neither_space_nor_sign(text):
    """Both databases take them as they are, between quotation marks."""
    folded = words(text)

    assert [word for word in folded if not word or set(word) & set(" '\"\\*:()&|!<>-\x00")] == []
    assert words(" ".join(folded)) == folded
