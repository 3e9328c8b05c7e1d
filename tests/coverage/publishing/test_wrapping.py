"""Writing a wrap at the desk: what is copied, saved, taken anew and kept; nothing of it reaches readers."""

from datetime import timedelta

import pytest
from django.utils import timezone

from coverage.models import Wrap
from coverage.publishing import filing, publication, wrapping
from coverage.publishing.publication import post_by_id
from coverage.publishing.wrap_sources import news_of, said_of
from coverage.publishing.wrapping import Written
from coverage.record.models import ReleasedArticle, ReleasedPost
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


def publish(event, editor, body, minute=0, **fields):
    at = timezone.now().replace(microsecond=0) - timedelta(minutes=60 - minute)
    return factories.make_published(event, by=editor, body=body, happened_at=at, **fields)


def written(wrap: Wrap) -> list[Written]:
    return [Written(one.pk, one.heading, one.body) for one in wrap.paragraphs.all()]


def save(wrap, editor, **changed):
    given = {"headline": "Done", "standfirst": "", "byline": "", "paragraphs": written(wrap)}
    return wrapping.save(wrap, by=editor, **{**given, **changed})


def correct(post, editor, body, **more):
    changed = filing.update_post(post_by_id(post.pk), by=editor, body=body)
    return publication.correct(changed, by=editor, note="A word was wrong.", **more)


def test_a_draft_copies_corrected_words_oldest_first(event, editor):
    late = publish(event, editor, "<p>Late.</p>", 30)
    early = publish(event, editor, "<p>Erly.</p>", 10, headline="Doors")
    correct(early, editor, "<p>Early.</p>")

    wrap = wrapping.make_draft(event, [late.pk, early.pk], by=editor)

    assert [(one.post, one.heading, one.body) for one in wrap.paragraphs.all()] == [
        (early, "Doors", "<p>Early.</p>"),
        (late, "", "<p>Late.</p>"),
    ]
    assert [one.corrections_seen for one in wrap.paragraphs.all()] == [1, 0]
    assert (wrap.state, wrap.byline, news_of(wrap)) == ("draft", "Ada Lind", [])
    assert not ReleasedArticle.objects.exists()


def test_a_draft_has_what_readers_have_and_not_what_is_pending(event, editor):
    post = publish(event, editor, "<p>Released.</p>")
    filing.update_post(post_by_id(post.pk), by=editor, body="<p>Pending.</p>")

    wrap = wrapping.make_draft(event, [post.pk], by=editor)

    assert wrap.paragraphs.get().body == "<p>Released.</p>"


def test_a_quote_comes_as_billed_and_a_picture_by_reference(event, editor):
    speaker = factories.make_speaker("Vera K.", organisation=factories.make_organisation("Acme"))
    image = factories.make_image()
    quotes = [{"speaker": speaker, "text": "Yes.", "verbatim": True}]
    post = publish(event, editor, "", quotes=quotes, images=[{"image": image}])

    quote, picture = wrapping.make_draft(event, [post.pk], by=editor).paragraphs.all()

    assert (quote.kind, quote.quote["name"], quote.quote["organisation"]) == ("quote", "Vera K.", "Acme")
    assert (picture.kind, picture.image, picture.post) == ("picture", image.pk, post)


def test_only_released_posts_of_the_event_are_copied(event, editor):
    elsewhere = publish(factories.make_event(), editor, "<p>Elsewhere.</p>")
    draft = factories.make_post(event, by=editor)
    gone = publish(event, editor, "<p>Gone.</p>")
    publication.withdraw(post_by_id(gone.pk), by=editor, reason="Wrong.")

    with pytest.raises(Invalid) as refused:
        wrapping.make_draft(event, [elsewhere.pk, draft.pk, gone.pk, "no key"], by=editor)

    assert refused.value.message == "None of these posts is with readers any more: choose again."
    assert not Wrap.objects.exists()


