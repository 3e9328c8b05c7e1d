"""Comparing revisions, and bringing one back."""

import re

import pytest
from django.urls import reverse

from coverage.publishing import filing, publication
from coverage.publishing.publication import post_by_id
from tests import factories
from tests.coverage.desk.pages import change_url, client_of, said


def compare_url(post, query: str = "") -> str:
    return reverse("admin:coverage_post_compare", args=[post.pk]) + query


def _marked(page, tag: str) -> list[str]:
    """What is marked as gone (del) or new (ins), without the words for those who hear it."""
    found = re.findall(f"<{tag}>(.*?)</{tag}>", page.text, re.DOTALL)
    return [re.sub(r"<span.*?</span>", "", one) for one in found]


@pytest.fixture
def post(event, people):
    """Published by the editor, then saved again: a pending change."""
    post = factories.make_published(
        event, by=people["editor"], headline="Doors open", body="<p>The third row.</p>"
    )
    filing.update_post(post_by_id(post.pk), by=people["editor"], body="<p>The fourth row.</p>")
    return post_by_id(post.pk)


def test_what_would_change_for_readers_is_shown_first(desk, post):
    filing.update_post(post, by=post.author, headline="Doors are open")

    page = desk.get(compare_url(post))

    assert "What would change for readers" in page.text
    assert (_marked(page, "del"), _marked(page, "ins")) == (["third"], ["are ", "fourth"])
    assert '<span class="visually-hidden">[removed: </span>third' in page.text


def test_any_two_revisions_are_compared(desk, post):
    filing.update_post(post, by=post.author, headline="Closing time")

    page = desk.get(compare_url(post, "?from=2&to=3"))

    assert (_marked(page, "del"), _marked(page, "ins")) == (["Doors open"], ["Closing time"])


def test_without_readers_the_latest_change_is_shown(desk, event, people):
    post = factories.make_post(event, by=people["editor"], headline="One")
    for headline in ("Two", "Three"):
        filing.update_post(post_by_id(post.pk), by=people["editor"], headline=headline)

    page = desk.get(compare_url(post))

    assert (_marked(page, "del"), _marked(page, "ins")) == (["Two"], ["Three"])


def test_everything_a_release_prints_is_compared_by_name(desk, event, people):
    vera, picture = (
        factories.make_speaker("Vera K."),
        factories.make_image(caption="The stage", credit="Ada/AP"),
    )
    keynote = factories.make_keynote(event, title="Opening")
    post = factories.make_post(event, by=people["editor"], body="<p>Words.</p>")
    quote = {
        "speaker": vera,
        "attribution": "",
        "text": "We measured it.",
        "verbatim": True,
        "checked": False,
    }
    filing.update_post(
        post_by_id(post.pk),
        by=people["editor"],
        keynote=keynote,
        byline="R. Lind",
        key_event=True,
        happened_at=factories.datetime.datetime(2026, 3, 20, 9, 15, tzinfo=factories.datetime.UTC),
        speakers=[vera],
        quotes=[quote],
        images=[{"image": picture, "caption": ""}],
    )

    page = desk.get(compare_url(post))

    assert _marked(page, "ins") == [
        "Opening",
        "20 Mar 2026, 10:15:00",
        "R. Lind",
        "yes",
        "Vera K.",
        "Vera K.: “We measured it.” (word for word, not checked)",
        "The stage (credit: Ada/AP)",
    ]
    assert "The same in both: Headline, Body, Kind." in page.text


def test_what_was_typed_is_never_markup(desk, event, people):
    post = factories.make_post(event, by=people["editor"], headline="<b>One</b>")
    filing.update_post(post_by_id(post.pk), by=people["editor"], headline="<script>alert(1)</script>")

    page = desk.get(compare_url(post))

    assert "<script>alert(1)" not in page.text
    assert "&lt;script&gt;" in page.text


def test_a_post_saved_once_has_nothing_to_compare(desk, event):
    page = desk.get(compare_url(factories.make_post(event)))

    assert "choose two" in page.text


@pytest.mark.parametrize("query", ["?from=9", "?to=x", "?from=-1&to=1"])
def test_a_revision_that_is_not_there_is_not_found(desk, post, query):
    assert desk.get(compare_url(post, query)).status_code == 404


def test_who_may_see_the_post_may_compare_and_nobody_else(people, event):
    post = factories.make_post(event, by=people["reporter"])

    answers = {role: client_of(person).get(compare_url(post)).status_code for role, person in people.items()}

    assert answers == {"reporter": 200, "photographer": 404, "editor": 200, "chief": 200, "anonymous": 302}


def test_the_posts_page_leads_there(desk, post):
    page = desk.get(change_url(post)).text

    assert page.count(f'href="{compare_url(post)}"') == 3  # beside the state, in the bar, over the revisions
    assert f'href="{compare_url(post)}?to=2"' in page


class TestBringingBack:
    def _bring(self, client, post, number, version=None):
        address = reverse("admin:coverage_post_bring_back", args=[post.pk])
        return client.post(address, {"number": number, "_version": version or post.version}, follow=True)

    def test_it_is_a_new_revision_of_the_old_words(self, desk, post, people):
        assert "Bring revision 1 back" in desk.get(compare_url(post)).text

        answer = self._bring(desk, post, 1)

        post = post_by_id(post.pk)
        assert said(answer) == "Revision 1 is back, as a new revision."
        assert (post.body, post.revisions.count(), post.byline) == ("<p>The third row.</p>", 3, "")
        assert post.latest_revision().content == post.released_revision.content
        assert not post.has_pending_changes()

    def test_rows_come_back_too(self, desk, event, people):
        vera, picture = factories.make_speaker("Vera K."), factories.make_image()
        quote = {"speaker": vera, "attribution": "", "text": "Yes.", "verbatim": True, "checked": True}
        post = factories.make_post(
            event,
            by=people["editor"],
            speakers=[vera],
            quotes=[quote],
            images=[{"image": picture, "caption": "A"}],
        )
        filing.update_post(post_by_id(post.pk), by=people["editor"], speakers=[], quotes=[], images=[])

        self._bring(desk, post_by_id(post.pk), 1)

        assert post.revisions.get(number=3).content == post.revisions.get(number=1).content

    def test_a_keynote_of_another_event_stays_behind(self, desk, event, people):
        elsewhere = factories.make_keynote(factories.make_event())
        post = factories.make_post(event, by=people["editor"], headline="One")
        revision = post.latest_revision()
        revision.content |= {"keynote": elsewhere.pk, "headline": "Older"}
        revision.save()

        answer = self._bring(desk, post_by_id(post.pk), 1)

        post = post_by_id(post.pk)
        assert (post.headline, post.keynote) == ("Older", None)
        assert "Without its keynote" in said(answer)

    def test_an_old_version_is_refused(self, desk, post):
        answer = self._bring(desk, post, 1, version=1)

        assert "Somebody changed this post" in said(answer)
        assert post.revisions.count() == 2

    def test_who_may_not_change_it_is_offered_and_allowed_nothing(self, people, event):
        post = factories.make_post(event, by=people["reporter"], headline="One")
        filing.update_post(post_by_id(post.pk), by=people["editor"], headline="Two")
        publication.publish(post_by_id(post.pk), by=people["editor"])
        hers, post = client_of(people["reporter"]), post_by_id(post.pk)

        page, answer = hers.get(compare_url(post, "?from=1")).text, self._bring(hers, post, 1)

        assert "Bring revision" not in page
        assert "You may not change this post" in said(answer)
