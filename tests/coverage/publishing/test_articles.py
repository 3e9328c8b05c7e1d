"""The wrap for readers: published, corrected, withdrawn, brought back, and what it loses with its sources."""

from datetime import timedelta

import pytest
from django.utils import timezone

from coverage.models import Event
from coverage.publishing import amending, articles, filing, publication, wrapping
from coverage.publishing.head import head_of
from coverage.publishing.publication import post_by_id
from coverage.record.models import EventHead, Release, ReleasedArticle
from newsroom.editorial.audit import AuditRow
from newsroom.editorial.errors import Invalid, NotAllowed, StaleState, WrongState
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def event():
    return factories.make_event()


@pytest.fixture
def editor():
    return factories.make_editor(first_name="Ada", last_name="Lind")


@pytest.fixture
def posts(event, editor):
    now = timezone.now()
    return [
        factories.make_published(
            event, by=editor, body=f"<p>{n}</p>", happened_at=now - timedelta(minutes=9 - n)
        )
        for n in range(2)
    ]


@pytest.fixture
def draft(event, editor, posts):
    wrap = wrapping.make_draft(event, [post.pk for post in posts], by=editor)
    return save(wrap, editor, headline="The day")


def save(wrap, editor, **changed):
    paragraphs = [wrapping.Written(one.pk, one.heading, one.body) for one in wrap.paragraphs.all()]
    given = {"headline": wrap.headline, "standfirst": wrap.standfirst, "byline": wrap.byline}
    return wrapping.save(wrap, by=editor, **{**given, "paragraphs": paragraphs, **changed})


def bodies() -> list[str]:
    return [one.body or one.gone for one in ReleasedArticle.objects.get().paragraphs.all()]


def correct(post, editor, body, **more):
    changed = filing.update_post(post_by_id(post.pk), by=editor, body=body)
    return publication.correct(changed, by=editor, note="A word was wrong.", **more)


def test_it_is_released_with_its_sources_and_linked_from_the_event(event, editor, posts, draft):
    seq = head_of(event).seq

    wrap = articles.publish(draft, by=editor)

    article, head = ReleasedArticle.objects.get(), head_of(event)
    assert (article.headline, article.byline, article.number) == ("The day", "Ada Lind", 1)
    assert [(one.source, one.body) for one in article.paragraphs.all()] == [
        (post.public_id, f"<p>{n}</p>") for n, post in enumerate(posts)
    ]
    assert (wrap.state, wrap.pending, head.seq) == ("published", False, seq + 1)
    assert f'href="/events/{event.slug}/wrap/"' in head.head_fragment
    assert Release.objects.get(head=head, seq=head.seq).html == head.head_fragment
    row = AuditRow.objects.get(verb="publish", thing_type="coverage.wrap")
    assert (row.from_state, row.to_state, row.event_id) == ("draft", "published", event.pk)


def test_pressed_twice_it_is_published_once(event, editor, draft):
    articles.publish(draft, by=editor, version=2)

    with pytest.raises(StaleState):
        articles.publish(draft, by=editor, version=2)
    draft.refresh_from_db()
    with pytest.raises(Invalid):
        articles.publish(draft, by=editor)

    assert ReleasedArticle.objects.get().number == 1


def test_who_may_publish_withdraw_and_reinstate(event, editor, draft):
    reporter, publisher, chief = factories.make_person(), factories.make_person(), factories.make_chief()
    factories.assign(reporter, event)
    factories.assign(publisher, event, may_publish=True)

    with pytest.raises(NotAllowed):
        articles.publish(draft, by=reporter)
    wrap = articles.publish(draft, by=publisher)
    with pytest.raises(NotAllowed):
        articles.withdraw(wrap, by=reporter, reason="Wrong.")
    wrap = articles.withdraw(wrap, by=publisher, reason="Wrong.")
    for person in (publisher, editor):
        with pytest.raises(NotAllowed):
            articles.reinstate(wrap, by=person, reason="Right.")

    assert articles.reinstate(wrap, by=chief, reason="Right.").state == "published"


