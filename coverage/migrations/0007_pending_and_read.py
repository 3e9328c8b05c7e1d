"""What the desk's new columns say of older rows: which published posts have pending changes, and who approved what."""

from collections.abc import Iterator

from django.db import migrations
from django.db.models import F, OuterRef, Subquery

BATCH = 500  # posts at a time


def mark_pending(apps, schema_editor) -> None:
    """A published post whose newest revision says something else than the released one has changes in draft."""
    using = schema_editor.connection.alias
    Post = apps.get_model("coverage", "Post").objects.using(using)
    Revision = apps.get_model("coverage", "Revision").objects.using(using)
    newest = Revision.filter(post=OuterRef("pk")).order_by("-number")
    unmarked = Post.filter(state="published", review="").annotate(newest=Subquery(newest.values("pk")[:1]))
    for pairs in _batches(unmarked.exclude(newest=F("released_revision")), "newest", "released_revision"):
        contents = dict(Revision.filter(pk__in=_all_of(pairs)).values_list("pk", "content"))
        pending = [pk for pk, (new, released) in pairs.items() if contents[new] != contents[released]]
        Post.filter(pk__in=pending).update(review="draft")


def note_readers(apps, schema_editor) -> None:
    """Who approved the very revision that is pinned, being neither the post's author nor its last editor, read it."""
    using = schema_editor.connection.alias
    Post = apps.get_model("coverage", "Post").objects.using(using)
    Revision = apps.get_model("coverage", "Revision").objects.using(using)
    unread = Post.filter(pinned_revision__isnull=False, pinned_revision__read_by=None)
    for pairs in _batches(unread, "pinned_revision", "author"):
        approvals = _approvals(apps, using, list(pairs))
        revisions = Revision.in_bulk([pinned for pinned, _ in pairs.values()])
        read = []
        for pk, (pinned, author) in pairs.items():
            at, person = approvals.get(str(pk), (None, None))
            revision = revisions[pinned]
            # A save after the approval voided it.
            if person and at >= revision.at and person not in (author, revision.by_id):
                revision.read_by_id = person
                read.append(revision)
        Revision.bulk_update(read, ["read_by"])


def _approvals(apps, using: str, posts: list) -> dict[str, tuple]:
    """By post, when it was approved last and by whom; None for a person who is gone."""
    rows = apps.get_model("editorial", "AuditRow").objects.using(using)
    rows = rows.filter(verb="approve", thing_type="coverage.post", thing_id__in=[str(pk) for pk in posts])
    last = {
        thing: (at, who) for thing, at, who in rows.order_by("pk").values_list("thing_id", "at", "person_id")
    }
    people = apps.get_model("editorial", "User").objects.using(using)
    there = set(people.filter(pk__in=[who for _, who in last.values()]).values_list("pk", flat=True))
    return {thing: (at, who if who in there else None) for thing, (at, who) in last.items()}


def _batches(posts, *columns: str) -> Iterator[dict]:
    """Those columns by the posts' keys. All keys are read first: the loop changes the rows it asks for."""
    keys = list(posts.values_list("pk", flat=True))
    for start in range(0, len(keys), BATCH):
        rows = posts.filter(pk__in=keys[start : start + BATCH]).values_list("pk", *columns)
        yield {pk: values for pk, *values in rows}


def _all_of(pairs: dict) -> list:
    return [value for pair in pairs.values() for value in pair]


class Migration(migrations.Migration):
    dependencies = [("coverage", "0006_second_read"), ("editorial", "0005_audit_guarded")]

    operations = [
        migrations.RunPython(mark_pending, migrations.RunPython.noop),
        migrations.RunPython(note_readers, migrations.RunPython.noop),
    ]