@pytest.mark.parametrize(("count", "says"), [(0, "Choose at least one post."), (201, "At most 200 posts")])
def test_too_few_and_too_many_posts_are_refused(event, editor, count, says):
    with pytest.raises(Invalid) as refused:
        wrapping.make_draft(event, [f"00000000-0000-4000-8000-{n:012}" for n in range(count)], by=editor)

    assert refused.value.message.startswith(says)


def test_an_event_has_one_wrap(event, editor):
    post = publish(event, editor, "<p>Words.</p>")
    wrapping.make_draft(event, [post.pk], by=editor)

    with pytest.raises(WrongState):
        wrapping.make_draft(event, [post.pk], by=editor)

    assert Wrap.objects.count() == 1


def test_who_may_write_it(event, editor):
    post = publish(event, editor, "<p>Words.</p>")
    reporter, publisher, stranger = (factories.make_person() for _ in range(3))
    factories.assign(reporter, event)
    factories.assign(publisher, event, may_publish=True)

    for person in (reporter, stranger):
        with pytest.raises(NotAllowed):
            wrapping.make_draft(event, [post.pk], by=person)
    wrap = wrapping.make_draft(event, [post.pk], by=publisher)
    for work in (
        lambda: wrapping.add_posts(wrap, [post.pk], by=reporter),
        lambda: save(wrap, reporter),
        lambda: wrapping.take_words(wrap, post.pk, by=reporter),
        lambda: wrapping.keep_words(wrap, post.pk, by=reporter),
    ):
        with pytest.raises(NotAllowed):
            work()

    assert save(wrap, publisher).headline == "Done"


def test_posts_are_added_in_their_place_and_once(event, editor):
    first, second, third = (publish(event, editor, f"<p>{n}</p>", n) for n in (1, 2, 3))
    wrap = wrapping.make_draft(event, [first.pk, third.pk], by=editor)

    wrap = wrapping.add_posts(wrap, [second.pk, first.pk], by=editor)
    again = wrapping.add_posts(wrap, [second.pk], by=editor)

    assert [one.body for one in again.paragraphs.all()] == ["<p>1</p>", "<p>2</p>", "<p>3</p>"]
    assert (wrap.version, again.version) == (2, 2)


def test_what_a_post_was_given_later_is_added_after_what_it_has(event, editor):
    first, second = publish(event, editor, "<p>1</p>", 1), publish(event, editor, "<p>2</p>", 2)
    wrap = wrapping.make_draft(event, [first.pk, second.pk], by=editor)
    quotes = [{"attribution": "a guest", "text": "Yes."}]
    images = [{"image": factories.make_image()}]
    filing.update_post(
        post_by_id(first.pk), by=editor, body="<p>1, updated</p>", quotes=quotes, images=images
    )
    publication.publish(post_by_id(first.pk), by=editor)

    wrap = wrapping.add_posts(wrap, [first.pk, second.pk], by=editor)
    again = wrapping.add_posts(wrap, [first.pk], by=editor)

    paragraphs = again.paragraphs.all()
    assert [(one.kind, one.post) for one in paragraphs] == [
        ("text", first),
        ("quote", first),
        ("picture", first),
        ("text", second),
    ]
    assert paragraphs[0].body == "<p>1</p>"
    assert (wrap.version, again.version) == (2, 2)
    assert AuditRow.objects.get(verb="add-posts").after == {"posts": [first.public_id]}


def test_a_save_moves_edits_deletes_adds_and_cleans(event, editor):
    posts = [publish(event, editor, f"<p>{n}</p>", n) for n in range(3)]
    wrap = wrapping.make_draft(event, [post.pk for post in posts], by=editor)
    one, two, _ = wrap.paragraphs.all()
    given = [
        Written(two.pk, " A  heading ", "<p onclick='x'>Two<script>x()</script></p>"),
        Written(None, "", "<p>Ours.</p>"),
        Written(one.pk, "", one.body),
    ]

    wrap = save(wrap, editor, headline=" The  day ", standfirst="In short.", paragraphs=given)

    assert (wrap.headline, wrap.standfirst) == ("The day", "In short.")
    assert [(p.heading, p.body, p.post) for p in wrap.paragraphs.all()] == [
        ("A heading", "<p>Two</p>", posts[1]),
        ("", "<p>Ours.</p>", None),
        ("", "<p>0</p>", posts[0]),
    ]
    row = AuditRow.objects.filter(thing_type="coverage.wrap", verb="edit").get()
    assert (row.event_id, row.after["headline"]) == (event.pk, "The day")