@pytest.mark.parametrize("state", ["draft", "published", "withdrawn"])
def test_which_verb_starts_from_which_state(editor, draft, state):
    chief = factories.make_chief()
    wrap = draft
    if state != "draft":
        wrap = articles.publish(wrap, by=editor)
    if state == "withdrawn":
        wrap = articles.withdraw(wrap, by=editor, reason="Wrong.")
    works = {"draft": {"publish"}, "published": {"publish", "withdraw"}, "withdrawn": {"reinstate"}}[state]
    verbs = {
        "publish": lambda: articles.publish(wrap, by=chief, note="" if state == "draft" else "No."),
        "withdraw": lambda: articles.withdraw(wrap, by=chief, reason="Wrong."),
        "reinstate": lambda: articles.reinstate(wrap, by=chief, reason="Right."),
    }

    for name in verbs.keys() - works:
        with pytest.raises(WrongState):
            verbs[name]()
    for name in sorted(works):
        assert verbs[name]().version > wrap.version
        wrap.refresh_from_db()


@pytest.mark.parametrize("verb", [articles.withdraw, articles.reinstate])
def test_a_reason_is_asked_for(editor, draft, verb):
    with pytest.raises(Invalid) as refused:
        verb(draft, by=factories.make_chief(), reason=" ")

    assert list(refused.value.errors) == ["reason"]


def test_what_is_missing_is_said_in_one_go(event, editor, posts):
    wrap = wrapping.make_draft(event, [posts[0].pk], by=editor)
    paragraphs = [wrapping.Written(wrap.paragraphs.get().pk, "", "")]
    wrap = save(wrap, editor, headline="", paragraphs=paragraphs)

    with pytest.raises(Invalid) as refused:
        articles.publish(wrap, by=editor)

    assert refused.value.errors["wrap"] == [
        "It has no headline yet.",
        "Paragraph 1 is empty: write it or delete it.",
    ]


def test_a_corrected_source_holds_it_back_until_somebody_decides(editor, posts, draft):
    correct(posts[1], editor, "<p>One.</p>")

    with pytest.raises(Invalid) as refused:
        articles.publish(draft, by=editor)
    articles.publish(wrapping.take_words(draft, posts[1].pk, by=editor), by=editor)

    assert refused.value.message.startswith("Paragraph 2: the post was corrected since.")
    assert bodies() == ["<p>0</p>", "<p>One.</p>"]


def test_a_withdrawn_source_holds_it_back(editor, posts, draft):
    publication.withdraw(post_by_id(posts[0].pk), by=editor, reason="A hoax.")

    with pytest.raises(Invalid) as refused:
        articles.publish(draft, by=editor)

    assert refused.value.message == (
        "Paragraph 1: the post was withdrawn (“A hoax.”). Delete what comes from it."
    )
    assert not ReleasedArticle.objects.exists()


def test_a_rehearsal_and_a_draft_event_publish_none(editor):
    for fields in ({"rehearsal": True}, {"state": "planned"}):
        event = factories.make_event(**fields)
        post = factories.make_published(event, by=editor)
        wrap = save(wrapping.make_draft(event, [post.pk], by=editor), editor, headline="Day")
        if "state" in fields:
            EventHead.objects.filter(desk_id=event.pk).update(state="draft")

        with pytest.raises(WrongState):
            articles.publish(wrap, by=editor)

    assert not ReleasedArticle.objects.exists()


def test_where_a_second_reader_is_asked_for_who_wrote_last_does_not_publish(event, editor, draft):
    Event.objects.filter(pk=event.pk).update(second_reader=True)

    with pytest.raises(WrongState):
        articles.publish(draft, by=editor)

    assert articles.publish(draft, by=factories.make_editor()).state == "published"


def test_who_wrote_last_does_not_bring_it_back_where_a_second_reader_is_asked_for(event, editor, draft):
    Event.objects.filter(pk=event.pk).update(second_reader=True)
    chief = factories.make_chief()
    wrap = articles.withdraw(articles.publish(draft, by=chief), by=chief, reason="No.")
    wrap = save(wrap, chief, headline="Unread")

    with pytest.raises(WrongState, match="second reader"):
        articles.reinstate(wrap, by=chief, reason="Yes.")

    assert articles.reinstate(wrap, by=factories.make_chief(), reason="Yes.").state == "published"


def test_a_new_version_says_what_it_corrects(editor, draft):
    wrap = save(articles.publish(draft, by=editor), editor, standfirst="In short.")

    wrap = articles.publish(wrap, by=editor, note="It was one day.")
    articles.publish(wrap, by=editor, note="It was two days.")

    article = ReleasedArticle.objects.get()
    assert [(one["note"], one["signed"]) for one in article.corrections] == [
        ("It was one day.", "Ada Lind"),
        ("It was two days.", "Ada Lind"),
    ]
    assert (article.number, article.standfirst) == (3, "In short.")
    assert article.published_at < article.changed_at


