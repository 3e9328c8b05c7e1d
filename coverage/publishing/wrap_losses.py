"""What a wrap loses with its source, in the transaction that takes the source's words back."""

from datetime import datetime

from django.utils import translation
from django.utils.translation import gettext

from coverage.models import Post, Wrap, WrapParagraph
from coverage.models.wrap import WrapState
from coverage.record.models import EventHead, ReleasedArticle, ReleasedParagraph


def lose(public_id: str, *, why: str, at: datetime) -> None:
    """Blanks every released paragraph of a post that is taken back; readers see `why` in its place.

    Needs the lock of the post's head: whoever publishes an article holds it for each of its sources.
    """
    taken = ReleasedParagraph.objects.filter(source=public_id)
    articles = list(taken.values_list("article", flat=True).distinct())
    if not articles:
        return
    taken.update(heading="", body="", quote=None, image=None, gone=why)
    ReleasedArticle.objects.filter(pk__in=articles).update(changed_at=at)
    wraps = ReleasedArticle.objects.filter(pk__in=articles).values_list("desk_id", flat=True)
    Wrap.objects.filter(pk__in=list(wraps), state=WrapState.PUBLISHED).update(pending=True)


def lose_old_words(post: Post, head: EventHead, *, at: datetime) -> None:
    """The same where a correction removes a post's old words; what was copied of them may not go out again."""
    with translation.override(head.language):
        why = gettext("The words of its source were corrected and removed.")
    lose(post.public_id, why=why, at=at)
    WrapParagraph.objects.filter(post=post).update(words_removed=True)
