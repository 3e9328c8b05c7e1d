"""Two people save one post: merged field by field, and nothing either typed is gone unseen."""

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coverage.desk.merging import BOTH, MINE, SAME, THEIRS, UNKNOWN, outcome
from coverage.publishing import filing
from coverage.publishing.publication import post_by_id
from tests import factories
from tests.coverage.desk.pages import change_url, fields_of, open_form, said


@given(st.integers(0, 2), st.integers(0, 2), st.integers(0, 2))
def test_one_sides_change_is_merged_and_what_both_changed_is_asked(base, theirs, mine):
    found = outcome(base, theirs, mine)

    assert (found == SAME) == (theirs == mine)
    assert (found == BOTH) == (len({base, theirs, mine}) == 3)
    assert found != THEIRS or mine == base != theirs
    assert found != MINE or theirs == base != mine


def test_nothing_is_taken_unasked_where_it_is_not_known_what_was():
    assert outcome(UNKNOWN, "a", "b") == BOTH
    assert outcome(UNKNOWN, "a", "a") == SAME


def _quote(words: str) -> dict:
    return {"speaker": None, "attribution": "a panellist", "text": words, "verbatim": False, "checked": False}


@pytest.fixture
def post(event, people):
    return factories.make_post(
        event,
        by=people["reporter"],
        headline="First",
        body="<p>One two three.</p>",
        byline="R. Lind",
        speakers=[factories.make_speaker("Vera K.")],
        quotes=[_quote("As it was")],
    )


@pytest.fixture
def collide(desk, post, people):
    """Opens the editor's form, lets the reporter save `theirs`, and sends the editor's with `mine` in it."""

    def go(theirs: dict, mine: dict, **without):
        fields = open_form(desk, post)
        for name in without:
            del fields[name]
        filing.update_post(post_by_id(post.pk), by=people["reporter"], **theirs)
        return desk.post(change_url(post), {**fields, **mine, "_continue": "1"})

    return go


def _fields(merge, outcome: str) -> list[str]:
    return [field.name for field in merge.of(outcome)]


def test_what_one_side_changed_is_merged_by_itself(desk, post, collide):
    keynote = factories.make_keynote(post.event, title="Opening")
    at = datetime.datetime(2026, 3, 20, 9, 15, tzinfo=datetime.UTC)
    theirs = {
        "headline": "Second",
        "key_event": True,
        "keynote": keynote,
        "happened_at": at,
        "embargo_until": at,
    }

    answer = collide(theirs, {"body": "<p>One two four.</p>"})

    merge = answer.context["merge"]
    assert answer.status_code == 409
    assert _fields(merge, MINE) == ["body"]
    assert _fields(merge, BOTH) == []
    assert _fields(merge, THEIRS) == ["headline", "keynote", "happened_at", "embargo_until", "key_event"]
    desk.post(change_url(post), {**fields_of(answer, "post_form"), "_continue": "1"})
    after = post_by_id(post.pk)
    assert {name: getattr(after, name) for name in theirs} == theirs
    assert (after.body, after.byline) == ("<p>One two four.</p>", "R. Lind")


def test_what_both_changed_stays_mine_in_the_form_with_theirs_beside(desk, post, collide):
    answer = collide({"body": "<p>One two five.</p>"}, {"body": "<p>One two four.</p>"})

    (field,) = answer.context["merge"].both()
    assert (field.name, field.theirs[0][2].text, field.mine[0][2].text) == ("body", "five", "four")
    assert fields_of(answer, "post_form")["body"] == "<p>One two four.</p>"
    assert "Rosa Lind saved revision 2" in answer.text
    assert post_by_id(post.pk).body == "<p>One two five.</p>"


@pytest.mark.parametrize(("choice", "stands"), [("mine", "Mine"), ("theirs", "Theirs")])
def test_either_may_be_taken(desk, post, collide, choice, stands):
    answer = collide({"headline": "Theirs", "byline": "Rosa"}, {"headline": "Mine"})

    saved = desk.post(
        change_url(post),
        {**fields_of(answer, "post_form"), "_take-headline": choice, "_continue": "1"},
        follow=True,
    )

    after = post_by_id(post.pk)
    assert (after.headline, after.byline) == (stands, "Rosa")
    assert said(saved) == ("Saved." if choice == "mine" else "Nothing had changed.")


def test_rows_are_merged_as_whole_lists(desk, post, collide):
    ben = factories.make_speaker("Ben")
    typed = {"quotes-0-text": "Mine", "quotes-0-attribution": "a panellist"}

    answer = collide({"speakers": [ben], "quotes": [_quote("Theirs")]}, typed)

    merge = answer.context["merge"]
    assert (_fields(merge, THEIRS), _fields(merge, BOTH)) == (["speakers"], ["quotes"])
    form = fields_of(answer, "post_form")
    assert (form["post_speakers-0-speaker"], form["quotes-0-text"]) == (str(ben.pk), "Mine")
    desk.post(change_url(post), {**form, "_take-quotes": "theirs", "_continue": "1"})
    after = post_by_id(post.pk)
    assert [row.speaker for row in after.post_speakers.all()] == [ben]
    assert [quote.text for quote in after.quotes.all()] == ["Theirs"]


def test_a_third_save_meanwhile_is_merged_too(desk, post, collide, people):
    answer = collide({"headline": "Theirs"}, {"headline": "Mine"})
    filing.update_post(post_by_id(post.pk), by=people["reporter"], headline="Theirs again", byline="Rosa")

    form = {**fields_of(answer, "post_form"), "_take-headline": "theirs", "_continue": "1"}
    again = desk.post(change_url(post), form)

    merge = again.context["merge"]
    assert (again.status_code, _fields(merge, BOTH), _fields(merge, THEIRS)) == (
        409,
        ["headline"],
        ["byline"],
    )
    assert fields_of(again, "post_form")["headline"] == "Mine"


def test_a_form_that_does_not_know_what_it_was_opened_on_is_asked_about_all(desk, post, collide):
    answer = collide({"headline": "Theirs"}, {"body": "<p>Mine.</p>"}, _revision="")

    assert _fields(answer.context["merge"], BOTH) == ["headline", "body"]


def test_a_verb_in_between_changes_no_words_and_says_so(desk, post, people):
    fields = open_form(desk, post)
    filing.update_post(post_by_id(post.pk), by=people["reporter"], headline="Theirs")
    filing.update_post(post_by_id(post.pk), by=people["reporter"], headline="First")

    answer = desk.post(change_url(post), {**fields, "headline": "Mine", "_continue": "1"})

    assert _fields(answer.context["merge"], MINE) == ["headline"]
    assert answer.context["merge"].both() == answer.context["merge"].theirs() == []


def test_the_byline_the_author_has_anyway_is_no_change(desk, post, people, collide):
    filing.update_post(post_by_id(post.pk), by=people["reporter"], byline="")

    answer = collide({"headline": "Theirs"}, {"body": "<p>Mine.</p>"})

    assert _fields(answer.context["merge"], MINE) == ["body"]


def test_a_body_typed_without_the_editor_is_merged_as_paragraphs(desk, post, collide):
    answer = collide({"headline": "Theirs"}, {"body": "One <3.\r\n\r\nTwo."})

    (field,) = answer.context["merge"].mine()
    assert field.mine[-1][0].text == "Two."
    assert fields_of(answer, "post_form")["body"] == "One <3.\r\n\r\nTwo."
