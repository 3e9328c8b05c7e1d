"""What is found of words and names, and what is left alone."""

import pytest

from coverage.erasing.marks import ERASED, UNNAMED, Marks, forget

ADA = Marks.of_names({"Ada O’Byron", "ada@example.org", "Hall"})


@pytest.mark.parametrize(
    ("said", "left"),
    [
        ("By Ada O’Byron and Bob", f"By {UNNAMED} and Bob"),
        ("ADA O’BYRON", UNNAMED),
        ("<p>Ada&nbsp;O’Byron</p>", f"<p>{UNNAMED}</p>"),
        ("Ada  O’Byron/Newsroom", f"{UNNAMED}/Newsroom"),
        ("Ada O’Byrons", "Ada O’Byrons"),
        ("Ada", "Ada"),
        ("Write to ada@example.org.", f"Write to {UNNAMED}."),
        ("hall ", UNNAMED),
        ("The hall is full", "The hall is full"),
        ({"Ada O’Byron, speaker": ["Ada O’Byron", 1, None]}, {f"{UNNAMED}, speaker": [UNNAMED, 1, None]}),
    ],
)
def test_a_name_is_found_as_people_write_it(said, left):
    assert ADA.clean(said) == left
    assert ADA.is_in(said) == (said != left)


def test_a_name_is_found_as_html_and_templates_escape_it():
    marks = Marks.of_names({"Ada O'Byron & Daughter"})

    for written in ("Ada O'Byron &amp; Daughter", "Ada O&#x27;Byron &amp; Daughter"):
        assert marks.clean(f"<p>{written}</p>") == f"<p>{UNNAMED}</p>"


def test_of_a_posts_words_only_long_ones_tell():
    marks = Marks.of_words({"Doors open", "The doors of the hall are open"})

    assert marks.clean("Doors open. The doors of the hall are open!") == f"Doors open. {ERASED}!"


def test_no_marks_change_nothing():
    assert Marks.of_words({"", "Short"}).clean({"a": "Short"}) == {"a": "Short"}
    assert not Marks.of_names({"", UNNAMED})


def test_a_hint_is_in_whatever_holds_the_mark():
    assert Marks.of_names({"Žofie Čermáková", "李 明"}).hints() == {"ofie", ""}


def test_what_is_said_of_a_thing_is_forgotten_and_that_it_was_there_is_kept():
    said = {
        "surfaces": [
            {"kind": "post", "title": "Doors", "url": "/posts/abc/"},
            {"title": "Other", "url": "/x/"},
        ]
    }

    left = forget(said, {"abc"})

    assert left == {
        "surfaces": [{"kind": "post", "title": "", "url": "/posts/abc/"}, {"title": "Other", "url": "/x/"}]
    }