def test_a_note_before_anybody_has_read_it_is_refused(editor, draft):
    with pytest.raises(Invalid) as refused:
        articles.publish(draft, by=editor, note="Wrong.")

    assert list(refused.value.errors) == ["note"]


def test_saving_leaves_readers_what_they_have(editor, draft):
    wrap = articles.publish(draft, by=editor)

    wrap = save(wrap, editor, headline="Another")

    assert (wrap.pending, ReleasedArticle.objects.get().headline) == (True, "The day")


def test_withdrawn_it_is_blank_and_the_event_links_to_it_no_more(event, editor, draft):
    wrap = articles.withdraw(articles.publish(draft, by=editor), by=editor, reason="Not ours.")

    article = ReleasedArticle.objects.get()
    assert (article.headline, article.reason, article.paragraphs.count()) == ("", "Not ours.", 0)
    assert article.withdrawn_at
    assert (wrap.state, wrap.pending) == ("withdrawn", True)
    assert "/wrap/" not in head_of(event).head_fragment


def test_reinstated_it_is_back_with_its_first_time(event, draft):
    chief = factories.make_chief()
    published = articles.publish(draft, by=chief)
    first = ReleasedArticle.objects.get().published_at

    articles.reinstate(articles.withdraw(published, by=chief, reason="No."), by=chief, reason="Yes.")

    article = ReleasedArticle.objects.get()
    assert (article.withdrawn_at, article.reason, article.published_at) == (None, "", first)
    assert bodies() == ["<p>0</p>", "<p>1</p>"]
    assert "/wrap/" in head_of(event).head_fragment


def test_reinstated_it_still_says_what_was_corrected(editor, draft):
    published = articles.publish(articles.publish(draft, by=editor), by=editor, note="It was two days.")
    before = ReleasedArticle.objects.get().corrections

    withdrawn = articles.withdraw(published, by=editor, reason="No.")
    gone = ReleasedArticle.objects.get().corrections
    articles.reinstate(withdrawn, by=factories.make_chief(), reason="Yes.")

    assert [one["note"] for one in before] == ["It was two days."]
    assert (gone, ReleasedArticle.objects.get().corrections) == ([], before)


def test_a_source_that_is_withdrawn_takes_its_paragraph_along(editor, posts, draft):
    wrap = articles.publish(draft, by=editor)

    publication.withdraw(post_by_id(posts[1].pk), by=editor, reason="A hoax.")

    wrap.refresh_from_db()
    assert bodies() == ["<p>0</p>", "A hoax."]
    assert wrap.pending


def test_a_correction_that_removes_old_words_removes_them_here(editor, posts, draft):
    wrap = articles.publish(draft, by=editor)

    correct(posts[1], editor, "<p>Better.</p>", remove_old=True)

    assert bodies() == ["<p>0</p>", "The words of its source were corrected and removed."]
    wrap.refresh_from_db()
    with pytest.raises(Invalid):
        articles.publish(wrap, by=editor)
    articles.publish(wrapping.take_words(wrap, posts[1].pk, by=editor), by=editor)
    assert bodies() == ["<p>0</p>", "<p>Better.</p>"]


def test_a_correction_leaves_the_paragraph_and_what_was_seen(editor, posts, draft):
    articles.publish(draft, by=editor)

    correct(posts[1], editor, "<p>Better.</p>")

    assert bodies() == ["<p>0</p>", "<p>1</p>"]


def test_a_source_that_was_moved_takes_its_paragraph_along_all_the_same(editor, posts, draft):
    other = factories.make_event()
    articles.publish(draft, by=editor)
    amending.move(post_by_id(posts[1].pk), by=editor, event=other.slug)

    publication.withdraw(post_by_id(posts[1].pk), by=editor, reason="A hoax.")

    assert bodies() == ["<p>0</p>", "A hoax."]


def test_a_moved_source_is_no_obstacle(editor, posts, draft):
    amending.move(post_by_id(posts[1].pk), by=editor, event=factories.make_event().slug)

    articles.publish(draft, by=editor)

    assert bodies() == ["<p>0</p>", "<p>1</p>"]


def test_a_withdrawal_of_a_source_nobody_wrote_of_changes_no_article(editor, event, draft):
    wrap = articles.publish(draft, by=editor)
    other = factories.make_published(event, by=editor)

    publication.withdraw(post_by_id(other.pk), by=editor, reason="Wrong.")

    wrap.refresh_from_db()
    assert not wrap.pending
    assert bodies() == ["<p>0</p>", "<p>1</p>"]
