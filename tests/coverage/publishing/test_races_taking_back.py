"""Races of withdrawing, announcing and pictures getting ready, between real processes on a real database."""

import uuid

import pytest

from coverage.models import Post
from coverage.publishing import filing, publication
from coverage.record.document import Document, Kind
from coverage.record.models import EventHead, Release, ReleasedPicture, ReleasedPost
from media.models import Image
from tests import factories, processes

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.processes]

VERBS = f"""
from coverage.publishing import images, pictures, publication
{processes.ATTEMPT}"""


def numbers(event) -> list[int]:
    """The numbers of an event's entries, which must be all up to its counter."""
    head = EventHead.objects.get(desk_id=event.pk)
    seqs = list(head.entries.order_by("seq").values_list("seq", flat=True))
    assert seqs == list(range(1, head.seq + 1))
    return seqs


def test_of_four_who_withdraw_one_does_and_the_others_are_told():
    event, editor = factories.make_event(), factories.make_editor()
    post = factories.make_published(event, by=editor)
    version = Post.objects.get(pk=post.pk).version

    running = processes.start_together(
        VERBS.format(editor=editor.pk)
        + f"""
post = publication.post_by_id("{post.pk}")
attempt(lambda: publication.withdraw(post, by=by, reason="Wrong.", version={version}))
""",
        4,
    )
    said = sorted(processes.outcome(process).strip() for process in running)

    assert said == ["done", "stale", "stale", "stale"]
    assert Release.objects.filter(op="withdraw").count() == 1
    assert ReleasedPost.objects.get(desk_id=post.pk).fragment == ""
    numbers(event)


@pytest.mark.parametrize("other", ["publish", "correct", "ready"])
def test_whatever_comes_with_a_withdrawal_leaves_nothing_of_what_was_withdrawn(other):
    """`publish` releases what waits on the desk, `ready` a picture whose files are made."""
    event, editor, made = factories.make_event(), factories.make_editor(), factories.make_image()
    image = factories.make_image(ready=False)
    posts = [factories.make_published(event, by=editor, images=[{"image": image}]) for _ in range(6)]
    keys = [str(post.pk) for post in posts]
    for post in posts:
        filing.update_post(publication.post_by_id(post.pk), by=editor, headline="Newer")
    Image.objects.filter(pk=image.pk).update(
        state="ready", same_as=made, width=1600, height=1000, sha256=made.sha256
    )

    running = processes.start_together(
        VERBS.format(editor=editor.pk)
        + f"""
name = input()
for key in {keys!r}:
    post = publication.post_by_id(key)
    attempt({{
        "withdraw": lambda: publication.withdraw(post, by=by, reason="Wrong."),
        "publish": lambda: publication.publish(post, by=by),
        "correct": lambda: publication.correct(post, by=by, note="A word."),
        "ready": lambda: publication.rerelease(post, "picture"),
    }}[name])
""",
        2,
    )
    for name, process in zip(("withdraw", other), running, strict=True):
        process.stdin.write(f"{name}\n")
        process.stdin.flush()
    withdrawing, others = (processes.outcome(process).split() for process in running)

    assert set(withdrawing) | set(others) <= {"done", "stale", "wrong_state"}
    if other == "ready":  # nobody changed the posts: whoever withdraws is not told that somebody did
        assert withdrawing == ["done"] * 6
        assert others == ["done"] * 6
    withdrawn = Post.objects.filter(pk__in=keys, state="withdrawn")
    assert withdrawn.count() == withdrawing.count("done")
    for row in ReleasedPost.objects.filter(desk_id__in=withdrawn.values("pk")):
        assert row.fragment == ""
        assert not row.picture_rows.exists()
        assert not Release.objects.filter(public_id=row.public_id, html__isnull=False).exists()
    numbers(event)


