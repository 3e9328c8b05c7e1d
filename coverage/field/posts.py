"""`/field/posts/<uuid>/`: one of her own posts, how it stands, and changing it."""

import uuid

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from coverage.field import wording
from coverage.field.door import action_of, field_page, is_restored, only_fills, page
from coverage.field.lost import as_new_post
from coverage.field.photos import slots_of
from coverage.field.sheet import Sheet
from coverage.models import Post
from coverage.publishing import review
from coverage.publishing.access import may_edit, verbs_for
from coverage.publishing.filing import update_post
from newsroom.editorial.errors import EditorialError, NotAllowed, StaleState
from newsroom.editorial.states import PostState

DONE = {
    "again": "This was received before. Nothing was sent twice.",
    "saved": "Saved.",
    "sent": "Sent to the desk.",
    "publish": "Published. Readers have it.",
    "correct": "Corrected. Readers see what changed.",
    "withdraw": "Withdrawn. It is gone for readers.",
    "spike": "Put aside.",
    "unspike": "Brought back as a draft.",
}
SENT_BEFORE = "This form was sent before, with other words. Nothing was changed. Both are below."
RESTORED = "Nothing was saved. Here is what you had typed: look at it, then save it."


@require_http_methods(["GET", "HEAD", "POST"])
@field_page
def post_page(request: HttpRequest, post_id: uuid.UUID) -> HttpResponse:
    post = own_post(request, post_id)
    if request.method == "POST":
        return _save(request, post)
    return show(request, post, open_sheet(request, post), sentence=DONE.get(request.GET.get("done", ""), ""))


def own_post(request: HttpRequest, post_id: uuid.UUID) -> Post:
    """Her own post; Http404 for anybody else's."""
    post = wording.own_posts(request.user).filter(pk=post_id).first()
    if post is None:
        raise Http404
    return post


def is_open(request: HttpRequest, post: Post) -> bool:
    """Whether it is changed on its own page. What readers have is changed on the page for corrections."""
    return post.state != PostState.PUBLISHED and may_edit(request.user, post)


def is_offered(request: HttpRequest, post: Post, verb: str) -> bool:
    """Whether the verb would work now for her."""
    return any(offered.name == verb for offered in verbs_for(request.user, post))


def open_sheet(request: HttpRequest, post: Post) -> Sheet | None:
    """The post's form, filled from it; None if it is not changed here."""
    return Sheet(post.event, request.user, post=post) if is_open(request, post) else None


def address(post: Post) -> str:
    return reverse("field:post", args=[post.pk])


def show(
    request: HttpRequest, post: Post, sheet: Sheet | None, *, sentence: str = "", status: int = 200, **more
) -> HttpResponse:
    """The post's page; `sheet` None: it cannot be changed here now. `more` goes to the template."""
    with timezone.override(post.event.zone):
        filing = wording.as_filings([post])[0]
    verbs = {verb.name: verb for verb in verbs_for(request.user, post)}
    pending = wording.has_pending(post)
    if post.state == PostState.PUBLISHED and not pending:
        verbs.pop("publish", None)
    context = {
        "post": post,
        "title": filing.title,
        "standing": filing.standing,
        "alike": filing.alike,
        "sheet": sheet,
        "verbs": verbs,
        "slots": [slot for slot in slots_of(post, request.user) if slot.image],
        "sentence": sentence,
        "is_wrong": status >= 400,
        **more,
    }
    return page(request, post.event, "field/post.html", context, status=status)


def show_both(request: HttpRequest, post: Post, sentence: str, *, status: int) -> HttpResponse:
    """The post as it stands and, beside it, what she sent: to save over it if she may, else to copy or file anew."""
    post = own_post(request, post.pk)
    sheet = None
    if is_open(request, post):
        sheet = Sheet(post.event, request.user, post=post, data=request.POST, files=request.FILES).unchecked()
    typed = as_new_post(request.POST)
    return show(request, post, sheet, sentence=sentence, status=status, both=True, typed=typed)


def version_of(request: HttpRequest) -> int:
    """The version she saw; 0, which no post has, if the form does not say."""
    text = request.POST.get("version", "")
    return int(text) if text.isdecimal() and len(text) < 10 else 0


def _save(request: HttpRequest, post: Post) -> HttpResponse:
    action = action_of(request)
    if not is_open(request, post):
        return show_both(
            request, post, "This post cannot be changed now. What you typed is below.", status=403
        )
    sheet = Sheet(post.event, request.user, post=post, data=request.POST, files=request.FILES)
    if is_restored(request):
        return show(request, post, sheet.unchecked(), sentence=RESTORED)
    if only_fills(request):
        sheet.receive()
        return show(request, post, sheet.unchecked())
    if not sheet.receive():
        return show(request, post, sheet, sentence="Not saved yet.", status=400)
    try:
        save_sheet(sheet, version=version_of(request), send=action == "send")
    except (StaleState, NotAllowed) as refused:
        if _was_saved_before(post, sheet, send=action == "send"):
            return HttpResponseRedirect(f"{address(post)}?done=again")
        return show_both(request, post, refused.message, status=refused.status)
    except EditorialError as refused:
        sheet.refuse(refused)
        return show(
            request, own_post(request, post.pk), sheet, sentence="Not saved yet.", status=refused.status
        )
    if action == "publish":
        return HttpResponseRedirect(reverse("field:step", args=[post.pk, "publish"]))
    return HttpResponseRedirect(f"{address(post)}?done={'sent' if action == 'send' else 'saved'}")


def _was_saved_before(post: Post, sheet: Sheet, *, send: bool) -> bool:
    """Whether a double tap brought the same words a second time, and what it asked for was done."""
    fresh = Post.objects.get(pk=post.pk)
    return sheet.says(fresh.latest_revision()) and not (send and fresh.state == PostState.DRAFT)


@transaction.atomic
def save_sheet(sheet: Sheet, *, version: int, send: bool = False) -> Post:
    """Saves the sheet over its post if nobody was faster, and files it with `send`. Raises as the verbs do."""
    post = update_post(sheet.post, by=sheet.person, version=version, **sheet.fields())
    sheet.describe()
    if send and post.state == PostState.DRAFT:
        review.submit(post, by=sheet.person)
    return post
