"""The wrap in an export: with its links to the exported posts, and without what was taken back meanwhile."""

import json

import jsonschema
import pytest

from coverage.publishing import articles, publication, wrapping
from tests.coverage.interchange.archive.conftest import contents_of
from tests.coverage.interchange.archive.test_snapshot import meanwhile


@pytest.fixture
def wrap(event, full, chief):
    wrap = wrapping.make_draft(event, [full["everything"].pk, full["bare"].pk], by=chief)
    rows = [wrapping.Written(one.pk, one.heading, one.body) for one in wrap.paragraphs.all()]
    words = {"headline": "The day", "standfirst": "", "byline": "Ada"}
    return articles.publish(wrapping.save(wrap, by=chief, **words, paragraphs=rows), by=chief)


def test_it_is_a_file_linked_from_the_event_and_linking_to_its_posts(exported, full, wrap):
    folder = exported()

    page = (folder / "wrap/index.html").read_text()
    assert 'href="wrap/index.html"' in (folder / "index.html").read_text()
    assert "Just words." in page
    assert f'href="../index.html#post-{full["bare"].public_id}"' in page
    assert 'src="../pictures/' in page


def test_without_one_there_is_no_file(exported, event):
    folder = exported()

    assert not (folder / "wrap").exists()
    assert data_of(folder)["wrap"] is None
    assert "wrap/" not in (folder / "README.txt").read_text()


def data_of(folder) -> dict:
    """Its data, which keep to their schema."""
    data = json.loads((folder / "event.json").read_text())
    jsonschema.validate(data, json.loads((folder / "event.schema.json").read_text()))
    return data


def test_the_data_have_it_as_readers_do(exported, full, wrap, chief):
    articles.publish(wrap, by=chief, note="It was two days.")

    folder = exported()

    found = data_of(folder)["wrap"]
    assert (found["headline"], found["byline"], found["withdrawn_at"]) == ("The day", "Ada", None)
    assert [one["note"] for one in found["corrections"]] == ["It was two days."]
    assert [one["kind"] for one in found["paragraphs"]] == ["text", "quote", "quote", "picture", "text"]
    assert found["paragraphs"][1]["quote"]["text"] == "Yes."
    assert found["paragraphs"][3]["picture"] == {
        "credit": "Ada Byron/Newsroom",
        "alt": "A full hall.",
        "caption": "The hall.",
    }
    assert found["paragraphs"][4]["body"] == "<p>Just words.</p>"
    assert found["paragraphs"][4]["post"] == full["bare"].public_id
    readme = (folder / "README.txt").read_text()
    assert "wrap/                the article written from the posts\n" in readme
    assert "static/ " in readme


def test_of_a_source_that_was_withdrawn_the_data_have_the_reason(exported, full, wrap, chief):
    publication.withdraw(publication.post_by_id(full["bare"].pk), by=chief, reason="Not true.")

    assert data_of(exported())["wrap"]["paragraphs"][-1] == {
        "kind": "gone",
        "reason": "Not true.",
        "post": full["bare"].public_id,
    }


def test_a_withdrawn_one_is_a_page_with_the_reason_and_without_its_words(exported, full, wrap, chief):
    articles.withdraw(wrap, by=chief, reason="Too small a matter.")

    folder = exported()

    page, found = (folder / "wrap/index.html").read_text(), data_of(folder)["wrap"]
    assert "Too small a matter." in page
    assert "The day" not in page
    assert (found["headline"], found["paragraphs"], found["reason"]) == ("", [], "Too small a matter.")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("what", ["source", "wrap"])
def test_what_is_withdrawn_meanwhile_is_not_in_it(exported, full, wrap, chief, what):
    def act():
        if what == "source":
            publication.withdraw(publication.post_by_id(full["bare"].pk), by=chief, reason="Not true.")
        else:
            articles.withdraw(wrap, by=chief, reason="Not true.")

    found = contents_of(exported("export", meanwhile(act, after="pictures")))

    page = found.get("wrap/index.html", b"")
    assert b"Just words." not in page
    assert (b"A paragraph was withdrawn: Not true." in page) == (what == "source")


@pytest.mark.django_db(transaction=True)
def test_a_wrap_that_lost_words_and_is_withdrawn_meanwhile_is_not_in_it(exported, full, wrap, chief):
    publication.withdraw(publication.post_by_id(full["bare"].pk), by=chief, reason="Not true.")

    def act():
        articles.withdraw(wrap, by=chief, reason="None of it.")

    found = contents_of(exported("export", meanwhile(act, after="pictures")))

    assert b"The day" not in found.get("wrap/index.html", b"")
