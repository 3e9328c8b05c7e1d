"""Two people saved one post: their version and mine, merged field by field into the form, with nothing typed lost.

A field one side changed is merged by itself. What both changed stays mine in the form, and theirs is beside it to
choose: `_take-<field>=theirs`. Rows (speakers, quotes, pictures) are merged as whole lists.
"""

from dataclasses import dataclass

from django.http import HttpRequest

from coverage.desk.contents import LABELS, Wording, time_of, wording_for
from coverage.desk.differences import Line, Run, compare
from coverage.desk.form_strings import put_field, put_rows
from coverage.desk.merging import BOTH, MINE, SAME, THEIRS, UNKNOWN, outcome
from coverage.desk.post_form import PostForm, columns_typed, rows_typed
from coverage.models import Post, Revision
from coverage.models.markup import clean_html
from coverage.publishing import filing
from coverage.publishing.publication import post_by_id
from newsroom.editorial.audit import AuditRow

PREFIXES = {"speakers": "post_speakers", "quotes": "quotes", "images": "post_images"}


@dataclass(frozen=True)
class MergedField:
    """`theirs` and `mine` are compared with what the field was. `field`: as the form calls it; rows by their prefix."""

    name: str
    label: str
    outcome: str
    theirs: list[list[Run]]
    mine: list[list[Run]]

    @property
    def field(self) -> str:
        return PREFIXES.get(self.name, self.name)


@dataclass(frozen=True)
class Merge:
    """What became of each field, whose saves they were, and what the form must carry now."""

    fields: list[MergedField]
    saves: list[Revision]
    last: AuditRow | None
    version: int
    revision: int

    def of(self, outcome: str) -> list[MergedField]:
        return [field for field in self.fields if field.outcome == outcome]

    def both(self) -> list[MergedField]:
        return self.of(BOTH)

    def theirs(self) -> list[MergedField]:
        return self.of(THEIRS)

    def mine(self) -> list[MergedField]:
        return self.of(MINE)


class Forms:
    """The form and its rows, as sent and as they would be opened now. `new`: it was sent as that of a new post."""

    def __init__(self, admin, request: HttpRequest, post: Post, *, new: bool = False):
        self.data = request.POST.copy()
        shape = None if new else post
        form_class = admin.get_form(request, shape, change=not new)
        self.sent: PostForm = form_class(self.data, request.FILES, instance=post_by_id(post.pk))
        self.sent.full_clean()
        self.fresh: PostForm = form_class(instance=post)
        self.sent_rows, self.fresh_rows = {}, {}
        for formset_class, inline in admin.get_formsets_with_inlines(request, shape):
            prefix = formset_class.get_default_prefix()
            args = {"instance": post, "prefix": prefix, "queryset": inline.get_queryset(request)}
            self.sent_rows[prefix] = formset_class(self.data, request.FILES, **args)
            self.fresh_rows[prefix] = formset_class(**args)

    def take_theirs(self, field: str) -> None:
        """Puts what stands now in place of what was sent; `field` may be the prefix of rows."""
        if field in self.fresh_rows:
            put_rows(self.data, self.fresh_rows[field])
        elif field in self.fresh.fields:
            put_field(self.data, self.fresh, field)


def merge(admin, request: HttpRequest, post: Post, *, new: bool = False) -> Merge:
    """Merges what was sent with what stands, into `request.POST`. `post` is as it stands, read just now.

    `new`: what was sent is the form of a new post, with all its fields.
    """
    newest = post.latest_revision()
    forms = Forms(admin, request, post, new=new)
    base, mine = _base(post, request, forms.sent), _mine(post, forms)
    theirs = filing.snapshot(post) | {"outside_keynote": post.outside_keynote}
    theirs["embargo_until"] = time_of(post.embargo_until)
    read = {name: value for name, value in mine.items() if not isinstance(value, Unread)}
    wording = wording_for(post, base, theirs, read)
    fields = [_merged(name, base, theirs, mine, wording) for name in LABELS if name in mine]
    merged = Merge(
        [field for field in fields if field.outcome != SAME],
        _saves_since(post, request),
        AuditRow.objects.filter(thing_type=post._meta.label_lower, thing_id=str(post.pk)).first(),
        post.version,
        newest.number,
    )
    for field in merged.theirs():
        forms.take_theirs(field.field)
    forms.data.update(forms.fresh.hidden_strings())
    request.POST = forms.data
    return merged


def take_chosen(admin, request: HttpRequest, post: Post) -> None:
    """Puts theirs, where it was chosen after a conflict, in place of what the form holds.

    Only if nobody saved since: else what was chosen is not what stands, and the next merge asks again.
    """
    chosen = [
        name.removeprefix("_take-")
        for name in request.POST
        if name.startswith("_take-") and request.POST[name] == THEIRS
    ]
    if not chosen or request.POST.get("_version") != str(post.version):
        return
    forms = Forms(admin, request, post)
    for field in chosen:
        forms.take_theirs(field)
    request.POST = forms.data


def _merged(name: str, base: dict, theirs: dict, mine: dict, wording: Wording) -> MergedField:
    was = base.get(name, UNKNOWN)
    before = wording.lines(base, name) if was is not UNKNOWN else wording.lines(theirs, name)
    typed = [Line(mine[name].text)] if isinstance(mine[name], Unread) else wording.lines(mine, name)
    return MergedField(
        name,
        LABELS[name],
        outcome(was, theirs[name], mine[name]),
        compare(before, wording.lines(theirs, name)),
        compare(before, typed),
    )


@dataclass(frozen=True)
class Unread:
    """What was typed in a field where it makes no sense yet: kept as it is."""

    text: str


def _base(post: Post, request: HttpRequest, form: PostForm) -> dict:
    """What the form was opened on: the revision whose number it carries; empty if it carries none."""
    number = request.POST.get("_revision", "")
    revision = post.revisions.filter(number=int(number)).first() if number.isdecimal() else None
    if revision is None:
        return {}
    return revision.content | form.opened_with()


def _mine(post: Post, forms: Forms) -> dict:
    """What was sent, as a revision would hold it; what could not be read as `Unread`."""
    form = forms.sent
    mine = columns_typed(form)
    for name in form.errors:
        if name in LABELS:
            mine[name] = Unread(str(form.data.get(form.add_prefix(name), "")))
    if "byline" in mine:
        mine["byline"] = mine["byline"] or (post.author.printed_byline() if post.author else "")
    if isinstance(mine.get("body"), str):
        mine["body"] = clean_html(mine["body"])
    for name, prefix in PREFIXES.items():
        rows = forms.sent_rows.get(prefix)
        if rows is not None:
            mine[name] = rows_typed(rows) if rows.is_valid() else Unread("(as in the form below)")
    return mine


def _saves_since(post: Post, request: HttpRequest) -> list[Revision]:
    number = request.POST.get("_revision", "")
    after = int(number) if number.isdecimal() else 0
    return list(post.revisions.filter(number__gt=after).select_related("by")[:10])
