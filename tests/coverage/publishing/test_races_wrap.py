"""Races of a wrap against its sources and against itself, between real processes on a real database."""

import pytest
from django.db import connection

from coverage.models import Wrap, WrapParagraph
from coverage.publishing import articles, filing, publication, wrapping
from coverage.record.models import EventHead, ReleasedArticle, ReleasedParagraph
from tests import factories, processes

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.processes]

BEGIN = f"""
from django.db import transaction
from coverage.models import Event, Wrap
from coverage.publishing import amending, articles, filing, publication, wrapping
from coverage.record.models import ReleasedArticle
from tests import processes
{processes.ATTEMPT}"""


def draft_of(posts, editor) -> Wrap:
    wrap = wrapping.make_draft(posts[0].event, [post.pk for post in posts], by=editor)
    paragraphs = [wrapping.Written(one.pk, one.heading, one.body) for one in wrap.paragraphs.all()]
    return wrapping.save(wrap, by=editor, headline="The day", standfirst="", byline="", paragraphs=paragraphs)


def started(editor, script: str, *names: str) -> list[list[str]]:
    """What each process said, one for each name it reads."""
    running = processes.start_together(BEGIN.format(editor=editor.pk) + script, len(names))
    for name, process in zip(names, running, strict=True):
        process.stdin.write(f"{name}\n")
        process.stdin.flush()
    return [processes.outcome(process).split() for process in running]


def assert_no_gap(event) -> None:
    head = EventHead.objects.get(desk_id=event.pk)
    assert list(head.entries.order_by("seq").values_list("seq", flat=True)) == list(range(1, head.seq + 1))


def test_sources_withdrawn_while_their_wraps_are_published_are_in_none():
    editor, pairs = factories.make_editor(), []
    for _ in range(6):
        event = factories.make_event()
        post = factories.make_published(event, by=editor, body="<p>canary</p>")
        pairs.append((str(post.pk), draft_of([post], editor).pk))

    publishing, withdrawing = started(
        editor,
        f"""
name = input()
for post, wrap in {pairs!r}:
    if name == "publish":
        attempt(lambda: articles.publish(Wrap.objects.get(pk=wrap), by=by))
    else:
        attempt(lambda: publication.withdraw(publication.post_by_id(post), by=by, reason="A hoax."))
""",
        "publish",
        "withdraw",
    )

    assert withdrawing == ["done"] * 6
    assert set(publishing) <= {"done", "invalid"}
    assert ReleasedArticle.objects.count() == publishing.count("done")
    assert not ReleasedParagraph.objects.exclude(gone="A hoax.").exists()


def test_a_source_moved_and_withdrawn_while_the_wrap_is_published_and_saved_waits_for_nobody_for_ever():
    editor, here, there = factories.make_editor(), factories.make_event(), factories.make_event()
    posts = [factories.make_published(here, by=editor, body="<p>canary</p>") for _ in range(6)]
    wrap, keys = draft_of(posts, editor), [str(post.pk) for post in posts]

    said = started(
        editor,
        f"""
name = input()
for number, key in enumerate({keys!r} * (8 if name == "publish" else 2)):
    wrap = Wrap.objects.get(pk={wrap.pk})
    if name == "publish":
        attempt(lambda: articles.publish(wrap, by=by, note="Again." if wrap.state == "published" else ""))
    elif name == "save":
        rows = [wrapping.Written(one.pk, one.heading, one.body) for one in wrap.paragraphs.all()]
        words = dict(headline=f"Nr {{number}}", standfirst="", byline="", paragraphs=rows)
        attempt(lambda: wrapping.save(wrap, by=by, **words))
    elif number < 6:
        attempt(lambda: amending.move(publication.post_by_id(key), by=by, event="{there.slug}"))
    else:
        processes.eventually(ReleasedArticle.objects.exists)
        attempt(lambda: publication.withdraw(publication.post_by_id(key), by=by, reason="A hoax."))
""",
        "publish",
        "save",
        "take",
    )

    assert said[2] == ["done"] * 12
    assert {"done"} <= set(said[0]) <= {"done", "stale", "invalid"}
    assert {"done"} <= set(said[1]) <= {"done", "stale"}
    assert not ReleasedParagraph.objects.exclude(gone="A hoax.").exists()
    assert_no_gap(here)
    assert_no_gap(there)


