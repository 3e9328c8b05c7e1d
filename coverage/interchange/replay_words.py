"""What a post said before it was corrected, as far as the record still has it: what was removed stays away."""

from datetime import datetime

from django.utils.html import escape

from coverage.models import Correction, Revision
from coverage.record.models import Op, Release, ReleasedPost


def words_after(row: ReleasedPost, corrections: int) -> dict[str, str]:
    """Headline and body after so many of its corrections; the present ones where older words are not public."""
    if corrections == len(row.corrections):
        return {"headline": row.headline, "body": row.body}
    return _words_before(row, row.corrections[corrections]) or words_after(row, corrections + 1)


def _words_before(row: ReleasedPost, correction: dict) -> dict[str, str] | None:
    """None if the record has them no more. The entry holds only HTML: its words are those of the revision it prints."""
    at = datetime.fromisoformat(correction["at"])
    made = Correction.objects.filter(post=row.desk_id, at=at).select_related("revision").first()
    html = _html_before(row, at)
    if made is None or html is None:
        return None
    saved = Revision.objects.filter(post=row.desk_id, number__lte=made.revision.number).order_by("-number")
    contents = (revision.content for revision in saved)
    return next((_words(content) for content in contents if _is_printed(content, html)), None)


def _html_before(row: ReleasedPost, at: datetime) -> str | None:
    """What readers had of the post before it was corrected at that moment."""
    entries = Release.objects.filter(head=row.head_id, public_id=row.public_id)
    corrected = entries.filter(op=Op.CORRECT, at=at).first()
    if corrected is None:
        return None
    before = entries.filter(seq__lt=corrected.seq).order_by("-seq")
    return before.values_list("html", flat=True).first()


def _words(content: dict) -> dict[str, str]:
    return {"headline": content["headline"], "body": content["body"]}


def _is_printed(content: dict, html: str) -> bool:
    """Whether an entry has exactly these words, as `record/post.html` prints them."""
    headline, body = content["headline"], content["body"]
    has_headline = f">{escape(headline)}</h3>" in html if headline else "</h3>" not in html
    has_body = (
        f'<div class="body" dir="auto">{body}</div>' in html if body else '<div class="body"' not in html
    )
    return has_headline and has_body
