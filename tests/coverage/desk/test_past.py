"""What stands under a post's form: its revisions, and what was done to it."""

import pytest

from coverage.publishing import publication, review
from coverage.publishing.publication import post_by_id
from tests import factories
from tests.coverage.desk.pages import change_url


def test_readers_see_the_released_revision_until_it_is_withdrawn(desk, event, people):
    post = factories.make_published(event)
    shown = desk.get(change_url(post)).text

    publication.withdraw(post_by_id(post.pk), by=people["editor"], reason="Wrong hall.")
    withdrawn = desk.get(change_url(post)).text

    assert '<span class="tag">readers see this</span>' in shown
    assert "readers see this" not in withdrawn
    assert '<span class="tag">withdrawn</span>' in withdrawn


@pytest.mark.parametrize("page", ["/admin/", "/admin/coverage/post/"])
def test_filing_nobody_here_wrote_is_said_to_be_imported(desk, event, people, page):
    post = factories.make_post(event, by=people["reporter"], headline="Doors")
    type(post).objects.filter(pk=post.pk).update(author=None)
    review.submit(post_by_id(post.pk), by=None)

    assert "imported" in desk.get(page).text


def test_colleagues_are_called_by_their_names(desk, event, people):
    people["editor"].byline = "Edith Lamarr"
    people["editor"].save()
    post = factories.make_post(event, by=people["reporter"])
    review.submit(post_by_id(post.pk), by=people["reporter"])
    review.claim(post_by_id(post.pk), by=people["editor"])

    page = desk.get(change_url(post)).text

    assert "with Edith Lamarr" in page
    assert "</time> Rosa Lind" in page
    assert ">Rosa Lind</td>" in desk.get("/admin/coverage/post/").text