@pytest.mark.parametrize("kind", ["Keynote", "Appearance"])
def test_what_was_held_is_announced_once_however_many_announce_it(kind):
    event = factories.make_event()
    keynote = factories.make_keynote(event, speakers=[factories.make_speaker()], held=kind == "Keynote")
    thing = keynote if kind == "Keynote" else factories.make_appearance(keynote, held=True)
    before = len(numbers(event))

    running = processes.start_together(
        f"""
from coverage.models import {kind}
from coverage.publishing.programme import announce_held
thing = {kind}.objects.get(pk={thing.pk})
print(announce_held(thing, by=None))
""",
        4,
    )
    said = sorted(processes.outcome(process).strip() for process in running)

    assert said == ["False", "False", "False", "True"]
    assert not type(thing).objects.get(pk=thing.pk).held
    assert len(numbers(event)) == before + 1


def test_of_four_who_open_an_event_one_does_and_the_others_are_told():
    event, editor = factories.make_event(state="planned"), factories.make_editor()
    before = len(numbers(event))

    running = processes.start_together(
        VERBS.format(editor=editor.pk)
        + f"""
from coverage.models import Event
from coverage.publishing import programme
event = Event.objects.get(pk={event.pk})
attempt(lambda: programme.open_event(event, by=by))
""",
        4,
    )
    said = sorted(processes.outcome(process).strip() for process in running)

    assert said == ["done", "wrong_state", "wrong_state", "wrong_state"]
    assert len(numbers(event)) == before + 1


def test_a_picture_that_is_ready_joins_its_post_once():
    event, editor = factories.make_event(), factories.make_editor()
    waiting, made = factories.make_image(ready=False), factories.make_image()
    post = factories.make_published(event, by=editor, images=[{"image": waiting}])
    Image.objects.filter(pk=waiting.pk).update(
        state="ready", same_as=made, width=1600, height=1000, sha256=made.sha256
    )

    running = processes.start_together(
        f"from coverage.publishing.pictures import pictures_ready\nprint(pictures_ready('{waiting.pk}'))", 4
    )
    said = sorted(processes.outcome(process).strip() for process in running)

    assert said == ["0", "0", "0", "1"]
    assert Release.objects.filter(op="picture").count() == 1
    assert ReleasedPicture.objects.get(post__desk_id=post.pk).place == "shown"
    numbers(event)


def test_a_picture_withdrawn_while_posts_with_it_come_out_is_on_none_of_them():
    event, editor, image = factories.make_event(), factories.make_editor(), factories.make_image()
    posts = [factories.make_post(event, by=editor, images=[{"image": image}]) for _ in range(8)]
    keys = [str(post.pk) for post in posts]

    running = processes.start_together(
        VERBS.format(editor=editor.pk)
        + f"""
from media.models import Image
if input() == "withdraw":
    attempt(lambda: images.withdraw_image(Image.objects.get(pk="{image.pk}"), by=by, reason="Not ours."))
else:
    for key in {keys!r}:
        attempt(lambda: publication.publish(publication.post_by_id(key), by=by))
""",
        2,
    )
    for name, process in zip(("withdraw", "publish"), running, strict=True):
        process.stdin.write(f"{name}\n")
        process.stdin.flush()
    said = [processes.outcome(process).split() for process in running]

    assert said[0] == ["done"]
    assert set(said[1]) <= {"done", "invalid"}
    assert not ReleasedPicture.objects.filter(image=uuid.UUID(str(image.pk))).exists()
    numbers(event)


def test_a_search_made_anew_meanwhile_finds_nothing_that_was_withdrawn():
    event, editor = factories.make_event(), factories.make_editor()
    posts = [factories.make_published(event, by=editor, headline="Canary") for _ in range(12)]
    keys = [str(post.pk) for post in posts[:10]]

    running = processes.start_together(
        VERBS.format(editor=editor.pk)
        + f"""
from coverage.record.documents import rebuild
if input() == "rebuild":
    for _ in range(10):
        rebuild()
else:
    for key in {keys!r}:
        attempt(lambda: publication.withdraw(publication.post_by_id(key), by=by, reason="Wrong."))
""",
        2,
    )
    for what, process in zip(("rebuild", "withdraw"), running, strict=True):
        process.stdin.write(f"{what}\n")
        process.stdin.flush()
    said = [processes.outcome(process).split() for process in running]

    assert said == [[], ["done"] * 10]
    found = Document.objects.filter(kind=Kind.POST).values_list("post__desk_id", flat=True)
    assert set(found) == {post.pk for post in posts[10:]}
