"""The wrap in an export: with its links to the exported posts, and without what was taken back meanwhile."""

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
    assert not (exported() / "wrap").exists()


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
