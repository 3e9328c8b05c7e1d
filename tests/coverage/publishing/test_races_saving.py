"""Races of saves with saves and with verbs, between real processes on a real database."""

import pytest

from coverage.models import Post
from tests import factories, processes
from tests.coverage.publishing.test_races_taking_back import VERBS

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.processes]


def test_of_saves_at_once_one_counts_and_the_others_are_told():
    event, editor, speaker = factories.make_event(), factories.make_editor(), factories.make_speaker()
    image = factories.make_image()
    named = {"speakers": [speaker], "images": [{"image": image}]}
    posts = [factories.make_post(event, by=editor, **named) for _ in range(8)]
    keys = [str(post.pk) for post in posts]

    running = processes.start_together(
        VERBS.format(editor=editor.pk)
        + f"""
import os
from coverage.models import Speaker
from coverage.publishing import filing
from media.models import Image
loaded = [publication.post_by_id(key) for key in {keys!r}]
named = dict(speakers=[Speaker.objects.get()], images=[{{"image": Image.objects.get()}}])
print("loaded", flush=True); input()
for post in loaded:
    attempt(lambda: filing.update_post(post, by=by, headline=f"By {{os.getpid()}}", **named))
""",
        3,
    )
    for process in running:
        assert process.stdout.readline() == "loaded\n"
    for process in running:
        process.stdin.write("go\n")
        process.stdin.flush()
    said = [processes.outcome(process).split() for process in running]

    assert all(sorted(one) == ["done", "stale", "stale"] for one in zip(*said, strict=True))
    for post in Post.objects.filter(pk__in=keys):
        assert post.version == 2
        assert post.latest_revision().content["headline"] == post.headline
        assert list(post.post_speakers.values_list("speaker", flat=True)) == [speaker.pk]