def test_a_save_that_changes_nothing_is_none(event, editor):
    post = publish(event, editor, "<p>Words.</p>")
    wrap = save(wrapping.make_draft(event, [post.pk], by=editor), editor)

    assert save(wrap, editor).version == wrap.version == 2


def test_a_save_under_an_old_version_is_refused(event, editor):
    post = publish(event, editor, "<p>Words.</p>")
    wrap = wrapping.make_draft(event, [post.pk], by=editor)
    save(wrap, editor, version=1, headline="Theirs")

    with pytest.raises(StaleState):
        save(wrap, editor, version=1, headline="Mine")

    wrap.refresh_from_db()
    assert wrap.headline == "Theirs"


@pytest.mark.parametrize("name", ["headline", "byline"])
def test_what_is_too_long_is_said(event, editor, name):
    post = publish(event, editor, "<p>Words.</p>")
    wrap = wrapping.make_draft(event, [post.pk], by=editor)

    with pytest.raises(Invalid) as refused:
        save(wrap, editor, **{name: "x" * 201})

    assert list(refused.value.errors) == [name]


def test_a_corrected_source_is_told_with_old_and_new_words_and_taken(event, editor):
    posts = [publish(event, editor, f"<p>Teh {n}.</p>", n) for n in range(2)]
    wrap = wrapping.make_draft(event, [post.pk for post in posts], by=editor)
    for post in posts:
        correct(post, editor, "<p>The.</p>")

    news = news_of(wrap)
    wrap = wrapping.take_words(wrap, posts[0].pk, by=editor, version=1)

    assert said_of(news) == "2 sources were corrected since."
    [difference] = news[0].differences
    assert (difference.paragraph.copied["body"], difference.new["body"]) == ("<p>Teh 0.</p>", "<p>The.</p>")
    assert [one["note"] for one in news[0].notes] == ["A word was wrong."]
    assert [one.body for one in wrap.paragraphs.all()] == ["<p>The.</p>", "<p>Teh 1.</p>"]
    assert said_of(news_of(wrap)) == "1 source was corrected since."


def test_a_correction_that_changes_no_word_is_told_too(event, editor):
    post = publish(event, editor, "<p>Words.</p>")
    wrap = wrapping.make_draft(event, [post.pk], by=editor)
    publication.correct(post_by_id(post.pk), by=editor, note="It was on Tuesday.")

    [source] = news_of(wrap)

    assert (source.is_corrected, source.differences) == (True, [])


def test_ours_can_be_kept_until_the_next_correction(event, editor):
    post = publish(event, editor, "<p>Teh.</p>")
    wrap = wrapping.make_draft(event, [post.pk], by=editor)
    wrap = save(wrap, editor, paragraphs=[Written(wrap.paragraphs.get().pk, "", "<p>The, by us.</p>")])
    correct(post, editor, "<p>The.</p>")

    wrap = wrapping.keep_words(wrap, post.pk, by=editor)

    assert wrap.paragraphs.get().body == "<p>The, by us.</p>"
    assert news_of(wrap) == []
    correct(post, editor, "<p>Then.</p>")
    assert said_of(news_of(wrap)) == "1 source was corrected since."