def test_of_four_who_publish_one_does_and_the_others_are_told():
    editor, event = factories.make_editor(), factories.make_event()
    wrap = draft_of([factories.make_published(event, by=editor)], editor)

    said = started(
        editor,
        f"""
input()
attempt(lambda: articles.publish(Wrap.objects.get(pk={wrap.pk}), by=by, version={wrap.version}))
""",
        *"abcd",
    )

    assert sorted(said) == [["done"], ["stale"], ["stale"], ["stale"]]
    assert ReleasedArticle.objects.get().number == 1
    assert_no_gap(event)


def test_of_four_who_make_a_draft_one_does():
    editor, event = factories.make_editor(), factories.make_event()
    post = factories.make_published(event, by=editor)

    said = started(
        editor,
        f"""
input()
attempt(lambda: wrapping.make_draft(Event.objects.get(pk={event.pk}), ["{post.pk}"], by=by))
""",
        *"abcd",
    )

    assert sorted(said) == [["done"], ["wrong_state"], ["wrong_state"], ["wrong_state"]]
    assert Wrap.objects.get().paragraphs.count() == 1


COPYING = {
    "draft": "wrapping.make_draft(Event.objects.get(pk={event}), {keys}, by=by)",
    "add": "wrapping.add_posts(Wrap.objects.get(event={event}), {keys}, by=by)",
    "take": "wrapping.take_words(Wrap.objects.get(event={event}), {keys}[0], by=by)",
}


def is_waiting() -> bool:
    """Whether any process waits for a lock of another's; SQLite does not tell."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
        return cursor.fetchone()[0] > 0


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite lets one transaction write at a time.")
@pytest.mark.parametrize("work", COPYING)
def test_words_removed_while_a_wrap_copies_them_are_marked_or_not_in_it(work):
    editor, event = factories.make_editor(), factories.make_event()
    posts = [factories.make_published(event, by=editor, body="<p>canary</p>") for _ in range(2)]
    if work != "draft":
        draft_of(posts[1:] if work == "add" else posts[:1], editor)
    changed = filing.update_post(publication.post_by_id(posts[0].pk), by=editor, body="<p>canary again</p>")
    publication.publish(changed, by=editor)

    correcting, copying = processes.start_together(
        BEGIN.format(editor=editor.pk)
        + f"""
if input() == "copy":
    attempt(lambda: {COPYING[work].format(event=event.pk, keys=[str(posts[0].pk)])})
else:
    with transaction.atomic():
        post = filing.update_post(publication.post_by_id("{posts[0].pk}"), by=by, body="<p>Better.</p>")
        publication.correct(post, by=by, note="It was no canary.", remove_old=True)
        print("removed", flush=True)
        input()
""",
        2,
    )
    print("correct", file=correcting.stdin, flush=True)
    assert correcting.stdout.readline() == "removed\n"
    print("copy", file=copying.stdin, flush=True)
    processes.eventually(lambda: copying.poll() is not None or is_waiting())
    print("commit", file=correcting.stdin, flush=True)

    processes.outcome(correcting)
    assert processes.outcome(copying) == "done\n"
    hers = WrapParagraph.objects.filter(post=posts[0])
    assert [(one.body, one.words_removed) for one in hers] == [("<p>Better.</p>", False)]


def test_a_withdrawal_meets_the_wrap_of_another_transaction(transactional_db):
    editor, event = factories.make_editor(), factories.make_event()
    post = factories.make_published(event, by=editor)
    articles.publish(draft_of([post], editor), by=editor)

    said = started(
        editor,
        f"""
name = input()
if name == "withdraw":
    attempt(lambda: publication.withdraw(publication.post_by_id("{post.pk}"), by=by, reason="A hoax."))
else:
    wrap = Wrap.objects.get(event={event.pk})
    attempt(lambda: articles.publish(wrap, by=by, note="Again."))
""",
        "withdraw",
        "publish",
    )

    assert said[0] == ["done"]
    assert [one.gone for one in ReleasedParagraph.objects.all()] == ["A hoax."]
