"""An event to replay, and a replay of all of it at once."""

import datetime

from coverage.interchange.replay import begin
from coverage.models import Post
from coverage.publishing import filing, publication
from coverage.publishing.publication import post_by_id
from coverage.record.models import ReleasedPost
from tests import factories

NINE = datetime.datetime(2024, 3, 20, 8, tzinfo=datetime.UTC)  # nine in Paris


def minutes(number: float) -> datetime.datetime:
    return NINE + datetime.timedelta(minutes=number)


def published(event, editor, at: float, **fields) -> Post:
    return factories.make_published(event, by=editor, at=minutes(at), **fields)


def replayed(event, editor, **options) -> list[ReleasedPost]:
    """All of it at once; the copy's posts in the order in which they came out."""
    playing = begin(event, by=editor, **options)
    assert [done.refused for done in playing.play([0.0] * len(playing.steps))] == [""] * len(playing.steps)
    return list(ReleasedPost.objects.filter(head__desk_id=playing.copy.pk).order_by("position"))


def corrected(event, editor, *, remove_old: bool = False) -> Post:
    """At 0 it was wrong, somebody tried a wording nobody saw, at 4 it was corrected; a note alone followed at 6."""
    post = published(event, editor, 0, headline="A & B", body="<p>Old words.</p>")
    for body in ("<p>Words never released.</p>", "<p>New words.</p>"):
        filing.update_post(post_by_id(post.pk), by=editor, body=body)
    publication.correct(
        post_by_id(post.pk), by=editor, note="Old was wrong.", at=minutes(4), remove_old=remove_old
    )
    publication.correct(post_by_id(post.pk), by=editor, note="And a note.", at=minutes(6))
    return post