def test_an_update_without_a_correction_is_called_a_change(event, editor):
    post = publish(event, editor, "<p>One.</p>")
    wrap = wrapping.make_draft(event, [post.pk], by=editor)
    filing.update_post(post_by_id(post.pk), by=editor, body="<p>Two.</p>")
    publication.publish(post_by_id(post.pk), by=editor)

    assert said_of(news_of(wrap)) == "1 source was changed since."


def test_a_quote_and_a_picture_its_post_has_no_more_go_when_its_words_are_taken(event, editor):
    quotes = [{"attribution": "a guest", "text": "Yes."}]
    post = publish(event, editor, "<p>Words.</p>", quotes=quotes, images=[{"image": factories.make_image()}])
    wrap = wrapping.make_draft(event, [post.pk], by=editor)
    filing.update_post(post_by_id(post.pk), by=editor, quotes=[], images=[])
    publication.publish(post_by_id(post.pk), by=editor)

    [source] = news_of(wrap)
    wrap = wrapping.take_words(wrap, post.pk, by=editor)

    assert [difference.new for difference in source.differences] == [None, None]
    assert [one.kind for one in wrap.paragraphs.all()] == ["text"]


def test_a_quote_and_a_picture_its_post_has_no_more_can_be_kept(event, editor):
    quotes = [{"attribution": "a guest", "text": "Yes."}]
    post = publish(event, editor, "<p>Words.</p>", quotes=quotes, images=[{"image": factories.make_image()}])
    wrap = wrapping.make_draft(event, [post.pk], by=editor)
    filing.update_post(post_by_id(post.pk), by=editor, quotes=[], images=[])
    publication.publish(post_by_id(post.pk), by=editor)

    wrap = wrapping.keep_words(wrap, post.pk, by=editor)

    assert [one.kind for one in wrap.paragraphs.all()] == ["text", "quote", "picture"]
    assert news_of(wrap) == []
    filing.update_post(post_by_id(post.pk), by=editor, quotes=[{**quotes[0], "text": "No."}])
    publication.publish(post_by_id(post.pk), by=editor)
    assert said_of(news_of(wrap)) == "1 source was changed since."
    wrap = wrapping.take_words(wrap, post.pk, by=editor)
    assert [(one.kind, one.kept_alone) for one in wrap.paragraphs.all()] == [
        ("text", False),
        ("quote", False),
        ("picture", True),
    ]


def test_what_was_kept_goes_when_its_post_removes_its_old_words(event, editor):
    post = publish(event, editor, "<p>Words.</p>", quotes=[{"attribution": "a guest", "text": "Yes."}])
    wrap = wrapping.make_draft(event, [post.pk], by=editor)
    filing.update_post(post_by_id(post.pk), by=editor, quotes=[])
    publication.publish(post_by_id(post.pk), by=editor)
    wrap = wrapping.keep_words(wrap, post.pk, by=editor)
    correct(post, editor, "<p>Other words.</p>", remove_old=True)

    wrap = wrapping.take_words(wrap, post.pk, by=editor)

    assert [one.body for one in wrap.paragraphs.all()] == ["<p>Other words.</p>"]


def test_a_quote_is_known_by_its_speaker_when_it_is_reworded(event, editor):
    quotes = [{"attribution": "a guest", "text": "Yes."}, {"attribution": "the host", "text": "No."}]
    post = publish(event, editor, "", quotes=quotes)
    wrap = wrapping.make_draft(event, [post.pk], by=editor)
    reworded = [quotes[1], {"attribution": "a guest", "text": "Yes, please."}]
    filing.update_post(post_by_id(post.pk), by=editor, quotes=reworded)
    publication.publish(post_by_id(post.pk), by=editor)

    wrap = wrapping.take_words(wrap, post.pk, by=editor)

    assert [one.quote["text"] for one in wrap.paragraphs.all()] == ["Yes, please.", "No."]


A, B = {"attribution": "a guest", "text": "Yes, of course."}, {"attribution": "the host", "text": "No way."}
REWORDED = {"attribution": "a guest", "text": "Yes, of course, please."}
RENAMED = {"attribution": "a speaker", "text": "Yes, of course."}
OTHER = {"attribution": "a guest", "text": "Ask me later on."}


