"""An event full of published posts, a tenth of them with a picture, as fast as rows can be copied.

The first of each kind is made by the verbs; what is copied has the same rows in every table a verb or a page reads.
"""

import copy
import uuid
from collections.abc import Iterator
from itertools import count, islice

from coverage.models import Event, Post, PostImage, Revision
from coverage.record.document import Document
from coverage.record.models import Release, ReleasedPicture, ReleasedPost
from media.models import Image
from newsroom.editorial.people import User
from newsroom.editorial.states import PostState

WITH_PICTURE = 10  # one post in so many
BATCH = 500


def fill(event: Event, posts: int, *, by: User, keynote, body: str) -> None:
    """Gives an event so many published posts; its counter and entries are as if each had been released."""
    from tests import factories

    said = {"by": by, "keynote": keynote, "body": body}
    plain = factories.make_published(event, **said)
    picture = factories.make_published(event, images=[{"image": factories.make_image()}], **said)
    numbers = count(1)
    for start in range(2, posts, BATCH):
        size = min(BATCH, posts - start)
        _copies(plain, size - size // WITH_PICTURE, numbers)
        _copies(picture, size // WITH_PICTURE, numbers)


def _copies(post: Post, size: int, numbers: Iterator[int]) -> None:
    """Rows of the desk and of the record like those of `post`, `size` times."""
    row = ReleasedPost.objects.select_related("head").get(desk_id=post.pk)
    entry = Release.objects.get(public_id=post.public_id)
    head, content = row.head, post.latest_revision().content
    steps = list(islice(numbers, size))
    places = [(post.position + step, f"b{post.event_id:03}{step:06}") for step in steps]
    posts = [
        _like(
            post,
            id=uuid.uuid4(),
            position=place,
            public_id=name,
            released_revision=None,
            state=PostState.DRAFT,
        )
        for place, name in places
    ]
    Post.objects.bulk_create(posts)
    revisions = [Revision(post=one, number=1, by=post.author, content=content) for one in posts]
    for one, revision in zip(posts, Revision.objects.bulk_create(revisions), strict=True):
        one.released_revision, one.state = revision, PostState.PUBLISHED
    Post.objects.bulk_update(posts, ["released_revision", "state"], batch_size=100)
    rows = [
        _like(
            row,
            id=None,
            desk_id=one.pk,
            public_id=one.public_id,
            position=one.position,
            seq=head.seq + number,
            **{
                name: getattr(row, name).replace(row.public_id, one.public_id)
                for name in ("fragment", "structured")
            },
        )
        for number, one in enumerate(posts, start=1)
    ]
    ReleasedPost.objects.bulk_create(rows)
    found = Document.objects.get(post=row)
    Document.objects.bulk_create(_like(found, id=None, post=one, position=one.position) for one in rows)
    entries = [
        _like(entry, id=None, seq=one.seq, public_id=one.public_id, position=one.position, html=one.fragment)
        for one in rows
    ]
    Release.objects.bulk_create(entries)
    head.seq += size
    head.save(update_fields=["seq"])
    _copy_picture(post, row, posts, rows)


def _copy_picture(post: Post, row: ReleasedPost, posts: list[Post], rows: list[ReleasedPost]) -> None:
    held, shown = (
        PostImage.objects.filter(post=post).first(),
        ReleasedPicture.objects.filter(post=row).first(),
    )
    if held is None or shown is None:
        return
    images = [
        _like(held.image, id=uuid.uuid4(), public_name=uuid.uuid4().hex, sha256=uuid.uuid4().hex * 2)
        for _ in posts
    ]
    Image.objects.bulk_create(images)
    pairs = list(zip(posts, rows, images, strict=True))
    PostImage.objects.bulk_create(_like(held, id=None, post=one, image=image) for one, _, image in pairs)
    ReleasedPicture.objects.bulk_create(
        _like(shown, id=None, post=one, image=image.pk, folder=image.public_name) for _, one, image in pairs
    )


def _like[Row](row: Row, **changed) -> Row:
    """An unsaved row with the same values but these."""
    made = copy.copy(row)
    made._state = copy.copy(row._state)
    made._state.adding, made._state.fields_cache = True, {}
    for name, value in changed.items():
        setattr(made, name, value)
    return made