@pytest.mark.parametrize(
    ("before", "deleted", "now", "texts"),
    [
        ([A, B], None, [A], ["Yes, of course."]),
        ([A, B], None, [B], ["No way."]),
        ([A, B], 0, [A], []),
        ([A, B], None, [RENAMED, B], ["Yes, of course.", "No way."]),
        ([A], None, [B], []),
        ([A, OTHER], None, [REWORDED], ["Yes, of course, please."]),
        ([A, OTHER], None, [OTHER, REWORDED], ["Yes, of course, please.", "Ask me later on."]),
        ([A, OTHER], 0, [A, {**OTHER, "text": "Ask me later."}], ["Ask me later."]),
    ],
)
def test_nobodys_quote_comes_in_the_place_of_anothers(event, editor, before, deleted, now, texts):
    post = publish(event, editor, "<p>Words.</p>", quotes=before)
    wrap = wrapping.make_draft(event, [post.pk], by=editor)
    if deleted is not None:
        wrap.paragraphs.filter(kind="quote")[deleted].delete()
    filing.update_post(post_by_id(post.pk), by=editor, quotes=now)
    publication.correct(post_by_id(post.pk), by=editor, note="Who said what was wrong.")

    wrap = wrapping.take_words(wrap, post.pk, by=editor)

    quotes = [one.quote for one in wrap.paragraphs.filter(kind="quote")]
    assert [quote["text"] for quote in quotes] == texts
    assert {quote["attribution"] for quote in quotes} <= {quote["attribution"] for quote in now}


def test_removed_words_cannot_be_kept(event, editor):
    post = publish(event, editor, "<p>Teh.</p>")
    wrap = wrapping.make_draft(event, [post.pk], by=editor)
    correct(post, editor, "<p>The.</p>", remove_old=True)

    with pytest.raises(WrongState):
        wrapping.keep_words(wrap, post.pk, by=editor)

    assert wrapping.take_words(wrap, post.pk, by=editor).paragraphs.get().body == "<p>The.</p>"


def test_a_withdrawn_source_is_told_and_has_no_words_to_take(event, editor):
    post = publish(event, editor, "<p>Words.</p>")
    wrap = wrapping.make_draft(event, [post.pk], by=editor)
    publication.withdraw(post_by_id(post.pk), by=editor, reason="Wrong.")

    assert said_of(news_of(wrap)) == "1 source was withdrawn since."
    with pytest.raises(WrongState):
        wrapping.take_words(wrap, post.pk, by=editor)


def test_nothing_to_take_is_said(event, editor):
    post = publish(event, editor, "<p>Words.</p>")
    wrap = wrapping.make_draft(event, [post.pk], by=editor)

    for work in (wrapping.take_words, wrapping.keep_words):
        with pytest.raises(WrongState):
            work(wrap, post.pk, by=editor)


@pytest.mark.parametrize("count", [1, 3])
def test_what_is_news_costs_three_queries(event, editor, django_assert_num_queries, count):
    posts = [publish(event, editor, f"<p>{n}</p>", n) for n in range(count)]
    wrap = wrapping.make_draft(event, [post.pk for post in posts], by=editor)
    for post in posts:
        publication.correct(post_by_id(post.pk), by=editor, note="No.")

    with django_assert_num_queries(3) as asked:
        assert len(news_of(wrap)) == count
    assert not any('"fragment"' in query["sql"] for query in asked.captured_queries)


def test_a_rehearsal_is_cleared_with_its_wrap(editor):
    from coverage.publishing.life import clear_rehearsal

    event = factories.make_event(rehearsal=True)
    post = publish(event, editor, "<p>Words.</p>")
    wrapping.make_draft(event, [post.pk], by=editor)

    clear_rehearsal(event, by=editor)

    assert not Wrap.objects.exists()
    assert not ReleasedPost.objects.exists()
